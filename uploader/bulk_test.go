package uploader_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"lightwell/uploader"
)

// bulk posts what must be taken for a bulk, and returns its job.
func (d *door) bulk(contentType, body string, headers ...string) string {
	d.t.Helper()
	got := d.post(contentType, body, headers...)
	var q uploader.Queued
	if err := json.Unmarshal(got.body, &q); err != nil || got.status != 202 || q.Status != "processing" ||
		q.Message != "Bulk upload queued, check /status/"+q.JobID {
		d.t.Fatalf("POST of a bulk = %d %s, want 202 and a job", got.status, got.body)
	}
	return q.JobID
}

// ended waits for a job's end and returns its first page.
func (d *door) ended(job string) (s uploader.Status) {
	d.t.Helper()
	d.eventually("job "+job+" ends", func() bool {
		got := d.get("/status/" + job)
		s = uploader.Status{}
		if err := json.Unmarshal(got.body, &s); err != nil || got.status != 200 {
			d.t.Fatalf("GET /status/%s = %d %s", job, got.status, got.body)
		}
		return s.Status != "processing"
	})
	return s
}

// told is what a status says of each item: its name and status, and of a failure why.
func told(s uploader.Status) (all []string) {
	for _, item := range s.Items {
		line := item.Name + " " + item.Status
		if item.Error != nil {
			line += fmt.Sprintf(" %d", item.Error.Status)
		}
		all = append(all, line)
	}
	return all
}

func wantStatus(t *testing.T, what string, s uploader.Status, status string, completed, failed int, items ...string) {
	t.Helper()
	if s.Status != status || s.Total != len(items) || s.Completed != completed || s.Failed != failed || len(s.URLs) != completed || s.Next != "" {
		t.Errorf("%s: %+v, want it %s with %d of %d completed and %d failed", what, s, status, completed, len(items), failed)
	}
	if got := told(s); !slices.Equal(got, items) {
		t.Errorf("%s: items %q, want %q", what, got, items)
	}
}

// Several files in a form are a bulk; the bad ones do not harm the good ones.
func TestBulkForm(t *testing.T) {
	d := openDoor(t)
	huge := jpeg + strings.Repeat("x", maxBytes)
	body := file("a.jpg", jpeg) + field("tags", "red") + file("b.txt", "no image") + file("empty.jpg", "") + file("c.png", png) +
		file("huge.jpg", huge) + file("d.webp", webp) + file("a again.jpg", jpeg) + field("tags", "blue") + end
	s := d.ended(d.bulk(formType, body))
	wantStatus(t, "a form", s, "completed", 3, 4,
		"a.jpg completed", "b.txt failed 415", "empty.jpg failed 400", "c.png completed", "huge.jpg failed 413", "d.webp failed 415", "a again.jpg completed")
	if n := len(originals(t, d.store)); n != 2 {
		t.Errorf("originals = %d, want 2: two files are the same", n)
	}
	for _, item := range s.Items {
		got := d.get("/status/" + item.ImageID)
		var one uploader.ImageStatus
		if err := json.Unmarshal(got.body, &one); err != nil || got.status != 200 || one.Status.Status != item.Status || one.Total != 1 || one.JobID != s.JobID {
			t.Errorf("GET /status of %s = %d %s", item.Name, got.status, got.body)
		}
		if item.Status == "completed" && (one.URL != baseURL+"/image/"+item.ImageID || one.Facts == nil || !slices.Equal(one.Tags, []string{"red", "blue"})) {
			t.Errorf("GET /status of %s = %s, want its URL and both tags", item.Name, got.body)
		}
	}
	d.eventually("nothing is left of what was accepted", func() bool { return d.accepted() == 0 })
}

// A first file that is bad shows only later that it is one of many.
func TestBulkFormThatBeginsBadly(t *testing.T) {
	d := openDoor(t)
	s := d.ended(d.bulk(formType, file("huge.jpg", jpeg+strings.Repeat("x", maxBytes))+file("a.jpg", jpeg)+end))
	wantStatus(t, "a form", s, "completed", 1, 1, "huge.jpg failed 413", "a.jpg completed")
}

// entry is a file of an archive.
type entry struct{ name, body string }

