package uploader_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"lightwell/origin/library"
	"lightwell/origin/store"
	"lightwell/transform"
	"lightwell/uploader"
)

const jsonType = "Content-Type: application/json"

// process asks for a rendition, or a preset.
func (d *door) process(body string) response {
	d.t.Helper()
	return d.do("POST", "/process", body, jsonType)
}

// imageStatus is the status of what makes one image, or renditions of one.
func (d *door) imageStatus(id string) (s uploader.ImageStatus) {
	d.t.Helper()
	got := d.get("/status/" + id)
	if err := json.Unmarshal(got.body, &s); err != nil || got.status != 200 {
		d.t.Fatalf("GET /status/%s = %d %s, %v", id, got.status, got.body, err)
	}
	return s
}

// over waits for the end of a job.
func (d *door) over(job string) {
	d.t.Helper()
	d.eventually("job "+job+" ends", func() bool {
		j, _, err := d.queue.Get(context.Background(), job, 0, 0)
		return err == nil && !j.Ended.IsZero()
	})
}

// upload keeps an image, and returns its id.
func (d *door) upload() string {
	d.t.Helper()
	return completed(d.t, "POST /upload", d.post("image/jpeg", jpeg)).ImageID
}

func TestProcess(t *testing.T) {
	d := openDoor(t)
	id := d.upload()
	if got := d.process(`{"name":"card","instructions":{"resize":{"width":400,"height":300,"fit":"crop"},"quality":60}}`); got.status != 201 {
		t.Fatalf("POST /process of a preset = %d %s", got.status, got.body)
	}
	for _, tt := range []struct{ members, query string }{
		{`"resize":{"width":800},"format":"webp"`, "?w=800&fm=webp"},
		{`"format":"auto","w":50`, "?w=50&auto=format"},
		{`"fm":"webp","q":75,"fp-x":0.1`, "?fm=webp"},
		{`"preset":"card"`, "?w=400&h=300&fit=crop&q=60"},
		{`"preset":"card","resize":{"width":50},"quality":90`, "?w=50&h=300&fit=crop&q=90"},
		{`"dl":"a b,c.jpg","rotate":90`, "?rot=90&dl=a%20b,c.jpg"},
		{`"q":75`, ""}, // the original
	} {
		for _, body := range []string{`{"imageId":"` + id + `",` + tt.members + `}`, `{` + tt.members + `,"imageId":"` + id + `"}`} {
			got := d.process(body)
			want := fmt.Sprintf(`{"status":"completed","imageId":"%s","url":"%s/image/%s%s"}`+"\n", id, baseURL, id, tt.query)
			if got.status != 200 || string(got.body) != want {
				t.Errorf("POST /process %s = %d %s, want 200 %s", body, got.status, got.body, want)
			}
			wantHeaders(t, body, got, map[string]string{"Content-Type": "application/json"})
			if made, want := d.made.taken(), id+"?"+strings.TrimPrefix(tt.query, "?"); !slices.Equal(made, []string{want}) {
				t.Errorf("POST /process %s made %v, want %s", body, made, want)
			}
		}
	}
}

