// Package tracing says where the time of a request goes, in spans that hang together as a trace.
//
// A [Tracer] decides at a door whether a request is traced, and begins its first [Span], which
// travels in the context; whoever does a part of the work calls [Start]. Where nothing is traced there is no
// Span: [Start] then returns nil, and all methods of a nil Span do nothing and take no memory. So nobody has to ask.
//
// What a span says is for operators and leaves the machine: ids, keys, recipes, sizes and kinds of failure; never
// a query, a header, a token or the text of an error, for any of those may hold a secret.
//
// Package export, below, sends spans elsewhere. Only main knows it.
package tracing

import (
	"context"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

// Span is a part of a trace that is under way. It may be used by many goroutines at once. A nil Span is none.
type Span struct {
	span   trace.Span
	tracer trace.Tracer
}

// Kind is what a span is to others.
type Kind int

const (
	Internal Kind = iota // a part of the work here
	Server               // an answer to a request
	Client               // a request to somebody else
	Producer             // work that is handed to a queue
	Consumer             // work out of one
)

var kinds = map[Kind]trace.SpanKind{
	Internal: trace.SpanKindInternal, Server: trace.SpanKindServer, Client: trace.SpanKindClient,
	Producer: trace.SpanKindProducer, Consumer: trace.SpanKindConsumer,
}

// Key is what the Span of a context is found by. A context that works out its values itself answers nil to it where
// it has none.
type Key struct{}

// From is the span that a context is in, nil where nothing is traced.
func From(ctx context.Context) *Span {
	s, _ := ctx.Value(Key{}).(*Span)
	return s
}

// With is a context that is in a span: one that goes on after another's end, or nil for ctx as it is.
func With(ctx context.Context, s *Span) context.Context {
	if s == nil {
		return ctx
	}
	return context.WithValue(ctx, Key{}, s)
}

// Start begins a part of the span that ctx is in, and returns a context that is in that part. Whoever starts it ends it.
func Start(ctx context.Context, name string) (context.Context, *Span) {
	return StartAs(ctx, Internal, name)
}

// StartAs is Start for a part that is something to others.
func StartAs(ctx context.Context, kind Kind, name string) (context.Context, *Span) {
	above := From(ctx)
	if above == nil {
		return ctx, nil
	}
	s := above.part(name, trace.WithSpanKind(kinds[kind]))
	return With(ctx, s), s
}

func (s *Span) part(name string, options ...trace.SpanStartOption) *Span {
	_, span := s.tracer.Start(trace.ContextWithSpan(context.Background(), s.span), name, options...)
	return &Span{span, s.tracer}
}

// Past is a part that is over: of something that has no contexts, and tells afterwards how long it took.
func (s *Span) Past(name string, from, to time.Time) *Span {
	if s == nil {
		return nil
	}
	p := s.part(name, trace.WithTimestamp(from))
	return &Span{past{p.span, to}, p.tracer}
}

// past is a span that ended at a time that is known.
type past struct {
	trace.Span
	to time.Time
}

func (p past) End(...trace.SpanEndOption) { p.Span.End(trace.WithTimestamp(p.to)) }

// End ends the span. What is said of it afterwards is lost.
func (s *Span) End() {
	if s != nil {
		s.span.End()
	}
}

// EndAs ends the span of what went wrong by a kind of failure; "" for what went well.
func (s *Span) EndAs(kind string) {
	s.Fail(kind)
	s.End()
}

// Name gives the span another name, once it is known what it is of.
func (s *Span) Name(name string) {
	if s != nil {
		s.span.SetName(name)
	}
}

// Text says something of the span, unless it is empty.
func (s *Span) Text(key, value string) {
	if s != nil && value != "" {
		s.span.SetAttributes(attribute.String(key, value))
	}
}

// Number says a number of the span.
func (s *Span) Number(key string, value int64) {
	if s != nil {
		s.span.SetAttributes(attribute.Int64(key, value))
	}
}

// Fail says that what the span is of went wrong, by the kind of failure; "" says nothing. The text of the error is
// for the log alone.
func (s *Span) Fail(kind string) {
	if s != nil && kind != "" {
		s.span.SetStatus(codes.Error, "")
		s.span.SetAttributes(attribute.String("error.type", kind))
	}
}

// Link says that the span has to do with another, which may be of another trace.
func (s *Span) Link(other *Span) {
	if s != nil && other != nil {
		s.span.AddLink(trace.Link{SpanContext: other.span.SpanContext()})
	}
}
