package origin

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"runtime/debug"
	"sync"
	"time"

	"lightwell/cache"
	"lightwell/origin/problem"
	"lightwell/origin/requestid"
	"lightwell/tracing"
	"lightwell/transform"

	"github.com/valyala/fasthttp"
)

// Handler is the pull side's HTTP: GET and HEAD of images, and what is known of them.
type Handler struct {
	Service *Service
	Parser  transform.Parser
	Access  Access
	// Writes are the formats that the engine can write.
	Writes transform.FormatSet
	// Fingerprint names the engine; it is part of every key.
	Fingerprint string
	// Fonts names the fonts, and what sets them.
	Fonts string
	// Timeout bounds one request, waiting included.
	Timeout time.Duration
	// CORSOrigin and CORP are header values; an empty one is not sent.
	CORSOrigin string
	CORP       string
	// SVGOriginal is delivered as the original of an SVG, which can hold scripts:
	// transform.SanitizedSVG, or a recipe of a bitmap.
	SVGOriginal transform.Recipe
	// Fallback is the id of an asset that is the picture of 404 and 422; "" for none.
	Fallback string
	// Pending tells whether an upload has been accepted under an id that is no asset
	// yet; an error is that it cannot be told now. Nil where nobody knows.
	Pending func(ctx context.Context, id string) (bool, error)
	// Now is the time; nil for time.Now.
	Now func() time.Time
	// Interim is whether another rendition stands in for an AVIF while the service's Later makes that; else clients wait.
	Interim bool
	// Cold bounds what each client may have made; nil for no such bound.
	Cold    *Cold
	Metrics *Metrics
	// Tracer says which requests are traced; nil for none.
	Tracer *tracing.Tracer
	Log    *slog.Logger

	offers     offers
	sharedOnce sync.Once
	shared     fasthttp.ResponseHeader // what every answer carries
}

// Serve answers one request.
func (h *Handler) Serve(ctx *fasthttp.RequestCtx) {
	start := time.Now()
	span := h.begin(ctx, start)
	defer func() {
		// A panic that left a handler would end the process.
		if p := recover(); p != nil {
			h.Log.Error("panic in a request", "request", named(ctx), "panic", p, "stack", string(debug.Stack()))
			ctx.Response.ResetBody()
			h.refuse(ctx, problem.New(http.StatusInternalServerError, "Something went wrong here."))
		}
		h.Metrics.answered(ctx.Response.StatusCode(), time.Since(start))
		traceAnswer(span, ctx)
	}()
	if span == nil && mayBeHit(ctx) && h.hit(ctx) {
		nameRequest(ctx)
		return
	}
	h.common(ctx)
	nameRequest(ctx)
	switch {
	case ctx.IsOptions():
		h.options(ctx)
	case !ctx.IsGet() && !ctx.IsHead():
		ctx.Response.Header.Set("Allow", allowed)
		h.refuse(ctx, problem.New(http.StatusMethodNotAllowed, "Only GET, HEAD and OPTIONS are served here."))
	default:
		h.get(ctx, span)
	}
}

const allowed = "GET, HEAD, OPTIONS"

// The headers that no two answers share, as fasthttp spells them.
var (
	requestIDHeader    = []byte(requestid.Header)
	serverTimingHeader = []byte("Server-Timing")
)

// nameRequest gives a request its id.
func nameRequest(ctx *fasthttp.RequestCtx) {
	var buf [requestid.Length]byte
	ctx.Response.Header.SetCanonical(requestIDHeader, requestid.Append(buf[:0], ctx.Request.Header.PeekBytes(requestIDHeader)))
}

// named is the id that a request was given.
func named(ctx *fasthttp.RequestCtx) string {
	return string(ctx.Response.Header.PeekBytes(requestIDHeader))
}

func (h *Handler) options(ctx *fasthttp.RequestCtx) {
	ctx.Response.Header.Set("Allow", allowed)
	if h.CORSOrigin != "" {
		ctx.Response.Header.Set("Access-Control-Allow-Methods", allowed)
		ctx.Response.Header.Set("Access-Control-Allow-Headers", "Range, If-None-Match")
		ctx.Response.Header.Set("Access-Control-Max-Age", "86400")
	}
	ctx.SetStatusCode(http.StatusNoContent)
}

