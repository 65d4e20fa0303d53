package origin

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"lightwell/origin/problem"

	"github.com/valyala/fasthttp"
)

// The lives of answers (API.md). An image under one URL never changes its bytes,
// since a purge is told to the CDN; errors must not outlive their reason.
const (
	imageLife   = "public, max-age=31536000, immutable"
	presetLife  = "public, max-age=600" // a preset may change, and no purge is told
	infoLife    = "public, max-age=10"
	mistakeLife = "public, max-age=3600"
	errLife     = "public, max-age=60"
	noStore     = "no-store"
)

// The same in seconds, of what may end earlier.
const (
	imageSeconds  = 31536000
	presetSeconds = 600
	infoSeconds   = 10
)

func errorLife(status int) string {
	switch status {
	case http.StatusBadRequest:
		return mistakeLife
	case http.StatusNotFound, http.StatusGone, http.StatusUnprocessableEntity, http.StatusRequestEntityTooLarge:
		return errLife
	}
	return noStore
}

// common sets what every answer carries, and nothing else: it comes first.
// Copying all at once is many times cheaper than setting one after the other.
func (h *Handler) common(rc *fasthttp.RequestCtx) {
	h.sharedOnce.Do(h.share)
	h.shared.CopyTo(&rc.Response.Header)
}

func (h *Handler) share() {
	header := &h.shared
	header.SetNoDefaultContentType(true)
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	header.Set("Timing-Allow-Origin", "*")
	if h.CORSOrigin != "" {
		header.Set("Access-Control-Allow-Origin", h.CORSOrigin)
		header.Set("Access-Control-Expose-Headers", "Content-Range, ETag, Retry-After, Server-Timing, X-Request-Id")
	}
	if h.CORP != "" {
		header.Set("Cross-Origin-Resource-Policy", h.CORP)
	}
}

// forgetDescription takes back what an offer has set, for an error after it. Vary stays: the
// error may be that of one format, and must not be kept for those who take another.
func (h *Handler) forgetDescription(rc *fasthttp.RequestCtx) {
	for _, name := range []string{
		"ETag", "Last-Modified", "Accept-Ranges", "Content-Disposition", "Content-Range",
		"Cache-Tag", "Surrogate-Key", "Server-Timing", cdnLifeHeader, interimHeader,
	} {
		rc.Response.Header.Del(name)
	}
}

// body sends an entry's bytes, or the part that was asked for, without a copy.
// Nobody writes to them: they are shared with the cache and other requests.
func (h *Handler) body(rc *fasthttp.RequestCtx, body []byte, o *offer) error {
	r, err := h.selectRange(rc, int64(len(body)), o)
	if err == nil {
		rc.Response.SetBodyRaw(body[r.start : r.start+r.length])
	}
	return err
}

// unsatisfiable is the error of a range that has nothing of a body of so many bytes.
type unsatisfiable int64

func (size unsatisfiable) Error() string {
	return fmt.Sprintf("the range has none of the %d bytes", int64(size))
}

func (size unsatisfiable) Unwrap() error {
	return problem.New(http.StatusRequestedRangeNotSatisfiable, fmt.Sprintf("The range has none of the %d bytes that there are.", int64(size)))
}

// selectRange reads the Range header, and for a part sets status and Content-Range.
// The error is unsatisfiable.
func (h *Handler) selectRange(rc *fasthttp.RequestCtx, size int64, o *offer) (byteRange, error) {
	if len(rc.Request.Header.Peek("Range")) == 0 {
		return byteRange{0, size}, nil
	}
	r, partial := parseRange(joined(&rc.Request.Header, "Range"), size)
	// HEAD has no use for a range (RFC 9110, section 14.2); a changed image is sent whole.
	if !partial || !rc.IsGet() || !sameRange(&rc.Request.Header, o.etag, o.modified) {
		return byteRange{0, size}, nil
	}
	if r.length == 0 {
		return r, unsatisfiable(size)
	}
	rc.Response.Header.Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", r.start, r.start+r.length-1, size))
	rc.SetStatusCode(http.StatusPartialContent)
	return r, nil
}

// serverTiming says which tier had the rendition, or how long making it took, in
// milliseconds.
func serverTiming(r Result) string {
	if r.Tier != "" {
		return "cache;desc=" + r.Tier
	}
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	return fmt.Sprintf("cache;desc=miss, queue;dur=%.1f, decode;dur=%.1f, encode;dur=%.1f",
		ms(r.Rendition.Queue), ms(r.Rendition.Decode), ms(r.Rendition.Encode))
}

// part is the rest of a file up to a length; fasthttp closes it after sending.
type part struct {
	f    *os.File
	left int64
}

func (p *part) Read(b []byte) (int, error) {
	if p.left <= 0 {
		return 0, io.EOF
	}
	n, err := p.f.Read(b[:min(int64(len(b)), p.left)])
	p.left -= int64(n)
	return n, err
}

// WriteTo lets the kernel copy from the file to the socket.
func (p *part) WriteTo(w io.Writer) (int64, error) {
	n, err := io.Copy(w, io.LimitReader(p.f, p.left))
	p.left -= n
	return n, err
}

func (p *part) Close() error { return p.f.Close() }
