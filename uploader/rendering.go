package uploader

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"

	"lightwell/origin/library"
	"lightwell/origin/problem"
	"lightwell/transform"
)

// render makes what POST /process asks for.
func (im *ImageWork) render(ctx context.Context, t task) (outcome, error) {
	a, err := im.Library.Asset(ctx, t.Image)
	if err != nil {
		return outcome{}, err
	}
	return im.renditions(ctx, a, t.Instructions)
}

// renditions makes some of an asset, and tells their URLs; where none is asked for, the
// asset's own.
func (im *ImageWork) renditions(ctx context.Context, a library.Asset, instructions []json.RawMessage) (outcome, error) {
	var urls []string
	for _, one := range instructions {
		in, err := transform.DecodeInstructions(one)
		if err != nil {
			return outcome{}, err
		}
		req, err := requestOf(ctx, im.Presets, in)
		if err != nil {
			return outcome{}, err
		}
		if err := im.Prepare(ctx, a, req); err != nil {
			return outcome{}, in.Blame(err)
		}
		urls = append(urls, im.url(a.ID, req.Query()))
	}
	switch len(urls) {
	case 0:
		return outcome{URL: im.url(a.ID, "")}, nil
	case 1:
		return outcome{URL: urls[0]}, nil
	}
	return outcome{URL: urls[0], Renditions: urls}, nil
}

// maxQuery is the most bytes of a rendition's query. The images' door takes 16 KiB of
// URL and headers together.
const maxQuery = 8 << 10

// requestOf is what instructions mean, with those of the preset that they name.
func requestOf(ctx context.Context, presets Presets, in transform.Instructions) (transform.Request, error) {
	if len(in.Pairs) == 0 {
		return transform.Request{}, bad("instructions", "Nothing is asked for.")
	}
	req, err := transform.Parser{}.Parse(in.Pairs)
	if err == nil && req.Preset != "" {
		req, err = withPreset(ctx, presets, req.Preset, in)
	}
	if err != nil {
		return req, in.Blame(err)
	}
	if n := len(req.Query()); n > maxQuery {
		return req, bad("instructions", "They make a query of %d bytes; a URL has room for %d.", n, maxQuery)
	}
	return req, nil
}

// withPreset is what instructions mean over a preset.
func withPreset(ctx context.Context, presets Presets, name string, in transform.Instructions) (transform.Request, error) {
	preset, err := presets.Preset(ctx, name)
	if errors.Is(err, fs.ErrNotExist) {
		return transform.Request{}, problem.NoPreset(name)
	}
	if err != nil {
		return transform.Request{}, err
	}
	below, err := preset.Pairs()
	if err != nil {
		return transform.Request{}, err
	}
	return transform.Parser{}.Parse(transform.Overlay(in.Pairs, below))
}
