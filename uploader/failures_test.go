package uploader_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"testing"

	"lightwell/origin/store"
	"lightwell/transform"
)

func TestInspectorErrors(t *testing.T) {
	for _, tt := range []struct {
		err    error
		status int
		retry  string
		result string
	}{
		{fmt.Errorf("%w: 9 frames", transform.ErrLimit), 422, "", "refused"},
		{fmt.Errorf("%w: premature end", transform.ErrUndecodable), 422, "", "refused"},
		{transform.ErrCrash, 422, "", "refused"},
		{transform.ErrMemory, 422, "", "refused"},
		{transform.ErrDeadline, 422, "", "refused"},
		{transform.ErrFormat, 415, "", "refused"},
		{transform.ErrBusy, 503, "1", "failed"},
		{errors.New("secret"), 500, "", "failed"},
		// What a broken inspector wraps is not about the client's request.
		{fmt.Errorf("start a child: %w", fs.ErrNotExist), 500, "", "failed"},
	} {
		for _, contentType := range []string{"image/jpeg", formType} {
			d := openDoor(t)
			d.inspector.failWith(func(context.Context) error { return fmt.Errorf("inspect: %w", tt.err) })
			body := jpeg
			if contentType == formType {
				body = file("x.jpg", jpeg) + end
			}
			what := fmt.Sprintf("POST with %q", tt.err)
			more := map[string]string{}
			if tt.retry != "" {
				more["Retry-After"] = tt.retry
			}
			wantProblem(t, what, d.post(contentType, body), tt.status, "", more)
			d.nothingKept(what)
			if got := d.counts(); got[tt.result] != 1 || got["stored"] != 0 {
				t.Errorf("%s: lightwell_uploads_total = %v, want 1 %s", what, got, tt.result)
			}
			d.inspector.failWith(nil)
			completed(t, what+", again without", d.post(contentType, body))
		}
	}
}

// Without room an upload is refused; with room again, the same upload works.
func TestNoRoom(t *testing.T) {
	devFull := func() (*os.File, error) { return os.OpenFile("/dev/full", os.O_RDWR, 0) }
	wrapped := fmt.Errorf("%w: %w", store.ErrFull, syscall.ENOSPC)
	for _, tt := range []struct {
		name  string
		temp  func() (*os.File, error)
		store error
		puts  int // that still go well
	}{
		{"no temporary file", func() (*os.File, error) { return nil, &os.PathError{Op: "open", Path: "x", Err: syscall.ENOSPC} }, nil, 0},
		{"no quota for one", func() (*os.File, error) { return nil, &os.PathError{Op: "open", Path: "x", Err: syscall.EDQUOT} }, nil, 0},
		{"no room in it", devFull, nil, 0},
		{"no room for the reference", nil, wrapped, 0},
		{"no room for the original", nil, wrapped, 1},
		{"no room for the metadata", nil, wrapped, 2},
		{"no room for the marker", nil, wrapped, 3},
		{"no room for the tag's marker", nil, wrapped, 4},
	} {
		for _, contentType := range []string{"image/jpeg", formType} {
			s := &failingStore{Store: store.NewMem()}
			d := openDoorOver(t, s)
			body := jpeg
			if contentType == formType {
				body = file("x.jpg", jpeg) + end
			}
			d.temp.makeWith(tt.temp)
			s.fail(tt.store, tt.puts)
			upload := func() response { return d.do("POST", "/upload?tags=a", body, "Content-Type: "+contentType) }
			wantProblem(t, tt.name, upload(), 507, "", nil)
			d.discarded()
			for name := range stored(t, s) {
				if name[:5] != "origi" { // bytes without an asset are swept
					t.Errorf("%s left %s", tt.name, name)
				}
			}
			if got := d.counts(); got["failed"] != 1 {
				t.Errorf("%s: lightwell_uploads_total = %v, want 1 failed", tt.name, got)
			}
			d.temp.makeWith(nil)
			s.fail(nil, 0)
			c := completed(t, tt.name+", with room again", upload())
			if got := d.get("/status/" + c.ImageID); got.status != 200 {
				t.Errorf("GET /status = %d, want 200", got.status)
			}
		}
	}
}

// What else is wrong with the disk is for the log, and never a 404.
func TestBrokenDisk(t *testing.T) {
	d := openDoor(t)
	d.temp.makeWith(func() (*os.File, error) { return nil, &os.PathError{Op: "open", Path: "/secret", Err: syscall.ENOENT} })
	wantProblem(t, "POST without a folder", d.post("image/jpeg", jpeg), 500, "", nil)
	d.temp.makeWith(func() (*os.File, error) { return os.Open(os.DevNull) }) // cannot be written to
	wantProblem(t, "POST with a file that is read-only", d.post("image/jpeg", jpeg), 500, "", nil)
	d.nothingKept("a broken disk")
}

// A store that fails is a 503: nothing is lost, and the client may come again.
func TestBrokenStore(t *testing.T) {
	for _, err := range []error{errors.New("unplugged"), fs.ErrNotExist} {
		for puts := range 4 {
			s := &failingStore{Store: store.NewMem()}
			d := openDoorOver(t, s)
			s.fail(err, puts)
			what := fmt.Sprintf("POST with a store that says %q after %d puts", err, puts)
			wantProblem(t, what, d.post("image/jpeg", jpeg), 503, "", map[string]string{"Retry-After": "5"})
			s.fail(nil, 0)
			completed(t, what+", again without", d.post("image/jpeg", jpeg))
		}
	}
	d := openDoorOver(t, deadStore{})
	retry := map[string]string{"Retry-After": "5"}
	const id = "0123456789abcdefghjkmnpqrs"
	wantProblem(t, "POST to a dead store", d.post("image/jpeg", jpeg), 503, "", retry)
	wantProblem(t, "GET /status of a dead store", d.get("/status/"+id), 503, "", retry)
	wantProblem(t, "DELETE in a dead store", d.do("DELETE", "/image/"+id, ""), 503, "", retry)
	wantProblem(t, "GET /images of a dead store", d.get("/images"), 503, "", retry)
}

// A panic is a 500 for that upload, and nothing is stored or counted as stored.
func TestPanic(t *testing.T) {
	d := openDoor(t)
	d.inspector.failWith(func(context.Context) error { panic("the inspector") })
	got := d.do("POST", "/upload", jpeg, withID)
	wantProblem(t, "POST with a panic", got, 500, "", map[string]string{"X-Request-Id": "test-1"})
	d.nothingKept("a panic")
	if got := d.counts(); got["failed"] != 1 || got["stored"] != 0 {
		t.Errorf("lightwell_uploads_total = %v, want 1 failed", got)
	}
	d.inspector.failWith(nil)
	completed(t, "POST afterwards", d.post("image/jpeg", jpeg))
}

// The client's leaving does not end what is promised already: it is kept.
func TestKeptAlthoughGone(t *testing.T) {
	d := openDoor(t)
	inspecting, left := make(chan struct{}), make(chan struct{})
	d.inspector.failWith(func(ctx context.Context) error {
		close(inspecting)
		<-left
		return ctx.Err()
	})
	c := d.dial()
	fmt.Fprintf(c, "POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s", len(jpeg), jpeg)
	<-inspecting
	c.Close()
	d.wait("the handler")
	close(left)
	d.eventually("the image is kept", func() bool { return len(originals(t, d.store)) == 1 && d.accepted() == 0 })
}
