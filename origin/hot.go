package origin

import (
	"context"

	"lightwell/origin/library"

	"github.com/valyala/fasthttp"
)

// hot is an offer as it was answered last, out of the nearest tier: what does not change from one answer to the next.
// Nobody changes it.
type hot struct {
	asset  *library.Asset // as the library has it, whose being the same pointer says that nothing has changed
	header fasthttp.ResponseHeader
}

// hit answers with a rendition that is at hand, if that is all there is to do: nothing about its asset has changed
// since the last time, and the request has no conditions and wants no part. It takes no memory. False is that nothing
// has been done, and answer does it.
func (h *Handler) hit(rc *fasthttp.RequestCtx) bool {
	var buf [maxAddress + acceptSize]byte
	url := append(buf[:0], rc.Request.Header.RequestURI()...)
	o, fresh := h.offers.of(url, &rc.Request.Header, h.Writes)
	if o == nil || !fresh {
		return false
	}
	was := o.hot.Load()
	if was == nil || h.Service.Library.Held(o.ID) != was.asset || conditional(&rc.Request.Header) || len(rc.Request.Header.Peek("Range")) > 0 {
		return false
	}
	e, tier, err := h.Service.Cache.Near(context.Background(), o.name)
	if err != nil {
		return false
	}
	was.header.CopyTo(&rc.Response.Header)
	rc.Response.SetBodyRaw(e.Body)
	h.Metrics.hit(tier)
	return true
}

// warm has an offer answered by hit from now on. An offer that depends on more than its own asset never is.
func (h *Handler) warm(o *offer, result Result) {
	if result.Tier == "" || o.Request.Preset != "" || o.Request.Expires != 0 || len(o.asset.layers()) > 0 || o.isInterim ||
		result.Entry.Format != o.recipe.Format.String() {
		return
	}
	a := h.Service.Library.Held(o.ID)
	if a == nil || !same(*a, o.asset.Asset) {
		return
	}
	if was := o.hot.Load(); was != nil && was.asset == a {
		return
	}
	now := &hot{asset: a}
	h.sharedOnce.Do(h.share)
	h.shared.CopyTo(&now.header)
	write(&now.header, o.kept)
	write(&now.header, o.described)
	now.header.SetCanonical(serverTimingHeader, []byte(serverTiming(result)))
	o.hot.Store(now)
}

// mayBeHit tells whether a request is one that hit looks at.
func mayBeHit(rc *fasthttp.RequestCtx) bool {
	return (rc.IsGet() || rc.IsHead()) && len(rc.Request.Header.RequestURI()) <= maxAddress
}
