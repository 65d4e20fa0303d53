package uploader

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"

	"lightwell/origin/library"
	"lightwell/origin/problem"
	"lightwell/transform"
)

// accepted is what was accepted of an image. Once it is promised, its absence is our fault. Bytes
// that came directly lie where they came, too, until the item has ended: a sweep may have taken the
// others for those of an earlier try that was broken off, a moment before they were promised.
func (im *ImageWork) accepted(ctx context.Context, id string, t task) (*os.File, error) {
	file, err := im.Library.Accepted(ctx, id)
	if errors.Is(err, fs.ErrNotExist) && t.Direct {
		if err = im.Incoming.TakeUp(ctx, id); err == nil {
			file, err = im.Library.Accepted(ctx, id)
		}
	}
	if errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("%w: %v", library.ErrUnavailable, err)
	}
	return file, err
}

// identify finds out what bytes are that came directly, and refuses what can be seen not to be what
// was announced, or no image.
func (im *ImageWork) identify(file *os.File, t *task) error {
	hash := sha256.New()
	n, err := io.Copy(hash, io.LimitReader(file, im.MaxBytes+1))
	if err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	if err != nil {
		return fmt.Errorf("%w: %w", library.ErrUnavailable, err)
	}
	got := received{file: file, bytes: n, hash: hex.EncodeToString(hash.Sum(nil))}
	switch {
	case n > im.MaxBytes:
		return im.tooLarge()
	case t.Announced != "" && got.hash != t.Announced:
		p := problem.New(http.StatusBadRequest, fmt.Sprintf("The upload has the SHA-256 %s; %s was announced.", got.hash, t.Announced))
		p.Param = "sha256"
		return p
	}
	if got.format, err = formatOf(file); err != nil {
		return fmt.Errorf("%w: %w", library.ErrUnavailable, err)
	}
	t.Hash, t.Bytes = got.hash, n
	return im.acceptable(&got)
}

// formatOf is what a file is by its first bytes.
func formatOf(file *os.File) (transform.Format, error) {
	head := make([]byte, transform.SniffLen)
	n, err := file.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return transform.NoFormat, fmt.Errorf("read an upload back: %w", err)
	}
	return transform.Sniff(head[:n]), nil
}
