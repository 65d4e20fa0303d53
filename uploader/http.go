package uploader

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"

	"lightwell/origin/problem"
	"lightwell/origin/requestid"
	"lightwell/uploader/queue"
)

// handler answers a request, or says with an error why not.
type handler func(w http.ResponseWriter, r *http.Request) error

// common gives every answer its headers, and makes a panic one.
func (u *Uploader) common(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := requestid.From(r.Header.Get(requestid.Header))
		w.Header().Set(requestid.Header, id)
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Cache-Control", "no-store")
		if len(r.TransferEncoding) > 0 || !r.ProtoAtLeast(1, 1) {
			// There may have been a length beside the chunks, or chunks that HTTP/1.0 does not
			// know, and net/http does not tell: nothing that follows may count as a request
			// (RFC 9112, sections 6.1 and 6.3).
			w.Header().Set("Connection", "close")
		}
		defer func() {
			if p := recover(); p != nil {
				u.Log.Error("panic in a request", "request", id, "panic", p, "stack", string(debug.Stack()))
				refuse(w, problem.New(http.StatusInternalServerError, "Something went wrong here."))
			}
		}()
		next.ServeHTTP(w, r)
	})
}

// serve dispatches by method, past the guard, and turns errors into problem documents.
func (u *Uploader) serve(guard *guard, methods map[string]route) http.Handler {
	allow := slices.Collect(maps.Keys(methods))
	if _, ok := methods[http.MethodGet]; ok {
		allow = append(allow, http.MethodHead)
	}
	slices.Sort(allow)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		traceRoute(r)
		route, err := choose(methods, r.Method)
		if err != nil && len(allow) > 0 {
			w.Header().Set("Allow", strings.Join(allow, ", "))
		}
		if err == nil {
			r, err = guard.admit(w, r, route.needs)
		}
		if err == nil {
			err = route.do(w, r)
		}
		if err == nil {
			return
		}
		p := problemOf(err)
		if p.Status >= http.StatusInternalServerError {
			u.Log.Error("request failed", "request", w.Header().Get(requestid.Header), "method", r.Method, "path", r.URL.Path, "status", p.Status, "error", err)
		}
		refuse(w, p)
	})
}

// choose finds a method's route; HEAD is served wherever GET is (RFC 9110, section 9.1).
func choose(methods map[string]route, method string) (route, error) {
	if methods == nil {
		return route{}, problem.New(http.StatusNotFound, "There is nothing at this path.")
	}
	if h, ok := methods[method]; ok {
		return h, nil
	}
	if h, ok := methods[http.MethodGet]; ok && method == http.MethodHead { // net/http leaves the body out
		return h, nil
	}
	return route{}, problem.New(http.StatusMethodNotAllowed, fmt.Sprintf("%s is not served at this path.", method))
}

func refuse(w http.ResponseWriter, p problem.Problem) {
	w.Header().Set("Content-Type", problem.ContentType)
	if p.RetryAfter > 0 {
		w.Header().Set("Retry-After", fmt.Sprint(p.RetryAfter))
	}
	w.WriteHeader(p.Status)
	w.Write(p.JSON()) // an error is the client's leaving
}

func answer(w http.ResponseWriter, status int, v any) error {
	var body bytes.Buffer
	encoder := json.NewEncoder(&body)
	encoder.SetEscapeHTML(false) // a URL is to be read, and copied; nothing here is HTML
	if err := encoder.Encode(v); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	w.Write(body.Bytes()) // an error is the client's leaving
	return nil
}

// bad is a 400 that names the field at fault.
func bad(param, format string, args ...any) error {
	p := problem.New(http.StatusBadRequest, fmt.Sprintf(format, args...))
	p.Param = param
	return p
}

// problemOf is the answer to an error, also of the queue.
func problemOf(err error) problem.Problem {
	if _, ok := errors.AsType[problem.Problem](err); ok {
		return problem.From(err)
	}
	switch {
	case errors.Is(err, queue.ErrConflict):
		p := problem.New(http.StatusConflict, "This Idempotency-Key has come with another upload.")
		p.Param = "Idempotency-Key"
		return p
	case errors.Is(err, queue.ErrFull):
		return problem.New(http.StatusInsufficientStorage, "There is no room left to promise this.")
	case errors.Is(err, queue.ErrUnavailable):
		p := problem.New(http.StatusServiceUnavailable, "What is to be done cannot be written down durably at the moment.")
		p.RetryAfter = 5
		return p
	case errors.Is(err, queue.ErrEnded):
		return problem.New(http.StatusRequestTimeout, "The upload was so long without a new image that it has been given up.")
	}
	return problem.From(err)
}
