package image

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"
)

// copy carries out COPY: from the context but for what .dockerignore names, or from another stage.
func (b *builder) copy(ctx context.Context, s *stage, c *instructions.CopyCommand) error {
	from, ignore := b.context, func(string) (bool, error) { return false, nil }
	if c.From != "" {
		other := b.stage(c.From)
		if other == nil {
			return fmt.Errorf("no stage is called %s", c.From)
		}
		from = other.tree.root
	} else {
		var err error
		if ignore, err = b.ignored(); err != nil {
			return err
		}
	}
	to := c.DestPath
	folder := strings.HasSuffix(to, "/") || to == "."
	if !filepath.IsAbs(to) {
		to = filepath.Join(s.dir, to)
	}
	for _, source := range c.SourcePaths {
		if err := copyTree(ctx, from, source, filepath.Join(s.tree.root, to), folder, ignore); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) stage(name string) *stage {
	for _, s := range b.done {
		if s.name == name {
			return s
		}
	}
	return nil
}

// ignored tells what of the context is not sent to be built.
func (b *builder) ignored() (func(path string) (bool, error), error) {
	f, err := os.Open(filepath.Join(b.context, ".dockerignore"))
	if errors.Is(err, fs.ErrNotExist) {
		return func(string) (bool, error) { return false, nil }, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	patterns, err := ignorefile.ReadAll(f)
	if err != nil {
		return nil, err
	}
	matcher, err := patternmatcher.New(patterns)
	if err != nil {
		return nil, err
	}
	return matcher.MatchesOrParentMatches, nil
}

// copyTree copies a file or what is in a folder, but for what is ignored. A file goes into the target where that is
// a folder.
func copyTree(ctx context.Context, from, source, to string, folder bool, ignore func(string) (bool, error)) error {
	start := filepath.Join(from, source)
	return filepath.WalkDir(start, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if left, err := ignore(strings.TrimPrefix(path, from+"/")); err != nil || left && !d.IsDir() {
			return err
		} else if left {
			return filepath.SkipDir
		}
		target := filepath.Join(to, strings.TrimPrefix(path, start))
		switch {
		case d.IsDir():
			return os.MkdirAll(target, 0o755)
		case path == start && folder:
			target = filepath.Join(to, filepath.Base(source))
		}
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return err
		}
		return run(ctx, "cp", "-p", path, target)
	})
}
