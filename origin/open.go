package origin

import (
	"context"
	"os"

	"lightwell/origin/library"
	"lightwell/tracing"
	"lightwell/transform"
)

// open opens a level, nil for the original, and the layers' originals. The caller closes what there is, also
// where there is an error.
func (s *Service) open(ctx context.Context, a Subject, level *transform.Level) (files []*os.File, _ error) {
	for i, asset := range append([]library.Asset{a.Asset}, a.layers()...) {
		of := level
		if i > 0 {
			of = nil
		}
		f, err := s.openOne(ctx, asset, of)
		if err != nil {
			return files, err
		}
		files = append(files, f)
	}
	return files, nil
}

// openOne opens a level of an asset, nil for its original.
func (s *Service) openOne(ctx context.Context, a library.Asset, level *transform.Level) (f *os.File, err error) {
	ctx, span := tracing.Start(ctx, "open source")
	defer func() { endSpan(span, err) }()
	if level == nil {
		span.Text("lightwell.source", fromOriginal)
		return s.Library.Open(ctx, a)
	}
	span.Text("lightwell.source", fromLevel)
	return s.Library.OpenLevel(ctx, a, *level)
}

func closeAll(files []*os.File) {
	for _, f := range files {
		f.Close()
	}
}
