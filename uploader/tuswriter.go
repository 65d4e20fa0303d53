package uploader

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"lightwell/origin/problem"

	tusd "github.com/tus/tusd/v2/pkg/handler"
)

// tusWriter is the answer of tusd, of which errors are held back.
type tusWriter struct {
	http.ResponseWriter
	body       *watchedBody
	terminates bool  // an upload is to be ended
	err        error // the store's
	status     int   // of an error
	said       strings.Builder
}

// watchedBody is a request's body, and how it ended. Whoever asks for that has waited for the reading.
type watchedBody struct {
	io.ReadCloser
	n   int64
	err error
}

func (b *watchedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.n += int64(n)
	if err != nil && err != io.EOF {
		b.err = err
	}
	return n, err
}

// bodyOf is how much of a request's body was read, and why no more, unless that was all.
func bodyOf(ctx context.Context) (n int64, err error) {
	if w, ok := ctx.Value(tusKey{}).(*tusWriter); ok {
		return w.body.n, w.body.err
	}
	return 0, nil
}

// terminates tells whether a request ends an upload.
func terminates(ctx context.Context) bool {
	w, ok := ctx.Value(tusKey{}).(*tusWriter)
	return ok && w.terminates
}

// interrupt ends the reading of a request's body, and its connection after the answer.
func interrupt(ctx context.Context) {
	if w, ok := ctx.Value(tusKey{}).(*tusWriter); ok {
		w.Header().Set("Connection", "close")
		http.NewResponseController(w.ResponseWriter).SetReadDeadline(time.Now()) // an error is the client's leaving
	}
}

// Unwrap is for http.ResponseController.
func (w *tusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// SetReadDeadline lets a request be broken off, and not be given more time: that is its body's to have.
func (w *tusWriter) SetReadDeadline(t time.Time) error {
	if time.Until(t) > time.Millisecond {
		return nil
	}
	return http.NewResponseController(w.ResponseWriter).SetReadDeadline(t)
}

// SetWriteDeadline gives no more time: the connection's pace is kept elsewhere.
func (w *tusWriter) SetWriteDeadline(time.Time) error { return nil }

func (w *tusWriter) WriteHeader(status int) {
	h := w.Header()
	if status >= http.StatusBadRequest {
		w.status = status
		h.Del("Content-Length")
		if status == http.StatusPreconditionFailed {
			h.Set("Tus-Version", "1.0.0")
		}
		return
	}
	if extensions := h.Get("Tus-Extension"); extensions != "" {
		h.Set("Tus-Extension", extensions+",expiration")
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *tusWriter) Write(p []byte) (int, error) {
	if w.status == 0 {
		return w.ResponseWriter.Write(p)
	}
	w.said.Write(p)
	return len(p), nil
}

// tusStatus is for what clients of the protocol are to try again, and for what is nobody's fault here.
var tusStatus = map[string]int{
	tusd.ErrUploadInterrupted.ErrorCode: http.StatusConflict,
	tusd.ErrLockTimeout.ErrorCode:       http.StatusLocked,
	tusd.ErrReadTimeout.ErrorCode:       http.StatusRequestTimeout,
	tusd.ErrConnectionReset.ErrorCode:   http.StatusRequestTimeout,
	tusd.ErrNotImplemented.ErrorCode:    http.StatusBadRequest,
}

// failure is the error that was held back.
func (w *tusWriter) failure() error {
	if w.status == 0 || w.err != nil {
		return w.err
	}
	if w.status == http.StatusInternalServerError && w.body.err != nil && !errors.Is(w.body.err, os.ErrDeadlineExceeded) {
		return problem.New(http.StatusBadRequest, "The body ends before it is whole, or is malformed.")
	}
	code, detail, _ := strings.Cut(strings.TrimSpace(w.said.String()), ": ")
	if detail == "" {
		code, detail = "", code
	}
	if detail == "" { // of a HEAD
		detail = http.StatusText(w.status)
	}
	if status := tusStatus[code]; status != 0 {
		w.status = status
	}
	return problem.New(w.status, strings.ToUpper(detail[:1])+strings.TrimSuffix(detail[1:], ".")+".")
}