func zipped(t *testing.T, entries ...entry) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, e := range entries {
		f, err := w.Create(e.name)
		if err != nil {
			t.Fatal(err)
		}
		f.Write([]byte(e.body))
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func tarred(t *testing.T, entries ...entry) string {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, e := range entries {
		h := &tar.Header{Name: e.name, Size: int64(len(e.body)), Mode: 0o644, Typeflag: tar.TypeReg}
		switch {
		case strings.HasSuffix(e.name, "/"):
			h.Typeflag = tar.TypeDir
		case strings.HasPrefix(e.body, "-> "):
			h.Typeflag, h.Linkname, h.Size, e.body = tar.TypeSymlink, e.body[3:], 0, ""
		}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		w.Write([]byte(e.body))
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func gzipped(t *testing.T, s string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write([]byte(s))
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestArchives(t *testing.T) {
	entries := []entry{
		{"photos/", ""}, {"photos/a.jpg", jpeg}, {"photos/deep/er/b.png", png}, {"__MACOSX/._a.jpg", "junk"}, {".DS_Store", "junk"},
		{"readme.txt", "no image"}, {"nested.zip", "PK\x03\x04"}, {"..jpg..", jpeg},
	}
	want := []string{"a.jpg completed", "b.png completed", "readme.txt failed 415", "nested.zip failed 415"}
	for _, tt := range []struct{ contentType, body string }{
		{"application/zip", zipped(t, entries[:7]...)},
		{"application/x-tar", tarred(t, append([]entry{{"link.jpg", "-> /etc/passwd"}}, entries[:7]...)...)},
		{"application/gzip", gzipped(t, tarred(t, entries[:7]...))},
	} {
		d := openDoor(t)
		wantStatus(t, tt.contentType, d.ended(d.bulk(tt.contentType, tt.body)), "completed", 2, 2, want...)
		d.eventually("nothing is left of what was accepted", func() bool { return d.accepted() == 0 })
	}
}

func TestRefusedArchives(t *testing.T) {
	many := make([]entry, bulkItems+1)
	for i := range many {
		many[i] = entry{fmt.Sprintf("%d.jpg", i), jpeg}
	}
	good := entry{"a.jpg", jpeg}
	bomb := entry{"bomb.svg", strings.Repeat(" ", 20<<20)}
	whole := zipped(t, good, entry{"b.png", png})
	for _, tt := range []struct {
		name, contentType, body string
		status                  int
		param                   string
	}{
		{"zip slip", "application/zip", zipped(t, good, entry{"../../etc/cron.d/x", jpeg}), 400, "name"},
		{"zip slip in the middle", "application/zip", zipped(t, good, entry{"a/../../x.jpg", jpeg}), 400, "name"},
		{"absolute", "application/zip", zipped(t, good, entry{"/etc/x.jpg", jpeg}), 400, "name"},
		{"drive", "application/zip", zipped(t, good, entry{"c:/x.jpg", jpeg}), 400, "name"},
		{"backslashes", "application/zip", zipped(t, good, entry{`..\..\x.jpg`, jpeg}), 400, "name"},
		{"too deep", "application/zip", zipped(t, good, entry{strings.Repeat("a/", 40) + "x.jpg", jpeg}), 400, "name"},
		{"zip bombs", "application/zip", zipped(t, bomb, bomb, bomb), 413, ""},
		{"too many", "application/zip", zipped(t, many...), 413, ""},
		{"nothing", "application/zip", zipped(t), 400, "file"},
		{"only junk", "application/zip", zipped(t, entry{".DS_Store", "x"}), 400, "file"},
		{"no image", "application/zip", zipped(t, entry{"a.txt", "x"}, entry{"b.txt", "y"}), 415, ""},
		{"cut off", "application/zip", whole[:len(whole)-10], 400, ""},
		{"no zip", "application/zip", "PK\x03\x04", 400, ""},
		{"empty", "application/zip", "", 400, ""},
		{"flipped bit", "application/zip", strings.Replace(zipped(t, good), "PK\x03\x04", "PK\x03\x05", 1), 400, ""},
		{"tar slip", "application/x-tar", tarred(t, good, entry{"../x.jpg", jpeg}), 400, "name"},
		{"tar cut off", "application/x-tar", tarred(t, good, good)[:1500], 400, ""},
		{"no tar", "application/x-tar", strings.Repeat("no tar", 200), 400, ""},
		{"too many in a tar", "application/x-tar", tarred(t, many...), 413, ""},
		{"tar bomb", "application/gzip", gzipped(t, tarred(t, good, bomb, bomb)), 413, ""},
		{"gzip bomb after the tar", "application/gzip", gzipped(t, tarred(t, good)+strings.Repeat("\x00", 40<<20)), 413, ""},
		{"no gzip", "application/gzip", "nothing of the kind", 400, ""},
		{"gzip cut off", "application/gzip", gzipped(t, tarred(t, good, entry{"b.png", png}))[:60], 400, ""},
		{"too many bytes", "application/x-tar", tarred(t, slices.Repeat([]entry{{"a.jpg", jpeg + strings.Repeat("x", maxBytes-100)}}, 21)...), 413, ""},
	} {
		d := openDoor(t)
		wantProblem(t, tt.name, d.post(tt.contentType, tt.body), tt.status, tt.param, nil)
		d.nothingKept(tt.name)
	}
}

// elsewhere serves images by URL.
func elsewhere(t *testing.T) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/a.jpg":
			w.Write([]byte(jpeg))
		case "/b.png":
			w.Write([]byte(png))
		case "/text":
			w.Write([]byte("no image"))
		case "/huge":
			w.Write(bytes.Repeat([]byte(jpeg), maxBytes/10))
		case "/short":
			w.Header().Set("Content-Length", "1000")
			w.Write([]byte(jpeg))
		default:
			w.WriteHeader(404)
		}
	}))
	t.Cleanup(s.Close)
	return s.URL
}

