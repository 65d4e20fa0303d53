package uploader_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"lightwell/origin/library"
	"lightwell/origin/store"
	"lightwell/transform"
	"lightwell/uploader"
)

// timeless is a ResponseRecorder that takes deadlines, as a connection does.
type timeless struct{ *httptest.ResponseRecorder }

func (timeless) SetReadDeadline(time.Time) error { return nil }

// Whatever comes is accepted or the client's fault, and what is stored is what was accepted.
func FuzzUpload(f *testing.F) {
	for _, seed := range []struct{ contentType, body string }{
		{"image/jpeg", jpeg},
		{"", png},
		{"text/html", "<html>"},
		{formType, file("x.jpg", jpeg) + end},
		{formType, field("name", "n") + file("x.jpg", jpeg) + field("tags", "a,b") + end},
		{formType, file("x.jpg", jpeg) + file("y.jpg", png) + end},
		{formType, file("x.jpg", jpeg) + "--b\r\nContent-Dis"},
		{"multipart/form-data; boundary=\"a b\"", "--a b\r\n\r\n\r\n--a b--"},
		{"multipart/form-data", ""},
		{"application/json", "{}"},
	} {
		f.Add(seed.contentType, "", []byte(seed.body))
	}
	f.Add("image/jpeg", "name=x&tags=a,b", []byte(jpeg))
	dir := f.TempDir()
	q := openQueue(f)
	f.Fuzz(func(t *testing.T, contentType, query string, body []byte) {
		s := store.NewMem()
		lib, err := library.New(s, library.Config{})
		if err != nil {
			t.Fatal(err)
		}
		temp := &tempFiles{dir: dir}
		inspector, made := &fakeInspector{t: t}, &fakeMaker{t: t}
		u, _, worker := assemble(lib, q, inspector, temp, made, nil)
		defer start(worker)()
		r := httptest.NewRequest("POST", "/upload", strings.NewReader(string(body)))
		r.Header.Set("Content-Type", contentType)
		r.URL.RawQuery = query
		w := httptest.NewRecorder()
		handler, err := u.Handler()
		if err != nil {
			t.Fatal(err)
		}
		handler.ServeHTTP(timeless{w}, r)
		if n := temp.open(); n > 0 {
			t.Errorf("%d temporary files were not closed", n)
		}
		if w.Code == http.StatusOK {
			wantStored(t, s, w.Body.Bytes(), body)
			return
		}
		if w.Code == http.StatusAccepted {
			var queued uploader.Queued
			if err := json.Unmarshal(w.Body.Bytes(), &queued); err != nil || queued.JobID == "" {
				t.Errorf("POST /upload = 202 %s", w.Body)
			}
			return
		}
		if w.Code < 400 || w.Code > 499 {
			t.Errorf("POST /upload?%s of %q as %q = %d %s, want 200 or 4xx", query, body, contentType, w.Code, w.Body)
		}
		var p document
		if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || p.Status != w.Code || w.Header().Get("Content-Type") != problemJSON {
			t.Errorf("POST /upload = %d %s %s, want a problem", w.Code, w.Header().Get("Content-Type"), w.Body)
		}
		if objects := stored(t, s); len(objects) > 0 {
			t.Errorf("a refused upload left %d objects", len(objects))
		}
	})
}

// wantStored checks that the store has the asset that an answer tells of and its bytes, which came in
// the body in one piece.
func wantStored(t *testing.T, s store.Store, answer, body []byte) {
	t.Helper()
	var c uploader.Completed
	if err := json.Unmarshal(answer, &c); err != nil {
		t.Fatalf("answer %q: %v", answer, err)
	}
	kept := originals(t, s)
	if len(kept) != 1 {
		t.Fatalf("originals = %d, want 1", len(kept))
	}
	for hash, original := range kept {
		sum := sha256.Sum256(original)
		if hex.EncodeToString(sum[:]) != hash || int64(len(original)) != c.Bytes || c.Bytes > maxBytes || !strings.Contains(string(body), string(original)) {
			t.Errorf("the original %q is not what was sent: %q", original, body)
		}
		if transform.Sniff(original) != c.Format {
			t.Errorf("format = %s, want %s", c.Format, transform.Sniff(original))
		}
	}
	lib, err := library.New(s, library.Config{})
	if err != nil {
		t.Fatal(err)
	}
	a, err := lib.Asset(context.Background(), c.ImageID)
	if err != nil || a.Name != c.Name || strings.Join(a.Tags, ",") != strings.Join(c.Tags, ",") {
		t.Errorf("Asset(%s) = %+v, %v, want that of %+v", c.ImageID, a, err, c)
	}
}

// Whatever is asked of POST /upload/presign, it is refused as somebody's fault, or leave is given for what the record
// of it then says.
func FuzzPresign(f *testing.F) {
	for _, body := range []string{
		`{}`, `{"contentType":"image/jpeg","bytes":5,"sha256":"` + strings.Repeat("ab", 32) + `"}`, `{"count":3,"tags":["a","b"]}`,
		`{"uploads":[{"name":"x","method":"POST"},{"contentType":"application/octet-stream","bytes":1,"instructions":[{"w":5}]}]}`,
	} {
		f.Add([]byte(body))
	}
	dir := f.TempDir()
	q := openQueue(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		s := store.NewMem()
		lib, err := library.New(s, library.Config{})
		if err != nil {
			t.Fatal(err)
		}
		u, _, _ := assemble(lib, q, &fakeInspector{t: t}, &tempFiles{dir: dir}, &fakeMaker{t: t}, nil)
		handler, err := u.Handler()
		if err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest("POST", "/upload/presign", strings.NewReader(string(body)))
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		handler.ServeHTTP(timeless{w}, r)
		records := stored(t, s)
		if w.Code != http.StatusOK {
			if w.Code < 400 || w.Code > 499 || len(records) > 0 {
				t.Errorf("%q = %d %s, and %d records", body, w.Code, w.Body, len(records))
			}
			return
		}
		var one uploader.Presigned
		var all uploader.PresignedAll
		if json.Unmarshal(w.Body.Bytes(), &one) != nil || json.Unmarshal(w.Body.Bytes(), &all) != nil {
			t.Fatalf("%q = 200 %s", body, w.Body)
		}
		if one.UploadID != "" {
			all.Uploads = append(all.Uploads, one)
		}
		if len(all.Uploads) == 0 || len(all.Uploads) != len(records) {
			t.Errorf("%q gives leave for %d uploads, and %d are known", body, len(all.Uploads), len(records))
		}
		for _, p := range all.Uploads {
			if len(records["incoming/"+p.UploadID+".json"]) == 0 || (p.Method == "PUT") != (p.Headers["Content-Type"] != "") || (p.Method == "POST") != (p.Fields["signature"] != "") {
				t.Errorf("%q = %+v, of which there is %q", body, p, records["incoming/"+p.UploadID+".json"])
			}
		}
	})
}
