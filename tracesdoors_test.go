package main_test

import (
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
)

func tracing(c *traceCollector, flags ...string) []string {
	return append([]string{"--traces=" + c.url, "--traces-sample=0"}, flags...)
}

// A request that nothing is cached for is told of from the door to the encoder, under the caller's span; and a hit is told of, too.
func TestTraceOfARequest(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	first := serve(t, data, nil)
	id := first.upload(testdata(t, "photo.jpg"))
	first.stop()
	c := collectTraces(t)
	p := serve(t, data, tracing(c))
	cold, parent := callersTrace(1)
	if a := p.get("/image/"+id+"?w=100&fm=webp", "traceparent", parent); a.status != 200 {
		t.Fatalf("GET = %d %s, want 200", a.status, a.body)
	}
	p.get("/image/" + id + "?w=100&fm=webp") // after which it is answered without a look at anything
	warm, parent := callersTrace(2)
	p.get("/image/"+id+"?w=100&fm=webp", "traceparent", parent)
	missing, parent := callersTrace(3)
	p.get("/image/"+anyID+"?w=100&fm=webp", "traceparent", parent)
	p.stop() // which sends what there is
	c.wantTree(cold, `GET /image/{id}
  metadata
  cache lookup
  flight
    cache lookup
    open source
    wait for a child
    child render
      decode
      steps
      encode
    cache set
`)
	c.wantTree(warm, "GET /image/{id}\n  cache lookup\n")
	c.wantTree(missing, "GET /image/{id}\n  metadata\n")
	c.wantSaid(c.named(cold, "GET /image/{id}"), map[string]any{
		"http.request.method": "GET", "http.route": "/image/{id}", "url.path": "/image/" + id, "http.response.status_code": int64(200),
		"lightwell.asset": id, "lightwell.recipe": "w=100&fm=webp",
	})
	c.wantSaid(c.named(cold, "flight"), map[string]any{"lightwell.flight": "leading"})
	c.wantSaid(c.named(warm, "cache lookup"), map[string]any{"lightwell.cache.tier": "memory", "lightwell.cache.result": "hit"})
	c.wantSaid(c.named(missing, "GET /image/{id}"), map[string]any{"http.response.status_code": int64(404), "error.type": nil})
	if work, encode := c.named(cold, "child render"), c.named(cold, "encode"); encode.EndTimeUnixNano-encode.StartTimeUnixNano < 10_000 || work.role != "serve" {
		t.Errorf("encoding took %d ns in a %s, want more than 10 us in a serve", encode.EndTimeUnixNano-encode.StartTimeUnixNano, work.role)
	}
}

// Who asks for what is being made already waits for that, and says whose flight it is.
func TestTraceOfAJoinedFlight(t *testing.T) {
	t.Parallel()
	c := collectTraces(t)
	p := serve(t, t.TempDir(), tracing(c))
	id := p.upload(testdata(t, "photo.jpg"))
	for _, pid := range p.children() { // so that the flight takes as long as it has to
		syscall.Kill(pid, syscall.SIGSTOP)
	}
	var asking sync.WaitGroup
	var traces []string
	for n := range 2 {
		trace, parent := callersTrace(byte(n))
		traces = append(traces, trace)
		asking.Go(func() { p.get("/image/"+id+"?w=100&fm=webp", "traceparent", parent) })
	}
	for _, trace := range traces {
		c.wait(trace, "cache lookup") // after it there is nothing before the flight
	}
	for _, pid := range p.children() {
		syscall.Kill(pid, syscall.SIGCONT)
	}
	asking.Wait()
	p.stop()
	leading, joined := c.named(traces[0], "flight"), c.named(traces[1], "flight")
	if leading.said("lightwell.flight") == "joined" {
		leading, joined = joined, leading
	}
	c.wantSaid(leading, map[string]any{"lightwell.flight": "leading"})
	c.wantSaid(joined, map[string]any{"lightwell.flight": "joined"})
	if len(leading.Links) != 0 || len(joined.Links) != 1 || string(joined.Links[0].SpanId) != string(leading.SpanId) || string(joined.Links[0].TraceId) != string(leading.TraceId) {
		t.Errorf("the leading flight has links %v and the joined one %v, want none and one to %x", leading.Links, joined.Links, leading.SpanId)
	}
	c.wantTree(hex.EncodeToString(joined.TraceId), "GET /image/{id}\n  cache lookup\n  flight\n")
}

