package tracing_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"lightwell/tracing"

	"go.opentelemetry.io/otel/codes"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
)

const (
	traceID = "0af7651916cd43dd8448eb211c80319c"
	spanID  = "b7ad6b7169203331"
	parent  = "00-" + traceID + "-" + spanID + "-01"
)

// recorded is a tracer, and what it has traced.
func recorded(sample float64, most int) (*tracing.Tracer, *tracetest.SpanRecorder) {
	seen := tracetest.NewSpanRecorder()
	return tracing.New(sdk.NewTracerProvider(sdk.WithSpanProcessor(seen)).Tracer(""), sample, most), seen
}

// begin begins a request's span, where it is traced.
func begin(t *tracing.Tracer, traceparent, state string) (context.Context, *tracing.Span) {
	p, traced := t.Decide([]byte(traceparent))
	if !traced {
		return context.Background(), nil
	}
	return t.Begin(context.Background(), tracing.Server, "request", time.Now(), p, state)
}

// Whoever has decided is followed, and what is malformed has decided nothing. The forms are those of W3C Trace
// Context, section 3.2.2.
func TestDecide(t *testing.T) {
	for _, tt := range []struct {
		header         string
		unless, always bool // with a sample of 0, and of 1
		under          bool // the parent
	}{
		{"", false, true, false},
		{parent, true, true, true},
		{strings.TrimSuffix(parent, "1") + "0", false, false, false},
		{strings.TrimSuffix(parent, "01") + "03", true, true, true},
		{"01" + parent[2:], true, true, true},
		{"01" + parent[2:] + "-more", true, true, true},
		{"01" + parent[2:] + "more", false, true, false},
		{parent + "-more", false, true, false},
		{"ff" + parent[2:], false, true, false},
		{strings.ToUpper(parent), false, true, false},
		{strings.Replace(parent, "-", "_", 1), false, true, false},
		{strings.Replace(parent, traceID, strings.Repeat("0", 32), 1), false, true, false},
		{strings.Replace(parent, spanID, strings.Repeat("0", 16), 1), false, true, false},
		{strings.Replace(parent, "a", "g", 1), false, true, false},
		{parent[:54], false, true, false},
	} {
		for sample, want := range map[float64]bool{0: tt.unless, 1: tt.always} {
			tracer, seen := recorded(sample, 0)
			_, span := begin(tracer, tt.header, "")
			span.End()
			if got := len(seen.Ended()) == 1; got != want {
				t.Errorf("Decide(%q) of a sample of %v = %v, want %v", tt.header, sample, got, want)
				continue
			}
			if want && (seen.Ended()[0].SpanContext().TraceID().String() == traceID) != tt.under {
				t.Errorf("Begin(%q) is under its parent: %v, want %v", tt.header, !tt.under, tt.under)
			}
		}
	}
}

func TestSampleIsAPart(t *testing.T) {
	tracer, _ := recorded(0.25, 0)
	n := 0
	for range 10000 {
		if _, traced := tracer.Decide(nil); traced {
			n++
		}
	}
	if n < 2200 || n > 2800 { // six standard deviations are 260
		t.Errorf("of 10000 requests %d are traced, want about 2500", n)
	}
}

// Anybody can ask for traces, and has no more than so many.
func TestMostTraces(t *testing.T) {
	tracer, _ := recorded(0, 3)
	n := 0
	for range 50 {
		if _, traced := tracer.Decide([]byte(parent)); traced {
			n++
		}
	}
	if n != 3 {
		t.Errorf("of 50 requests at once %d are traced, want 3", n)
	}
}