func TestURLs(t *testing.T) {
	from := elsewhere(t)
	for _, tt := range []struct {
		path   string
		status int
		param  string
	}{
		{"/text", 415, ""}, {"/huge", 413, ""}, {"/missing", 422, "url"}, {"/short", 502, "url"},
	} {
		d := openDoor(t)
		wantProblem(t, tt.path, d.post("application/json", `{"url":"`+from+tt.path+`"}`), tt.status, tt.param, nil)
		d.nothingKept(tt.path)
	}
	d := openDoor(t)
	c := completed(t, "a URL", d.post("application/json", `{"url":"`+from+`/a.jpg","tags":["x","y"]}`))
	if c.Name != "a.jpg" || !slices.Equal(c.Tags, []string{"x", "y"}) || c.Bytes != int64(len(jpeg)) {
		t.Errorf("a URL gives %+v", c)
	}
	if c := completed(t, "a URL with a name", d.post("application/json", `{"name":"n.jpg","url":"`+from+`/a.jpg"}`)); c.Name != "n.jpg" {
		t.Errorf("a URL with a name gives %+v", c)
	}
}

func TestLists(t *testing.T) {
	from := elsewhere(t)
	items := []string{
		`{"url":"` + from + `/a.jpg"}`, `{"url":"` + from + `/b.png","name":"bee.png","tags":"own"}`,
		`{"url":"` + from + `/missing","name":"gone"}`, `{"url":"` + from + `/a.jpg","instructions":{"resize":{"width":7}}}`,
	}
	for _, tt := range []struct{ contentType, body string }{
		{"application/json", `{"tags":"all","items":[` + strings.Join(items, ",") + `],"instructions":{"w":5}}`},
		{"application/json", `{"items":[` + strings.Join(items, ",") + `],"tags":["all"],"instructions":[{"w":5}]}`},
		{"application/x-ndjson", strings.Join(items, "\n") + "\n\n"},
	} {
		d := openDoor(t)
		s := d.ended(d.bulk(tt.contentType, tt.body))
		wantStatus(t, tt.body, s, "completed", 3, 1, " completed", "bee.png completed", "gone failed 422", " completed")
		if tt.contentType == "application/x-ndjson" { // which has no room for what goes for all
			continue
		}
		if s.URLs[0] != s.Items[0].URL || !strings.HasSuffix(s.URLs[0], "?w=5") || !strings.HasSuffix(s.URLs[2], "?w=7") {
			t.Errorf("%s: URLs %q, want that of w=5 and, for an item with its own, w=7", tt.body, s.URLs)
		}
	}
}

