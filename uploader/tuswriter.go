package uploader

import (
	"net/http"
	"strings"
	"time"

	"lightwell/origin/problem"

	tusd "github.com/tus/tusd/v2/pkg/handler"
)

// tusWriter is the answer of tusd, of which errors are held back.
type tusWriter struct {
	http.ResponseWriter
	err    error // the store's
	status int   // of an error
	said   strings.Builder
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
}

// failure is the error that was held back.
func (w *tusWriter) failure() error {
	if w.status == 0 || w.err != nil {
		return w.err
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
