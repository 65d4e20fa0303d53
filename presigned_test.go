package main_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"lightwell/origin/store/s3test"
)

// presigned is leave to bring an image, as POST /upload/presign gives it.
type presigned struct {
	UploadID, ImageID, Method, URL, CompleteURL string
	Headers, Fields                             map[string]string
	ExpiresAt                                   time.Time
}

// presign asks for leave.
func (p *process) presign(body string) (got presigned) {
	p.t.Helper()
	a := p.api(http.MethodPost, "/upload/presign", body)
	if err := json.Unmarshal(a.body, &got); err != nil || a.status != http.StatusOK {
		p.t.Fatalf("POST /upload/presign %s = %d %s", body, a.status, a.body)
	}
	return got
}

// announce is what is said of an image beforehand.
func announce(contentType string, image []byte, more string) string {
	return fmt.Sprintf(`{"contentType":%q,"bytes":%d%s}`, contentType, len(image), more)
}

func sha256Of(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// bring sends an image as somebody does who knows nothing but what was presigned.
func (w presigned) bring(t testing.TB, image []byte) answer {
	t.Helper()
	a, err := w.tryToBring(t, image)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func (w presigned) tryToBring(t testing.TB, image []byte) (answer, error) {
	t.Helper()
	if w.Method == http.MethodPut {
		r := request(t, w.Method, w.URL, image)
		for name, value := range w.Headers {
			r.Header.Set(name, value)
		}
		return try(r)
	}
	var form bytes.Buffer
	f := multipart.NewWriter(&form)
	for _, name := range slices.Sorted(maps.Keys(w.Fields)) {
		f.WriteField(name, w.Fields[name])
	}
	file, err := f.CreateFormFile("file", "a.jpg")
	if err == nil {
		file.Write(image)
		err = f.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return try(request(t, w.Method, w.URL, form.Bytes(), "Content-Type", f.FormDataContentType()))
}

func (w presigned) complete(t testing.TB) answer {
	t.Helper()
	return do(t, request(t, http.MethodPost, w.CompleteURL, nil))
}

// wantCompleted wants an image to have come of it, of some bytes.
func (p *process) wantCompleted(what string, a answer, id string, image []byte) {
	p.t.Helper()
	var done struct{ Status, ImageID, URL string }
	if err := json.Unmarshal(a.body, &done); err != nil || a.status != http.StatusOK || done.Status != "completed" || done.ImageID != id {
		p.t.Errorf("%s: %d %s, want image %s completed", what, a.status, a.body, id)
		return
	}
	if got := do(p.t, request(p.t, http.MethodGet, done.URL, nil)); got.status != http.StatusOK || !bytes.Equal(got.body, image) {
		p.t.Errorf("%s: the image is %d with %d bytes, want the %d that were brought", what, got.status, len(got.body), len(image))
	}
}

// wantNothingIncoming wants nothing of any upload to be left but its image.
func (p *process) wantNothingIncoming(what string) {
	p.t.Helper()
	for _, folder := range []string{"incoming", "accepted"} {
		eventually(p.t, patience, what+": nothing is left in "+folder, func() bool { return len(p.objects(folder)) == 0 })
	}
}

// directPlaces are where images are brought to: this server's disk, and a bucket.
var directPlaces = map[string]func(t *testing.T, flags ...string) *process{
	"disk": func(t *testing.T, flags ...string) *process {
		return serve(t, t.TempDir(), append(flags, "--sync-wait="+patience.String()))
	},
	"S3": func(t *testing.T, flags ...string) *process {
		server := s3test.Start(t)
		o := server.Options("images")
		o.Prefix = "test/images"
		p := serve(t, t.TempDir(), append(append(s3Flags(server), "--sync-wait="+patience.String()), flags...))
		p.bucket = s3test.Open(t, o)
		return p
	},
}

// directly runs a test in each of those places.
func directly(t *testing.T, flags []string, f func(t *testing.T, p *process)) {
	for name, start := range directPlaces {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f(t, start(t, flags...))
		})
	}
}

// An image that was brought is one like any other, whichever way it came, and whatever was asked for with it is
// there; and it is completed once, however often and by how many at once that is said.
func TestPresignedUploads(t *testing.T) {
	photo := testdata(t, "mona-lisa.jpg")
	directly(t, nil, func(t *testing.T, p *process) {
		for name, body := range map[string]string{
			"PUT":                    announce("image/jpeg", photo, ""),
			"PUT with its hash":      announce("image/jpeg", photo, `,"sha256":"`+sha256Of(photo)+`"`),
			"PUT of bytes":           announce("application/octet-stream", photo, ""),
			"POST":                   announce("image/jpeg", photo, `,"method":"POST"`),
			"POST with its hash":     announce("image/jpeg", photo, `,"method":"POST","sha256":"`+sha256Of(photo)+`"`),
			"POST of an unknown one": `{}`,
			"PUT with options":       announce("image/jpeg", photo, `,"name":"a b.jpg","tags":["red","blue"],"instructions":[{"resize":{"width":60}},{"w":70,"fm":"webp"}]`),
		} {
			w := p.presign(body)
			if w.Method == http.MethodPost && w.Fields["Content-Type"] == "" {
				w.Fields["Content-Type"] = "image/png" // which is what whoever sends it says
			}
			if a := w.bring(t, photo); a.status >= 300 {
				t.Fatalf("%s: the image is answered %d %s", name, a.status, a.body)
			}
			if a := do(t, request(t, http.MethodGet, p.images+"/image/"+w.ImageID, nil)); a.status != http.StatusNotFound {
				t.Errorf("%s: GET before it is completed = %d, want 404", name, a.status)
			}
			first := w.complete(t)
			if strings.Contains(name, "options") {
				p.wantOptions(first)
			} else {
				p.wantCompleted(name, first, w.UploadID, photo)
			}
			if again := w.complete(t); again.status != http.StatusOK || !bytes.Equal(again.body, first.body) {
				t.Errorf("%s: completed again = %d %s, want %s", name, again.status, again.body, first.body)
			}
		}
		p.wantNothingIncoming("after all")
	})
}

// wantOptions wants what was said at the beginning to hold at the end.
func (p *process) wantOptions(a answer) {
	p.t.Helper()
	var done struct {
		Name       string
		Tags       []string
		Renditions []string
	}
	if err := json.Unmarshal(a.body, &done); err != nil || done.Name != "a b.jpg" || !slices.Equal(done.Tags, []string{"red", "blue"}) || len(done.Renditions) != 2 {
		p.t.Fatalf("completed = %d %s, want the name, the tags and two renditions", a.status, a.body)
	}
	for _, url := range done.Renditions {
		if got := do(p.t, request(p.t, http.MethodGet, url, nil)); got.status != http.StatusOK || !strings.HasPrefix(got.header.Get("Server-Timing"), "cache") {
			p.t.Errorf("GET %s = %d, %s, want it made before", url, got.status, got.header.Get("Server-Timing"))
		}
	}
}

// Whoever brings something else than was announced is refused, wherever, and nothing is left of it; and what
// was announced may still come.
func TestPresignedRefusals(t *testing.T) {
	photo := testdata(t, "mona-lisa.jpg")
	more, other := append(bytes.Clone(photo), '!'), bytes.Clone(photo)
	other[len(other)-3] ^= 1
	put, post := announce("image/jpeg", photo, `,"sha256":"`+sha256Of(photo)+`"`), announce("image/jpeg", photo, `,"method":"POST","sha256":"`+sha256Of(photo)+`"`)
	directly(t, nil, func(t *testing.T, p *process) {
		for _, tt := range []struct {
			what, body string
			image      []byte
			spoil      func(w *presigned)
		}{
			{"more bytes", put, more, nil},
			{"fewer bytes", put, photo[:1000], nil},
			{"no bytes", put, nil, nil},
			{"other bytes", put, other, nil},
			{"another type", put, photo, func(w *presigned) { w.Headers["Content-Type"] = "text/html" }},
			{"no type", put, photo, func(w *presigned) { delete(w.Headers, "Content-Type") }},
			{"another signature", put, photo, func(w *presigned) { w.URL = w.URL[:len(w.URL)-4] + "0000" }},
			{"no signature", put, photo, func(w *presigned) { w.URL, _, _ = strings.Cut(w.URL, "?") }},
			{"another method", put, photo, func(w *presigned) { w.Method = http.MethodPost }},
			{"more bytes in a form", post, more, nil},
			{"fewer bytes in a form", post, photo[:1000], nil},
			{"no bytes in a form", post, nil, nil},
			{"other bytes in a form", post, other, nil},
			{"another type in a form", post, photo, func(w *presigned) { w.Fields["Content-Type"] = "text/html" }},
			{"no type in a form", post, photo, func(w *presigned) { delete(w.Fields, "Content-Type") }},
			{"no image in a form", `{}`, photo, func(w *presigned) { w.Fields["Content-Type"] = "text/html" }},
			{"no field in a form", post, photo, func(w *presigned) { w.Fields = nil }},
		} {
			w := p.presign(tt.body)
			spoilt := w
			spoilt.Headers, spoilt.Fields = maps.Clone(w.Headers), maps.Clone(w.Fields)
			if tt.spoil != nil {
				tt.spoil(&spoilt)
			}
			if a := spoilt.bring(t, tt.image); a.status < 400 || a.status > 499 {
				t.Errorf("%s: %d %s, want a refusal", tt.what, a.status, a.body)
			}
			if a := w.complete(t); a.status != http.StatusConflict {
				t.Errorf("%s: completed = %d %s, want 409: nothing has come", tt.what, a.status, a.body)
			}
			if w.Method == http.MethodPost && w.Fields["Content-Type"] == "" {
				w.Fields["Content-Type"] = "image/jpeg"
			}
			if a := w.bring(t, photo); a.status >= 300 {
				t.Errorf("%s: what was announced is answered %d %s then", tt.what, a.status, a.body)
			}
			p.wantCompleted(tt.what, w.complete(t), w.UploadID, photo)
		}
		p.wantNothingIncoming("after all")
	})
}

// What is refused when it is completed is so for good, and nothing is left of it.
func TestPresignedRefusedWhenCompleted(t *testing.T) {
	photo := testdata(t, "mona-lisa.jpg")
	directly(t, []string{"--max-bytes=300KiB", "--originals-cache=1MiB"}, func(t *testing.T, p *process) {
		for _, tt := range []struct {
			what, body string
			image      []byte
			status     int
		}{
			{"what is no image", announce("image/jpeg", []byte("<html>no image</html>"), ""), []byte("<html>no image</html>"), http.StatusUnsupportedMediaType},
			{"half an image", announce("image/jpeg", photo[:len(photo)/2], ""), photo[:len(photo)/2], http.StatusUnprocessableEntity},
		} {
			w := p.presign(tt.body)
			if a := w.bring(t, tt.image); a.status >= 300 {
				t.Fatalf("%s: the bytes are answered %d %s", tt.what, a.status, a.body)
			}
			first := w.complete(t)
			if first.status != tt.status || first.header.Get("Content-Type") != "application/problem+json" {
				t.Errorf("%s: completed = %d %s, want %d", tt.what, first.status, first.body, tt.status)
			}
			if again := w.complete(t); again.status != tt.status || !bytes.Equal(again.body, first.body) {
				t.Errorf("%s: completed again = %d %s, want the same", tt.what, again.status, again.body)
			}
			if a := p.get("/image/" + w.ImageID); a.status != http.StatusNotFound {
				t.Errorf("%s: GET = %d, want 404", tt.what, a.status)
			}
		}
		// What somebody put who has keys of the bucket, or of the disk, is held to what was announced, too.
		if p.bucket != nil {
			for what, image := range map[string][]byte{"another size": photo[:1000], "too many bytes": bytes.Repeat(photo, 10)} {
				w := p.presign(announce("image/jpeg", photo, ""))
				if err := p.bucket.Put(context.Background(), "incoming/"+w.UploadID, bytes.NewReader(image), int64(len(image))); err != nil {
					t.Fatal(err)
				}
				if a := w.complete(t); a.status != http.StatusBadRequest && a.status != http.StatusRequestEntityTooLarge {
					t.Errorf("%s: completed = %d %s, want a refusal", what, a.status, a.body)
				}
			}
		}
		p.wantNothingIncoming("after all")
		if left := append(p.objects("originals"), p.objects("refs")...); len(left) > 0 {
			t.Errorf("%q are left", left)
		}
	})
}
