package main_test

import (
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

// What a request has done after its end is part of its trace: an AVIF in whose place another was answered.
func TestTraceOfAnInterim(t *testing.T) {
	t.Parallel()
	c := collectTraces(t)
	p := serve(t, t.TempDir(), tracing(c))
	id := p.upload(testdata(t, "photo.jpg"))
	trace, parent := callersTrace(1)
	a := p.get("/image/"+id+"?w=64&auto=format", "Accept", "image/avif,image/webp", "traceparent", parent)
	if a.status != 200 || a.header.Get("X-Lightwell") != "interim" {
		t.Fatalf("GET = %d, X-Lightwell %q, want an interim rendition", a.status, a.header.Get("X-Lightwell"))
	}
	c.wait(trace, "later")
	p.stop()
	const flight = `  flight
    cache lookup
    open source
    wait for a child
    child render
      decode
      steps
      encode
    cache set
`
	want := "GET /image/{id}\n  cache lookup\n  cache lookup\n" + flight +
		"  later\n    cache lookup\n  " + strings.TrimSuffix(strings.ReplaceAll(flight, "\n", "\n  "), "  ")
	if got := tree(c.of(trace)); got != want {
		t.Errorf("the trace is\n%swant\n%s", got, want)
	}
}

// A CDN that is told of a purge is told of its trace.
func TestTraceOfAPurge(t *testing.T) {
	t.Parallel()
	c := collectTraces(t)
	var told atomic.Pointer[string]
	cdn := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		parent := r.Header.Get("traceparent")
		told.CompareAndSwap(nil, &parent)
	}))
	defer cdn.Close()
	p := serve(t, t.TempDir(), tracing(c, "--cdn-purge-url="+cdn.URL))
	trace, parent := callersTrace(1)
	body := `{"ids":["` + p.upload(testdata(t, "basn6a08.png")) + `"]}`
	if a := do(t, request(t, http.MethodPost, p.uploads+"/purge", []byte(body), "Content-Type", "application/json", "traceparent", parent)); a.status != 200 {
		t.Fatalf("POST /purge = %d %s, want 200", a.status, a.body)
	}
	c.wait(trace, "errand")
	p.stop()
	sent := told.Load()
	if sent == nil {
		t.Fatal("the CDN was not told")
	}
	for _, s := range c.of(trace) {
		if s.Name == "purge" && *sent == "00-"+trace+"-"+hex.EncodeToString(s.SpanId)+"-01" {
			return
		}
	}
	t.Errorf("the CDN was told with traceparent %q, want that of a span purge of\n%s", *sent, tree(c.of(trace)))
}

// Where origins agree on who makes what, that has a span.
func TestTraceOfAFleet(t *testing.T) {
	t.Parallel()
	c := collectTraces(t)
	p := serve(t, t.TempDir(), tracing(c, "--redis-url="+startRedis(t, "everysec").URL(), "--sync-wait="+patience.String()))
	id := p.upload(testdata(t, "basn6a08.png"))
	trace, parent := callersTrace(1)
	if a := p.get("/image/"+id+"?w=16", "traceparent", parent); a.status != 200 {
		t.Fatalf("GET = %d %s, want 200", a.status, a.body)
	}
	p.stop()
	const want = "  flight\n    cache lookup\n    fleet lock\n      cache lookup\n    open source\n"
	if got := tree(c.of(trace)); !strings.Contains(got, want) {
		t.Errorf("the trace is\n%swant in it\n%s", got, want)
	}
}
