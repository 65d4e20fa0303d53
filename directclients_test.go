package main_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"image"
	"image/png"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"lightwell/origin/store/s3test"
)

// noise is a PNG of so many pixels a side, which takes three bytes a pixel, another one for each seed.
func noise(t testing.TB, side int, seed uint64) []byte {
	t.Helper()
	chance := rand.New(rand.NewPCG(seed, 1))
	img := image.NewNRGBA(image.Rect(0, 0, side, side))
	for i := range img.Pix {
		img.Pix[i] = byte(chance.Uint32())
		if i%4 == 3 {
			img.Pix[i] = 255
		}
	}
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.NoCompression}).Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func writeTemp(t *testing.T, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// pairs are two uploaders that share what they keep, and one of them the rest of the work.
var pairs = map[string]func(t *testing.T, flags ...string) (p, other *process){
	"disk": func(t *testing.T, flags ...string) (p, other *process) {
		data := t.TempDir()
		return serve(t, data, flags), launch(t, "uploader", data, flags)
	},
	"S3": func(t *testing.T, flags ...string) (p, other *process) {
		m := startMachines(t, 0, flags...)
		m.push.bucket = s3test.Open(t, m.s3.Options("images"))
		return m.push, m.launch("uploader")
	},
}

// wantImage wants an image of some bytes to come to be.
func (p *process) wantImage(id string, data []byte) {
	p.t.Helper()
	eventually(p.t, patience, "the image is there", func() bool {
		a := p.get("/image/" + id)
		return a.status == http.StatusOK && bytes.Equal(a.body, data)
	})
}

// tus-js-client is interrupted twice, and resumed twice, the second time at another uploader.
func TestTusClientResumes(t *testing.T) {
	t.Parallel()
	data := noise(t, 1700, 1)
	for name, start := range pairs {
		t.Run(name, func(t *testing.T) {
			p, other := start(t)
			client := run(t, "tus.mjs", p.uploads+"/upload/resumable/", other.uploads, writeTemp(t, "noise.png", data))
			var got struct {
				URL, ImageID string
				Sent         int
				Done         bool
			}
			for range 2 {
				client.next(&got)
				if got.Done || got.Sent == 0 || got.Sent >= len(data) {
					t.Fatalf("the client was to be interrupted: %+v", got)
				}
			}
			client.next(&got)
			client.end()
			if !got.Done || !strings.HasPrefix(got.URL, other.uploads) {
				t.Fatalf("the client says %+v, want it done at %s", got, other.uploads)
			}
			p.wantImage(got.ImageID, data)
			p.wantTagged(t, got.ImageID, []string{"tus", "parts"})
			p.wantNothingIncoming("after all")
			if n := p.metric("lightwell_items_total", "completed"); n != 1 {
				t.Errorf("%v images came of it, want 1", n)
			}
		})
	}
}

// Uppy uploads from a page of another site: in parts, while the network is away for a moment, and in one.
func TestUppyInBrowser(t *testing.T) {
	t.Parallel()
	big, small := noise(t, 1500, 2), testdata(t, "mona-lisa.jpg")
	page := `<!doctype html><title>Uppy</title><input type=file multiple>`
	for name, start := range pairs {
		t.Run(name, func(t *testing.T) {
			site := servePage(t, page)
			p, _ := start(t, "--upload-origins="+strings.TrimSuffix(site, "/"), "--sync-wait="+patience.String())
			for kind, files := range map[string]map[string][]byte{
				"tus": {"big.png": big}, "xhr": {"small.jpg": small, "other.webp": testdata(t, "photo.webp")},
			} {
				args := []string{site, p.uploads, kind}
				for name, data := range files {
					args = append(args, writeTemp(t, name, data))
				}
				client := runInBrowser(t, "uppy.mjs", args...)
				var got struct {
					Stalled int
					Failed  []string
					Answers []struct {
						Name, URL string
						Body      json.RawMessage
					}
				}
				client.next(&got)
				client.end()
				if len(got.Failed) > 0 || len(got.Answers) != len(files) || (got.Stalled > 0) != (kind == "tus") {
					t.Fatalf("%s: Uppy says %+v, want %d files uploaded", kind, got, len(files))
				}
				for _, a := range got.Answers {
					id := a.URL[strings.LastIndexByte(a.URL, '/')+1:]
					p.wantImage(id, files[a.Name])
				}
			}
			p.wantNothingIncoming("after all")
		})
	}
}

// A plain form has the presigned fields, and goes straight to where the image is to be.
func TestPresignedFormInBrowser(t *testing.T) {
	photo := testdata(t, "mona-lisa.jpg")
	directly(t, nil, func(t *testing.T, p *process) {
		w := p.presign(`{"contentType":"image/jpeg"}`)
		var form strings.Builder
		fmt.Fprintf(&form, `<!doctype html><title>Upload</title><form method=post enctype=multipart/form-data action="%s">`, html.EscapeString(w.URL))
		for name, value := range w.Fields {
			fmt.Fprintf(&form, `<input type=hidden name="%s" value="%s">`, html.EscapeString(name), html.EscapeString(value))
		}
		form.WriteString(`<input type=file name=file> <button>Upload</button></form>`)
		client := runInBrowser(t, "formpost.mjs", servePage(t, form.String()), writeTemp(t, "mona.jpg", photo))
		var got struct{ Answered int }
		client.next(&got)
		client.end()
		if got.Answered != http.StatusNoContent {
			t.Fatalf("the form is answered %d, want 204", got.Answered)
		}
		p.wantCompleted("the form's image", w.complete(t), w.UploadID, photo)
	})
}

// curl takes what was presigned: here, and with the AWS SDK for the object that the upload is to be.
func TestPresignedByCurl(t *testing.T) {
	photo := testdata(t, "mona-lisa.jpg")
	path := writeTemp(t, "mona.jpg", photo)
	curl := func(url, contentType string) {
		t.Helper()
		out, err := exec.Command("curl", "--silent", "--show-error", "--fail-with-body", "--upload-file", path, "--header", "Content-Type: "+contentType, url).CombinedOutput()
		if err != nil {
			t.Errorf("curl: %v, %s", err, out)
		}
	}
	directly(t, nil, func(t *testing.T, p *process) {
		w := p.presign(announce("image/jpeg", photo, ""))
		curl(w.URL, w.Headers["Content-Type"])
		p.wantCompleted("by curl", w.complete(t), w.UploadID, photo)
		if p.bucket == nil {
			return
		}
		w = p.presign(announce("image/jpeg", photo, ""))
		endpoint := w.URL[:strings.Index(w.URL, "/images/")]
		client := run(t, "presign.mjs", endpoint, s3test.AccessKey, s3test.SecretKey, "images", "test/images/incoming/"+w.UploadID, "image/jpeg")
		var got struct{ URL string }
		client.next(&got)
		client.end()
		curl(got.URL, "image/jpeg")
		p.wantCompleted("by curl and the AWS SDK", w.complete(t), w.UploadID, photo)
	})
}
