package uploader

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"slices"
	"time"

	"lightwell/origin/library"
	"lightwell/origin/problem"
	"lightwell/transform"
	"lightwell/uploader/fetch"
	"lightwell/uploader/queue"
)

// ImageWork makes assets of what was accepted, and renditions of assets.
type ImageWork struct {
	Library   Library
	Incoming  Incoming
	Presets   Presets
	Inspector Inspector
	Suspects  Suspects
	Limits    transform.Limits
	// Gate is for images that are fetched, with Client.
	Gate
	Client *fetch.Client
	// Quota is what tokens may have fetched.
	Quota Quota
	// Prepare makes the rendition of a request, so that a GET of it is a hit. It
	// bounds its own time; errors wrap those of package transform.
	Prepare func(ctx context.Context, a library.Asset, req transform.Request) error
	// BaseURL and Sign are as the Uploader's.
	BaseURL string
	Sign    func(id, query string) string
	// Audit is told what is stored; nil for Log.
	Audit *slog.Logger
	Log   *slog.Logger
}

// Do makes one image an asset, and its renditions, or those of an image that is one.
func (im *ImageWork) Do(ctx context.Context, c queue.Claim) (outcome, error) {
	o, err := orderOf(c.Job)
	if err != nil {
		return outcome{}, err
	}
	t, err := taskOf(c.Item)
	switch {
	case err != nil:
		return outcome{}, err
	case t.Refused != nil:
		return outcome{}, *t.Refused
	case t.Image != "":
		return im.render(ctx, t)
	}
	instructions := t.Instructions
	if len(instructions) == 0 {
		instructions = o.Instructions
	}
	if c.Item.Attempts > 1 {
		if done, seen, err := im.seen(ctx, c.Item.ID, t, instructions); seen || err != nil {
			return done, err
		}
	}
	a, done, err := im.keep(ctx, c.Item.ID, o, t, instructions)
	if err != nil {
		return outcome{}, err
	}
	o.audit(im.Audit, im.Log).Info("image stored", "job", c.Job.ID, "asset", a.ID, "original", a.Original, "name", a.Name,
		"format", a.Source.Format.String(), "bytes", a.Bytes, "width", a.Source.Width, "height", a.Source.Height)
	return done, nil
}

// seen tells whether an image has been there already, which an earlier attempt has made, and how that
// one would have gone. Bytes that came directly may be others by now: what is there stays as it is.
func (im *ImageWork) seen(ctx context.Context, id string, t task, instructions []json.RawMessage) (outcome, bool, error) {
	a, err := im.Library.Asset(ctx, id)
	switch {
	case errors.Is(err, library.ErrDeleted):
		return outcome{URL: im.url(id, "")}, true, nil
	case err != nil || !t.Direct:
		return outcome{}, false, nil
	}
	done, err := im.renditions(ctx, a, instructions)
	return done, true, err
}

func (im *ImageWork) url(id, query string) string { return imageURL(im.BaseURL, im.Sign, id, query) }

// keep checks what was accepted, and makes an asset of it with its renditions: nobody sees
// it before those are there.
func (im *ImageWork) keep(ctx context.Context, id string, o order, t task, instructions []json.RawMessage) (a library.Asset, done outcome, err error) {
	unseen := t.unseen()
	file, err := im.openTraced(ctx, id, &t)
	if err != nil {
		return a, done, err
	}
	defer file.Close()
	a, levels, err := im.checked(ctx, file, id, o, t)
	if err != nil {
		return a, done, err
	}
	// A half that is kept because the lease was lost in between would be the other
	// worker's to undo.
	storing := context.WithoutCancel(ctx)
	if len(instructions) > 0 {
		if a, err = traceStore(storing, "stage", im.Library.Stage, file, a, levels); err != nil {
			return a, done, notKept(err)
		}
		levels = nil
	}
	if done, err = im.renditions(ctx, a, instructions); err != nil {
		if unseen { // nobody else knows the hash
			err = errors.Join(err, im.Library.Undo(storing, a))
		}
		return a, done, err
	}
	a, err = traceStore(storing, "store", im.Library.Add, file, a, levels)
	return a, done, notKept(err)
}

// notKept is why an asset is not there. A store without room says so itself.
func notKept(err error) error {
	if err == nil || errors.Is(err, library.ErrDeleted) {
		return err
	}
	return fmt.Errorf("%w: %w", library.ErrUnavailable, err)
}

// checked decodes a file, and says which asset it is to be, with which levels.
func (im *ImageWork) checked(ctx context.Context, file *os.File, id string, o order, t task) (a library.Asset, levels []transform.LevelFile, err error) {
	if err := im.Quota.fetched(ctx, o.Token, id, t); err != nil {
		return a, nil, err
	}
	if err := im.Suspects.Check(t.Hash, ""); err != nil {
		return a, nil, err
	}
	seen, err := im.inspect(ctx, file)
	im.Suspects.Inspected(t.Hash, err)
	if err != nil {
		return a, nil, inspectionFailed(err)
	}
	a = library.Asset{
		ID: id, Original: t.Hash, Bytes: t.Bytes, Source: seen.Source, Facts: seen.Facts,
		Name: t.Name, Tags: merged(o.Tags, t.Tags), Created: o.Accepted, Unsettled: t.Direct,
	}
	return a, seen.LevelFiles, nil
}