func TestRefusedProcess(t *testing.T) {
	d := openDoor(t)
	id, gone := d.upload(), d.upload()
	if got := d.do("DELETE", "/image/"+gone, ""); got.status != 204 {
		t.Fatalf("DELETE = %d", got.status)
	}
	for _, tt := range []struct {
		body   string
		status int
		param  string
	}{
		{``, 400, "body"},
		{`[]`, 400, "body"},
		{`{"imageId":"` + id + `","w":5}{}`, 400, "body"},
		{`{}`, 400, "imageId"},
		{`{"w":5}`, 400, "imageId"},
		{`{"imageId":"","w":5}`, 400, "imageId"},
		{`{"imageId":5,"w":5}`, 400, "imageId"},
		{`{"imageId":null,"w":5}`, 400, "imageId"},
		{`{"imageId":"` + id + `","imageId":"` + id + `","w":5}`, 400, "imageId"},
		{`{"imageId":"` + id + `","name":"card","instructions":{"w":5}}`, 400, "name"},
		{`{"imageId":"` + id + `"}`, 400, "instructions"},
		{`{"imageId":"` + id + `","instructions":{"w":5}}`, 400, "instructions"},
		{`{"imageId":"` + id + `","resize":{"widht":5}}`, 400, "resize.widht"},
		{`{"imageId":"` + id + `","resize":{"width":1}}`, 400, "resize.width"},
		{`{"imageId":"` + id + `","watermark":5}`, 400, "watermark"},
		{`{"imageId":"` + id + `","preset":".x"}`, 400, "preset"},
		{`{"imageId":"` + id + `","preset":"card"}`, 404, "preset"},
		{`{"imageId":"` + id + `","fm":"webp","dl":"` + strings.Repeat("é", 3000) + `"}`, 400, "instructions"},
		{`{"imageId":"` + library.NewID() + `","w":5}`, 404, ""},
		{`{"imageId":"nonsense","w":5}`, 404, ""},
		{`{"imageId":"` + gone + `","w":5}`, 410, ""},
	} {
		wantProblem(t, "POST /process "+tt.body, d.process(tt.body), tt.status, tt.param, nil)
	}
	big := `{"imageId":"` + id + `","v":"` + strings.Repeat("x", transform.MaxInstructions) + `"}`
	wantProblem(t, "a big body", d.process(big), 413, "", nil)
	for _, kind := range []string{"text/plain", "application/x-www-form-urlencoded", "nonsense/"} {
		got := d.do("POST", "/process", `{"imageId":"`+id+`","w":5}`, "Content-Type: "+kind)
		wantProblem(t, "a body of "+kind, got, 415, "", nil)
	}
	wantProblem(t, "no kind of body", d.do("POST", "/process", `{}`), 415, "", nil)
	wantProblem(t, "a query", d.do("POST", "/process?w=5", `{"imageId":"`+id+`","w":5}`, jsonType), 400, "", nil)
	wantProblem(t, "GET", d.get("/process"), 405, "", map[string]string{"Allow": "POST"})
	if made := d.made.taken(); len(made) > 0 {
		t.Errorf("refused requests made %v", made)
	}
}

// What goes wrong while it is made is answered as the images' door does.
func TestFailedProcess(t *testing.T) {
	d := openDoor(t)
	id := d.upload()
	for _, tt := range []struct {
		do     func() error
		status int
		param  string
		more   map[string]string
	}{
		{func() error { return fmt.Errorf("make: %w", transform.ErrUndecodable) }, 422, "", nil},
		{func() error { return transform.ErrSuspect }, 422, "", nil},
		{func() error { return transform.ErrLimit }, 413, "", nil},
		{func() error { return transform.ErrBusy }, 503, "", map[string]string{"Retry-After": "1"}},
		{func() error { return library.ErrUnavailable }, 503, "", map[string]string{"Retry-After": "5"}},
		{func() error { return store.ErrArchived }, 503, "", map[string]string{"Retry-After": "3600"}},
		{func() error { return transform.ErrDeadline }, 504, "", nil},
		{func() error { return transform.ErrCrash }, 503, "", map[string]string{"Retry-After": "1"}},
		{func() error { return errors.New("something else") }, 500, "", nil},
		{func() error { panic("a panic in a rendition") }, 500, "", nil},
		{func() error { return &transform.ParamError{Param: "rect", Reason: "it is outside"} }, 400, "crop", nil},
	} {
		d.made.doInstead(tt.do)
		got := d.process(`{"imageId":"` + id + `","crop":{"x":1,"y":2,"width":3,"height":4}}`)
		wantProblem(t, "POST /process that fails", got, tt.status, tt.param, tt.more)
	}
	d.made.doInstead(nil)
	if got := d.process(`{"imageId":"` + id + `","w":5}`); got.status != 200 {
		t.Errorf("POST /process afterwards = %d %s, want 200", got.status, got.body)
	}
	if got := d.get("/status/" + id); !strings.Contains(string(got.body), `"status":"completed"`) {
		t.Errorf("GET /status of the image itself = %s, want it completed, whatever was made of it", got.body)
	}
}

