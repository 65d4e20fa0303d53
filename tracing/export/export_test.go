package export

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"lightwell/tracing"

	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// What the environment says of the process has the last word, and where it cannot be read it costs nothing else. Texts are cut.
func TestStart(t *testing.T) {
	for attributes, want := range map[string]string{"deployment.environment.name=test": "images test", "malformed": "images"} {
		t.Setenv("OTEL_SERVICE_NAME", "images")
		t.Setenv("OTEL_RESOURCE_ATTRIBUTES", attributes)
		bodies := make(chan []byte, 1)
		s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			bodies <- body
		}))
		var log bytes.Buffer
		e, err := Start(t.Context(), Options{URL: s.URL, Sample: 1, Version: "1", Role: "serve", Log: slog.New(slog.NewTextHandler(&log, nil))})
		if err != nil {
			t.Fatalf("Start with %q = %v, want no error", attributes, err)
		}
		_, span := e.Begin(context.Background(), tracing.Server, "request", time.Now(), tracing.Parent{}, "")
		span.Text("text", strings.Repeat("x", 2*maxText))
		span.End()
		if err := e.Close(10 * time.Second); err != nil {
			t.Errorf("Close = %v, want no error", err)
		}
		s.Close()
		var data tracepb.TracesData
		if err := proto.Unmarshal(<-bodies, &data); err != nil {
			t.Fatal(err)
		}
		about := map[string]string{}
		for _, a := range data.ResourceSpans[0].Resource.Attributes {
			about[a.Key] = a.Value.GetStringValue()
		}
		got := strings.TrimSpace(about["service.name"] + " " + about["deployment.environment.name"])
		if got != want || about["service.version"] != "1" || about["lightwell.role"] != "serve" {
			t.Errorf("with %q spans are of %v, want %s, of version 1, in the role serve", attributes, about, want)
		}
		if text := data.ResourceSpans[0].ScopeSpans[0].Spans[0].Attributes[0].Value.GetStringValue(); len(text) != maxText {
			t.Errorf("a text has %d bytes, want %d", len(text), maxText)
		}
		if warned := log.Len() > 0; warned != (attributes == "malformed") {
			t.Errorf("with %q the log is %q", attributes, log.String())
		}
	}
}