func TestRefusedLists(t *testing.T) {
	const one = `{"url":"https://x.test/a.jpg"}`
	for _, tt := range []struct {
		contentType, body string
		status            int
		param             string
	}{
		{"application/json", ``, 400, ""},
		{"application/json", `[]`, 400, ""},
		{"application/json", `"x"`, 400, ""},
		{"application/json", `{}`, 400, "url"},
		{"application/json", `{"url":1}`, 400, "url"},
		{"application/json", `{"url":""}`, 400, "url"},
		{"application/json", `{"url":"file:///etc/passwd"}`, 400, "url"},
		{"application/json", `{"url":"https://user:word@x.test/"}`, 400, "url"},
		{"application/json", `{"url":"https://x.test/a.jpg","url":"https://x.test/b.jpg"}`, 400, "url"},
		{"application/json", `{"url":"https://x.test/a.jpg"} {}`, 400, ""},
		{"application/json", `{"url":"https://x.test/a.jpg"`, 400, ""},
		{"application/json", `{"url":"https://x.test/a.jpg","colour":"red"}`, 400, "colour"},
		{"application/json", `{"items":[]}`, 400, "items"},
		{"application/json", `{"items":{}}`, 400, ""},
		{"application/json", `{"items":[` + one + `],"url":"https://x.test/a.jpg"}`, 400, "url"},
		{"application/json", `{"items":[` + one + `,{}]}`, 400, "url"},
		{"application/json", `{"items":[` + one + `,{"url":"https://x.test/","colour":"red"}]}`, 400, "colour"},
		{"application/json", `{"items":[` + one + `,{"url":"https://x.test/","instructions":{"resize":{"width":"x"}}}]}`, 400, "resize.width"},
		{"application/json", `{"items":[` + one + `,1]}`, 400, "items[1]"},
		{"application/json", `{"items":[` + one, 400, ""},
		{"application/json", `{"items":[` + strings.Repeat(one+",", bulkItems) + one + `]}`, 413, ""},
		{"application/json", `{"items":[{"url":"https://x.test/` + strings.Repeat("x", 40_000) + `"}]}`, 413, ""},
		{"application/json", `{"items":` + strings.Repeat("[", 10_000) + `}`, 400, ""},
		{"application/json", strings.Repeat(`{"a":`, 10_000) + `1` + strings.Repeat("}", 10_000), 413, ""},
		{"application/x-ndjson", ``, 400, "items"},
		{"application/x-ndjson", one + "\nno", 400, "items[1]"},
		{"application/x-ndjson", strings.Repeat("[", 10_000), 400, "items[0]"},
		{"application/x-ndjson", strings.Repeat("x", 20_000), 413, ""},
	} {
		d := openDoor(t)
		what := tt.body[:min(len(tt.body), 100)]
		wantProblem(t, what, d.post(tt.contentType, tt.body), tt.status, tt.param, nil)
		d.nothingKept(what)
	}
}

// The same key and body give the same answer; another body is a conflict.
func TestIdempotencyKey(t *testing.T) {
	d := openDoor(t)
	key := "Idempotency-Key: order-66"
	first := d.post("image/jpeg", jpeg, key)
	if again := d.post("image/jpeg", jpeg, key); string(again.body) != string(first.body) || again.status != 200 {
		t.Errorf("POST again = %d %s, want 200 %s", again.status, again.body, first.body)
	}
	wantProblem(t, "another body", d.post("image/jpeg", jpeg+"x", key), 409, "Idempotency-Key", nil)
	wantProblem(t, "another tag", d.do("POST", "/upload?tags=a", jpeg, key), 409, "Idempotency-Key", nil)
	wantProblem(t, "a bulk", d.post(formType, file("a", jpeg)+file("b", png)+end, key), 409, "Idempotency-Key", nil)
	completed(t, "another key", d.post("image/jpeg", jpeg, key+"b"))
	bulk := file("a", jpeg) + file("b", png) + end
	job := d.bulk(formType, bulk, "Idempotency-Key: bulk")
	if again := d.bulk("multipart/form-data; boundary=c", strings.ReplaceAll(bulk, "--b", "--c"), "Idempotency-Key: bulk"); again != job {
		t.Errorf("a bulk again is job %s, want %s: the boundary says nothing", again, job)
	}
	d.ended(job)
	d.eventually("nothing is left of what was accepted", func() bool { return d.accepted() == 0 })
	for _, bad := range []string{"Idempotency-Key:", "Idempotency-Key: a b", "Idempotency-Key: é", "Idempotency-Key: " + strings.Repeat("x", 256), key + "\r\n" + key} {
		wantProblem(t, bad, d.post("image/jpeg", jpeg, bad), 400, "Idempotency-Key", nil)
	}
}

