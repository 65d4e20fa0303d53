package origin

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"

	"lightwell/origin/library"
	"lightwell/origin/problem"
	"lightwell/tracing"

	"github.com/valyala/fasthttp"
)

// answer finds out what is asked for, and answers with it. The target is as far
// as it could be read.
func (h *Handler) answer(ctx context.Context, rc *fasthttp.RequestCtx) (Target, error) {
	var buf [maxAddress + acceptSize]byte
	url := append(buf[:0], rc.Request.Header.RequestURI()...)
	o, fresh := h.offers.of(url, &rc.Request.Header, h.Writes)
	if o == nil {
		t, err := h.read(rc)
		if err != nil {
			return t, err
		}
		o = &offer{Target: t}
	}
	if h.isOver(o.Target) {
		return o.Target, errForbidden
	}
	if o.Request.Preset != "" {
		followed, err := h.follow(ctx, rc, o)
		if err != nil {
			return followed.Target, err
		}
		o = followed
	}
	a, err := h.Service.Library.Asset(ctx, o.ID)
	if err != nil {
		return o.Target, err
	}
	if o.tells() {
		return o.Target, h.report(rc, o.Target, a)
	}
	subject, err := h.Service.Layered(ctx, a, o.Request)
	if err != nil {
		return o.Target, err
	}
	if !o.isOf(subject) {
		o, fresh = h.offer(o.Target, subject, joined(&rc.Request.Header, "Accept")), false
		if err := h.writable(o); err != nil {
			return o.Target, err
		}
	}
	if o.ofOriginal && !o.mayBeOriginal { // what a preset comes to
		return o.Target, errForbidden
	}
	o.trace(tracing.From(ctx))
	err = h.deliver(ctx, rc, o)
	if err == nil && !fresh {
		h.offers.keep(url, &rc.Request.Header, h.Writes, o)
	}
	return o.Target, err
}

// read is what a request asks for, if that may be had. A signature is looked at here and
// not again for as long as the URL is remembered.
func (h *Handler) read(rc *fasthttp.RequestCtx) (Target, error) {
	t, err := ParseURL(string(rc.Request.Header.RequestURI()), h.Parser)
	if err != nil {
		return t, hidden(err)
	}
	return h.Access.Admit(t, h.Parser)
}

// follow looks at the preset that an offer was worked out with. Unless that is as it
// was, the offer is one that is yet to be worked out.
func (h *Handler) follow(ctx context.Context, rc *fasthttp.RequestCtx, o *offer) (*offer, error) {
	preset, err := h.Service.Library.Preset(ctx, o.Request.Preset)
	if errors.Is(err, fs.ErrNotExist) {
		return o, fmt.Errorf("%w: %w", problem.NoPreset(o.Request.Preset), err)
	}
	if err != nil || preset.Params == o.Preset {
		return o, err
	}
	t, err := h.read(rc)
	if err == nil {
		t, err = t.Over(preset, h.Parser)
	}
	return &offer{Target: t}, err
}

var errPrecondition = problem.New(http.StatusPreconditionFailed, "The image is not the one that the request's conditions name.")

// deliver answers with what is offered.
func (h *Handler) deliver(ctx context.Context, rc *fasthttp.RequestCtx, offered *offer) error {
	o := h.present(ctx, rc, offered)
	status := precondition(&rc.Request.Header, o.etag, o.modified)
	write(&rc.Response.Header, o.kept)
	_, most := o.life()
	h.shorten(&rc.Response.Header, o.Target, most)
	switch status {
	case http.StatusNotModified:
		rc.SetStatusCode(http.StatusNotModified)
		h.follows(ctx, offered, o)
		return nil
	case http.StatusPreconditionFailed:
		return errPrecondition
	}
	write(&rc.Response.Header, o.described)
	if o.isOriginal() {
		return h.original(ctx, rc, o)
	}
	result, err := h.rendition(ctx, rc, o)
	if err != nil {
		return err
	}
	if err := o.settle(&rc.Response.Header, result.Entry); err != nil {
		return err
	}
	h.follows(ctx, offered, o)
	h.warm(o, result)
	rc.Response.Header.SetCanonical(serverTimingHeader, []byte(serverTiming(result)))
	return h.body(rc, result.Entry.Body, o)
}

// original answers with an asset's bytes as they were uploaded.
func (h *Handler) original(ctx context.Context, rc *fasthttp.RequestCtx, o *offer) error {
	a := o.asset.Asset
	f, err := h.Service.openOne(ctx, a, nil)
	if err != nil {
		return err
	}
	r, err := h.selectRange(rc, a.Bytes, o)
	if err != nil {
		f.Close()
		return err
	}
	if _, err := f.Seek(r.start, io.SeekStart); err != nil {
		f.Close()
		return fmt.Errorf("%w: seek in the original of asset %s: %w", library.ErrUnavailable, a.ID, err)
	}
	rc.Response.SetBodyStream(&part{f: f, left: r.length}, int(r.length))
	return nil
}
