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

// Marked is an asset with the one that a request's mark stands for now. The error
// is a problem.Problem where there is no such mark, or it has been deleted.
func (s *Service) Marked(ctx context.Context, a library.Asset, req transform.Request) (Subject, error) {
	if req.Mark.Image == "" {
		return Subject{Asset: a}, nil
	}
	mark, err := s.markOf(ctx, req.Mark.Image)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, library.ErrDeleted) {
		// To whoever asks for the picture, a mark that was deleted never was.
		return Subject{}, fmt.Errorf("%w: %w: %w", problem.NoMark(req.Mark.Image), fs.ErrNotExist, err)
	}
	return Subject{Asset: a, Mark: mark}, err
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