// open is the image's bytes: fetched, or those that were accepted. Once they are
// promised, their absence is our fault.
func (im *ImageWork) open(ctx context.Context, id string, t *task) (*os.File, error) {
	if t.URL != "" {
		got, err := im.fetchInto(ctx, t)
		if err != nil {
			return nil, err
		}
		return got.file, nil
	}
	file, err := im.accepted(ctx, id, *t)
	if err != nil {
		return nil, err
	}
	if t.Direct {
		err = im.identify(file, t)
	} else {
		err = isAccepted(file, t.Hash)
	}
	if err != nil {
		file.Close()
		return nil, err
	}
	return file, nil
}

// isAccepted is an error for other bytes than were accepted: a store that is out of its mind gives them, and
// the image would be refused for good, or described as another.
func isAccepted(file *os.File, hash string) error {
	sum := sha256.New()
	_, err := io.Copy(sum, file)
	if err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	if got := hex.EncodeToString(sum.Sum(nil)); err == nil && got != hash {
		err = fmt.Errorf("the SHA-256 of what was accepted is %s, not %s", got, hash)
	}
	if err != nil {
		return fmt.Errorf("%w: %w", library.ErrUnavailable, err)
	}
	return nil
}

// merged is the tags of both, each once.
func merged(a, b []string) []string {
	all := slices.Clone(a)
	for _, tag := range b {
		if !slices.Contains(all, tag) {
			all = append(all, tag)
		}
	}
	return all
}

// Undo takes away what there is of an image that is given up.
func (im *ImageWork) Undo(ctx context.Context, c queue.Claim) {
	a, err := im.begun(ctx, c)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, library.ErrDeleted) {
		return
	}
	if err == nil {
		err = im.Library.Undo(ctx, a)
	}
	if err != nil {
		im.Log.Warn("what is left of an image stays for the sweep", "asset", c.Item.ID, "error", err)
	}
}

// begun is the asset that was to be made of an item. Of what a worker was the first to see the
// queue does not know the hash: if there is an asset, it does.
func (im *ImageWork) begun(ctx context.Context, c queue.Claim) (library.Asset, error) {
	t, err := taskOf(c.Item)
	switch {
	case err != nil:
		return library.Asset{}, err
	case t.Image != "": // renditions are no more than the cache's
		return library.Asset{}, fs.ErrNotExist
	case t.unseen():
		return im.Library.Asset(ctx, c.Item.ID)
	}
	o, err := orderOf(c.Job)
	return library.Asset{ID: c.Item.ID, Original: t.Hash, Tags: merged(o.Tags, t.Tags), Created: o.Accepted}, err
}

// Settled lets the accepted bytes go.
func (im *ImageWork) Settled(ctx context.Context, c queue.Claim) {
	t, err := taskOf(c.Item)
	if err == nil && t.Direct {
		if err := im.Incoming.Abandon(ctx, c.Item.ID); err != nil {
			im.Log.Warn("what came directly is left to the sweep", "item", c.Item.ID, "error", err)
		}
	}
	if err == nil && !t.accepted() {
		return
	}
	if err := im.Library.Discard(ctx, c.Item.ID); err != nil {
		im.Log.Warn("accepted bytes are left to the sweep", "item", c.Item.ID, "error", err)
	}
}

// Again is soon, for what is wrong here may be over soon.
func (im *ImageWork) Again(c queue.Claim) (time.Duration, bool) {
	return backoff(c.Item.Attempts, time.Minute), true
}

// inspectionFailed makes the file's fault a 422. That includes what ended the
// child: other files go through it.
func inspectionFailed(err error) error {
	detail := ""
	switch {
	case errors.Is(err, transform.ErrLimit), errors.Is(err, transform.ErrUndecodable):
		detail = problem.From(err).Detail
	case errors.Is(err, transform.ErrDeadline):
		detail = "Decoding this image takes longer than is allowed."
	case errors.Is(err, transform.ErrMemory):
		detail = "Decoding this image takes more memory than is allowed."
	case errors.Is(err, transform.ErrCrash):
		detail = "Decoding this image ended the decoder."
	case errors.Is(err, transform.ErrBusy), errors.Is(err, transform.ErrFormat), errors.Is(err, context.Canceled):
		return err
	default: // whatever it wraps means something else here
		return fmt.Errorf("inspect an upload: %v", err)
	}
	return fmt.Errorf("%w: %w", problem.New(http.StatusUnprocessableEntity, detail), err)
}
