package main_test

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

const (
	webSecret = "web-0123456789abcdef"
	opsSecret = "ops-0123456789abcdef"
)

// The real program asks for tokens where they are set, and shows their secrets to nobody.
func TestTokens(t *testing.T) {
	t.Parallel()
	tokens := fmt.Sprintf("--tokens=web:%s:upload:4MiB,ops:sha256-%x:delete", webSecret, sha256.Sum256([]byte(opsSecret)))
	p := serve(t, t.TempDir(), []string{tokens, "--upload-listen=0.0.0.0:0"})
	at := strings.Replace(p.uploads, "[::]", "127.0.0.1", 1)
	photo := testdata(t, "photo.jpg")
	send := func(method, path string, body []byte, status int, challenge, secret string) answer {
		t.Helper()
		req := request(t, method, at+path, body)
		if secret != "" {
			req.Header.Set("Authorization", "Bearer "+secret)
		}
		a := do(t, req)
		if a.status != status || a.header.Get("WWW-Authenticate") != challenge {
			t.Errorf("%s %s with %.3q = %d %s, WWW-Authenticate %q, want %d, %q", method, path, secret, a.status, a.body, a.header.Get("WWW-Authenticate"), status, challenge)
		}
		return a
	}
	const realm = `Bearer realm="lightwell"`
	send(http.MethodPost, "/upload", photo, 401, realm, "")
	send(http.MethodPost, "/upload", photo, 401, realm+`, error="invalid_token"`, "nobody-0123456789abcdef")
	send(http.MethodPost, "/upload", photo, 403, realm+`, error="insufficient_scope", scope="upload"`, opsSecret)
	done := send(http.MethodPost, "/upload", photo, 200, "", webSecret)
	if n := 4<<20 - len(photo); n >= 4*len(photo) {
		t.Fatalf("the photo has %d bytes, and fits too often", len(photo))
	}
	for left := 4<<20 - len(photo); left >= len(photo); left -= len(photo) {
		send(http.MethodPost, "/upload", photo, 200, "", webSecret)
	}
	if a := send(http.MethodPost, "/upload", photo, 429, "", webSecret); a.header.Get("Retry-After") == "" {
		t.Error("an upload over the bytes of a day has no Retry-After")
	}
	id := string(done.body)[strings.Index(string(done.body), `"imageId":"`)+11:][:26]
	if a := p.get("/image/" + id); a.status != 200 {
		t.Errorf("GET of the image = %d: images need no token", a.status)
	}
	send(http.MethodGet, "/status/"+id, nil, 200, "", "")
	send(http.MethodDelete, "/image/"+id, nil, 403, realm+`, error="insufficient_scope", scope="delete"`, webSecret)
	send(http.MethodDelete, "/image/"+id, nil, 204, "", opsSecret)
	for why, want := range map[string]float64{"token": 2, "scope": 2, "quota": 1} {
		if n := p.metric("lightwell_uploads_refused_total", `why="`+why+`"`); n != want {
			t.Errorf("lightwell_uploads_refused_total of %s = %v, want %v", why, n, want)
		}
	}
	p.stop()
	for _, want := range []string{"token=web", "token=ops"} {
		if !strings.Contains(p.logged(), want) {
			t.Errorf("the log has no %s", want)
		}
	}
	wantNoSecret(t, "the log", p.logged())
	out, err := lightwell(t, nil, "config", tokens)
	if err != nil || !strings.Contains(out, "\n# tokens: [(not shown), (not shown)] # flag\n") {
		t.Errorf("config = %v\n%s", err, out)
	}
	wantNoSecret(t, "config", out)
}

func wantNoSecret(t *testing.T, what, text string) {
	t.Helper()
	for _, secret := range []string{webSecret, opsSecret, fmt.Sprintf("%x", sha256.Sum256([]byte(opsSecret)))} {
		if strings.Contains(text, secret) {
			t.Errorf("%s has a secret:\n%s", what, text)
		}
	}
}

// Uploads are not open to strangers by accident; tokens that are wrong are no tokens, and are not told.
func TestServeRefusesStrangers(t *testing.T) {
	for _, tt := range []struct {
		flags []string
		want  string
	}{
		{[]string{"--upload-listen=0.0.0.0:0"}, "upload-listen (flag): 0.0.0.0:0 is not a loopback address, and anybody who reaches it could use it: set tokens (LIGHTWELL_TOKENS), "},
		{[]string{"--listen=0.0.0.0:0", "--tokens=web:" + webSecret}, "listen (flag): 0.0.0.0:0 is not a loopback address"},
		{[]string{"--upload-listen=0.0.0.0:0", "--tokens=" + webSecret + ":web"}, "tokens (flag): entry 1: the secret is not"},
	} {
		out, err := lightwell(t, nil, append([]string{"serve", "--data=" + t.TempDir(), "--admin-listen=127.0.0.1:0"}, tt.flags...)...)
		if err == nil || !strings.Contains(out, tt.want) {
			t.Errorf("serve %q = %v, want %q\n%s", tt.flags[:1], err, tt.want, out)
		}
		wantNoSecret(t, "the refusal", out)
	}
}
