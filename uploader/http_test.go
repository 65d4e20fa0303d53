package uploader_test

import (
	"strings"
	"testing"
)

func TestRoutes(t *testing.T) {
	d := openDoor(t)
	id := completed(t, "POST", d.post("image/jpeg", jpeg)).ImageID
	const absent = "zzzzzzzzzzzzzzzzzzzzzzzzzz"
	for _, tt := range []struct {
		method, uri string
		status      int
		allow       string
	}{
		{"GET", "/nothing", 404, ""},
		{"POST", "/", 405, "GET, HEAD"},
		{"GET", "/uploads", 404, ""},
		{"POST", "/upload/", 404, ""},
		{"GET", "/status", 404, ""},
		{"GET", "/status/", 404, ""},
		{"GET", "/status/" + id + "/", 404, ""},
		{"GET", "/status/" + absent, 404, ""},
		{"GET", "/status/" + strings.ToUpper(id), 404, ""},
		{"GET", "/status/" + id + "%2F", 404, ""},
		{"GET", "/status/..%2F" + id, 404, ""},
		{"GET", "/status/%ff", 404, ""},
		{"DELETE", "/image/" + absent, 404, ""},
		{"DELETE", "/image/nonsense", 404, ""},
		{"DELETE", "/image/", 404, ""},
		{"GET", "/upload", 405, "POST"},
		{"HEAD", "/upload", 405, "POST"},
		{"PUT", "/upload", 405, "POST"},
		{"OPTIONS", "/upload", 405, "POST"},
		{"get", "/images", 405, "DELETE, GET, HEAD"},
		{"POST", "/images", 405, "DELETE, GET, HEAD"},
		{"PUT", "/images", 405, "DELETE, GET, HEAD"},
		{"DELETE", "/status/" + id, 409, ""},
		{"DELETE", "/status/nonsense", 404, ""},
		{"POST", "/status/" + id, 405, "DELETE, GET, HEAD"},
		{"GET", "/image/" + id, 405, "DELETE"},
		{"HEAD", "/image/" + id, 405, "DELETE"},
		{"POST", "/image/" + id, 405, "DELETE"},
	} {
		what := tt.method + " " + tt.uri
		more := map[string]string{"X-Request-Id": "test-1"}
		if tt.allow != "" {
			more["Allow"] = tt.allow
		}
		got := d.do(tt.method, tt.uri, "", withID)
		if tt.method == "HEAD" {
			if got.status != tt.status || len(got.body) > 0 || got.header.Get("Allow") != tt.allow {
				t.Errorf("%s = %d %q, Allow %q, want %d without a body, Allow %q", what, got.status, got.body, got.header.Get("Allow"), tt.status, tt.allow)
			}
			continue
		}
		wantProblem(t, what, got, tt.status, "", more)
	}
	if got := d.get("/status/" + id); got.status != 200 {
		t.Errorf("GET /status after all that = %d, want 200", got.status)
	}
}

// HEAD is GET without the body.
func TestHead(t *testing.T) {
	d := openDoor(t)
	id := completed(t, "POST", d.post("image/jpeg", jpeg)).ImageID
	for _, uri := range []string{"/status/" + id, "/images", "/status/nonsense", "/images?limit=0", "/nothing"} {
		get, head := d.get(uri, withID), d.do("HEAD", uri, "", withID)
		if head.status != get.status || len(head.body) > 0 {
			t.Errorf("HEAD %s = %d %q, want %d without a body", uri, head.status, head.body, get.status)
		}
		for name := range get.header {
			if name != "Date" && head.header.Get(name) != get.header.Get(name) {
				t.Errorf("HEAD %s: %s = %q, want %q as of GET", uri, name, head.header.Get(name), get.header.Get(name))
			}
		}
	}
}

// Whatever answers has a request id, the redirects of a path that is not clean included.
func TestRequestID(t *testing.T) {
	d := openDoor(t)
	for _, tt := range []struct {
		given string
		kept  bool
	}{
		{"a", true},
		{"Trace_1-b", true},
		{strings.Repeat("x", 64), true},
		{"", false},
		{strings.Repeat("x", 65), false},
		{"two words", false},
		{"a,b", false},
		{"caf\xc3\xa9", false},
		{"<script>", false},
	} {
		for _, uri := range []string{"/images", "/nothing", "//images", "/a/../images"} {
			got := d.get(uri, "X-Request-Id: "+tt.given).header.Get("X-Request-Id")
			switch {
			case tt.kept && got != tt.given:
				t.Errorf("GET %s: X-Request-Id for %q = %q, want the same", uri, tt.given, got)
			case !tt.kept && (len(got) != 24 || strings.Trim(got, "0123456789abcdef") != ""):
				t.Errorf("GET %s: X-Request-Id for %q = %q, want 24 hex digits", uri, tt.given, got)
			}
		}
	}
}

func TestDelete(t *testing.T) {
	d := openDoor(t)
	id := completed(t, "POST", d.do("POST", "/upload?name=secret&tags=a", jpeg)).ImageID
	got := d.do("DELETE", "/image/"+id, "", withID)
	wantHeaders(t, "DELETE", got, map[string]string{"X-Request-Id": "test-1"})
	if got.status != 204 || len(got.body) > 0 || got.header.Get("Content-Length") != "" {
		t.Errorf("DELETE = %d %q, want 204 without a body", got.status, got.body)
	}
	wantProblem(t, "DELETE again", d.do("DELETE", "/image/"+id, ""), 410, "", nil)
	wantProblem(t, "GET /status", d.get("/status/"+id), 410, "", nil)
	for _, uri := range []string{"/images", "/images?tag=a"} {
		if got := d.get(uri); string(got.body) != `{"images":[]}`+"\n" {
			t.Errorf("GET %s = %s, want no images", uri, got.body)
		}
	}
}
