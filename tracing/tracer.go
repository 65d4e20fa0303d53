package tracing

import (
	"context"
	"math/rand/v2"
	"time"

	"go.opentelemetry.io/otel/trace"
	"golang.org/x/time/rate"
)

// Tracer begins traces. A nil Tracer begins none.
type Tracer struct {
	tracer trace.Tracer
	sample float64
	most   *rate.Limiter // nil for no bound
}

// New makes a tracer. It traces that part of the requests whose callers have not decided, from 0 to 1, and those
// whose callers want it; together no more than so many a second, for anybody may want it. 0 is no such bound.
func New(t trace.Tracer, sample float64, most int) *Tracer {
	tracer := &Tracer{tracer: t, sample: sample}
	if most > 0 {
		tracer.most = rate.NewLimiter(rate.Limit(most), most)
	}
	return tracer
}

// Decide tells whether a request is traced, by its traceparent, and under which parent. It takes no memory.
func (t *Tracer) Decide(traceparent []byte) (parent Parent, traced bool) {
	if t == nil {
		return parent, false
	}
	if len(traceparent) > 0 {
		parent, traced = parseParent(traceparent)
		if traced && !parent.sampled {
			return parent, false
		}
	}
	if !traced && (t.sample <= 0 || rand.Float64() >= t.sample) {
		return parent, false
	}
	return parent, t.most == nil || t.most.Allow()
}

// Begin begins the first span here of a request that is traced. State is its tracestate.
func (t *Tracer) Begin(ctx context.Context, kind Kind, name string, began time.Time, parent Parent, state string) (context.Context, *Span) {
	above := context.Background()
	if parent.trace.IsValid() {
		above = trace.ContextWithRemoteSpanContext(above, parent.context(state))
	}
	_, span := t.tracer.Start(above, name, trace.WithSpanKind(kinds[kind]), trace.WithTimestamp(began))
	s := &Span{span, t.tracer}
	return With(ctx, s), s
}

// Continue begins a part of a span of another process, if that is traced.
func (t *Tracer) Continue(ctx context.Context, kind Kind, name string, from Carried) (context.Context, *Span) {
	parent, ok := t.follows(from)
	if !ok {
		return ctx, nil
	}
	return t.Begin(ctx, kind, name, time.Now(), parent, from.State)
}

// Branch begins a trace of its own, if that of another process is traced to which it has a link: one of the many
// things that came of it.
func (t *Tracer) Branch(ctx context.Context, kind Kind, name string, from Carried) (context.Context, *Span) {
	parent, ok := t.follows(from)
	if !ok || t.most != nil && !t.most.Allow() {
		return ctx, nil
	}
	ctx, s := t.Begin(ctx, kind, name, time.Now(), Parent{}, "")
	s.span.AddLink(trace.Link{SpanContext: parent.context(from.State)})
	return ctx, s
}

func (t *Tracer) follows(from Carried) (Parent, bool) {
	if t == nil {
		return Parent{}, false
	}
	parent, ok := parseParent([]byte(from.Parent))
	return parent, ok && parent.sampled
}
