package uploader

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"sync"
	"time"

	"lightwell/origin/library"
	"lightwell/tracing"
	"lightwell/uploader/queue"
)

// maxPurge is how many ids, or tags, one request may name; as many ids have room in a body.
const maxPurge = 500

// purgeRequest is the body of POST /purge.
type purgeRequest struct{ IDs, Tags []string }

// Purged is the answer of POST /purge.
type Purged struct {
	Purged int `json:"purged"`
	// NotFound are ids that were asked for and are no image, or not any more.
	NotFound []string `json:"notFound,omitempty"`
}

// Removed is the answer of DELETE /images.
type Removed struct {
	Deleted int `json:"deleted"`
}

// purge is POST /purge: a new generation for each image, and word to the CDN.
func (u *Uploader) purge(w http.ResponseWriter, r *http.Request) error {
	asked, err := parsePurge(w, r)
	if err != nil {
		return err
	}
	t := &tally{}
	for _, id := range asked.IDs {
		if err := t.count(id, u.Library.Purge(r.Context(), id)); err != nil {
			return err
		}
	}
	gone := t.missing
	for _, tag := range asked.Tags {
		if err := u.Library.Tagged(r.Context(), tag, func(ctx context.Context, id string) error {
			return t.countTagged(id, u.Library.Purge(ctx, id))
		}); err != nil {
			return err
		}
	}
	if err := u.tellCDN(r.Context(), asked.IDs, asked.Tags, t.tagged); err != nil {
		return err
	}
	u.audit(r.Context()).Info("images purged", "images", t.done, "tags", asked.Tags)
	return answer(w, http.StatusOK, Purged{Purged: t.done, NotFound: gone})
}

func parsePurge(w http.ResponseWriter, r *http.Request) (p purgeRequest, err error) {
	members, err := readObject(w, r)
	if err != nil {
		return p, err
	}
	for _, m := range members {
		list := map[string]*[]string{"ids": &p.IDs, "tags": &p.Tags}[m.Name]
		if list == nil {
			return p, bad(m.Name, "There is no member %q: ids and tags are known.", m.Name)
		}
		if json.Unmarshal(m.Value, list) != nil || len(*list) > maxPurge {
			return p, bad(m.Name, "%s is a list of at most %d strings.", m.Name, maxPurge)
		}
	}
	if len(p.IDs)+len(p.Tags) == 0 {
		return p, bad("ids", "Nothing is to be purged: ids, or tags, is a list of some.")
	}
	return p, p.check()
}

func (p purgeRequest) check() error {
	for _, id := range p.IDs {
		if !library.ValidID(id) {
			return bad("ids", "%.80q is not an image's id.", id)
		}
	}
	for _, tag := range p.Tags {
		if tag == "" || len(tag) > maxTag {
			return bad("tags", "A tag has 1 to %d bytes.", maxTag)
		}
	}
	return nil
}

// tally counts what has become of images. It is used by several goroutines.
type tally struct {
	mu      sync.Mutex // guards the fields below
	done    int
	missing []string
	tagged  []string // those that were found by a tag
}

// count takes note of an image that was asked for by its id. What is not there is no error.
func (t *tally) count(id string, err error) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case err == nil:
		t.done++
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, library.ErrDeleted):
		t.missing = append(t.missing, id)
	default:
		return err
	}
	return nil
}

// countTagged is count for an image that was found by a tag, and which the CDN may have, whatever is here.
func (t *tally) countTagged(id string, err error) error {
	err = t.count(id, err)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.tagged = append(t.tagged, id)
	return err
}

// removeTagged is DELETE /images?tag=: all images of a tag.
func (u *Uploader) removeTagged(w http.ResponseWriter, r *http.Request) error {
	q, err := parseQuery(r.URL.RawQuery)
	if err != nil {
		return err
	}
	if q != (library.Query{Tag: q.Tag, Limit: defaultPage}) || q.Tag == "" {
		return bad("tag", "What is deleted is named by a tag, and by nothing else.")
	}
	t := &tally{}
	err = u.Library.Tagged(r.Context(), q.Tag, func(ctx context.Context, id string) error {
		return t.countTagged(id, u.Library.Delete(ctx, id))
	})
	// Also when there was an error: what is deleted by now is not there to be found the next time.
	if err := errors.Join(err, u.tellCDN(r.Context(), nil, []string{q.Tag}, t.tagged)); err != nil {
		return err
	}
	u.audit(r.Context()).Info("images deleted", "images", t.done, "tag", q.Tag)
	return answer(w, http.StatusOK, Removed{t.done})
}

// tellCDN has a CDN told, durably, where there is one.
func (u *Uploader) tellCDN(ctx context.Context, ids, tags, ofTags []string) (err error) {
	if u.CDN == nil {
		return nil
	}
	batches := u.CDN.Batches(ids, tags, ofTags)
	if len(batches) == 0 {
		return nil
	}
	ctx, span := tracing.StartAs(ctx, tracing.Producer, "enqueue")
	defer func() { endSpan(span, err) }()
	job := queue.Job{ID: library.NewID(), Class: queue.Callback}
	for len(batches) > 0 {
		n := min(queue.MaxBatch, len(batches))
		batch := queue.Batch{Job: job, Last: n == len(batches)}
		for _, names := range batches[:n] {
			work, err := encode(errand{Purge: names, Trace: span.Carry()})
			if err != nil {
				return err
			}
			batch.Items = append(batch.Items, queue.Item{ID: library.NewID(), Work: work})
		}
		if err := u.enqueue(ctx, batch); err != nil {
			return fmt.Errorf("tell the CDN: %w", err)
		}
		batches = batches[n:]
	}
	return nil
}

// tellTime is how long the queue may take, when an answer waits for it that has nothing else to wait for.
const tellTime = 5 * time.Second

func (u *Uploader) enqueue(ctx context.Context, b queue.Batch) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), tellTime)
	defer cancel()
	_, err := u.Queue.Add(ctx, b)
	if err != nil && ctx.Err() != nil {
		err = fmt.Errorf("%w: %w", queue.ErrUnavailable, err)
	}
	return err
}
