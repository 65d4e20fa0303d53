package main_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// Leave ends: what has not come by then does not come any more, and what has may be completed.
func TestPresignedExpires(t *testing.T) {
	photo := testdata(t, "mona-lisa.jpg")
	directly(t, []string{"--presign-life=2s"}, func(t *testing.T, p *process) {
		late, inTime := p.presign(announce("image/jpeg", photo, "")), p.presign(announce("image/jpeg", photo, ""))
		form := p.presign(`{}`)
		form.Fields["Content-Type"] = "image/jpeg"
		if a := inTime.bring(t, photo); a.status >= 300 {
			t.Fatalf("in time: %d %s", a.status, a.body)
		}
		eventually(t, patience, "it has expired", func() bool { return time.Now().After(form.ExpiresAt.Add(1100 * time.Millisecond)) }) // the server counts seconds
		for what, w := range map[string]presigned{"PUT": late, "POST": form} {
			if a := w.bring(t, photo); a.status != http.StatusForbidden {
				t.Errorf("%s after its end = %d %s, want 403", what, a.status, a.body)
			}
			if a := w.complete(t); a.status != http.StatusGone {
				t.Errorf("%s completed after its end = %d %s, want 410", what, a.status, a.body)
			}
			if a := w.complete(t); a.status != http.StatusNotFound {
				t.Errorf("%s completed again after its end = %d %s, want 404", what, a.status, a.body)
			}
		}
		p.wantCompleted("what came in time", inTime.complete(t), inTime.UploadID, photo)
		p.wantNothingIncoming("after all")
	})
}

// Once an image is completed, its old URL changes nothing any more, whatever comes by it.
func TestPresignedReplayed(t *testing.T) {
	photo := testdata(t, "mona-lisa.jpg")
	other := bytes.Clone(photo) // an image, too, of as many bytes
	other[len(other)-20] ^= 1
	directly(t, nil, func(t *testing.T, p *process) {
		w := p.presign(announce("image/jpeg", photo, ""))
		for range 2 { // a repetition before that is none
			if a := w.bring(t, photo); a.status >= 300 {
				t.Fatalf("PUT = %d %s", a.status, a.body)
			}
		}
		first := w.complete(t)
		a := w.bring(t, other)
		if p.bucket == nil && a.status != http.StatusConflict {
			t.Errorf("PUT after all = %d %s, want 409", a.status, a.body)
		}
		again := w.complete(t)
		p.wantCompleted("after a replay", again, w.UploadID, photo)
		if !bytes.Equal(first.body, again.body) {
			t.Errorf("completed = %s, and after a replay %s", first.body, again.body)
		}
	})
}

// Those who complete one upload at the same moment are all told the same, on whatever uploader, and it counts once;
// also while others bring the image again.
func TestPresignedCompletedAtOnce(t *testing.T) {
	photo := testdata(t, "mona-lisa.jpg")
	m := startMachines(t, 0, "--sync-wait="+patience.String())
	other := m.launch("uploader")
	for round := range 5 {
		w := m.push.presign(announce("image/jpeg", photo, `,"tags":["at-once"]`))
		if a := w.bring(t, photo); a.status >= 300 {
			t.Fatalf("PUT = %d %s", a.status, a.body)
		}
		var crowd sync.WaitGroup
		answers := make([]answer, 20)
		for i := range answers {
			crowd.Go(func() {
				if i%5 == 4 {
					w.tryToBring(t, photo)
				}
				at := w
				if i%2 == 1 {
					at.CompleteURL = strings.Replace(w.CompleteURL, m.push.uploads, other.uploads, 1)
				}
				answers[i] = at.complete(t)
			})
		}
		crowd.Wait()
		urls := map[string]int{}
		for _, a := range answers {
			var done struct{ ImageID, URL string }
			if err := json.Unmarshal(a.body, &done); err != nil || a.status != http.StatusOK || done.ImageID != w.UploadID {
				t.Errorf("round %d: completed = %d %s", round, a.status, a.body)
			}
			urls[done.ImageID]++
		}
		if len(urls) != 1 {
			t.Errorf("round %d: the answers are of %v", round, urls)
		}
	}
	if n := m.push.metric("lightwell_items_total", "completed"); n != 5 {
		t.Errorf("%v items were completed, want 5", n)
	}
	a := m.push.api(http.MethodGet, "/images?tag=at-once", "")
	if n := bytes.Count(a.body, []byte(`"imageId"`)); n != 5 {
		t.Errorf("there are %d images, want 5: %s", n, a.body)
	}
}

