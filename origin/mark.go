package origin

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"lightwell/origin/library"
	"lightwell/origin/problem"
	"lightwell/transform"
)

// Layered is an asset with those that a request's mark and blend stand for now. The error
// is a problem.Problem where there is no such image, or it has been deleted.
func (s *Service) Layered(ctx context.Context, a library.Asset, req transform.Request) (Subject, error) {
	subject := Subject{Asset: a}
	for _, layer := range []struct {
		param, image string
		to           *library.Asset
	}{{"mark", req.Mark.Image, &subject.Mark}, {"blend", req.Blend.Image, &subject.Blend}} {
		if layer.image == "" {
			continue
		}
		of, err := s.markOf(ctx, layer.image)
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, library.ErrDeleted) {
			// To whoever asks for the picture, an image that was deleted never was.
			return Subject{}, fmt.Errorf("%w: %w: %w", problem.NoLayer(layer.param, layer.image), fs.ErrNotExist, err)
		}
		if err != nil {
			return Subject{}, err
		}
		*layer.to = of
	}
	return subject, nil
}

// markOf is the asset that an id or a name stands for.
func (s *Service) markOf(ctx context.Context, image string) (library.Asset, error) {
	if library.ValidID(image) {
		return s.Library.Asset(ctx, image)
	}
	mark, err := s.Library.Mark(ctx, image)
	if err != nil {
		return library.Asset{}, err
	}
	return s.Library.Asset(ctx, mark.ImageID)
}

// hasNamedMark tells whether what is asked for may get another mark.
func (t Target) hasNamedMark() bool {
	return t.Request.Mark.Image != "" && !library.ValidID(t.Request.Mark.Image)
}
