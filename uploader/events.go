package uploader

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"lightwell/uploader/queue"

	"github.com/coder/websocket"
)

const (
	// eventPage is how many images one message tells of.
	eventPage = 200
	// eventPause is the least time between two messages of what is not over.
	eventPause = 100 * time.Millisecond
	// lastEvent is the id of the last event: whoever has it has all.
	lastEvent = "end"
)

// Variables for tests that cannot wait so long.
var (
	// eventSilence is how long nothing is sent; then a sign of life is.
	eventSilence = 15 * time.Second
	// eventWrite is how long a client may take to take a message.
	eventWrite = 30 * time.Second
)

// errEnding is why a job is not followed to its end: the client comes again, to
// another process.
var errEnding = errors.New("this process is about to end")

// progress follows a job. Its images are told of in their order, each once: those that
// have ended before the first that has not. So a number is all that it takes to go on
// where a connection broke off.
type progress struct {
	u     *Uploader
	job   string
	index int // the next image to tell of
	// said is the counters that were sent last.
	said queue.Finished
	sent bool
}

// next is the message that is due now, if there is one, and whether it is the last:
// that has the addresses of all images, or of the first page and a cursor.
func (p *progress) next(ctx context.Context) (s Status, due, last bool, err error) {
	j, items, err := p.u.Queue.Get(ctx, p.job, p.index, eventPage)
	if err != nil {
		return s, false, false, err
	}
	ended := 0
	for ended < len(items) && stateOf(items[ended].State) != "processing" {
		ended++
	}
	s = statusOf(j, items[:ended], p.index)
	s.Next = ""
	switch {
	case ended > 0:
	case !j.Ended.IsZero() && p.index >= j.Total:
		s, err = p.end(ctx)
		return s, true, true, err
	case p.sent && p.said == j.Finished:
		return s, false, false, nil
	}
	s.Status = "processing" // there is more to come
	p.index += ended
	p.said, p.sent = j.Finished, true
	return s, true, false, nil
}

func (p *progress) end(ctx context.Context) (Status, error) {
	j, items, err := p.u.Queue.Get(ctx, p.job, 0, maxPage)
	if err != nil {
		return Status{}, err
	}
	s := statusOf(j, items, 0)
	s.Items = []ItemStatus{} // each has been told of
	return s, nil
}

