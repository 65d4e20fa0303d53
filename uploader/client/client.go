// Package client uploads files, folders and addresses through the upload door of a Lightwell.
//
// Find makes Sources of what somebody named, Upload takes them there, several at once, and tells of
// each as it ends. A Journal remembers what has been taken where: what is already there is left
// alone, and what was interrupted goes on. Small files are a single request that can be repeated
// without a second image (Idempotency-Key); larger ones go in pieces (tus 1.0), from where the
// server says it has got to.
//
// What an image is, its bytes and options say: the same bytes under another name are the same
// image, and are not uploaded again.
package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// Client uploads to one server. Its fields are not changed once it is used.
type Client struct {
	// Server is the address of the upload door, as ParseServer gives it.
	Server string
	// Token is sent with every request to Server, and nowhere else; "" for none.
	Token   string
	Options Options
	// Parallel is how many images are under way at once; 0 means 4.
	Parallel int
	// Again uploads also what is there already.
	Again   bool
	Journal *Journal
	// Progress is told how it goes; nil tells nobody.
	Progress Progress
	// HTTP makes the requests; nil means one of its own, which follows no redirect.
	HTTP *http.Client

	// Small is the most bytes that go in a single request; 0 means 8 MiB. Chunk is the most
	// bytes of one request of those that go in several; 0 means 16 MiB.
	Small, Chunk int64
	// Patience is how long a request is tried again without getting anywhere; 0 means 2 minutes.
	Patience time.Duration
	// Quiet is how long a connection may be silent; 0 means 2 minutes.
	Quiet time.Duration
	// Follow is how long the processing of one image is waited for; 0 means 10 minutes.
	Follow time.Duration
	// Pause is the first wait before something is tried again; 0 means half a second.
	Pause time.Duration
}

// Options go with every image.
type Options struct {
	Tags         []string
	Instructions string // JSON; "" for none
}

// Progress is told how it goes, by several goroutines at once.
type Progress interface {
	// Begin is called when something is done about a source, and End once it is over.
	Begin(s Source)
	// Moved is called for bytes that were sent; negative where some must be sent again.
	Moved(s Source, bytes int64)
	// Resumed is called for bytes that an earlier run sent.
	Resumed(s Source, bytes int64)
	// Waiting is called when everything was sent, and the server works on it.
	Waiting(s Source)
	End(s Source, r Result)
}

// Status is how it went with one source.
type Status string

const (
	Uploaded    Status = "uploaded"
	Skipped     Status = "skipped" // it was there already
	Failed      Status = "failed"
	Interrupted Status = "interrupted"
)

// Result is how it went with one source. Dimensions are pixels as shown.
type Result struct {
	Path        string   `json:"path"`
	Status      Status   `json:"status"`
	ImageID     string   `json:"imageId,omitempty"`
	URL         string   `json:"url,omitempty"`
	Renditions  []string `json:"renditions,omitempty"`
	Srcset      string   `json:"srcset,omitempty"`
	Width       int      `json:"width,omitempty"`
	Height      int      `json:"height,omitempty"`
	Format      string   `json:"format,omitempty"`
	Bytes       int64    `json:"bytes,omitempty"`
	Placeholder string   `json:"placeholder,omitempty"`
	Error       *Problem `json:"error,omitempty"`
}

// Summary is how it went with all of them.
type Summary struct {
	Total                                  int
	Uploaded, Skipped, Failed, Interrupted int
	Sent                                   int64 // bytes of those that were uploaded
	// Stopped is why the rest was not begun, which nobody asked for; nil where there was no reason.
	Stopped error
}

// Left is how many were not begun.
func (s Summary) Left() int { return s.Total - s.Uploaded - s.Skipped - s.Failed - s.Interrupted }

func (s *Summary) add(r Result) {
	switch r.Status {
	case Uploaded:
		s.Uploaded++
		s.Sent += r.Bytes
	case Skipped:
		s.Skipped++
	case Failed:
		s.Failed++
	case Interrupted:
		s.Interrupted++
	}
}

