package cache

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
)

// An entry outside this process is one value: a header, then the body.
//
//	1 byte    encodingVersion
//	4 bytes   CRC-32C of all that follows, little-endian
//	uvarint   width, then height
//	uvarint   length of the format, then the format
//	uvarint   length of the key, then the key
//	the rest  the body
//
// The key is in it, so that a value which came to lie under another name is not taken for what was
// asked for; and the sum, as what is wrong here would be served for as long as a CDN keeps it.
const (
	encodingVersion = 1
	sumEnd          = 5 // bytes: the version and the sum
)

// castagnoli is the CRC that processors compute: some 10 GB a second.
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

var errEncoding = errors.New("not an entry")

// encode returns e as one value.
func encode(e *Entry) []byte {
	room := sumEnd + 4*binary.MaxVarintLen64 + len(e.Format) + len(e.Key) + len(e.Body)
	b := make([]byte, sumEnd, room)
	b[0] = encodingVersion
	b = binary.AppendUvarint(b, uint64(e.Width))
	b = binary.AppendUvarint(b, uint64(e.Height))
	b = appendString(b, e.Format)
	b = appendString(b, e.Key)
	b = append(b, e.Body...)
	binary.LittleEndian.PutUint32(b[1:], crc32.Checksum(b[sumEnd:], castagnoli))
	return b
}

func appendString(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// decode returns the entry under key that encode made. Its Body is the end of value, without a copy:
// nobody may write to value afterwards.
func decode(key string, value []byte) (*Entry, error) {
	switch {
	case len(value) < sumEnd:
		return nil, fmt.Errorf("%w: %d bytes", errEncoding, len(value))
	case value[0] != encodingVersion:
		return nil, fmt.Errorf("%w of version %d, which is %d", errEncoding, encodingVersion, value[0])
	case binary.LittleEndian.Uint32(value[1:]) != crc32.Checksum(value[sumEnd:], castagnoli):
		return nil, fmt.Errorf("%w: its sum is wrong", errEncoding)
	}
	r := reader{rest: value[sumEnd:]}
	e := &Entry{Key: key, Width: r.int(), Height: r.int(), Format: string(r.bytes())}
	if held := r.bytes(); r.failed || string(held) != key {
		return nil, fmt.Errorf("%w under this key", errEncoding)
	}
	e.Body = r.rest
	return e, nil
}

// reader takes a header apart. Once it has failed, it gives zeros.
type reader struct {
	rest   []byte
	failed bool
}

// int reads a number of 31 bits at most: no side and no length is larger.
func (r *reader) int() int {
	n, size := binary.Uvarint(r.rest)
	if size <= 0 || n >= 1<<31 {
		r.failed = true
		return 0
	}
	r.rest = r.rest[size:]
	return int(n)
}

func (r *reader) bytes() []byte {
	n := r.int()
	if n > len(r.rest) {
		r.failed = true
	}
	if r.failed {
		return nil
	}
	b := r.rest[:n]
	r.rest = r.rest[n:]
	return b
}

// entryOf is the entry that was read under key, unless reading it met an error. What is no entry is a miss.
func entryOf(key string, value []byte, err error) (*Entry, error) {
	if err != nil {
		return nil, err
	}
	e, err := decode(key, value)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMiss, err)
	}
	return e, nil
}
