package uploader

import (
	"net/http"
	"slices"
	"strings"
)

const (
	// exposed are the headers of answers that scripts of other origins may read.
	exposed = "Location, X-Image-Id, X-Request-Id, Retry-After, Upload-Offset, Upload-Length, Upload-Expires, Upload-Metadata, " +
		"Tus-Resumable, Tus-Version, Tus-Extension, Tus-Max-Size"
	// preflightLife is how long browsers remember what they may do, in seconds: two hours, which is
	// the most that Chromium takes.
	preflightLife = "7200"
	// maxAsked is the most bytes of headers that a preflight request names.
	maxAsked = 2 << 10
)

// cors lets the pages of some origins speak to this door. Whether they may do anything is another
// question: they need the same tokens and signatures as all others.
func (u *Uploader) cors(next http.Handler) http.Handler {
	if len(u.Origins) == 0 {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Add("Vary", "Origin")
		allowed := u.allows(r.Header.Get("Origin"))
		if allowed == "" {
			next.ServeHTTP(w, r)
			return
		}
		h.Set("Access-Control-Allow-Origin", allowed)
		h.Set("Access-Control-Expose-Headers", exposed)
		if r.Method != http.MethodOptions || r.Header.Get("Access-Control-Request-Method") == "" {
			next.ServeHTTP(w, r)
			return
		}
		h.Set("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS")
		if asked := strings.Join(r.Header.Values("Access-Control-Request-Headers"), ","); asked != "" && len(asked) <= maxAsked {
			h.Set("Access-Control-Allow-Headers", asked)
		}
		h.Set("Access-Control-Max-Age", preflightLife)
		w.WriteHeader(http.StatusNoContent)
	})
}

// allows is what an origin is told that it may be; empty for none.
func (u *Uploader) allows(origin string) string {
	switch {
	case origin == "":
		return ""
	case slices.Contains(u.Origins, "*"):
		return "*"
	case slices.Contains(u.Origins, origin):
		return origin
	}
	return ""
}
