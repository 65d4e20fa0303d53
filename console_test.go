package main_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lightwell/origin/store/s3test"
)

// shownRow is what the upload page shows of one file, and what it puts into the clipboard.
type shownRow struct {
	Look, Name, Facts, State string
	Picture                  *struct {
		Loaded        int // pixels of its width
		Alt, From     string
		Width, Height string
	}
	Link, URL, Srcset string
}

// console has a scenario of testdata/clients/console played on the page of a server.
func (p *process) console(t *testing.T, scenario string, args ...string) *script {
	t.Helper()
	return runInBrowser(t, "console.mjs", append([]string{scenario, p.uploads + "/"}, args...)...)
}

// endWell wants the client to end without an error of the page, or of its policy.
func (s *script) endWell() {
	s.t.Helper()
	var said struct{ Wrong []string }
	s.next(&said)
	if said.Wrong == nil || len(said.Wrong) > 0 {
		s.t.Errorf("the browser's console says %q, want nothing", said.Wrong)
	}
	s.end()
}

// heard waits for what a client says, and wants it to be this.
func heard[T comparable](s *script, want T) {
	s.t.Helper()
	var got T
	if s.next(&got); got != want {
		s.t.Errorf("%s says %+v, want %+v", s.name, got, want)
	}
}

// wantShown wants a row that shows an image, and URLs that answer: the file itself, and
// pictures of each width.
func (p *process) wantShown(t *testing.T, got shownRow, path string) {
	t.Helper()
	name := filepath.Base(path)
	pic := got.Picture
	if got.Look != "done" || got.Name != name || got.State != "Done" || pic == nil || pic.Loaded == 0 || pic.Alt != name {
		t.Fatalf("the row of %s is %+v with the picture %+v, want it done, and the picture loaded", name, got, pic)
	}
	if size := pic.Width + " × " + pic.Height + " pixels"; !strings.Contains(got.Facts, size) {
		t.Errorf("the row of %s says %q, and its picture is %s", name, got.Facts, size)
	}
	if a := do(t, request(t, http.MethodGet, got.URL, nil)); a.status != http.StatusOK || !slices.Equal(a.body, read(t, path)) || got.Link != got.URL {
		t.Errorf("GET of the URL that was copied, %q = %d, %d bytes; want the file, and the link %q to lead there", got.URL, a.status, len(a.body), got.Link)
	}
	candidates := strings.Split(got.Srcset, ", ")
	for _, c := range candidates {
		var url string
		var width int
		if n, err := fmt.Sscanf(c, "%s %dw", &url, &width); n != 2 || width <= 0 {
			t.Fatalf("the srcset that was copied has %q: %v", c, err)
		}
		if a := do(t, request(t, http.MethodGet, url, nil)); a.status != http.StatusOK {
			t.Errorf("GET %s of the srcset = %d, want 200", url, a.status)
		}
	}
	if smallest, _, _ := strings.Cut(candidates[0], " "); pic.From != smallest {
		t.Errorf("the thumbnail is %s, want the smallest of the srcset, %s", pic.From, smallest)
	}
}

func (p *process) wantUploaded(t *testing.T, client *script, path string) {
	t.Helper()
	var got shownRow
	client.next(&got)
	p.wantShown(t, got, path)
}

// A person chooses files: what is an image is shown, with URLs to copy, and what is none
// says why. The same when the server answers before the images are processed.
func TestConsoleUploads(t *testing.T) {
	for _, how := range []struct {
		radio string
		flags []string
	}{
		{"Automatic", nil},
		{"Plain", []string{"--sync-wait=0s"}},
		{"Resumable", nil},
		{"Presigned", nil},
		{"Presigned", []string{"--sync-wait=0s"}},
	} {
		t.Run(how.radio+strings.Join(how.flags, ""), func(t *testing.T) {
			t.Parallel()
			p := serve(t, t.TempDir(), how.flags)
			images := []string{testdataPath(t, "photo.jpg"), copyTo(t, "photo.webp", "Grüße & <Küsse>.webp"), testdataPath(t, "photo.heic")}
			none := testdataPath(t, "hostile/html-as.jpg")
			client := p.console(t, "choosing", append([]string{how.radio, "summer, Küste"}, append(images, none)...)...)
			for _, path := range images {
				var got shownRow
				client.next(&got)
				p.wantShown(t, got, path)
				p.wantTagged(t, filepath.Base(got.URL), []string{"summer", "Küste"})
			}
			var failed shownRow
			client.next(&failed)
			if failed.Look != "failed" || failed.Name != "html-as.jpg" || failed.Picture != nil || !strings.Contains(failed.State, "This is not an image") {
				t.Errorf("the row of what is no image is %+v, want the reason", failed)
			}
			var whole struct {
				Summary string
				Heard   []string
			}
			client.next(&whole)
			heard := strings.Join(whole.Heard, "\n")
			if whole.Summary != "3 of 4 done, 1 failed" || !strings.Contains(heard, whole.Summary+".") || !strings.Contains(heard, "html-as.jpg failed: This is not an image") || strings.Contains(heard, "%") {
				t.Errorf("the page sums it up as %+v, want 3 of 4 done, the reason, and nothing of each step", whole)
			}
			client.endWell()
		})
	}
}

