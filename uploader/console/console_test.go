package console_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"lightwell/uploader/console"
)

// ask makes a request of a server that has the page.
func ask(t *testing.T, at, method string, headers ...string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequest(method, at, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(body)
}

func serve(t *testing.T) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(console.Serve))
	t.Cleanup(s.Close)
	return s.URL
}

const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data: http: https:; " +
	"connect-src 'self' http: https:; form-action 'none'; frame-ancestors 'none'; base-uri 'none'"

func TestFilesAreServedAndRevalidated(t *testing.T) {
	at := serve(t)
	types := map[string]string{"": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}
	etags := map[string]string{}
	for _, p := range console.Paths() {
		get, body := ask(t, at+p, http.MethodGet)
		want := map[string]string{
			"Content-Type": types[path.Ext(p)], "Cache-Control": "no-cache", "Content-Security-Policy": policy,
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Content-Length": fmt.Sprint(len(body)),
		}
		for name, value := range want {
			if got := get.Header.Get(name); got != value || value == "" {
				t.Errorf("GET %s: %s is %q, want %q", p, name, got, value)
			}
		}
		etag := get.Header.Get("ETag")
		if get.StatusCode != http.StatusOK || body == "" || !regexp.MustCompile(`^"[0-9a-f]{32}"$`).MatchString(etag) || etags[etag] != "" {
			t.Errorf("GET %s = %d, %d bytes, ETag %s, want 200 and one of its own", p, get.StatusCode, len(body), etag)
		}
		etags[etag] = p
		head, none := ask(t, at+p, http.MethodHead)
		get.Header.Del("Date")
		head.Header.Del("Date")
		if head.StatusCode != http.StatusOK || none != "" || fmt.Sprint(head.Header) != fmt.Sprint(get.Header) {
			t.Errorf("HEAD %s = %d %v, want the headers of GET: %v", p, head.StatusCode, head.Header, get.Header)
		}
		same, none := ask(t, at+p, http.MethodGet, "If-None-Match", etag)
		if same.StatusCode != http.StatusNotModified || none != "" || same.Header.Get("Cache-Control") != "no-cache" {
			t.Errorf("GET %s with its ETag = %d, %q, want 304", p, same.StatusCode, none)
		}
		if other, _ := ask(t, at+p, http.MethodGet, "If-None-Match", `"other"`); other.StatusCode != http.StatusOK {
			t.Errorf("GET %s with another ETag = %d, want 200", p, other.StatusCode)
		}
	}
}

func TestNothingElseIsServed(t *testing.T) {
	at := serve(t)
	for _, p := range []string{"/index.html", "/console", "/console/", "/console/index.html", "/console/nothing.js", "/console/../console.go", "/console/static/page.js"} {
		if got, _ := ask(t, at+p, http.MethodGet); got.StatusCode != http.StatusNotFound {
			t.Errorf("GET %s = %d, want 404", p, got.StatusCode)
		}
	}
}

// Every file that another refers to is there, and each is referred to.
func TestReferences(t *testing.T) {
	at := serve(t)
	paths := console.Paths()
	if !slices.Contains(paths, "/") {
		t.Fatalf("Paths() = %q, want the page among them", paths)
	}
	reference := regexp.MustCompile(`(?:(?:src|href)="(/[^"]*)"|from '\./([^']*)'|import '\./([^']*)')`)
	used := map[string]bool{"/": true}
	for _, p := range paths {
		_, body := ask(t, at+p, http.MethodGet)
		for _, m := range reference.FindAllStringSubmatch(body, -1) {
			to := m[1]
			if to == "" {
				to = "/console/" + m[2] + m[3]
			}
			used[to] = true
			if !slices.Contains(paths, to) {
				t.Errorf("%s refers to %s, which is not there", p, to)
			}
		}
	}
	for _, p := range paths {
		if !used[p] {
			t.Errorf("nothing refers to %s", p)
		}
	}
}

// What the policy forbids would not work, and is easily written.
func TestNothingInlineAndNothingFromElsewhere(t *testing.T) {
	at := serve(t)
	inline := regexp.MustCompile(`(?i)<style|\sstyle=|\son[a-z]+=|<script[^>]*>[^<]|javascript:`)
	elsewhere := regexp.MustCompile(`(?:src|href|action)="(?:https?:)?//|url\(|@import|from '(?:[^.]|\.[^/])`)
	evaluated := regexp.MustCompile(`innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function`)
	for _, p := range console.Paths() {
		_, body := ask(t, at+p, http.MethodGet)
		for _, wrong := range []*regexp.Regexp{elsewhere, evaluated} {
			if found := wrong.FindString(body); found != "" {
				t.Errorf("%s has %q", p, found)
			}
		}
		if found := inline.FindString(body); found != "" && !strings.HasSuffix(p, ".js") {
			t.Errorf("%s has %q", p, found)
		}
	}
}
