package client

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"lightwell/transform"
)

// Source is one image that is to be uploaded.
type Source struct {
	Path string // as it is told of: as it was named, or found below a folder that was
	Size int64  // bytes; 0 where it is an address on the web

	where    string // absolute path, or the address
	remote   bool
	modified time.Time
	err      error // why it cannot be uploaded
}

// Found is what Find found.
type Found struct {
	Sources []Source
	// Others is how many files of folders were left out because they are no images.
	Others int
}

// Bytes is how many there are of all files together.
func (f Found) Bytes() (n int64) {
	for _, s := range f.Sources {
		n += s.Size
	}
	return n
}

// Find makes sources of files, folders and addresses, in the order of args and sorted below a
// folder. Whatever lies in a folder, however deep, is taken if its first bytes are those of an
// image; what begins with a dot is left out, and so is what a symbolic link to a folder leads to.
// What was named itself and cannot be uploaded is a source all the same, which fails. The error is
// the cause of ctx.
func Find(ctx context.Context, args []string) (Found, error) {
	f := finder{seen: map[string]bool{}}
	for _, arg := range args {
		if err := f.arg(ctx, arg); err != nil {
			return f.Found, err
		}
	}
	return f.Found, nil
}

type finder struct {
	Found
	seen map[string]bool // by Source.where
}

func (f *finder) add(s Source) {
	if !f.seen[s.where] {
		f.seen[s.where] = true
		f.Sources = append(f.Sources, s)
	}
}

func (f *finder) arg(ctx context.Context, arg string) error {
	if lower := strings.ToLower(arg); strings.HasPrefix(lower, "http://") || strings.HasPrefix(lower, "https://") {
		f.add(Source{Path: arg, where: arg, remote: true})
		return nil
	}
	abs, err := filepath.Abs(arg)
	if err != nil {
		return err
	}
	info, err := os.Stat(arg)
	switch {
	case err != nil:
		f.add(Source{Path: arg, where: abs, err: plainly(err)})
	case info.IsDir():
		return f.folder(ctx, arg)
	default:
		s, format := sourceAt(arg, abs)
		if s.err == nil && format == transform.NoFormat {
			s.err = errors.New("this is not an image: its first bytes are those of no format that is known")
		}
		f.add(s)
	}
	return nil
}

// folder takes what is below root. WalkDir sorts, and follows no links, so that it ends.
func (f *finder) folder(ctx context.Context, root string) error {
	top := root
	if info, err := os.Lstat(root); err == nil && info.Mode()&fs.ModeSymlink != 0 {
		top = root + string(filepath.Separator) // WalkDir would not follow this one, either
	}
	return filepath.WalkDir(top, func(path string, d fs.DirEntry, err error) error {
		path = filepath.Clean(path)
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case err != nil:
			f.unreadable(path, err)
		case path != filepath.Clean(root) && strings.HasPrefix(d.Name(), "."):
			if d.IsDir() {
				return fs.SkipDir
			}
		case !d.IsDir():
			return f.inFolder(path)
		}
		return nil
	})
}

func (f *finder) unreadable(path string, err error) {
	abs, absErr := filepath.Abs(path)
	f.add(Source{Path: path, where: abs, err: plainly(errors.Join(err, absErr))})
}

func (f *finder) inFolder(path string) error {
	abs, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() { // a link to nowhere, or to a folder; a socket
		f.Others++
		return nil
	}
	s, format := sourceAt(path, abs)
	if s.err == nil && (format == transform.NoFormat || format == transform.PDF) {
		f.Others++
		return nil
	}
	f.add(s)
	return nil
}

// sourceAt looks at a file.
func sourceAt(path, abs string) (Source, transform.Format) {
	s := Source{Path: path, where: abs}
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("this is no regular file") // and opening it may never return
	}
	if err != nil {
		s.err = plainly(err)
		return s, transform.NoFormat
	}
	s.Size, s.modified = info.Size(), info.ModTime()
	file, err := os.Open(path)
	if err != nil {
		s.err = plainly(err)
		return s, transform.NoFormat
	}
	defer file.Close()
	head := make([]byte, transform.SniffLen)
	n, err := io.ReadFull(file, head)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		s.err = plainly(err)
	}
	return s, formatOf(head[:n])
}

// formatOf is what Sniff says, and looks into what is compressed: that may be an SVG, or any
// archive.
func formatOf(head []byte) transform.Format {
	format := transform.Sniff(head)
	if format != transform.SVG || !bytes.HasPrefix(head, []byte("\x1f\x8b")) {
		return format
	}
	unpacked, err := gzip.NewReader(bytes.NewReader(head))
	if err != nil {
		return transform.NoFormat
	}
	text, err := io.ReadAll(io.LimitReader(unpacked, transform.SniffLen))
	if len(text) == 0 && err != nil {
		return transform.NoFormat
	}
	return transform.Sniff(text)
}

// plainly leaves out the path, which is said elsewhere.
func plainly(err error) error {
	if at, ok := errors.AsType[*fs.PathError](err); ok {
		return fmt.Errorf("the file cannot be read: %w", at.Err)
	}
	return err
}

// open opens the file, if it is still the one that was found.
func (s Source) open() (*os.File, error) {
	file, err := os.Open(s.where)
	if err != nil {
		return nil, plainly(err)
	}
	if err := s.unchanged(file); err != nil {
		file.Close()
		return nil, err
	}
	return file, nil
}

var errChanged = errors.New("the file changed while it was uploaded")

func (s Source) unchanged(file *os.File) error {
	info, err := file.Stat()
	if err != nil {
		return plainly(err)
	}
	if !info.Mode().IsRegular() || info.Size() != s.Size || !info.ModTime().Equal(s.modified) {
		return errChanged
	}
	return nil
}
