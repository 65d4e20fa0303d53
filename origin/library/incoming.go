package library

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"
	"strings"
)

// incoming is where uploads are that do not come through an uploader in one piece, until
// they are promised to be an asset:
//
//	incoming/{id}.json            what is known of one
//	incoming/{id}                 all its bytes
//	incoming/{id}.parts/{offset}  some of them, in hex from the first
//
// Whoever was given leave to put the bytes may do so again at any time, so nothing is made of
// them where they lie.
const incoming = "incoming/"

// IncomingName is the object that all bytes of an upload are put in.
func IncomingName(id string) string { return incoming + id }

func incomingRecord(id string) string { return incoming + id + ".json" }
func partsPrefix(id string) string    { return incoming + id + ".parts/" }

func partName(id string, offset int64) string {
	return partsPrefix(id) + fmt.Sprintf("%016x", offset)
}

// maxRecord is the most bytes that are kept of what is known of an upload.
const maxRecord = 1 << 20

// Begin keeps what is known of an upload that is to come, durably. The errors of this and of all
// that follows wrap store.ErrFull, fs.ErrNotExist where that is so, or else ErrUnavailable.
func (l *Library) Begin(ctx context.Context, id string, record []byte) error {
	return l.incomingError(ctx, "begin", id, l.putBytes(ctx, incomingRecord(id), record))
}

// Begun is what was kept of an upload.
func (l *Library) Begun(ctx context.Context, id string) ([]byte, error) {
	o, err := l.store.Open(ctx, incomingRecord(id))
	if err != nil {
		return nil, l.incomingError(ctx, "look up", id, err)
	}
	defer o.Close()
	record, err := io.ReadAll(io.LimitReader(o, maxRecord))
	return record, l.incomingError(ctx, "look up", id, err)
}

// Bring keeps all bytes of an upload, in the place of what was there.
func (l *Library) Bring(ctx context.Context, id string, bytes io.Reader, n int64) error {
	return l.incomingError(ctx, "bring", id, l.store.Put(ctx, IncomingName(id), bytes, n))
}

// Brought is how many bytes of an upload there are, when all of them came.
func (l *Library) Brought(ctx context.Context, id string) (int64, error) {
	info, err := l.store.Stat(ctx, IncomingName(id))
	return info.Size, l.incomingError(ctx, "look at", id, err)
}

// TakeUp makes the bytes of an upload, as they are now, accepted ones.
func (l *Library) TakeUp(ctx context.Context, id string) error {
	return l.incomingError(ctx, "take up", id, l.store.Copy(ctx, IncomingName(id), acceptedName(id)))
}

// Part is some bytes of an upload.
type Part struct{ Offset, Bytes int64 }

// BringPart keeps a part of an upload.
func (l *Library) BringPart(ctx context.Context, id string, offset int64, file *os.File, n int64) error {
	err := rewind(file)
	if err == nil {
		err = l.store.Put(ctx, partName(id, offset), file, n)
	}
	return l.incomingError(ctx, "bring a part of", id, err)
}

// Parts are those of an upload that follow each other from its first byte on. Where they overlap,
// the bytes of either will do: they were sent by one client, of one file.
func (l *Library) Parts(ctx context.Context, id string) ([]Part, error) {
	var parts []Part
	end := int64(0)
	for info, err := range l.store.List(ctx, partsPrefix(id), "") {
		if err != nil {
			return nil, l.incomingError(ctx, "list the parts of", id, err)
		}
		offset, err := strconv.ParseInt(strings.TrimPrefix(info.Name, partsPrefix(id)), 16, 64)
		if err != nil || offset > end {
			break
		}
		if next := offset + info.Size; next > end {
			parts, end = append(parts, Part{offset, info.Size}), next
		}
	}
	return parts, nil
}

// Join makes of parts all bytes of an upload, of which there are n.
func (l *Library) Join(ctx context.Context, id string, parts []Part, n int64) error {
	r := &joined{ctx: ctx, l: l, id: id, parts: parts}
	defer r.close()
	return l.Bring(ctx, id, r, n)
}

// joined reads one part after the other.
type joined struct {
	ctx   context.Context // of the Join that it does not outlive
	l     *Library
	id    string
	parts []Part // that are not open yet
	at    int64
	open  io.ReadCloser
}

func (j *joined) Read(p []byte) (int, error) {
	for {
		if j.open == nil {
			if len(j.parts) == 0 {
				return 0, io.EOF
			}
			if err := j.next(); err != nil {
				return 0, err
			}
		}
		n, err := j.open.Read(p)
		j.at += int64(n)
		if err == io.EOF {
			j.close()
			err = nil
		}
		if n > 0 || err != nil {
			return n, err
		}
	}
}

// next opens a part, and skips what the one before it had.
func (j *joined) next() error {
	part := j.parts[0]
	j.parts = j.parts[1:]
	o, err := j.l.store.Open(j.ctx, partName(j.id, part.Offset))
	if err != nil {
		return err
	}
	j.open = o
	_, err = io.CopyN(io.Discard, o, j.at-part.Offset)
	return err
}

func (j *joined) close() {
	if j.open != nil {
		j.open.Close()
		j.open = nil
	}
}

// Abandon forgets all that there is of an upload. What is known of it goes last: where that is
// left, the rest may be, too.
func (l *Library) Abandon(ctx context.Context, id string) error {
	err := l.deleteBelow(ctx, partsPrefix(id))
	if err == nil {
		err = l.store.Delete(ctx, IncomingName(id))
	}
	if err == nil {
		err = l.store.Delete(ctx, incomingRecord(id))
	}
	return l.incomingError(ctx, "abandon", id, err)
}

func (l *Library) incomingError(ctx context.Context, what, id string, err error) error {
	if err == nil {
		return nil
	}
	err = fmt.Errorf("%s upload %s: %w", what, id, err)
	if errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return unavailable(ctx, err)
}
