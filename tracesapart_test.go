package main_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

// Nothing that lets anybody in, or that somebody has said about an image, is in what is exported, however it was sent.
func TestTracesHaveNoSecrets(t *testing.T) {
	t.Parallel()
	const token, collectorKey, word = "token-0123456789abcdef", "collector-0123456789", "private"
	c := collectTraces(t)
	p := serve(t, t.TempDir(), []string{
		"--traces=" + c.url, "--traces-sample=1", "--traces-most=0", "--traces-headers=X-Key: " + collectorKey,
		"--signing-keys=" + firstKey, "--tokens=web:" + token, "--sync-wait=" + patience.String(),
	})
	ask := func(method, address, body string, headers ...string) answer {
		return do(t, request(t, method, address, []byte(body), append(headers, "User-Agent", word, "Baggage", "user="+word, "Cookie", word)...))
	}
	door := func(method, path, body, kind string) answer {
		return ask(method, p.uploads+path, body, "Authorization", "Bearer "+token, "Content-Type", kind, "Idempotency-Key", word+path)
	}
	up := url.Values{"name": {word + ".jpg"}, "tags": {word}, "callback": {"http://127.0.0.1:1/?key=" + word}}
	a := door("POST", "/upload?"+up.Encode(), string(testdata(t, "photo.jpg")), "image/jpeg")
	var done struct{ ImageID, URL string }
	if err := json.Unmarshal(a.body, &done); err != nil || a.status != 200 {
		t.Fatalf("POST /upload = %d %s, want 200", a.status, a.body)
	}
	if a := door("POST", "/process", `{"name":"card","instructions":{"w":90,"blur":75}}`, "application/json"); a.status != 201 {
		t.Fatalf("POST /process = %d %s, want 201", a.status, a.body)
	}
	door("POST", "/process", `{"imageId":"`+done.ImageID+`","w":80}`, "application/json")
	door("GET", "/"+word+"?key="+word, "", "")
	door("POST", "/upload/"+word+"/complete?signature="+word, "", "")
	ask("POST", p.uploads+"/upload", "", "Authorization", "Bearer "+word)
	ask(word, p.uploads+"/upload", "")
	ask(word, p.images+"/image/"+done.ImageID, "")
	signed := urlOf(t, p, firstKey, done.ImageID, "w=100")
	path, query, _ := strings.Cut(signed, "?")
	_, signature, _ := strings.Cut(query, "s=")
	preset := urlOf(t, p, firstKey, done.ImageID, "preset=card")
	for address, status := range map[string]int{
		signed: 200, path + "/w=100,s=" + signature + "/" + word + ".jpg": 200, preset: 200, done.URL: 200,
		signed + "0": 403, path + "?w=101&s=" + word: 403, path + "?w=100&" + word + "=" + word: 400,
		p.images + "/image/" + word + "?s=" + word: 404, p.images + "/" + word: 404, p.images + "/info/" + done.ImageID + "?s=" + word: 403,
	} {
		if a := ask("GET", address, ""); a.status != status {
			t.Errorf("GET %s = %d, want %d", address, a.status, status)
		}
	}
	secrets := append(presignedSecrets(t, p, ask, token), firstKey, token, collectorKey, word, signature, "blur", "Bearer", "Authorization")
	p.stop()
	bodies, header := c.got()
	if header.Get("X-Key") != collectorKey {
		t.Errorf("the collector is sent %v, want X-Key: %s", header, collectorKey)
	}
	for _, secret := range secrets {
		if at := strings.Index(bodies, secret); at >= 0 || secret == "" {
			t.Errorf("exported spans have %q: %q", secret, bodies[max(0, at-60):min(len(bodies), at+60)])
		}
	}
	for _, said := range []string{done.ImageID, "w=100", "card", "POST /upload/{id}/complete", "/upload/{id}/content"} {
		if !strings.Contains(bodies, said) {
			t.Errorf("exported spans do not have %q", said)
		}
	}
}

