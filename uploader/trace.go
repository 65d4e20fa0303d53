package uploader

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"lightwell/origin/library"
	"lightwell/origin/problem"
	"lightwell/origin/requestid"
	"lightwell/tracing"
	"lightwell/uploader/queue"
)

// traced has a span for each request that is traced. What a client sends says nothing in it, but for its method and
// the ids of what is here: paths, queries, headers and bodies may all have secrets.
func (u *Uploader) traced(next http.Handler) http.Handler {
	if u.Tracer == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		parent, traced := u.Tracer.Decide([]byte(r.Header.Get(tracing.ParentHeader)))
		if !traced {
			next.ServeHTTP(w, r)
			return
		}
		ctx, span := u.Tracer.Begin(r.Context(), tracing.Server, tracing.Method(r.Method), time.Now(), parent, strings.Join(r.Header.Values(tracing.StateHeader), ","))
		span.Text("http.request.method", tracing.Method(r.Method))
		seen := &statusWriter{ResponseWriter: w, status: http.StatusOK}
		defer func() {
			span.Text("lightwell.request", w.Header().Get(requestid.Header))
			span.Number("http.response.status_code", int64(seen.status))
			if seen.status >= http.StatusInternalServerError {
				span.Fail(strconv.Itoa(seen.status))
			}
			span.End()
		}()
		next.ServeHTTP(seen, r.WithContext(ctx))
	})
}

// traceRoute says which route a request takes, once the mux knows.
func traceRoute(r *http.Request) {
	span := tracing.From(r.Context())
	if span == nil || r.Pattern == "" || r.Pattern == "/" {
		return
	}
	span.Name(tracing.Method(r.Method) + " " + r.Pattern)
	span.Text("http.route", r.Pattern)
	if id := r.PathValue("id"); library.ValidID(id) {
		span.Text("lightwell.id", id)
	}
}

// statusWriter remembers the status of an answer.
type statusWriter struct {
	http.ResponseWriter
	status int
}

// WriteHeader implements http.ResponseWriter. Statuses below 200 come before the answer.
func (w *statusWriter) WriteHeader(status int) {
	if status >= http.StatusOK || status == http.StatusSwitchingProtocols {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap is for http.ResponseController, by which all else is reached.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// endSpan ends the span of something that is over, by its error.
func endSpan(span *tracing.Span, err error) {
	if span != nil {
		span.EndAs(problem.Kind(err, problemOf))
	}
}

// encodeOrder is an order as a record, with the trace that it is of, where there is room for that.
func encodeOrder(o order, from tracing.Carried) ([]byte, error) {
	o.Trace = from
	record, err := encode(o)
	if err != nil && from != (tracing.Carried{}) {
		o.Trace = tracing.Carried{}
		return encode(o)
	}
	return record, err
}

// traceOf is the trace that a claim is of.
func traceOf(c queue.Claim) tracing.Carried {
	record := c.Job.Info
	if c.Job.Class == queue.Callback {
		record = c.Item.Work
	}
	var of struct {
		Trace tracing.Carried `json:"trace"`
	}
	if json.Unmarshal(record, &of) != nil { // whoever does the item will say so
		return tracing.Carried{}
	}
	return of.Trace
}
