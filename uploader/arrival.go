package uploader

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"net/http"
	"time"

	"lightwell/origin/library"
	"lightwell/origin/problem"
	"lightwell/tracing"
	"lightwell/uploader/queue"

	"golang.org/x/sync/errgroup"
)

// arrival is one image of an upload, as it comes: bytes to read, or a URL to fetch
// them from.
type arrival struct {
	name         string
	body         io.Reader // nil where url is given
	url          string
	tags         []string
	instructions []json.RawMessage
}

const (
	// batchItems is how many items go into the queue at once.
	batchItems = 200
	// acceptsAtOnce is how many images of a bulk are put into the store at the same time:
	// a store is waited for rather than busy. Each has a file open.
	acceptsAtOnce = 8
	// renewAfter is how long the queue hears nothing of a job that is coming in. It
	// gives one up after queue.OpenLife.
	renewAfter = queue.OpenLife / 4
)

// intake takes in the images of one upload, one after the other, in little memory.
// What is taken in is promised to nobody before commit; abandon takes it back.
type intake struct {
	u       *Uploader
	ctx     context.Context // the request's, which it does not outlive
	opts    *options        // complete at the end of the body
	allowed *allowance      // bytes that the token has left
	bulk    bool            // known beforehand, or from the second image on
	job     string          // id; a bulk's
	print   hash.Hash       // of all that tells one upload from another

	first   *received // all there is so far of what is not a bulk
	pending []queue.Item
	// accepting puts the bytes of the pending items where they are to be.
	accepting errgroup.Group
	kept      []string // the ids of all items, where there is an Idempotency-Key
	count     int      // images
	bytes     int64    // of all
	taken     int64    // of those that were not refused: they count for the token
	refused   int      // of count
	why       problem.Problem
	renewed   time.Time // when the queue last heard of the job
	// settled is that there is nothing to take back: it is promised, or may be.
	settled bool
}

// add takes in an image. An error is the end of the whole upload.
func (in *intake) add(a arrival) error {
	in.count++
	if in.count == 2 && !in.bulk {
		if err := in.becomeBulk(); err != nil {
			return err
		}
	}
	if in.bulk && in.count > in.u.BulkItems {
		return problem.New(http.StatusRequestEntityTooLarge, fmt.Sprintf("A bulk may have at most %d images.", in.u.BulkItems))
	}
	if a.name == "" && a.url != "" {
		a.name = nameIn(a.url)
	}
	got := &received{arrival: a}
	if a.body != nil {
		if err := in.spool(got); err != nil {
			got.close()
			return err
		}
	}
	fmt.Fprintf(in.print, "%q %s %q %q\n", a.url, got.hash, a.tags, plain(a.instructions))
	if !in.bulk { // which name it will have, shows later

		in.first = got
		return nil
	}
	return in.keep(got)
}

// spool reads an image to a temporary file. What is wrong with one of many does not
// end the others, and whether it is one of many shows later.
func (in *intake) spool(got *received) error {
	if in.bulk {
		got.body = renewing{got.body, in}
	}
	err := in.u.spool(got)
	in.bytes += got.bytes
	if in.bulk && in.bytes > in.u.BulkBytes {
		return in.u.tooMuch()
	}
	if f, ok := errors.AsType[fault](err); ok {
		got.close()
		got.refused = &f.Problem
		return nil
	}
	if err != nil {
		return err
	}
	in.taken += got.bytes
	return in.allowed.fits(in.ctx, in.taken)
}

func (u *Uploader) tooMuch() error {
	return problem.New(http.StatusRequestEntityTooLarge, fmt.Sprintf("The images of a bulk may have at most %d bytes together.", u.BulkBytes))
}

// renewing keeps a job open while one of its images is long in coming.
type renewing struct {
	io.Reader
	in *intake
}

func (r renewing) Read(p []byte) (int, error) {
	if time.Since(r.in.renewed) > renewAfter {
		if err := r.in.flush(); err != nil {
			return 0, err
		}
	}
	return r.Reader.Read(p)
}

// becomeBulk makes what looked like one image the first of many.
func (in *intake) becomeBulk() error {
	in.bulk = true
	in.begin()
	first := in.first
	in.first = nil
	return in.keep(first)
}

// mustBeBulk makes the upload a bulk however many images it has.
func (in *intake) mustBeBulk() {
	in.bulk = true
	in.begin()
}

func (in *intake) begin() { in.job, in.renewed = library.NewID(), time.Now() }

// keep makes an image of a bulk an item.
func (in *intake) keep(got *received) error {
	fmt.Fprintf(in.print, "%q\n", got.name)
	if err := in.accept(library.NewID(), got); err != nil {
		return err
	}
	if len(in.pending) < batchItems {
		return nil
	}
	return in.flush()
}

// accept has the bytes of an image kept where every worker finds them: they are when
// accepting has been waited for, with whose error.
func (in *intake) accept(id string, got *received) error {
	work, err := encode(task{
		Name: got.name, Hash: got.hash, Bytes: got.bytes, URL: got.url, Tags: got.tags,
		Instructions: got.instructions, Refused: got.refused,
	})
	if err != nil {
		got.close()
		return err
	}
	if got.refused != nil {
		in.refused++
		in.why = *got.refused
	}
	in.pending = append(in.pending, queue.Item{ID: id, Work: work})
	if in.opts.key != "" {
		in.kept = append(in.kept, id)
	}
	if got.file == nil {
		return nil
	}
	in.accepting.Go(func() error { // which waits while there are acceptsAtOnce
		defer got.close()
		return in.keepBytes(id, got)
	})
	return nil
}

func (in *intake) keepBytes(id string, got *received) (err error) {
	ctx := in.ctx
	if !in.bulk { // of which there may be ten thousand
		var span *tracing.Span
		ctx, span = tracing.Start(ctx, "accept")
		defer func() { endSpan(span, err) }()
	}
	return in.u.Library.Accept(ctx, id, got.file, got.bytes)
}

// accepted waits until the bytes of all that is pending are kept.
func (in *intake) accepted() error {
	err := in.accepting.Wait()
	in.accepting = errgroup.Group{} // or it would say the same of the next
	in.accepting.SetLimit(acceptsAtOnce)
	return err
}

// flush puts what is pending into the queue.
func (in *intake) flush() error {
	if err := in.accepted(); err != nil {
		return err
	}
	_, err := in.u.Queue.Add(in.ctx, queue.Batch{Job: queue.Job{ID: in.job, Class: queue.Bulk}, Items: in.pending})
	if err == nil {
		in.pending, in.renewed = in.pending[:0], time.Now()
	}
	return err
}