// follow sends messages until the last, or an error of send or of the queue. alive is
// called in long silence.
func (p *progress) follow(ctx context.Context, send func(s Status, last bool) error, alive func() error) error {
	changed := make(chan struct{}, 1)
	defer p.u.Queue.Watch(p.job, func() {
		select {
		case changed <- struct{}{}:
		default:
		}
	})()
	spoke := time.Now()
	for {
		s, due, last, err := p.next(ctx)
		switch {
		case err != nil:
			return err
		case due:
			if err := send(s, last); err != nil || last {
				return err
			}
			spoke = time.Now()
			if len(s.Items) < eventPage { // otherwise the next are there already
				if err := p.pause(ctx); err != nil {
					return err
				}
			}
			continue // nobody tells twice of what has changed meanwhile
		case time.Since(spoke) > eventSilence:
			if err := alive(); err != nil {
				return err
			}
			spoke = time.Now()
		}
		select {
		case <-changed:
		case <-time.After(lookAgain):
		case <-p.u.Ending:
			return errEnding
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// pause keeps what changes often from being told as often.
func (p *progress) pause(ctx context.Context) error {
	select {
	case <-time.After(eventPause):
		return nil
	case <-p.u.Ending:
		return errEnding
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// wantsEvents tells whether a request asks for server-sent events.
func wantsEvents(r *http.Request) bool {
	for _, accept := range r.Header.Values("Accept") {
		for part := range strings.SplitSeq(accept, ",") {
			media, _, _ := strings.Cut(part, ";")
			if strings.EqualFold(strings.TrimSpace(media), "text/event-stream") {
				return true
			}
		}
	}
	return false
}

// wantsSocket tells whether a request asks for a WebSocket.
func wantsSocket(r *http.Request) bool {
	return strings.EqualFold(r.Header.Get("Upgrade"), "websocket")
}

// events is GET /status/{jobId} as server-sent events. An event's id is where the next
// one goes on. A browser comes again after the last one, too, until it is told by a 204
// that there is nothing more (HTML, section 9.2.3).
func (u *Uploader) events(w http.ResponseWriter, r *http.Request, j queue.Job, index int) error {
	if from := r.Header.Get("Last-Event-ID"); from == lastEvent {
		w.WriteHeader(http.StatusNoContent)
		return nil
	} else if from != "" {
		var err error
		if index, err = strconv.Atoi(from); err != nil || index < 0 || index > j.Total {
			return bad("Last-Event-ID", "This is not the id of an event of this job.")
		}
	}
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no") // nginx would hold them back
	w.WriteHeader(http.StatusOK)
	if r.Method == http.MethodHead {
		return nil
	}
	p := &progress{u: u, job: j.ID, index: index}
	stream := newEventStream(w)
	defer stream.end()
	err := p.follow(r.Context(), func(s Status, last bool) error {
		id, name := strconv.Itoa(p.index), "progress"
		if last {
			id, name = lastEvent, s.Status
		}
		data, err := jsonOf(s)
		if err != nil {
			return err
		}
		return stream.write(fmt.Appendf(nil, "id: %s\nevent: %s\ndata: %s\n\n", id, name, data))
	}, func() error { return stream.write([]byte(": \n\n")) })
	u.logFollowing(r.Context(), j.ID, err)
	return nil // the answer has begun
}

// eventStream writes to a client that must take it in time.
type eventStream struct {
	to      http.ResponseWriter
	control *http.ResponseController
}

func newEventStream(w http.ResponseWriter) eventStream {
	return eventStream{w, http.NewResponseController(w)}
}

func (s eventStream) write(text []byte) error {
	s.control.SetWriteDeadline(time.Now().Add(eventWrite)) // an error is one of the write, too
	if _, err := s.to.Write(text); err != nil {
		return err
	}
	return s.control.Flush()
}

// end takes back the deadline: net/http would keep it for the connection's next answer.
func (s eventStream) end() { s.control.SetWriteDeadline(time.Time{}) }

// socket is GET /status/{jobId} as messages of a WebSocket.
func (u *Uploader) socket(w http.ResponseWriter, r *http.Request, job string, index int) error {
	// Anybody may read a status who knows its id, from whatever page.
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{InsecureSkipVerify: true})
	if err != nil {
		return nil // it has been answered
	}
	defer conn.CloseNow()
	ctx := conn.CloseRead(context.WithoutCancel(r.Context())) // ends when the client does
	p := &progress{u: u, job: job, index: index}
	err = p.follow(ctx, func(s Status, _ bool) error {
		data, err := jsonOf(s)
		if err != nil {
			return err
		}
		ctx, cancel := context.WithTimeout(ctx, eventWrite)
		defer cancel()
		return conn.Write(ctx, websocket.MessageText, data)
	}, func() error {
		ctx, cancel := context.WithTimeout(ctx, eventWrite)
		defer cancel()
		return conn.Ping(ctx)
	})
	u.logFollowing(ctx, job, err)
	switch {
	case err == nil:
		conn.Close(websocket.StatusNormalClosure, "")
	case errors.Is(err, errEnding):
		conn.Close(websocket.StatusGoingAway, "")
	default:
		conn.Close(websocket.StatusInternalError, "the status cannot be read")
	}
	return nil
}

func (u *Uploader) logFollowing(ctx context.Context, job string, err error) {
	if err != nil && ctx.Err() == nil && !errors.Is(err, context.Canceled) && !errors.Is(err, errEnding) {
		u.Log.Warn("a job is not followed any more", "job", job, "error", err)
	}
}

// jsonOf is a value on one line.
func jsonOf(v any) ([]byte, error) {
	var body bytes.Buffer
	encoder := json.NewEncoder(&body)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimRight(body.Bytes(), "\n"), nil
}
