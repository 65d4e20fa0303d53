package uploader_test

import (
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"lightwell/uploader"
)

// isEnd is for the last event; has is for one whose job has so many images told and so many ended.
func isEnd(e event) bool { return e.name != "progress" }

func has(id string, ended int) func(event) bool {
	return func(e event) bool {
		s := e.status
		return e.id == id && s.Completed+s.Failed+s.Cancelled == ended
	}
}

// Images are told of in their order, whatever order they end in, and the counters say at once.
func TestEvents(t *testing.T) {
	d := openDoor(t)
	job := d.byHand(4, 0)
	s := d.follow("/status/" + job.id)
	for name, want := range map[string]string{"X-Accel-Buffering": "no", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"} {
		if got := s.resp.Header.Get(name); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
	for _, step := range []struct {
		do    func()
		id    string
		ended int
		items []string
	}{
		{func() {}, "0", 0, nil},
		{func() { job.completes(1) }, "0", 1, nil},
		{func() { job.completes(0) }, "2", 2, []string{"0 completed", "1 completed"}},
		{func() { job.fails(2) }, "3", 3, []string{"2 failed 422"}},
		{func() { job.completes(3) }, "4", 4, []string{"3 completed"}},
	} {
		step.do()
		e, items := s.until("event "+step.id, has(step.id, step.ended))
		if e.name != "progress" || e.status.Status != "processing" || e.status.JobID != job.id || e.status.Total != 4 || e.status.Next != "" {
			t.Errorf("event = %+v, want progress of job %s", e, job.id)
		}
		if !slices.Equal(items, step.items) {
			t.Errorf("event %s tells of %q, want %q", step.id, items, step.items)
		}
	}
	last := s.must()
	if got := last.status; last.id != "end" || last.name != "completed" || got.Status != "completed" || got.Completed != 3 || got.Failed != 1 ||
		!slices.Equal(got.URLs, []string{"u0", "u1", "u3"}) || len(got.Items) != 0 || got.JobID != job.id {
		t.Errorf("last event = %+v, want the end with three URLs", last)
	}
	s.ends()
}

// A connection that breaks after any event loses nothing, and nothing comes twice.
func TestEventsResume(t *testing.T) {
	d := openDoor(t)
	const n = 5
	job := d.byHand(n, 0)
	var all []string
	from := ""
	for i := range n {
		job.completes(i)
		s := d.follow("/status/"+job.id, "Last-Event-ID: "+from)
		e, items := s.until("the next image", func(e event) bool { return len(e.status.Items) > 0 })
		s.conn.Close()
		all, from = append(all, items...), e.id
	}
	want := []string{"0 completed", "1 completed", "2 completed", "3 completed", "4 completed"}
	if !slices.Equal(all, want) {
		t.Errorf("over %d connections came %q, want %q", n, all, want)
	}
	for i := range n + 1 {
		s := d.follow("/status/"+job.id, fmt.Sprintf("Last-Event-ID: %d", i))
		e, items := s.until("the end", isEnd)
		if !slices.Equal(items, want[i:]) || len(e.status.URLs) != n {
			t.Errorf("after event %d of a job that has ended come %q and %q, want %q and all URLs", i, items, e.status.URLs, want[i:])
		}
		s.ends()
	}
	if got := d.get("/status/"+job.id, "Accept: text/event-stream", "Last-Event-ID: end"); got.status != 204 || len(got.body) > 0 {
		t.Errorf("GET after the last event = %d %q, want 204, which keeps a browser from coming again", got.status, got.body)
	}
}

// More images than one event holds, or an answer: the end has a cursor.
func TestEventsOfMany(t *testing.T) {
	d := openDoor(t)
	job := d.queued(1000, 0)
	if got := d.do("DELETE", "/status/"+job, ""); got.status != 204 {
		t.Fatalf("DELETE = %d", got.status)
	}
	s := d.follow("/status/" + job)
	for i := 200; i <= 1000; i += 200 {
		e := s.must()
		if e.id != fmt.Sprint(i) || len(e.status.Items) != 200 || told(e.status)[0] != fmt.Sprintf("%d cancelled", i-200) {
			t.Errorf("event %s has %d images, want event %d with 200", e.id, len(e.status.Items), i)
		}
	}
	if e := s.must(); e.id != "end" || e.name != "cancelled" || e.status.Cancelled != 1000 || e.status.Status != "cancelled" {
		t.Errorf("last event = %+v", e)
	}
	s.ends()
}

func TestRefusedEvents(t *testing.T) {
	d := openDoor(t)
	job := d.queued(3, 0)
	accept := "Accept: text/html, text/Event-Stream;q=0.9"
	for _, from := range []string{"x", "-1", "1.5", "4", "99999999999999999999", "END"} {
		wantProblem(t, from, d.get("/status/"+job, accept, "Last-Event-ID: "+from), 400, "Last-Event-ID", nil)
	}
	for _, id := range []string{"0123456789abcdefghjkmnpqrs", "x", job + ".then"} {
		wantProblem(t, id, d.get("/status/"+id, accept), 404, "", nil)
	}
	if got := d.do("HEAD", "/status/"+job, "", accept); got.status != 200 || got.header.Get("Content-Type") != "text/event-stream" {
		t.Errorf("HEAD = %d %v", got.status, got.header)
	}
}

// One image is a job of one; its id is the job's.
func TestEventsOfAnImage(t *testing.T) {
	d := openDoor(t)
	c := completed(t, "an image", d.post("image/jpeg", jpeg))
	e, items := d.follow("/status/"+c.ImageID).until("the end", isEnd)
	if e.name != "completed" || !slices.Equal(items, []string{" completed"}) || !slices.Equal(e.status.URLs, []string{c.URL}) {
		t.Errorf("events tell of %q and end with %+v, want %s", items, e, c.URL)
	}
}

// The end of a job that has ended is not waited for until somebody looks again.
func TestEventsComeAtOnce(t *testing.T) {
	d := openDoor(t)
	job := d.byHand(1, 0)
	job.completes(0)
	began := time.Now()
	for range 5 {
		d.follow("/status/"+job.id).until("the end", isEnd)
	}
	if took := time.Since(began); took > 4*time.Second {
		t.Errorf("five streams of a job that has ended take %v, want less than a second each", took)
	}
}

// A cancelled job is followed until what runs of it has ended.
func TestEventsOfCancelled(t *testing.T) {
	d := openDoor(t)
	begun, release := make(chan struct{}, bulkItems), make(chan struct{})
	d.holdInspections(begun, release)
	id := d.bulk(formType, strings.Repeat(file("a", jpeg), 4)+end)
	<-begun
	<-begun
	s := d.follow("/status/" + id)
	if got := d.do("DELETE", "/status/"+id, ""); got.status != 204 {
		t.Fatalf("DELETE = %d", got.status)
	}
	if e, _ := s.until("two are cancelled", has("0", 2)); e.status.Status != "processing" {
		t.Errorf("while two run: %+v, want it processing", e)
	}
	close(release)
	e, items := s.until("the end", isEnd)
	if e.name != "cancelled" || e.status.Completed != 2 || e.status.Cancelled != 2 || len(items) != 4 {
		t.Errorf("last event = %+v after %q", e, items)
	}
}

// Those who leave are not followed any longer.
func TestEventsClientLeaves(t *testing.T) {
	d := openDoor(t)
	job := d.byHand(1, 0)
	before := runtime.NumGoroutine()
	for range 20 {
		s := d.follow("/status/" + job.id)
		s.must()
		s.conn.Close()
	}
	for range 20 {
		d.wait("a stream without a reader")
	}
	d.eventually("all goroutines have ended", func() bool { return runtime.NumGoroutine() <= before })
}

func TestEventsEnding(t *testing.T) {
	d := openDoor(t)
	ending := make(chan struct{})
	d.uploader.Ending = ending
	job := d.byHand(2, 0)
	s := d.follow("/status/" + job.id)
	job.completes(0)
	e, _ := s.until("an image", has("1", 1))
	close(ending)
	s.ends()
	d.wait("a stream at the end")
	job.completes(1)
	d.uploader.Ending = nil
	if e, items := d.follow("/status/"+job.id, "Last-Event-ID: "+e.id).until("the end", isEnd); len(items) != 1 || len(e.status.URLs) != 2 {
		t.Errorf("another process tells of %q and ends with %+v", items, e)
	}
}

// In silence there are comments, so that nobody in between takes the connection for dead.
func TestEventsSilence(t *testing.T) {
	t.Cleanup(uploader.EventTimes(time.Millisecond, patience))
	d := openDoor(t)
	s := d.follow("/status/" + d.byHand(1, 0).id)
	s.must()
	for range 2 {
		if e, err := s.next(); err != nil || e.name != "" {
			t.Errorf("in silence comes %+v, %v; want a comment", e, err)
		}
	}
}

// A connection serves on after a stream has ended, however long ago its last event was.
func TestEventsKeepTheConnection(t *testing.T) {
	const write = 100 * time.Millisecond
	t.Cleanup(uploader.EventTimes(patience, write))
	d := openDoor(t)
	job := d.byHand(1, 0)
	job.completes(0)
	s := d.follow("/status/" + job.id)
	s.until("the end", isEnd)
	s.ends()
	<-time.After(2 * write) // the deadline of the last event passes
	io.WriteString(s.conn, "GET /status/"+job.id+" HTTP/1.1\r\nHost: uploads.test\r\nConnection: close\r\n\r\n")
	if got, err := readResponse(s.conn, "GET"); err != nil || got.status != 200 {
		t.Errorf("the next answer is %d, %v", got.status, err)
	}
}

// Who does not read is cut off.
func TestEventsSlowReader(t *testing.T) {
	t.Cleanup(uploader.EventTimes(patience, 300*time.Millisecond))
	d := openDoor(t)
	job := d.longJob()
	s := d.follow("/status/" + job)
	d.wait("a stream that nobody reads")
	for {
		e, err := s.next()
		if err != nil {
			break
		}
		if e.name != "progress" {
			t.Fatal("who did not read got everything")
		}
	}
}

// longJob is one whose events are larger than what the kernel holds.
func (d *door) longJob() string {
	d.t.Helper()
	job := d.queued(400, 60_000)
	if got := d.do("DELETE", "/status/"+job, ""); got.status != 204 {
		d.t.Fatalf("DELETE = %d", got.status)
	}
	d.wait("DELETE")
	return job
}
