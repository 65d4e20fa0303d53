package main_test

import (
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// traceCollector takes traces as any does that speaks OTLP over HTTP.
type traceCollector struct {
	t   testing.TB
	url string

	mu     sync.Mutex // guards the fields below
	spans  []exported
	bodies []byte // all of them, as they came
	header http.Header
}

// exported is a span, with the part of the process that it is of.
type exported struct {
	*tracepb.Span
	role string
}

func collectTraces(t testing.TB) *traceCollector {
	c := &traceCollector{t: t}
	s := httptest.NewServer(c)
	t.Cleanup(s.Close)
	c.url = s.URL
	return c
}

func (c *traceCollector) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	var data tracepb.TracesData
	if err == nil {
		err = proto.Unmarshal(body, &data)
	}
	if err != nil || r.URL.Path != "/v1/traces" || r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/x-protobuf" {
		c.t.Errorf("the collector got %s %s of %s, %v; want spans for POST /v1/traces", r.Method, r.URL, r.Header.Get("Content-Type"), err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.bodies, c.header = append(c.bodies, body...), r.Header
	for _, of := range data.ResourceSpans {
		about := map[string]string{}
		for _, a := range of.Resource.Attributes {
			about[a.Key] = a.Value.GetStringValue()
		}
		if about["service.name"] != "lightwell" || about["service.version"] == "" {
			c.t.Errorf("spans are of %v, want service.name lightwell and a version", about)
		}
		for _, scope := range of.ScopeSpans {
			for _, s := range scope.Spans {
				c.spans = append(c.spans, exported{s, about["lightwell.role"]})
			}
		}
	}
}

// of are the spans of a trace that have come.
func (c *traceCollector) of(trace string) (all []exported) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range c.spans {
		if trace == "" || hex.EncodeToString(s.TraceId) == trace {
			all = append(all, s)
		}
	}
	return all
}

// wait waits for a span of a trace.
func (c *traceCollector) wait(trace, name string) {
	c.t.Helper()
	eventually(c.t, patience, "a span "+name+" of trace "+trace, func() bool {
		return slices.ContainsFunc(c.of(trace), func(s exported) bool { return s.Name == name })
	})
}

func (c *traceCollector) got() (bodies string, header http.Header) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return string(c.bodies), c.header
}

// The trace of a caller, as it says so.
const callersSpan = "b7ad6b7169203331"

func callersTrace(n byte) (id, header string) {
	id = strings.Repeat("ab", 15) + hex.EncodeToString([]byte{n})
	return id, "00-" + id + "-" + callersSpan + "-01"
}

// tree writes spans by their names, each below the one that it is a part of, in the order in which they began.
func tree(all []exported) string {
	var b strings.Builder
	var write func(parent, indent string)
	slices.SortStableFunc(all, func(a, b exported) int { return int(int64(a.StartTimeUnixNano) - int64(b.StartTimeUnixNano)) })
	write = func(parent, indent string) {
		for _, s := range all {
			if hex.EncodeToString(s.ParentSpanId) == parent {
				b.WriteString(indent + s.Name + "\n")
				write(hex.EncodeToString(s.SpanId), indent+"  ")
			}
		}
	}
	write(callersSpan, "")
	return b.String()
}

// wantNested asserts that what is a part of another takes place within it.
func wantNested(t testing.TB, all []exported) {
	t.Helper()
	const slack = uint64(time.Millisecond) // two looks at two clocks
	byID := map[string]exported{}
	for _, s := range all {
		byID[string(s.SpanId)] = s
	}
	for _, s := range all {
		if s.EndTimeUnixNano < s.StartTimeUnixNano {
			t.Errorf("span %s ends before it begins", s.Name)
		}
		above, ok := byID[string(s.ParentSpanId)]
		if ok && (s.StartTimeUnixNano+slack < above.StartTimeUnixNano || s.EndTimeUnixNano > above.EndTimeUnixNano+slack) {
			t.Errorf("span %s is from %d to %d, want within %s from %d to %d", s.Name,
				s.StartTimeUnixNano, s.EndTimeUnixNano, above.Name, above.StartTimeUnixNano, above.EndTimeUnixNano)
		}
	}
}

// said is what a span says, as a text or a number.
func (s exported) said(key string) any {
	for _, a := range s.Attributes {
		if a.Key == key && a.Value.GetStringValue() != "" {
			return a.Value.GetStringValue()
		} else if a.Key == key {
			return a.Value.GetIntValue()
		}
	}
	return nil
}

// named is the only span of a trace with a name.
func (c *traceCollector) named(trace, name string) (found exported) {
	c.t.Helper()
	n := 0
	for _, s := range c.of(trace) {
		if s.Name == name {
			found = s
			n++
		}
	}
	if n != 1 {
		c.t.Fatalf("trace %s has %d spans %q, want 1:\n%s", trace, n, name, tree(c.of(trace)))
	}
	return found
}

func (c *traceCollector) wantTree(trace, want string) {
	c.t.Helper()
	all := c.of(trace)
	if got := tree(all); got != want {
		c.t.Errorf("trace %s is\n%swant\n%s", trace, got, want)
	}
	wantNested(c.t, all)
}

func (c *traceCollector) wantSaid(s exported, want map[string]any) {
	c.t.Helper()
	for key, value := range want {
		if got := s.said(key); got != value {
			c.t.Errorf("span %s says %s = %v, want %v", s.Name, key, got, value)
		}
	}
}
