package tracing

import (
	"encoding/hex"
	"net/http"

	"go.opentelemetry.io/otel/trace"
)

// The headers of W3C Trace Context (level 2).
const (
	ParentHeader = "Traceparent"
	StateHeader  = "Tracestate"
)

// maxState is the longest tracestate that is passed on, in bytes: what all have to take (section 3.3.1.5).
const maxState = 512

// Parent is the span elsewhere that a request comes from. The zero Parent is none.
type Parent struct {
	trace   trace.TraceID
	span    trace.SpanID
	sampled bool
}

// The form of a traceparent: version, trace, span and flags, in hexadecimal.
const (
	traceAt, spanAt, flagsAt = 3, 36, 53
	parentLength             = 55
)

// parseParent reads a traceparent. It takes no memory, for every request has this read (section 3.2.2).
func parseParent(text []byte) (p Parent, ok bool) {
	if len(text) < parentLength || text[traceAt-1] != '-' || text[spanAt-1] != '-' || text[flagsAt-1] != '-' {
		return p, false
	}
	var version, flags [1]byte
	if !lowerHex(version[:], text[:traceAt-1]) || !lowerHex(p.trace[:], text[traceAt:spanAt-1]) ||
		!lowerHex(p.span[:], text[spanAt:flagsAt-1]) || !lowerHex(flags[:], text[flagsAt:parentLength]) {
		return Parent{}, false
	}
	// A later version may have more to say after this, and none is the last that there can be.
	rest := len(text) > parentLength
	if version[0] == 0xff || version[0] == 0 && rest || rest && text[parentLength] != '-' || !p.trace.IsValid() || !p.span.IsValid() {
		return Parent{}, false
	}
	p.sampled = flags[0]&byte(trace.FlagsSampled) != 0
	return p, true
}

// lowerHex decodes hexadecimal digits; others than small ones are none here.
func lowerHex(to, digits []byte) bool {
	for _, c := range digits {
		if c >= 'A' && c <= 'F' {
			return false
		}
	}
	_, err := hex.Decode(to, digits)
	return err == nil
}

// context is the parent as the SDK has it. A state that is malformed is none (section 3.3).
func (p Parent) context(state string) trace.SpanContext {
	c := trace.SpanContextConfig{TraceID: p.trace, SpanID: p.span, Remote: true}
	if p.sampled {
		c.TraceFlags = trace.FlagsSampled
	}
	if len(state) <= maxState {
		c.TraceState, _ = trace.ParseTraceState(state)
	}
	return trace.NewSpanContext(c)
}

// Carried is a span on its way to another process. The zero Carried is none.
type Carried struct {
	Parent string `json:"parent,omitempty"`
	State  string `json:"state,omitempty"`
}

// Carry is the span for another process.
func (s *Span) Carry() Carried {
	if s == nil {
		return Carried{}
	}
	c := s.span.SpanContext()
	return Carried{
		Parent: "00-" + c.TraceID().String() + "-" + c.SpanID().String() + "-" + c.TraceFlags().String(),
		State:  c.TraceState().String(),
	}
}

// Pass adds the span to the headers of a request to others. Its state is not theirs to know.
func (s *Span) Pass(h http.Header) {
	if s != nil {
		h.Set(ParentHeader, s.Carry().Parent)
	}
}
