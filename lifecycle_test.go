package main_test

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"lightwell/origin/store/s3test"

	s3 "github.com/minio/minio-go/v7"
)

// Where the server has no lifecycle rules, the log says so once, and what they would delete is swept.
func TestServeSweepsABucket(t *testing.T) {
	server := s3test.Start(t)
	o := server.Options("images")
	o.Prefix = "test/images"
	s := s3test.Open(t, o)
	client := server.Client()
	begin := func(key string) {
		id, err := client.NewMultipartUpload(t.Context(), "images", key, s3.PutObjectOptions{})
		if err == nil {
			_, err = client.PutObjectPart(t.Context(), "images", key, id, 1, strings.NewReader("part"), 4, s3.PutObjectPartOptions{})
		}
		if err == nil {
			err = s.Put(t.Context(), "incoming/"+key[len("test/images/originals/"):], strings.NewReader("x"), 1)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	parts := func() (keys []string) {
		left, err := client.ListMultipartUploads(t.Context(), "images", "", "", "", "", 100)
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range left.Uploads {
			keys = append(keys, u.Key)
		}
		return keys
	}
	begin("test/images/originals/old")
	server.Age(25 * time.Hour)
	begin("test/images/originals/new")
	p := serve(t, t.TempDir(), append(s3Flags(server), "--sweep-every=1s", "--incoming-life=24h"))
	eventually(t, 20*time.Second, "what is old is swept", func() bool {
		_, err := s.Stat(t.Context(), "incoming/old")
		return errors.Is(err, fs.ErrNotExist) && len(parts()) == 1
	})
	p.wantLine(`level=INFO msg="swept parts of unfinished uploads" uploads=1`)
	p.wantLine(`level=INFO msg=swept .*incoming=1`)
	if _, err := s.Stat(t.Context(), "incoming/new"); err != nil || parts()[0] != "test/images/originals/new" {
		t.Errorf("what is new: %v, %q; want it left", err, parts())
	}
	p.stop()
	if n := strings.Count(p.logged(), "lifecycle rules cannot be set"); n != 1 {
		t.Errorf("the log says %d times that there are no lifecycle rules, want once", n)
	}
}

// A ruled server is one that has lifecycle rules, too: it keeps what it is given.
type ruled struct {
	next  http.Handler
	mu    sync.Mutex
	rules []byte // guarded by mu
}

func (r *ruled) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if !req.URL.Query().Has("lifecycle") {
		r.next.ServeHTTP(w, req)
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case req.Method == http.MethodPut:
		r.rules, _ = io.ReadAll(req.Body)
	case len(r.rules) == 0:
		w.WriteHeader(http.StatusNotFound)
		io.WriteString(w, "<Error><Code>NoSuchLifecycleConfiguration</Code></Error>")
	default:
		w.Write(r.rules)
	}
}

// has tells of each rule whether it is there.
func (r *ruled) has(names ...string) (all []bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, name := range names {
		all = append(all, bytes.Contains(r.rules, []byte("<ID>lightwell:test/images/:"+name+"</ID>")))
	}
	return all
}

// The bucket's rules follow the settings.
func TestServeKeepsRules(t *testing.T) {
	t.Parallel()
	server := s3test.Start(t)
	target, err := url.Parse(server.URL())
	if err != nil {
		t.Fatal(err)
	}
	r := &ruled{next: &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { // Host stays: it is signed
		r.Out.URL.Scheme, r.Out.URL.Host = target.Scheme, target.Host
	}}}
	before := httptest.NewServer(r)
	defer before.Close()
	for _, tt := range []struct {
		flags               []string
		log                 string
		incoming, originals bool
	}{
		{[]string{"--s3-lifecycle=off"}, "msg=ready", false, false},
		{[]string{"--s3-originals-class=STANDARD_IA"}, "lifecycle rules are as the settings have them.* changed=true", true, true},
		{[]string{"--s3-originals-class=STANDARD_IA"}, "lifecycle rules are as the settings have them.* changed=false", true, true},
		{nil, "lifecycle rules are as the settings have them.* changed=true", true, false},
	} {
		p := serve(t, t.TempDir(), append(append(s3Flags(server), "--s3-endpoint="+before.URL), tt.flags...))
		p.wantLine(tt.log)
		if got := r.has("incoming", "parts", "originals"); got[0] != tt.incoming || got[1] != tt.incoming || got[2] != tt.originals {
			t.Errorf("with %q the bucket has incoming, parts, originals: %t; want %t for two, and %t", tt.flags, got, tt.incoming, tt.originals)
		}
		p.stop()
	}
}
