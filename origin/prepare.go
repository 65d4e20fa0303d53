package origin

import (
	"context"

	"lightwell/origin/library"
	"lightwell/transform"
)

// widest is the Accept header of a client that takes every format: with auto=format,
// what is best is prepared.
const widest = "image/avif,image/webp,*/*"

// Prepare makes the rendition that a request asks of an asset, unless it is there:
// when it returns nil, a GET of it is a hit. There is nothing to prepare of the
// original. It is made as for a GET, with the same bounds and errors; when ctx ends
// first, making it goes on.
func (h *Handler) Prepare(ctx context.Context, a library.Asset, req transform.Request) error {
	subject, err := h.Service.Layered(ctx, a, req)
	if err != nil {
		return err
	}
	o := h.offer(Target{Request: req}, subject, widest)
	if o.isOriginal() {
		return nil
	}
	if err := h.writable(o); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, h.Timeout, transform.ErrDeadline)
	defer cancel()
	_, err = h.Service.Rendition(ctx, o.asset, o.recipe, o.name)
	return err
}