// With instructions the answer waits for the renditions, and has the first one's URL.
func TestInstructions(t *testing.T) {
	d := openDoor(t)
	send := func(instructions string) response {
		return d.post(formType, field("instructions", instructions)+file("x.jpg", jpeg)+end)
	}
	c := completed(t, "one", send(`{"resize":{"width":5}}`))
	if c.URL != baseURL+"/image/"+c.ImageID+"?w=5" || c.Renditions != nil {
		t.Errorf("URL = %s, renditions %q", c.URL, c.Renditions)
	}
	c = completed(t, "two", send(`[{"w":5},{"format":"webp","blur":3}]`))
	base := baseURL + "/image/" + c.ImageID
	if want := []string{base + "?w=5", base + "?blur=3&fm=webp"}; c.URL != want[0] || !slices.Equal(c.Renditions, want) {
		t.Errorf("URL = %s, renditions %q, want %q", c.URL, c.Renditions, want)
	}
	if made := d.made.taken(); len(made) != 3 {
		t.Errorf("made %q, want three", made)
	}
	wantProblem(t, "an unknown preset", send(`{"preset":"card"}`), 404, "preset", nil)
	if n := len(originals(t, d.store)); n != 1 {
		t.Errorf("originals = %d", n)
	}
}

func TestAsync(t *testing.T) {
	d := openDoor(t)
	got := d.do("POST", "/upload?async=true", jpeg)
	var p uploader.Processing
	if err := json.Unmarshal(got.body, &p); err != nil || got.status != 202 || p.Message != "Image is being processed, check /status/"+p.ImageID {
		t.Fatalf("POST /upload?async=true = %d %s", got.status, got.body)
	}
	s := d.ended(p.ImageID)
	wantStatus(t, "an image", s, "completed", 1, 0, " completed")
}

// What waits is cancelled at once, and what runs goes on to its end.
func TestCancel(t *testing.T) {
	d := openDoor(t)
	begun, release := make(chan struct{}, bulkItems), make(chan struct{})
	d.holdInspections(begun, release)
	job := d.bulk(formType, strings.Repeat(file("a.jpg", jpeg), 10)+end)
	<-begun
	<-begun
	if got := d.do("DELETE", "/status/"+job, ""); got.status != 204 {
		t.Errorf("DELETE /status = %d %s", got.status, got.body)
	}
	close(release)
	d.eventually("two end", func() bool { return d.ended(job).Completed == 2 })
	s := d.ended(job)
	if s.Status != "cancelled" || s.Total != 10 || s.Cancelled != 8 || s.Failed != 0 || len(s.URLs) != 2 {
		t.Errorf("the job is %+v, want it cancelled with 2 completed and 8 cancelled", s)
	}
	wantProblem(t, "DELETE again", d.do("DELETE", "/status/"+job, ""), 409, "", nil)
	wantProblem(t, "DELETE of nothing", d.do("DELETE", "/status/0123456789abcdefghjkmnpqrs", ""), 404, "", nil)
	if n := d.inspector.count(); n != 2 {
		t.Errorf("%d were inspected, want 2", n)
	}
}

// The widths of a srcset are those below the image's, and its own.
func TestSrcset(t *testing.T) {
	for _, tt := range []struct {
		width int
		want  string
	}{
		{1, "1"}, {320, "320"}, {321, "320 321"}, {1280, "320 640 960 1280"}, {3840, "320 640 960 1280 1920 2560 3840"}, {9000, "320 640 960 1280 1920 2560 3840"},
	} {
		var got []string
		for entry := range strings.SplitSeq(uploader.Srcset("u", tt.width), ", ") {
			url, width, _ := strings.Cut(entry, " ")
			width = strings.TrimSuffix(width, "w")
			if url != "u?w="+width+"&auto=format" {
				t.Errorf("srcset(%d) has %q", tt.width, entry)
			}
			got = append(got, width)
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("srcset(%d) = %v, want %s", tt.width, got, tt.want)
		}
	}
}
