package uploader_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

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
		wantStatus(t, tt.body, s, "completed", 3, 1, "a.jpg completed", "bee.png completed", "gone failed 422", "a.jpg completed")
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
	d := openDoor(t)
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
		what := tt.body[:min(len(tt.body), 100)]
		wantProblem(t, what, d.post(tt.contentType, tt.body), tt.status, tt.param, nil)
		d.nothingKept(what)
	}
}
