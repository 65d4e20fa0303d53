package uploader_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"strings"
	"testing"

	"lightwell/origin/library"
	"lightwell/uploader"
	"lightwell/uploader/queue"
)

// promised uploads an image without waiting, and returns its id.
func (d *door) promised(uri, body string) string {
	d.t.Helper()
	got := d.do("POST", uri, body, "Content-Type: image/jpeg")
	var p uploader.Processing
	if err := json.Unmarshal(got.body, &p); err != nil || got.status != 202 {
		d.t.Fatalf("POST %s = %d %s, want 202", uri, got.status, got.body)
	}
	return p.ImageID
}

// What is promised can be deleted, and then never becomes an image.
func TestDeleteWhatIsPromised(t *testing.T) {
	d := openDoor(t)
	d.stopWorker()
	id := d.promised("/upload?async=true&tags=a", jpeg)
	for _, want := range []int{204, 410} {
		if got := d.do("DELETE", "/image/"+id, ""); got.status != want {
			t.Errorf("DELETE of what is promised = %d %s, want %d", got.status, got.body, want)
		}
	}
	d.stopWorker = start(d.worker)
	d.over(id)
	wantProblem(t, "GET /status", d.get("/status/"+library.NewID()), 404, "", nil)
	if s := d.imageStatus(id); s.Status.Status != "failed" || s.Error == nil || s.Error.Status != 410 {
		t.Errorf("GET /status of what was deleted = %+v, want it failed with 410", s)
	}
	d.discarded()
	for name := range stored(t, d.store) {
		if name != "assets/"+id+".json" {
			t.Errorf("left is %s", name)
		}
	}
	wantProblem(t, "DELETE of nothing", d.do("DELETE", "/image/"+library.NewID(), ""), 404, "", nil)
}

// Nobody sees an image before the renditions that came with it are made.
func TestPublicOnceCompleted(t *testing.T) {
	d := openDoor(t)
	made, release := make(chan string, 1), make(chan struct{})
	d.made.doInstead(func() error {
		made <- d.made.taken()[0]
		<-release
		return nil
	})
	id := d.promised("/upload?async=true&instructions=%7B%22w%22:5%7D", jpeg)
	if got := <-made; got != id+"?w=5" {
		t.Errorf("made %s, want a rendition of %s", got, id)
	}
	if _, err := d.uploader.Library.Asset(context.Background(), id); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Asset while it is processed = %v, want %v", err, fs.ErrNotExist)
	}
	close(release)
	d.over(id)
	if s := d.imageStatus(id); s.Status.Status != "completed" || s.URL != baseURL+"/image/"+id+"?w=5" {
		t.Errorf("GET /status = %+v, want it completed", s)
	}
}

// A job is not over while what was begun of it goes on, and was not cancelled if there
// was nothing left to cancel.
func TestCancelledWhenOver(t *testing.T) {
	for _, tt := range []struct {
		images int
		status string
	}{{1, "completed"}, {5, "cancelled"}} {
		d := openDoor(t)
		begun, release := make(chan struct{}, 10), make(chan struct{})
		d.holdInspections(begun, release)
		var form strings.Builder
		for range tt.images {
			form.WriteString(file("a.jpg", jpeg))
		}
		form.WriteString(file("b.txt", "no image"))
		job := d.bulk(formType, form.String()+end)
		<-begun
		if tt.images > 1 {
			<-begun // both hands are full
		} else {
			d.eventually("the other has failed", func() bool {
				j, _, err := d.queue.Get(context.Background(), job, 0, 0)
				return err == nil && j.Finished.Failed == 1
			})
		}
		if got := d.do("DELETE", "/status/"+job, ""); got.status != 204 {
			t.Fatalf("DELETE = %d %s", got.status, got.body)
		}
		var s uploader.Status
		if got := d.get("/status/" + job); json.Unmarshal(got.body, &s) != nil || s.Status != "processing" {
			t.Errorf("GET /status while some go on = %s, want processing", got.body)
		}
		close(release)
		if s = d.ended(job); s.Status != tt.status || s.Completed != min(2, tt.images) {
			t.Errorf("%d images: %+v, want %s", tt.images, s, tt.status)
		}
	}
}

// The same images, names and options are the same upload, however they are written.
func TestIdempotencyIgnoresTheForm(t *testing.T) {
	d := openDoor(t)
	key := "Idempotency-Key: k"
	first := completed(t, "the first", d.do("POST", "/upload?name=zz&tags=x,y&instructions=%7B%22w%22:5%7D", jpeg, "Content-Type: image/jpeg", key))
	for _, form := range []string{
		field("name", "zz") + field("tags", "x,y") + field("instructions", `{"w":5}`) + file("a.jpg", jpeg),
		file("other.jpg", jpeg) + field("instructions", "{ \"w\" :\n5 }") + field("tags", "x,y") + field("name", "zz"),
	} {
		again := completed(t, form, d.do("POST", "/upload", form+end, "Content-Type: "+formType, key))
		if again.ImageID != first.ImageID {
			t.Errorf("%s is image %s, want %s", form, again.ImageID, first.ImageID)
		}
	}
	other := file("zz", jpeg) + field("tags", "x,y") + field("instructions", `{"w":6}`)
	wantProblem(t, "another", d.do("POST", "/upload", other+end, "Content-Type: "+formType, key), 409, "Idempotency-Key", nil)
}

// A zip says what is wrong with it.
func TestZipThatCannotBeRead(t *testing.T) {
	made := func(change func(h *zip.FileHeader)) string {
		var b bytes.Buffer
		w := zip.NewWriter(&b)
		h := &zip.FileHeader{Name: "a.jpg", Method: zip.Store, CompressedSize64: uint64(len(jpeg)), UncompressedSize64: uint64(len(jpeg)), CRC32: 1}
		change(h)
		raw, err := w.CreateRaw(h)
		if err != nil {
			t.Fatal(err)
		}
		raw.Write([]byte(jpeg))
		w.Close()
		return b.String()
	}
	d := openDoor(t)
	for _, tt := range []struct{ what, zip, detail string }{
		{"a wrong sum", made(func(*zip.FileHeader) {}), "The zip is malformed"},
		{"bzip2", made(func(h *zip.FileHeader) { h.Method = 12 }), "neither stored nor deflated"},
		{"encrypted", made(func(h *zip.FileHeader) { h.Flags |= 1 }), "is encrypted"},
	} {
		got := d.do("POST", "/upload", tt.zip, "Content-Type: application/zip")
		if got.status != 400 || !strings.Contains(string(got.body), tt.detail) {
			t.Errorf("%s = %d %s, want 400 %q", tt.what, got.status, got.body, tt.detail)
		}
	}
	d.nothingKept("zips that cannot be read")
}

// What cannot be right however often it is tried is refused at once, and by its name.
func TestRefusedAtOnce(t *testing.T) {
	d := openDoor(t)
	for _, tt := range []struct{ uri, body, param string }{
		{"/upload", `{"url":"http://example.com:99999/"}`, "url"},
		{"/upload", `{"url":"http://example.com/","foo":1}`, "foo"},
		{"/upload", `{"url":"http://example.com/","callback":"http://example.com:99999/"}`, "callback"},
		{"/upload?name=a&name=b", `{"url":"http://example.com/"}`, "name"},
	} {
		wantProblem(t, tt.body, d.do("POST", tt.uri, tt.body, jsonType), 400, tt.param, nil)
	}
	if s, err := d.queue.Stats(context.Background()); err != nil || s != (queue.Stats{}) {
		t.Errorf("Stats = %+v, %v, want nothing queued", s, err)
	}
}
