package uploader_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"lightwell/origin/library"
	"lightwell/uploader"
	"lightwell/uploader/queue"
)

// handJob is a job of a class that the door's worker does not take: the test does its items.
type handJob struct {
	d      *door
	id     string
	claims []queue.Claim
}

// byHand queues a job of so many images, with names of at least so many bytes, and takes them all.
func (d *door) byHand(n, name int) *handJob {
	d.t.Helper()
	job := &handJob{d: d, id: d.queued(n, name)}
	for range n {
		c, err := d.queue.Take(context.Background(), patience, queue.Callback)
		if err != nil {
			d.t.Fatal(err)
		}
		job.claims = append(job.claims, c)
	}
	return job
}

func (d *door) queued(n, name int) string {
	d.t.Helper()
	b := queue.Batch{Job: queue.Job{ID: library.NewID(), Class: queue.Callback, Info: []byte("{}")}, Last: true}
	for i := range n {
		work := fmt.Appendf(nil, `{"name":"%d%s"}`, i, strings.Repeat("x", name))
		b.Items = append(b.Items, queue.Item{ID: library.NewID(), Index: i, Work: work})
	}
	if _, err := d.queue.Add(context.Background(), b); err != nil {
		d.t.Fatal(err)
	}
	return b.Job.ID
}

// completes ends an image well, and fails otherwise.
func (j *handJob) completes(i int) {
	j.d.t.Helper()
	j.finish(i, queue.Completed, fmt.Sprintf(`{"url":"u%d"}`, i))
}

func (j *handJob) fails(i int) {
	j.d.t.Helper()
	j.finish(i, queue.Failed, `{"refused":{"type":"about:blank","title":"x","status":422,"detail":"bad"}}`)
}

func (j *handJob) finish(i int, state queue.State, result string) {
	j.d.t.Helper()
	if err := j.d.queue.Finish(context.Background(), j.claims[i], state, []byte(result)); err != nil {
		j.d.t.Errorf("Finish of image %d = %v", i, err)
	}
}

// event is one server-sent event, or a comment, which has no name.
type event struct {
	id, name string
	status   uploader.Status
}

// stream reads server-sent events from a connection of its own.
type stream struct {
	t    *testing.T
	conn net.Conn
	resp *http.Response
	body *bufio.Reader
}

// follow asks for the events of a job.
func (d *door) follow(uri string, headers ...string) *stream {
	d.t.Helper()
	s := &stream{t: d.t, conn: d.dial()}
	d.t.Cleanup(func() { s.conn.Close() })
	head := "GET " + uri + " HTTP/1.1\r\nHost: uploads.test\r\nAccept: text/event-stream\r\n"
	for _, line := range headers {
		head += line + "\r\n"
	}
	if _, err := io.WriteString(s.conn, head+"\r\n"); err != nil {
		d.t.Fatal(err)
	}
	var err error
	if s.resp, err = http.ReadResponse(bufio.NewReader(s.conn), nil); err != nil {
		d.t.Fatalf("read the answer to GET %s: %v", uri, err)
	}
	s.body = bufio.NewReader(s.resp.Body)
	if kind := s.resp.Header.Get("Content-Type"); s.resp.StatusCode == 200 && kind != "text/event-stream" {
		d.t.Fatalf("GET %s is %s, want text/event-stream", uri, kind)
	}
	return s
}

// next is the next event; io.EOF at the stream's proper end.
func (s *stream) next() (event, error) {
	var lines []string
	for {
		line, err := s.body.ReadString('\n')
		if err != nil {
			if err == io.EOF && (line != "" || len(lines) > 0) {
				err = io.ErrUnexpectedEOF
			}
			return event{}, err
		}
		if line == "\n" {
			return s.parse(lines)
		}
		lines = append(lines, strings.TrimSuffix(line, "\n"))
	}
}

// parse insists on the fields' order.
func (s *stream) parse(lines []string) (e event, err error) {
	if len(lines) == 1 && strings.HasPrefix(lines[0], ":") {
		return event{}, nil
	}
	var data string
	if len(lines) == 3 {
		var isID, isName, isData bool
		e.id, isID = strings.CutPrefix(lines[0], "id: ")
		e.name, isName = strings.CutPrefix(lines[1], "event: ")
		data, isData = strings.CutPrefix(lines[2], "data: ")
		if isID && isName && isData {
			return e, json.Unmarshal([]byte(data), &e.status)
		}
	}
	return e, fmt.Errorf("an event is %q, want an id, a name and data", lines)
}

// must is the next event that has a name.
func (s *stream) must() event {
	s.t.Helper()
	for {
		e, err := s.next()
		if err != nil {
			s.t.Fatalf("an event of the stream: %v", err)
		}
		if e.name != "" {
			return e
		}
	}
}

// until reads until an event is as it should be, and returns it and the items of all. What only counts
// may come at any time.
func (s *stream) until(what string, is func(event) bool) (e event, items []string) {
	s.t.Helper()
	for range 1000 {
		e = s.must()
		items = append(items, told(e.status)...)
		if is(e) {
			return e, items
		}
		if e.name != "progress" {
			break
		}
	}
	s.t.Fatalf("before %s came %+v", what, e)
	return e, items
}

// ends checks that nothing more comes.
func (s *stream) ends() {
	s.t.Helper()
	if e, err := s.next(); err != io.EOF {
		s.t.Errorf("after the last event comes %+v, %v; want the end", e, err)
	}
}