// ParseServer is the address of an upload door: http or https, perhaps with a path before it.
func ParseServer(address string) (string, error) {
	at, err := url.Parse(address)
	switch {
	case err != nil:
		return "", fmt.Errorf("%q is not a server's address", address)
	case at.Scheme != "http" && at.Scheme != "https", at.Hostname() == "":
		return "", fmt.Errorf("%q is not a server's address, such as http://127.0.0.1:8081", address)
	case at.User != nil, at.RawQuery != "", at.Fragment != "":
		return "", fmt.Errorf("a server's address has no user, query and fragment in it")
	}
	return strings.TrimRight(at.String(), "/"), nil
}

// run is one call of Upload.
type run struct {
	Client
	turns turns
	stop  context.CancelCauseFunc // with a stopped

	mu   sync.Mutex      // guards made
	made map[string]bool // what bytes and options were uploaded in this run: see entry.Same
}

// stopped is the cause of a run's end when nothing more can come of it.
type stopped struct{ error }

func (s stopped) Unwrap() error { return s.error }

// Upload takes sources to the server and calls each with every Result as it comes, never twice at
// the same time. It returns once all is over; when ctx is done that is soon. What was not begun
// then has no Result.
func (c *Client) Upload(ctx context.Context, sources []Source, each func(Result)) Summary {
	sum := Summary{Total: len(sources)}
	within, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	r := &run{Client: c.filled(), stop: stop, made: map[string]bool{}}
	defer r.HTTP.CloseIdleConnections()
	if sum.Stopped = r.reach(within); sum.Stopped != nil {
		return sum
	}
	r.all(within, sources, func(res Result) {
		sum.add(res)
		each(res)
	})
	if s, ok := errors.AsType[stopped](context.Cause(within)); ok {
		sum.Stopped = s.error
	}
	return sum
}

// all goes through sources with several hands, until ctx is done.
func (r *run) all(ctx context.Context, sources []Source, each func(Result)) {
	var hands sync.WaitGroup
	var telling sync.Mutex
	next := make(chan Source)
	for range min(r.Parallel, max(1, len(sources))) {
		hands.Go(func() {
			for s := range next {
				r.Progress.Begin(s)
				res := r.one(ctx, s)
				r.Progress.End(s, res)
				telling.Lock()
				each(res)
				telling.Unlock()
			}
		})
	}
	for _, s := range sources {
		select {
		case next <- s:
			continue
		case <-ctx.Done():
		}
		break
	}
	close(next)
	hands.Wait()
}

// one takes one source there, and says how that went.
func (r *run) one(ctx context.Context, s Source) Result {
	res, err := Result{}, s.err
	if err == nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	if err == nil {
		res, err = r.take(ctx, s)
	}
	res.Path = s.Path
	if err == nil {
		return res
	}
	res = Result{Path: s.Path, Status: Failed, ImageID: res.ImageID, Bytes: s.Size, Error: asProblem(err)}
	if cause := context.Cause(ctx); cause != nil && s.err == nil {
		if s, ok := errors.AsType[stopped](cause); ok {
			res.Error = asProblem(s.error)
		} else {
			res.Status, res.Error = Interrupted, &Problem{Detail: "interrupted; the same command goes on"}
		}
	}
	return res
}

// filled is the client with every default in its place.
func (c *Client) filled() Client {
	f := *c
	orDefault(&f.Parallel, 4)
	orDefault(&f.Small, 8<<20)
	orDefault(&f.Chunk, 16<<20)
	orDefault(&f.Patience, 2*time.Minute)
	orDefault(&f.Quiet, 2*time.Minute)
	orDefault(&f.Follow, 10*time.Minute)
	orDefault(&f.Pause, 500*time.Millisecond)
	if f.Progress == nil {
		f.Progress = silence{}
	}
	if f.HTTP == nil {
		f.HTTP = newHTTP(f.Parallel)
	}
	return f
}

func orDefault[T ~int | ~int64](field *T, value T) {
	if *field == 0 {
		*field = value
	}
}

type silence struct{}

func (silence) Begin(Source)          {}
func (silence) Moved(Source, int64)   {}
func (silence) Resumed(Source, int64) {}
func (silence) Waiting(Source)        {}
func (silence) End(Source, Result)    {}