// get answers with an image, information about one, or an error. The context is
// not the request's: fasthttp's is cancelled when the server begins to drain.
func (h *Handler) get(rc *fasthttp.RequestCtx, span *tracing.Span) {
	ctx := &patience{until: time.Now().Add(h.Timeout), span: span}
	defer ctx.end()
	t, err := h.answer(ctx, rc)
	t.trace(span, string(rc.Method()))
	if err == nil {
		return
	}
	p := problem.From(err)
	if p.Status >= http.StatusInternalServerError {
		h.Log.Error("request failed", "request", named(rc), "asset", t.ID, "status", p.Status, "error", err)
	}
	if p.Status == http.StatusNotFound && p.Param == "" && h.Pending != nil {
		pending, unknown := h.Pending(ctx, t.ID)
		if pending {
			p = problem.New(http.StatusNotFound, "This image is being processed.")
			p.RetryAfter = 1
		}
		if pending || unknown != nil {
			h.refuse(rc, p)
			rc.Response.Header.Set("Cache-Control", noStore)
			return
		}
	}
	if !t.tells() && (errors.Is(err, fs.ErrNotExist) || p.Status == http.StatusUnprocessableEntity) {
		if h.fallback(ctx, rc, t, p.Status) {
			return
		}
	}
	h.refuse(rc, p)
	if p.Status == http.StatusBadRequest && (t.Request.Preset != "" || t.hasNamedMark()) {
		rc.Response.Header.Set("Cache-Control", errLife) // another preset or mark may make it right
	}
	if size, ok := errors.AsType[unsatisfiable](err); ok {
		rc.Response.Header.Set("Content-Range", fmt.Sprintf("bytes */%d", size))
	}
}

// fallback answers an error with the operator's picture, which keeps the error's
// status and life. It is false when there is none to be had.
func (h *Handler) fallback(ctx context.Context, rc *fasthttp.RequestCtx, t Target, status int) bool {
	if h.Fallback == "" {
		return false
	}
	a, err := h.Service.Library.Asset(ctx, h.Fallback)
	if err != nil {
		h.Log.Warn("no fallback image", "asset", h.Fallback, "error", err)
		return false
	}
	asked := t.Request.Recipe
	asked.Mark, asked.Blend = transform.Mark{}, transform.Blend{} // which may be what is missing
	asked.Page, asked.Frame = 0, 0                                // which are the missing picture's
	recipe, varies := asked.Resolve(a.Page(asked.Page), joined(&rc.Request.Header, "Accept"), h.Writes)
	if recipe == (transform.Recipe{}) { // the original's own format, but a rendition
		recipe, _ = transform.Recipe{AutoFormat: true}.Resolve(a.Source, "", h.Writes)
	}
	subject := Subject{Asset: a}
	result, err := h.Service.Rendition(ctx, subject, recipe, cache.Name(a.Original, h.key(subject, recipe)))
	if err != nil {
		h.Log.Warn("no fallback image", "asset", h.Fallback, "error", err)
		return false
	}
	h.forgetDescription(rc)
	rc.SetStatusCode(status)
	if format, err := transform.ParseFormat(result.Entry.Format); err == nil {
		rc.Response.Header.SetContentType(format.ContentType())
	}
	rc.Response.Header.Set("Cache-Control", errorLife(status))
	if varies {
		rc.Response.Header.Set("Vary", "Accept")
	}
	rc.Response.SetBodyRaw(result.Entry.Body)
	return true
}

// refuse answers with a problem document.
func (h *Handler) refuse(rc *fasthttp.RequestCtx, p problem.Problem) {
	h.forgetDescription(rc)
	rc.SetStatusCode(p.Status)
	rc.Response.Header.SetContentType(problem.ContentType)
	rc.Response.Header.Set("Cache-Control", errorLife(p.Status))
	if p.RetryAfter > 0 {
		rc.Response.Header.Set("Retry-After", fmt.Sprint(p.RetryAfter))
	}
	rc.Response.SetBodyRaw(p.JSON())
}
