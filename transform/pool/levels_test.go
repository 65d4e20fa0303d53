package pool

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"lightwell/transform"
)

// Levels come with what is inspected, and again when they are asked for: the same bytes, of which renditions are made.
func TestLevels(t *testing.T) {
	p := start(t, func(cfg *Config) { cfg.Levels = transform.DefaultLevels })
	seen, err := p.Inspect(context.Background(), source(t, "photo.jpg"), transform.DefaultLimits)
	if err != nil || len(seen.Levels) != 3 || len(seen.LevelFiles) != 3 {
		t.Fatalf("Inspect = %+v, %v, want three levels", seen.Levels, err)
	}
	again, err := p.Levels(context.Background(), source(t, "photo.jpg"), transform.DefaultLimits)
	if err != nil || len(again) != 3 {
		t.Fatalf("Levels = %d, %v, want three", len(again), err)
	}
	of := plan(t, "w=100")
	for i, file := range seen.LevelFiles {
		if file.Level != seen.Levels[i] || again[i].Level != file.Level || !bytes.Equal(again[i].Body, file.Body) || len(file.Body) != int(file.Bytes) {
			t.Fatalf("level %d is %+v and %+v", i, file.Level, again[i].Level)
		}
		path := filepath.Join(t.TempDir(), "level")
		if err := os.WriteFile(path, file.Body, 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		r, err := p.Render(context.Background(), []*os.File{f}, of.From(file.Level))
		if err != nil || r.Size != of.Out {
			t.Errorf("Render of level %v = %v, %v, want %v", file.Level, r.Size, err, of.Out)
		}
	}
	// One that is not worth its bytes comes without any.
	seen, err = p.Inspect(context.Background(), source(t, "photo.webp"), transform.DefaultLimits)
	if err != nil || len(seen.Levels) != len(seen.LevelFiles) || len(seen.Levels) == 0 {
		t.Errorf("Inspect of a file of few bytes = %+v, %v", seen.Levels, err)
	}
}
