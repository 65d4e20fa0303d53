package uploader

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path"
	"strings"
	"unicode/utf8"

	"lightwell/origin/problem"
)

const (
	// maxExpansion is how many bytes may come of each byte of an archive, once there are
	// more than freeExpansion of them. Photographs hardly compress; drawings do by 10.
	maxExpansion  = 100
	freeExpansion = 10 << 20
	// directoryItem is how many bytes of a zip's directory each image may take.
	directoryItem = 1 << 10
	// maxDepth is how many folders deep a file may lie.
	maxDepth = 32
)

// expansion watches how much comes out of an archive.
type expansion struct {
	in  func() int64 // bytes of the archive so far
	out int64
}

// watch counts what is read of a file.
func (e *expansion) watch(r io.Reader) io.Reader { return &expanding{r, e} }

type expanding struct {
	io.Reader
	of *expansion
}

func (e *expanding) Read(p []byte) (int, error) {
	n, err := e.Reader.Read(p)
	e.of.out += int64(n)
	if e.of.out > freeExpansion && e.of.out > maxExpansion*e.of.in() {
		return n, problem.New(http.StatusRequestEntityTooLarge, fmt.Sprintf("The archive expands to more than %d times its size.", maxExpansion))
	}
	return n, err
}

// counting counts what is read.
type counting struct {
	io.Reader
	n int64
}

func (c *counting) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n += int64(n)
	return n, err
}

// readTar takes the files of a tar, as they come.
func (u *Uploader) readTar(body io.Reader, in *intake) error {
	in.mustBeBulk()
	source := &counting{Reader: body}
	return u.readEntries(source, source, in)
}

// readGzip takes the files of a tar that is compressed.
func (u *Uploader) readGzip(body io.Reader, in *intake) error {
	in.mustBeBulk()
	source := &counting{Reader: body}
	unpacked, err := gzip.NewReader(source)
	if err != nil {
		return u.archiveError("gzip", err)
	}
	return u.readEntries(unpacked, source, in)
}

func (u *Uploader) readEntries(r io.Reader, source *counting, in *intake) error {
	e := &expansion{in: func() int64 { return source.n }}
	// All of it is watched, and not only the files: what is skipped is read, too.
	files := tar.NewReader(e.watch(r))
	for {
		h, err := files.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return u.archiveError("tar", err)
		}
		if h.Typeflag != tar.TypeReg {
			continue
		}
		if err := u.addEntry(in, h.Name, files); err != nil {
			return err
		}
	}
	// A compressed stream ends with a sum, and what comes after a tar is padding.
	if _, err := io.Copy(io.Discard, e.watch(r)); err != nil {
		return u.archiveError("archive", err)
	}
	return nil
}

// readZip takes the files of a zip. Its directory is at its end, so it has to be there
// whole first.
func (u *Uploader) readZip(body io.Reader, in *intake) error {
	in.mustBeBulk()
	file, err := u.TempFile()
	if err != nil {
		return full(err)
	}
	defer file.Close()
	sink := &sink{file: file}
	size, err := io.Copy(sink, io.LimitReader(body, u.BulkBytes+1))
	switch {
	case sink.err != nil:
		return full(sink.err)
	case err != nil:
		return u.bodyError(err, "The body ends before it is whole.")
	case size > u.BulkBytes:
		return u.tooMuch()
	}
	directory := &budget{ReaderAt: file, left: int64(u.BulkItems)*directoryItem + 1<<20}
	archive, err := zip.NewReader(directory, size)
	if err != nil {
		return u.archiveError("zip", err)
	}
	directory.left = -1
	e := &expansion{in: func() int64 { return size }}
	for _, entry := range archive.File {
		if entry.FileInfo().IsDir() || !entry.Mode().IsRegular() {
			continue
		}
		if entry.Flags&encrypted != 0 {
			return bad("name", "The zip's entry %.80q is encrypted.", entry.Name)
		}
		r, err := entry.Open()
		if errors.Is(err, zip.ErrAlgorithm) {
			return bad("name", "The zip's entry %.80q is neither stored nor deflated: other ways to compress are not supported.", entry.Name)
		}
		if err != nil {
			return u.archiveError("zip", err)
		}
		err = u.addEntry(in, entry.Name, unpacking{u, "zip", e.watch(r)})
		r.Close() // what can be wrong has shown while reading
		if err != nil {
			return err
		}
	}
	return nil
}

// encrypted is the flag of such entries (APPNOTE.TXT, 4.4.4).
const encrypted = 1

// unpacking is a file of an archive: what is wrong with it is wrong with the archive, and
// not with the body that it came in.
type unpacking struct {
	u    *Uploader
	kind string
	io.Reader
}

func (a unpacking) Read(p []byte) (int, error) {
	n, err := a.Reader.Read(p)
	if err != nil && err != io.EOF {
		err = a.u.archiveError(a.kind, err)
	}
	return n, err
}

// budget bounds what is read of a file: a directory is held in memory, and may say
// that it is as long as the file. Below 0 there is no bound.
type budget struct {
	io.ReaderAt
	left int64
}

func (b *budget) ReadAt(p []byte, at int64) (int, error) {
	if b.left >= 0 {
		if b.left -= int64(len(p)); b.left < 0 {
			return 0, problem.New(http.StatusRequestEntityTooLarge, "The zip's directory has more entries than are taken.")
		}
	}
	return b.ReaderAt.ReadAt(p, at)
}

// addEntry takes one file of an archive in.
func (u *Uploader) addEntry(in *intake, name string, body io.Reader) error {
	if err := checkEntryName(name); err != nil {
		return err
	}
	if skipped(name) {
		return nil
	}
	return in.add(arrival{name: clip(path.Base(name)), body: body})
}

// checkEntryName refuses what an archive of images would not say: it is a label here,
// and a path for whoever unpacks by it.
func checkEntryName(name string) error {
	why := ""
	switch {
	case name == "" || !utf8.ValidString(name) || strings.ContainsAny(name, "\x00\\"):
		why = "is not a name in UTF-8 with slashes"
	case strings.HasPrefix(name, "/") || len(name) > 1 && name[1] == ':':
		why = "is absolute"
	case strings.Contains("/"+name+"/", "/../"):
		why = "leads out of the archive"
	case strings.Count(name, "/") > maxDepth:
		why = fmt.Sprintf("lies more than %d folders deep", maxDepth)
	default:
		return nil
	}
	return bad("name", "The archive's entry %.80q %s.", name, why)
}

// skipped are the files that systems put beside images unasked.
func skipped(name string) bool {
	base := path.Base(name)
	return strings.HasPrefix(name, "__MACOSX/") || strings.HasPrefix(base, ".") || base == "Thumbs.db" || base == "desktop.ini"
}

// archiveError makes a malformed archive a 400.
func (u *Uploader) archiveError(kind string, err error) error {
	if _, ok := errors.AsType[problem.Problem](err); ok {
		return err
	}
	for _, malformed := range []error{
		tar.ErrHeader, tar.ErrFieldTooLong, zip.ErrFormat, zip.ErrAlgorithm, zip.ErrChecksum,
		gzip.ErrHeader, gzip.ErrChecksum, io.ErrUnexpectedEOF, io.EOF,
	} {
		if errors.Is(err, malformed) {
			return problem.New(http.StatusBadRequest, fmt.Sprintf("The %s is malformed or ends in the middle.", kind))
		}
	}
	return u.bodyError(err, fmt.Sprintf("The %s is malformed or ends in the middle.", kind))
}