// A connection that breaks off is made again, and the image is there once.
func TestConsoleTriesAgain(t *testing.T) {
	t.Parallel()
	p := serve(t, t.TempDir(), nil)
	photo := testdataPath(t, "photo.webp")
	client := p.console(t, "broken", photo)
	var waiting struct{ State string }
	if client.next(&waiting); !strings.HasPrefix(waiting.State, "The connection failed. Next try in ") {
		t.Errorf("the row says %q, want that it will try again", waiting.State)
	}
	p.wantUploaded(t, client, photo)
	client.endWell()
}

// Three files are under way at a time. Each can be taken back, and sent after all.
func TestConsoleCancels(t *testing.T) {
	t.Parallel()
	p := serve(t, t.TempDir(), nil)
	paths := []string{testdataPath(t, "photo.jpg"), testdataPath(t, "photo-p3.jpg"), testdataPath(t, "photo-adobergb.jpg"), testdataPath(t, "photo.heic"), testdataPath(t, "photo.webp")}
	client := p.console(t, "cancelling", paths...)
	var now struct {
		States  []string
		Summary string
	}
	client.next(&now)
	sending := func(s string) bool { return strings.HasPrefix(s, "Uploading, ") }
	if len(now.States) != 5 || slices.ContainsFunc(now.States[3:], sending) || slices.ContainsFunc(now.States[:3], func(s string) bool { return !sending(s) }) {
		t.Errorf("the rows say %q, want three uploading and two waiting", now.States)
	}
	client.next(&now)
	if want := slices.Repeat([]string{"Cancelled"}, 5); !slices.Equal(now.States, want) || now.Summary != "0 of 5 done, 5 cancelled" {
		t.Errorf("the rows say %q, and the page %q, want all cancelled", now.States, now.Summary)
	}
	p.wantUploaded(t, client, paths[0])
	client.endWell()
	var listed struct{ Images []struct{ Name string } }
	p.decode(t, "/images", &listed)
	if len(listed.Images) != 1 || listed.Images[0].Name != "photo.jpg" {
		t.Errorf("GET /images = %+v, want only the one that was sent in the end", listed.Images)
	}
}

// Files and folders are dropped anywhere on the page. Of folders only images are meant.
func TestConsoleTakesWhatIsDropped(t *testing.T) {
	t.Parallel()
	p := serve(t, t.TempDir(), nil)
	folder := t.TempDir()
	for _, name := range []string{"a.webp", "deep/deeper/b.heic", ".hidden.webp", "deep/notes.txt"} {
		writeFile(t, filepath.Join(folder, name), testdata(t, map[bool]string{true: "photo.heic", false: "photo.webp"}[strings.HasSuffix(name, "heic")]))
	}
	client := p.console(t, "dropping", "3", testdataPath(t, "mona-lisa.jpg"), folder)
	heard(client, struct{ Highlighted bool }{true})
	heard(client, struct{ Highlighted bool }{false})
	var done struct{ Names []string }
	client.next(&done)
	slices.Sort(done.Names)
	if want := []string{"a.webp", "b.heic", "mona-lisa.jpg"}; !slices.Equal(done.Names, want) {
		t.Errorf("the images are %q, want %q", done.Names, want)
	}
	client.endWell()
}

func TestConsoleTakesWhatIsPasted(t *testing.T) {
	t.Parallel()
	p := serve(t, t.TempDir(), nil)
	client := p.console(t, "pasting", base64.StdEncoding.EncodeToString(testdata(t, "reference/scene.png")))
	p.wantUploaded(t, client, copyTo(t, "reference/scene.png", "image.png"))
	client.endWell()
}

// Who leaves while something is under way is asked first.
func TestConsoleAsksBeforeItIsLeft(t *testing.T) {
	t.Parallel()
	p := serve(t, t.TempDir(), nil)
	client := p.console(t, "leaving", testdataPath(t, "photo.jpg"))
	for _, want := range [][]string{{}, {"beforeunload"}} {
		var got struct{ Asked []string }
		if client.next(&got); !slices.Equal(got.Asked, want) {
			t.Errorf("the browser asks %q, want %q", got.Asked, want)
		}
	}
	client.endWell()
}

// A presigned upload goes straight to the bucket, which gets no token. Where the bucket does
// not let the page in, the row says what that may be.
func TestConsoleUploadsIntoABucket(t *testing.T) {
	for _, tt := range []struct{ allowed, look string }{{"*", "done"}, {"", "interrupted"}} {
		t.Run(tt.look, func(t *testing.T) {
			t.Setenv("VGW_CORS_ALLOW_ORIGIN", tt.allowed)
			bucket := s3test.Start(t)
			p := serve(t, t.TempDir(), s3Flags(bucket))
			path := testdataPath(t, "mona-lisa.jpg")
			client := p.console(t, "delivering", tt.look, path)
			type request struct{ To, Authorization string }
			heard(client, struct{ Sent request }{request{To: bucket.URL()}})
			if tt.look == "done" {
				p.wantUploaded(t, client, path)
				client.endWell()
				return
			}
			var got shownRow
			if client.next(&got); !strings.Contains(got.State, "Perhaps "+strings.TrimPrefix(bucket.URL(), "http://")+" does not allow uploads from this page (CORS).") {
				t.Errorf("the row says %q, want what may be wrong", got.State)
			}
			var said struct{ Wrong []string }
			client.next(&said)
			if len(said.Wrong) == 0 || slices.ContainsFunc(said.Wrong, func(s string) bool { return !strings.Contains(s, "CORS policy") }) {
				t.Errorf("the browser's console says %q, want that it is CORS", said.Wrong)
			}
			client.end()
		})
	}
}
