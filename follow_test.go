package main_test

import (
	"strings"
	"testing"
)

// The npm package ws follows a bulk: it is told of each image once, in their order,
// whichever is done first.
func TestWebSocketClient(t *testing.T) {
	t.Parallel()
	p, g, job := uploadGallery(t)
	client := run(t, "socket.mjs", strings.Replace(p.uploads, "http:", "ws:", 1)+"/status/"+job)
	var urls []string
	next := func() jobStatus {
		t.Helper()
		var message struct {
			Binary bool
			Status jobStatus
		}
		client.next(&message)
		if message.Binary {
			t.Errorf("a message is binary: %+v", message)
		}
		return message.Status
	}
	told := func(completed int, images ...int) {
		t.Helper()
		s := next()
		wantImages(t, g, s, job, completed, images...)
		urls = append(urls, s.URLs...)
	}
	told(0)
	g.release(1)
	told(1) // the counter only: it is not its turn
	g.release(0)
	told(2, 0, 1)
	g.release(2)
	told(3, 2)
	g.release(3)
	told(4, 3)
	wantLast(t, p, next(), job, urls)
	var closed struct{ Code int }
	if client.next(&closed); closed.Code != 1000 {
		t.Errorf("the socket is closed with %d, want 1000, a normal closure", closed.Code)
	}
	client.end()
}

// follower is the npm package eventsource as it follows a job.
type follower struct {
	*script
	job  string
	g    *gallery
	urls []string // of all images that it was told of
}

// saw is what events.mjs says, one of these at a time.
type saw struct {
	Answered  int    // status of an answer
	From      string // the Last-Event-ID that it was asked with
	Event, ID string
	Status    jobStatus
	Closed    bool
}

// answered wants the connection to be made, or made again.
func (f *follower) answered(status int, from string) {
	f.t.Helper()
	var s saw
	if f.next(&s); s.Answered != status || s.From != from {
		f.t.Fatalf("the client saw %+v, want an answer with status %d to Last-Event-ID %q", s, status, from)
	}
}

func (f *follower) event(name, id string) jobStatus {
	f.t.Helper()
	var s saw
	if f.next(&s); s.Event != name || s.ID != id {
		f.t.Fatalf("the client saw %+v, want the event %s with the id %s", s, name, id)
	}
	return s.Status
}

// told wants an event of some images.
func (f *follower) told(id string, completed int, images ...int) {
	f.t.Helper()
	s := f.event("progress", id)
	wantImages(f.t, f.g, s, f.job, completed, images...)
	f.urls = append(f.urls, s.URLs...)
}

// The npm package eventsource follows a bulk, also over a connection that breaks off:
// then it comes again by itself and is told of what it missed, and of nothing twice.
// After the last event it stops, because there is no content for it.
func TestEventSourceClient(t *testing.T) {
	for _, tt := range []struct {
		name string
		cut  bool
	}{
		{"whole", false},
		{"cut off in the middle", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p, g, job := uploadGallery(t)
			w := newWire(t, strings.TrimPrefix(p.uploads, "http://"))
			f := &follower{script: run(t, "events.mjs", "http://"+w.address()+"/status/"+job), job: job, g: g}
			f.answered(200, "")
			f.told("0", 0)
			g.release(1)
			f.told("0", 1) // the counter only: it is not its turn
			g.release(0)
			f.told("2", 2, 0, 1)
			third := func() {
				g.release(2)
				eventually(t, patience, "the third image is done", func() bool { return p.job(t, job, "").Completed == 3 })
			}
			if tt.cut {
				w.without(third)
				f.answered(200, "2")
			} else {
				third()
			}
			f.told("3", 3, 2)
			g.release(3)
			f.told("4", 4, 3)
			wantLast(t, p, f.event("completed", "end"), job, f.urls)
			f.answered(204, "end")
			var s saw
			if f.next(&s); !s.Closed {
				t.Errorf("the client saw %+v, want it to stop", s)
			}
			f.end()
		})
	}
}
