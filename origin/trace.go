package origin

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"lightwell/cache"
	"lightwell/origin/problem"
	"lightwell/tracing"

	"github.com/valyala/fasthttp"
)

var parentHeader = []byte(tracing.ParentHeader)

// begin begins the span of a request that is traced; nil for others, which costs them a look at one header where
// anything is traced at all.
func (h *Handler) begin(rc *fasthttp.RequestCtx, start time.Time) *tracing.Span {
	if h.Tracer == nil {
		return nil
	}
	parent, traced := h.Tracer.Decide(rc.Request.Header.PeekBytes(parentHeader))
	if !traced {
		return nil
	}
	method := tracing.Method(string(rc.Method()))
	_, span := h.Tracer.Begin(context.Background(), tracing.Server, method, start, parent,
		string(rc.Request.Header.Peek(tracing.StateHeader)))
	span.Text("http.request.method", method)
	return span
}

// traceAnswer ends the span of a request, as it was answered.
func traceAnswer(span *tracing.Span, rc *fasthttp.RequestCtx) {
	if span == nil {
		return
	}
	status := rc.Response.StatusCode()
	span.Text("lightwell.request", named(rc))
	span.Number("http.response.status_code", int64(status))
	if status >= http.StatusInternalServerError { // what is the client's fault is none of a server's span
		span.Fail(strconv.Itoa(status))
	}
	span.End()
}

// trace says what a request asks for: the shape of its URL and the asset. The URL itself may have a signature anywhere,
// and what stands in none of ours may be anything.
func (t Target) trace(span *tracing.Span, method string) {
	if span == nil || t.ID == "" {
		return
	}
	path := "/image/"
	if t.Info {
		path = "/info/"
	}
	span.Name(method + " " + path + "{id}")
	span.Text("http.route", path+"{id}")
	span.Text("url.path", path+t.ID)
	span.Text("lightwell.asset", t.ID)
}

// trace says what is offered. What a preset comes to is its owner's affair: its name has to do.
func (o *offer) trace(span *tracing.Span) {
	if span == nil {
		return
	}
	span.Text("lightwell.key", o.key)
	if o.Request.Preset != "" {
		span.Text("lightwell.preset", o.Request.Preset)
	} else {
		span.Text("lightwell.recipe", o.recipe.String())
	}
}

// near looks in the nearest tier.
func (s *Service) near(ctx context.Context, key string) (*cache.Entry, string, error) {
	ctx, span := tracing.Start(ctx, "cache lookup")
	e, tier, err := s.Cache.Near(ctx, key)
	traceLookup(span, cache.MemoryName, err)
	return e, tier, err
}

// traceLookup ends the span of a look into the cache. A tier that is down is a miss, of which the metrics tell more.
func traceLookup(span *tracing.Span, tier string, err error) {
	if span == nil {
		return
	}
	result := "hit"
	switch {
	case errors.Is(err, cache.ErrMiss):
		result = "miss"
	case err != nil:
		result = "failed"
		span.Fail("cache")
	}
	span.Text("lightwell.cache.result", result)
	span.Text("lightwell.cache.tier", tier)
	span.End()
}

// traceRole says whether a request's flight is the one that made what it waited for, or has joined that.
func traceRole(span, leader *tracing.Span) {
	if span == leader {
		span.Text("lightwell.flight", "leading")
		return
	}
	span.Text("lightwell.flight", "joined")
	span.Link(leader)
}

// endSpan ends the span of something that is over, by its error.
func endSpan(span *tracing.Span, err error) {
	if span != nil {
		span.EndAs(problem.Kind(err, problem.From))
	}
}
