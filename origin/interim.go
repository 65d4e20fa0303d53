package origin

import (
	"context"
	"net/http"

	"lightwell/transform"

	"github.com/valyala/fasthttp"
)

// The headers of an interim rendition (API.md).
const (
	interimLife    = "public, max-age=60, stale-while-revalidate=60"
	interimSeconds = 60
	cdnLifeHeader  = "Cdn-Cache-Control" // as fasthttp spells it
	interimHeader  = "X-Lightwell"
	interimValue   = "interim"
)

// interimOf is what is answered in an offer's place while that is being made: what a client gets that does not take
// AVIF, which takes several times as long to make as all others. Nil where AVIF was asked for by its name, or is the
// original's format.
func (h *Handler) interimOf(o *offer, accept string) *offer {
	asked := o.Request.Recipe
	if !h.Interim || !asked.AutoFormat || o.recipe.Format != transform.AVIF || asked.Format == transform.AVIF || o.asset.Source.Format == transform.AVIF {
		return nil
	}
	interim := &offer{Target: o.Target, asset: o.asset, isInterim: true}
	interim.recipe, interim.varies = asked.Resolve(o.asset.Page(o.Request.Page), accept, h.Writes&^transform.Formats(transform.AVIF))
	interim.recipe.Mark.Image = o.recipe.Mark.Image
	h.name(interim)
	return interim
}

// present is the offer, or its interim for as long as it is not made. Who has the real one already keeps it.
func (h *Handler) present(ctx context.Context, rc *fasthttp.RequestCtx, o *offer) *offer {
	if o.interim == nil || precondition(&rc.Request.Header, o.etag, o.modified) == http.StatusNotModified || h.isMade(ctx, o) {
		return o
	}
	return o.interim
}

// follows has made what an answer stands in for.
func (h *Handler) follows(ctx context.Context, offered, answered *offer) {
	if answered.isInterim {
		h.Metrics.interims.Inc()
		h.Service.Later.offer(ctx, offered)
	}
}

// isMade tells whether what is offered is in any tier. All who ask now look together.
func (h *Handler) isMade(ctx context.Context, o *offer) bool {
	if _, _, err := h.Service.Cache.Near(ctx, o.name); err == nil {
		return true
	}
	if h.Service.Later.notes(o.name) {
		return false
	}
	found, err := h.Service.together("look for "+o.name, func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), h.Service.Deadline)
		defer cancel()
		_, ok := h.Service.lookup(ctx, o.name)
		return ok, nil
	})
	return err == nil && found.(bool)
}