// What takes longer than the wait goes on, and GET /status of its job tells how it went.
func TestSlowProcess(t *testing.T) {
	d := openDoor(t)
	id := d.upload()
	d.uploader.SyncWait = 10 * time.Millisecond
	for _, tt := range []struct {
		fail   error
		status string
		detail string
	}{
		{nil, "completed", ""},
		{transform.ErrDeadline, "failed", "Making this image took longer than is allowed."},
		{nil, "completed", ""},
	} {
		release := make(chan struct{})
		d.made.doInstead(func() error { <-release; return tt.fail })
		var promised uploader.Processing
		got := d.process(`{"imageId":"` + id + `","w":5}`)
		if err := json.Unmarshal(got.body, &promised); err != nil || !library.ValidID(promised.JobID) || promised.JobID == id {
			t.Fatalf("POST /process that is slow = %d %s, want the id of a job", got.status, got.body)
		}
		job := promised.JobID
		want := `{"status":"processing","imageId":"` + id + `","jobId":"` + job + `","message":"Image is being processed, check /status/` + job + `"}` + "\n"
		if got.status != 202 || string(got.body) != want {
			t.Errorf("POST /process that is slow = %d %s, want 202 %s", got.status, got.body, want)
		}
		if s := d.imageStatus(job); s.Status.Status != "processing" || s.Message != promised.Message || s.URL != "" || s.ImageID != id || s.JobID != job {
			t.Errorf("GET /status meanwhile = %+v, want processing", s)
		}
		close(release)
		d.over(job)
		s := d.imageStatus(job)
		if s.Status.Status != tt.status || (s.Error != nil) != (tt.fail != nil) || s.Error != nil && s.Error.Detail != tt.detail || s.ImageID != id {
			t.Errorf("GET /status at the end = %+v, want %s %q", s, tt.status, tt.detail)
		}
		if url := baseURL + "/image/" + id + "?w=5"; tt.fail == nil && (s.URL != url || s.Facts == nil || s.Width != 30) {
			t.Errorf("GET /status at the end = %+v, want the URL %q and what is known of the image", s, url)
		}
	}
	if got := d.do("DELETE", "/image/"+id, ""); got.status != 204 {
		t.Errorf("DELETE = %d", got.status)
	}
	wantProblem(t, "GET /status of what is deleted", d.get("/status/"+id), 410, "", nil)
}

// A rendition that was promised is made by whoever is there later, and one of an image
// that is deleted meanwhile is not.
func TestProcessOutlivesItsUploader(t *testing.T) {
	d := openDoor(t)
	id, gone := d.upload(), d.upload()
	d.stopWorker()
	d.uploader.SyncWait = 0
	var jobs []string
	for _, image := range []string{id, gone} {
		var promised uploader.Processing
		if got := d.process(`{"imageId":"` + image + `","w":5}`); json.Unmarshal(got.body, &promised) != nil || got.status != 202 {
			t.Fatalf("POST /process = %d %s, want 202", got.status, got.body)
		}
		jobs = append(jobs, promised.JobID)
	}
	if got := d.do("DELETE", "/image/"+gone, ""); got.status != 204 {
		t.Fatalf("DELETE = %d", got.status)
	}
	d.stopWorker = start(d.worker)
	d.over(jobs[0])
	d.over(jobs[1])
	if s := d.imageStatus(jobs[0]); s.Status.Status != "completed" || s.URL != baseURL+"/image/"+id+"?w=5" {
		t.Errorf("GET /status of what was promised = %+v, want it completed", s)
	}
	if s := d.imageStatus(jobs[1]); s.Status.Status != "failed" || s.Error == nil || s.Error.Status != 410 {
		t.Errorf("GET /status of a rendition of what is deleted = %+v, want it failed with 410", s)
	}
	if made, want := d.made.taken(), []string{id + "?w=5"}; !slices.Equal(made, want) {
		t.Errorf("made %v, want %v", made, want)
	}
	wantProblem(t, "GET /status of the image", d.get("/status/"+gone), 410, "", nil)
}

// Requests to process take room among the uploads, while they are answered.
func TestProcessIsBounded(t *testing.T) {
	d := openDoor(t)
	id := d.upload()
	d.uploader.MaxUploads = 2
	release, answers := make(chan struct{}), make(chan response, 2)
	d.made.doInstead(func() error { <-release; return nil })
	for range 2 {
		go func() { answers <- d.process(`{"imageId":"` + id + `","w":5}`) }()
	}
	d.made.wait(2)
	crowded := map[string]string{"Retry-After": "1"}
	wantProblem(t, "a third", d.process(`{"imageId":"`+id+`","w":5}`), 503, "", crowded)
	wantProblem(t, "an upload", d.post("image/jpeg", jpeg), 503, "", crowded)
	close(release)
	for range 2 {
		if got := <-answers; got.status != 200 {
			t.Errorf("POST /process = %d %s, want 200", got.status, got.body)
		}
	}
	if id := d.upload(); id == "" {
		t.Error("there is no room for an upload afterwards")
	}
}