// presignedSecrets has an image brought by a presigned request, and are the signatures of that.
func presignedSecrets(t *testing.T, p *process, ask func(method, address, body string, headers ...string) answer, token string) (secrets []string) {
	t.Helper()
	photo := string(testdata(t, "basn6a08.png"))
	wish, err := json.Marshal(map[string]any{"contentType": "image/png", "bytes": len(photo)})
	if err != nil {
		t.Fatal(err)
	}
	var signed struct{ URL, CompleteURL string }
	a := ask("POST", p.uploads+"/upload/presign", string(wish), "Authorization", "Bearer "+token, "Content-Type", "application/json")
	if err := json.Unmarshal(a.body, &signed); err != nil || a.status/100 != 2 {
		t.Fatalf("POST /upload/presign = %d %s", a.status, a.body)
	}
	if a := ask("PUT", signed.URL, photo, "Content-Type", "image/png"); a.status != 200 {
		t.Errorf("PUT = %d %s, want 200", a.status, a.body)
	}
	if a := ask("POST", signed.CompleteURL, "", "Authorization", "Bearer "+token); a.status != 200 {
		t.Errorf("complete = %d %s, want 200", a.status, a.body)
	}
	for _, address := range []string{signed.URL, signed.CompleteURL} {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		for _, values := range u.Query() {
			secrets = append(secrets, values...)
		}
	}
	return secrets
}

// Where nobody takes the traces, or somebody does not answer, everything goes on, and ends in time.
func TestCollectorIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	over := make(chan struct{})
	hangs := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-over }))
	defer hangs.Close()
	defer close(over)
	nobody := httptest.NewServer(nil)
	nobody.Close()
	for name, address := range map[string]string{"down": nobody.URL, "hanging": hangs.URL} {
		p := serve(t, t.TempDir(), []string{"--traces=" + address, "--traces-sample=1"})
		id := p.upload(testdata(t, "basn6a08.png"))
		for _, w := range []string{"16", "16", "17"} {
			if a := p.get("/image/" + id + "?w=" + w); a.status != 200 {
				t.Errorf("%s: GET = %d, want 200", name, a.status)
			}
		}
		if name == "down" {
			eventually(t, patience, "lost spans are counted", func() bool { return p.metric("lightwell_trace_spans_total", "failed") > 0 })
		}
		began := time.Now()
		p.stop()
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("%s: the server ended after %v, want a few seconds", name, took)
		}
		if n := strings.Count(p.logged(), "traces are lost"); n != 1 {
			t.Errorf("%s: the log says %d times that traces are lost, want once", name, n)
		}
	}
}

// Only what is wanted is traced: nothing at all by default, whatever the environment has for others.
func TestTracesAreOffByDefault(t *testing.T) {
	t.Parallel()
	c := collectTraces(t)
	trace, parent := callersTrace(1)
	_, other := callersTrace(2)
	unsampled := strings.TrimSuffix(other, "1") + "0"
	off := serve(t, t.TempDir(), nil, "env", "OTEL_EXPORTER_OTLP_ENDPOINT="+c.url, "OTEL_TRACES_EXPORTER=otlp")
	off.get("/image/"+off.upload(testdata(t, "basn6a08.png"))+"?w=16", "traceparent", parent)
	if a := do(t, request(t, http.MethodGet, off.admin+"/metrics", nil)); strings.Contains(string(a.body), "lightwell_trace") {
		t.Error("there are metrics of traces that nobody wants")
	}
	off.stop()
	if bodies, _ := c.got(); bodies != "" {
		t.Errorf("by default %d bytes of traces are sent, want none", len(bodies))
	}
	on := serve(t, t.TempDir(), tracing(c))
	path := "/image/" + on.upload(testdata(t, "basn6a08.png")) + "?w=16"
	on.get(path)
	on.get(path, "traceparent", unsampled)
	on.get(path, "traceparent", parent)
	on.stop()
	if all := c.of(""); len(all) != len(c.of(trace)) || len(all) == 0 {
		t.Errorf("traced are\n%swant only what the caller wants", c.names())
	}
}