// An upload is one trace, though one process takes it in and another processes it, and whoever is told of its end can
// go on with it.
func TestTraceOfAnUpload(t *testing.T) {
	t.Parallel()
	c, data := collectTraces(t), t.TempDir()
	var told atomic.Pointer[http.Header]
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { told.Store(&r.Header) }))
	defer receiver.Close()
	u := launch(t, "uploader", data, tracing(c, "--sync-wait="+patience.String()))
	w := launch(t, "worker", data, tracing(c, "--fetch-private"))
	trace, parent := callersTrace(1)
	query := url.Values{"callback": {receiver.URL}, "instructions": {`{"resize":{"width":100}}`}}
	a := do(t, request(t, http.MethodPost, u.uploads+"/upload?"+query.Encode(), testdata(t, "photo.jpg"),
		"Content-Type", "image/jpeg", "traceparent", parent, "tracestate", "vendor=1"))
	var done struct{ ImageID string }
	if err := json.Unmarshal(a.body, &done); err != nil || a.status != 200 {
		t.Fatalf("POST /upload = %d %s, want 200", a.status, a.body)
	}
	c.wait(trace, "errand")
	u.stop()
	w.stop()
	// What a worker does after the end of the upload is none of the time that the uploader waits.
	all := c.of(trace)
	if got, want := tree(all), `POST /upload
  receive
  accept
  enqueue
    item
      open source
      inspect
        wait for a child
        child inspect
      stage
      cache lookup
      flight
        cache lookup
        open source
        wait for a child
        child render
          decode
          steps
          encode
        cache set
      store
      finish
    errand
      callback
      finish
  wait
  metadata
`; got != want {
		t.Errorf("the trace is\n%swant\n%s", got, want)
	}
	for _, s := range all {
		if want := map[string]string{"receive": "uploader", "wait": "uploader", "item": "worker", "child inspect": "worker", "errand": "worker"}[s.Name]; want != "" && s.role != want {
			t.Errorf("span %s is of a %s, want %s", s.Name, s.role, want)
		}
		if s.TraceState != "vendor=1" {
			t.Errorf("span %s has the tracestate %q, want vendor=1", s.Name, s.TraceState)
		}
	}
	c.wantSaid(c.named(trace, "POST /upload"), map[string]any{"http.route": "/upload", "http.response.status_code": int64(200)})
	c.wantSaid(c.named(trace, "item"), map[string]any{"lightwell.item": done.ImageID, "lightwell.attempt": int64(1)})
	sent := hex.EncodeToString(c.named(trace, "callback").SpanId)
	if got, want := told.Load().Get("traceparent"), "00-"+trace+"-"+sent+"-01"; got != want || told.Load().Get("tracestate") != "" {
		t.Errorf("the callback came with %q and %q, want %q alone", got, told.Load().Get("tracestate"), want)
	}
}

// Each image of a bulk has a trace of its own, which is linked to the upload's.
func TestTracesOfABulk(t *testing.T) {
	t.Parallel()
	c := collectTraces(t)
	p := serve(t, t.TempDir(), tracing(c, "--fetch-private"))
	trace, parent := callersTrace(1)
	refuses := httptest.NewServer(http.NotFoundHandler())
	defer refuses.Close()
	body := `{"items":[{"url":"` + refuses.URL + `/none"},{"url":"` + refuses.URL + `/either"}]}`
	a := do(t, request(t, http.MethodPost, p.uploads+"/upload", []byte(body), "Content-Type", "application/json", "traceparent", parent))
	if a.status != http.StatusAccepted {
		t.Fatalf("POST /upload = %d %s, want 202", a.status, a.body)
	}
	eventually(t, patience, "both items are told of", func() bool { return strings.Count(c.names(), "item of a bulk\n") == 2 })
	p.stop()
	c.wantTree(trace, "POST /upload\n  receive\n  enqueue\n")
	for _, s := range c.of("") {
		if s.Name != "item of a bulk" {
			continue
		}
		if len(s.Links) != 1 || hex.EncodeToString(s.Links[0].TraceId) != trace || len(s.ParentSpanId) != 0 || s.said("error.type") != "422" {
			t.Errorf("an item of a bulk has the parent %x, links %v and the failure %v; want none, one to %s, and 422", s.ParentSpanId, s.Links, s.said("error.type"), trace)
		}
	}
}

// names are those of all spans that have come, one a line.
func (c *traceCollector) names() string {
	var b strings.Builder
	for _, s := range c.of("") {
		b.WriteString(s.Name + "\n")
	}
	return b.String()
}
