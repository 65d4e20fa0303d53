package origin

import (
	"fmt"
	"time"

	"github.com/valyala/fasthttp"
)

// isOver tells whether the time of a URL has come that ends then. It is asked for every
// request, since what is remembered of a URL knows no time.
func (h *Handler) isOver(t Target) bool {
	return t.Request.Expires != 0 && !h.now().Before(time.Unix(t.Request.Expires, 0))
}

// shorten has an answer kept no longer than its URL is good, also by caches that would serve what is old when
// they cannot ask; most is its life otherwise.
func (h *Handler) shorten(header *fasthttp.ResponseHeader, t Target, most time.Duration) {
	if t.Request.Expires == 0 {
		return
	}
	left := min(most, time.Unix(t.Request.Expires, 0).Sub(h.now()))
	seconds := max(0, int(left/time.Second))
	header.Set("Cache-Control", fmt.Sprintf("public, max-age=%d, must-revalidate", seconds))
	if len(header.Peek(cdnLifeHeader)) > 0 { // which goes before the other
		header.Set(cdnLifeHeader, cdnLife(seconds))
	}
}

// cdnLife is how long a CDN keeps an answer (RFC 9213).
func cdnLife(seconds int) string { return fmt.Sprintf("max-age=%d", seconds) }

func (h *Handler) now() time.Time {
	if h.Now == nil {
		return time.Now()
	}
	return h.Now()
}