// Behind a proxy that speaks https the URLs are those that the world sees, and the settings have the last word.
func TestDirectUploadsBehindAProxy(t *testing.T) {
	t.Parallel()
	photo := testdata(t, "mona-lisa.jpg")
	for name, tt := range map[string]struct {
		flags, headers []string
		base           string
	}{
		"no proxy":       {nil, nil, ""},
		"https":          {nil, []string{"X-Forwarded-Proto", "https", "X-Forwarded-Host", "up.example.com"}, "https://up.example.com"},
		"two proxies":    {nil, []string{"X-Forwarded-Proto", "https, http", "X-Forwarded-Host", "up.example.com:8443, inner"}, "https://up.example.com:8443"},
		"nonsense":       {nil, []string{"X-Forwarded-Proto", "gopher", "X-Forwarded-Host", `a"b/../c`}, ""},
		"as in settings": {[]string{"--upload-public-url=https://set.example.com/up/"}, []string{"X-Forwarded-Host", "other.example.com"}, "https://set.example.com/up"},
	} {
		t.Run(name, func(t *testing.T) {
			p := serve(t, t.TempDir(), tt.flags)
			base := tt.base
			if base == "" {
				base = p.uploads
			}
			a := do(t, request(t, http.MethodPost, p.uploads+"/upload/presign", []byte(announce("image/jpeg", photo, "")), append([]string{"Content-Type", "application/json"}, tt.headers...)...))
			var w presigned
			if err := json.Unmarshal(a.body, &w); err != nil || !strings.HasPrefix(w.URL, base+"/upload/"+w.UploadID+"/content?") || !strings.HasPrefix(w.CompleteURL, base+"/upload/"+w.UploadID+"/complete?") {
				t.Errorf("POST /upload/presign = %d %s, want URLs of %s", a.status, a.body, base)
			}
			a = do(t, request(t, http.MethodPost, p.uploads+"/upload/resumable/", nil, append([]string{"Tus-Resumable", "1.0.0", "Upload-Length", "100"}, tt.headers...)...))
			if at := a.header.Get("Location"); a.status != http.StatusCreated || at != base+"/upload/resumable/"+a.header.Get("X-Image-Id") {
				t.Errorf("POST /upload/resumable/ = %d, Location %s, want one below %s", a.status, at, base)
			}
		})
	}
}

// With tokens, leave is given to whoever has one; what was given needs none; and nobody gets further with another
// upload's signature.
func TestPresignedNeedsATokenOnce(t *testing.T) {
	t.Parallel()
	photo := testdata(t, "mona-lisa.jpg")
	p := serve(t, t.TempDir(), []string{"--tokens=shop:0123456789abcdef:upload:1MiB", "--sync-wait=" + patience.String()})
	ask := func(body string, headers ...string) answer {
		return do(t, request(t, http.MethodPost, p.uploads+"/upload/presign", []byte(body), append(headers, "Content-Type", "application/json")...))
	}
	auth := []string{"Authorization", "Bearer 0123456789abcdef"}
	if a := ask(`{}`); a.status != http.StatusUnauthorized {
		t.Errorf("without a token = %d %s, want 401", a.status, a.body)
	}
	var two struct{ Uploads []presigned }
	if a := ask(`{"uploads":[`+announce("image/jpeg", photo, "")+`,`+announce("image/jpeg", photo, "")+`]}`, auth...); json.Unmarshal(a.body, &two) != nil || len(two.Uploads) != 2 {
		t.Fatalf("with one = %d %s, want two uploads", a.status, a.body)
	}
	mine, yours := two.Uploads[0], two.Uploads[1]
	if a := mine.bring(t, photo); a.status >= 300 {
		t.Fatalf("PUT = %d %s", a.status, a.body)
	}
	_, signature, _ := strings.Cut(yours.CompleteURL, "?")
	at, _, _ := strings.Cut(mine.CompleteURL, "?")
	for url, want := range map[string]int{at: http.StatusUnauthorized, at + "?" + signature: http.StatusForbidden} {
		if a := do(t, request(t, http.MethodPost, url, nil)); a.status != want {
			t.Errorf("POST %s = %d %s, want %d", url, a.status, a.body, want)
		}
	}
	p.wantCompleted("by its URL", mine.complete(t), mine.UploadID, photo)
	yours.bring(t, photo)
	p.wantCompleted("by a token", do(t, request(t, http.MethodPost, yours.CompleteURL[:strings.IndexByte(yours.CompleteURL, '?')], nil, auth...)), yours.UploadID, photo)
	// 2 of them and a bit are more than the day has.
	if a := ask(announce("image/jpeg", make([]byte, 1<<20-2*len(photo)+1), ""), auth...); a.status != http.StatusTooManyRequests {
		t.Errorf("more than the day has = %d %s, want 429", a.status, a.body)
	}
}

// Pages of the origins that are named may do all this, and no others.
func TestUploadsFromOtherOrigins(t *testing.T) {
	t.Parallel()
	p := serve(t, t.TempDir(), []string{"--upload-origins=https://a.test,https://b.test"})
	all := serve(t, t.TempDir(), []string{"--upload-origins=*"})
	none := serve(t, t.TempDir(), nil)
	for _, tt := range []struct {
		p            *process
		origin, want string
	}{
		{p, "https://a.test", "https://a.test"}, {p, "https://b.test", "https://b.test"}, {p, "https://c.test", ""},
		{all, "https://c.test", "*"}, {none, "https://a.test", ""},
	} {
		for _, path := range []string{"/upload", "/upload/presign", "/upload/resumable/", "/upload/" + strings.Repeat("z", 26) + "/content"} {
			a := do(t, request(t, http.MethodOptions, tt.p.uploads+path, nil, "Origin", tt.origin, "Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "authorization,tus-resumable"))
			got, headers := a.header.Get("Access-Control-Allow-Origin"), a.header.Get("Access-Control-Allow-Headers")
			if got != tt.want || (headers == "authorization,tus-resumable") != (tt.want != "") {
				t.Errorf("may a page of %s POST to %s? %d: %q, headers %q, want %q", tt.origin, path, a.status, got, headers, tt.want)
			}
			a = do(t, request(t, http.MethodPost, tt.p.uploads+path, nil, "Origin", tt.origin))
			exposed := strings.Split(a.header.Get("Access-Control-Expose-Headers"), ", ")
			if got := a.header.Get("Access-Control-Allow-Origin"); got != tt.want || slices.Contains(exposed, "Location") != (tt.want != "") {
				t.Errorf("POST to %s for a page of %s: %q, which may read %q, want %q", path, tt.origin, got, exposed, tt.want)
			}
		}
	}
}