func TestParts(t *testing.T) {
	tracer, seen := recorded(0, 0)
	ctx, span := begin(tracer, parent, "vendor=1")
	inner, part := tracing.Start(ctx, "part")
	_, within := tracing.StartAs(inner, tracing.Client, "within")
	within.Text("text", "value")
	within.Text("nothing", "")
	within.Fail("busy")
	within.Fail("")
	within.End()
	at := time.Unix(1700000000, 0)
	part.Past("past", at, at.Add(time.Second)).End()
	part.End()
	span.End()
	all := map[string]sdk.ReadOnlySpan{}
	for _, s := range seen.Ended() {
		all[s.Name()] = s
	}
	for name, want := range map[string]string{
		"request": spanID,
		"part":    all["request"].SpanContext().SpanID().String(),
		"within":  all["part"].SpanContext().SpanID().String(), "past": all["part"].SpanContext().SpanID().String(),
	} {
		if s := all[name]; s.Parent().SpanID().String() != want || s.SpanContext().TraceID().String() != traceID || s.SpanContext().TraceState().String() != "vendor=1" {
			t.Errorf("span %s is under %v of %v with %q, want %s of %s with vendor=1", name, s.Parent().SpanID(), s.SpanContext().TraceID(), s.SpanContext().TraceState(), want, traceID)
		}
	}
	if s := all["within"]; s.Status().Code != codes.Error || s.Status().Description != "" || len(s.Attributes()) != 2 || s.SpanKind() != trace.SpanKindClient {
		t.Errorf("span within = %+v %v %v, want an error without words, text and error.type, of a client", s.Status(), s.Attributes(), s.SpanKind())
	}
	if s := all["past"]; !s.StartTime().Equal(at) || !s.EndTime().Equal(at.Add(time.Second)) {
		t.Errorf("span past is from %v to %v, want one second from %v", s.StartTime(), s.EndTime(), at)
	}
}

// What is carried to another process goes on there, or branches off.
func TestCarried(t *testing.T) {
	tracer, seen := recorded(0, 0)
	_, span := begin(tracer, parent, "vendor=1")
	record, err := json.Marshal(span.Carry())
	var carried tracing.Carried
	if err == nil {
		err = json.Unmarshal(record, &carried)
	}
	if err != nil {
		t.Fatal(err)
	}
	_, next := tracer.Continue(t.Context(), tracing.Consumer, "next", carried)
	next.End()
	_, branch := tracer.Branch(t.Context(), tracing.Consumer, "branch", carried)
	branch.End()
	ended := seen.Ended()
	if len(ended) != 2 || ended[0].SpanContext().TraceID().String() != traceID || ended[0].SpanContext().TraceState().String() != "vendor=1" {
		t.Fatalf("Continue(%+v) = %v, want a span of trace %s", carried, ended, traceID)
	}
	links := ended[1].Links()
	if ended[1].SpanContext().TraceID() == ended[0].SpanContext().TraceID() || len(links) != 1 || links[0].SpanContext.TraceID().String() != traceID {
		t.Errorf("Branch(%+v) is in trace %v with links %v, want another with one link to %s", carried, ended[1].SpanContext().TraceID(), links, traceID)
	}
	for _, none := range []tracing.Carried{{}, {Parent: "nonsense"}, {Parent: strings.TrimSuffix(parent, "1") + "0"}} {
		if _, s := tracer.Continue(t.Context(), tracing.Consumer, "none", none); s != nil {
			t.Errorf("Continue(%+v) = a span, want none", none)
		}
		if _, s := tracer.Branch(t.Context(), tracing.Consumer, "none", none); s != nil {
			t.Errorf("Branch(%+v) = a span, want none", none)
		}
	}
	header := http.Header{}
	span.Pass(header)
	if got := header.Get("traceparent"); !strings.HasPrefix(got, "00-"+traceID) || header.Get("tracestate") != "" {
		t.Errorf("Pass = %v, want a traceparent of %s alone", header, traceID)
	}
}

// What is not traced costs no memory, and no span has to be asked for.
func TestNoSpan(t *testing.T) {
	tracer, _ := recorded(0, 1)
	var off *tracing.Tracer
	ctx, header := t.Context(), []byte(strings.TrimSuffix(parent, "1")+"0")
	n := testing.AllocsPerRun(100, func() {
		off.Decide(header)
		tracer.Decide(header)
		tracer.Decide(nil)
		ctx, span := tracing.Start(ctx, "none")
		span.Text("key", "value")
		span.Number("key", 1)
		span.Fail("busy")
		span.Link(nil)
		span.Name("other")
		span.Past("past", time.Time{}, time.Time{}).End()
		span.Pass(nil)
		span.End()
		if tracing.From(ctx) != nil || span.Carry() != (tracing.Carried{}) {
			t.Error("Start without a trace = a span, want none")
		}
	})
	if n != 0 {
		t.Errorf("allocations of what is not traced = %v, want 0", n)
	}
}
