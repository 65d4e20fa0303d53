package client

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
)

// take takes one source there, unless it is there already.
func (r *run) take(ctx context.Context, s Source) (Result, error) {
	e, err := r.entryOf(ctx, s)
	if err != nil {
		return Result{}, err
	}
	over, err := r.turns.take(ctx, e.Same)
	if err != nil {
		return Result{}, err
	}
	defer over()
	if res, there, err := r.there(ctx, s, &e); there || err != nil {
		return res, err
	}
	ans, err := r.send(ctx, s, &e)
	if err == nil && !s.remote {
		err = r.still(s)
	}
	return r.settle(s, e, ans, err)
}

// entryOf is what is known of a source. A file is read if it is not the one that was read before,
// by its size and time.
func (r *run) entryOf(ctx context.Context, s Source) (entry, error) {
	key := r.digest("path", s.where)
	e := r.Journal.get(key)
	fresh := entry{Key: key, Server: r.Server, Path: s.where}
	if s.remote {
		if e.Key == "" {
			e, e.Same = fresh, key
		}
		return e, nil
	}
	if e.Size == s.Size && e.Modified == s.modified.UnixNano() && e.SHA256 != "" {
		return e, nil
	}
	sum, err := sumOf(ctx, s)
	if err != nil {
		return e, err
	}
	if e.SHA256 != sum {
		e = fresh
		e.Same, e.Size, e.SHA256 = r.digest("bytes", sum), s.Size, sum
	}
	e.Modified = s.modified.UnixNano()
	if e.State != "" {
		r.Journal.put(e, false)
	}
	return e, nil
}

// digest identifies parts together with the server and the options.
func (r *run) digest(parts ...string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %q %q %q", r.Server, r.Options.Tags, r.Options.Instructions, parts))
	return hex.EncodeToString(sum[:16])
}

// sumOf is the SHA-256 of a file in hex.
func sumOf(ctx context.Context, s Source) (string, error) {
	file, err := s.open()
	if err != nil {
		return "", err
	}
	defer file.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, until{ctx, file}); err != nil {
		return "", plainly(err)
	}
	return hex.EncodeToString(sum.Sum(nil)), s.unchanged(file)
}

// until reads while ctx is not done.
type until struct {
	ctx  context.Context
	from io.Reader
}

func (u until) Read(p []byte) (int, error) {
	if u.ctx.Err() != nil {
		return 0, context.Cause(u.ctx)
	}
	return u.from.Read(p)
}

// still fails where a file is not the one any more that was found.
func (r *run) still(s Source) error {
	file, err := s.open()
	if err != nil {
		return err
	}
	return file.Close()
}

// there looks whether the server has the image, from an earlier run or under another name. Where it
// has it no more, e is made ready for another upload.
func (r *run) there(ctx context.Context, s Source, e *entry) (Result, bool, error) {
	for i, known := range []entry{*e, r.Journal.same(e.Same)} {
		if i > 0 && known.Key == e.Key {
			break
		}
		begun := known.State == stateAccepted
		if !begun && known.State != stateDone || r.Again && !begun && !r.wasMade(e.Same) {
			if known.ImageID != "" && known.State == stateDone {
				e.anew(known.ImageID)
			}
			continue
		}
		ans, err := r.follow(ctx, s, known.ImageID)
		if gone(err) || isFailed(err) {
			known.anew(known.ImageID)
			r.Journal.put(known, false)
			e.anew(known.Salt)
			continue
		}
		if err != nil {
			return Result{}, false, err
		}
		if r.Options.Instructions != "" && known.URL != "" {
			// What the server says of an image whose job it has forgotten is the original's.
			ans.URL, ans.Renditions = known.URL, known.Renditions
		}
		res, err := r.settle(s, *e, ans, nil)
		if !begun {
			res.Status = Skipped
		}
		return res, true, err
	}
	return Result{}, false, nil
}

// anew forgets how an upload went, so that the next is another one.
func (e *entry) anew(salt string) {
	e.State, e.ImageID, e.URL, e.Renditions, e.Resumable, e.Salt = stateFailed, "", "", nil, "", salt
}

func (r *run) wasMade(same string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.made[same]
}

// send uploads what is not there.
func (r *run) send(ctx context.Context, s Source, e *entry) (answer, error) {
	if !s.remote && s.Size > r.Small {
		ans, err := r.inPieces(ctx, s, e)
		if err != errNoPieces {
			return ans, err
		}
	}
	ans, err := r.post(ctx, s, e)
	if gone(err) { // the answer of an earlier run's upload, whose image was deleted since
		e.anew(newSalt())
		ans, err = r.post(ctx, s, e)
	}
	return ans, err
}

// refused tells the statuses that are for these bytes, and are no image's.
func refused(status int) bool {
	switch status {
	case http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType, http.StatusUnprocessableEntity:
		return true
	}
	return false
}

// settle writes down how it went.
func (r *run) settle(s Source, e entry, ans answer, err error) (Result, error) {
	if err != nil {
		if isFailed(err) || refused(statusOf(err)) {
			e.anew(newSalt()) // or the server would say the same for a day, whatever its limits are then
			r.Journal.put(e, false)
		}
		return Result{ImageID: ans.ImageID}, err
	}
	before := e
	e.State, e.ImageID, e.URL, e.Renditions, e.Resumable = stateDone, ans.ImageID, ans.URL, ans.Renditions, ""
	if e.ImageID != before.ImageID || e.URL != before.URL || before.State != stateDone {
		r.Journal.put(e, false)
	}
	r.mu.Lock()
	r.made[e.Same] = true
	r.mu.Unlock()
	return Result{
		Status: Uploaded, ImageID: ans.ImageID, URL: ans.URL, Renditions: ans.Renditions, Srcset: ans.Srcset,
		Width: ans.Width, Height: ans.Height, Format: ans.Format, Bytes: ans.Bytes, Placeholder: ans.Placeholder,
	}, nil
}
