package library

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base32"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// crockford is Douglas Crockford's base32 in lower case: no i, l, o or u.
const crockford = "0123456789abcdefghjkmnpqrstvwxyz"

var idEncoding = base32.NewEncoding(crockford).WithPadding(base32.NoPadding)

// IDLength is the length of an asset's id: 128 bits, 5 to a character.
const IDLength = 26

// NewID makes an id: 128 random bits as 26 characters.
func NewID() string {
	var bits [16]byte
	rand.Read(bits[:]) // never fails: the runtime ends the process instead
	return idEncoding.EncodeToString(bits[:])
}

// ValidID tells whether a string can be an id.
func ValidID(s string) bool {
	return len(s) == IDLength && strings.Trim(s, crockford) == ""
}

func assetName(id string) string      { return "assets/" + id + ".json" }
func originalName(hash string) string { return "originals/" + hash }
func refsPrefix(hash string) string   { return "refs/" + hash + "/" }
func refName(hash, id string) string  { return refsPrefix(hash) + id }
func sweepName(hash string) string    { return "sweep/" + hash }

// The markers sort ascending in the store and newest first in a listing, so they
// count backwards: milliseconds left of the day, or until the year 2286.
const (
	dayMillis   = 24 * 60 * 60 * 1000
	lastInstant = 9_999_999_999_999
)

const timeIndex = "index/time/"

func dayPrefix(t time.Time) string { return timeIndex + t.UTC().Format(time.DateOnly) + "/" }

func tagPrefix(tag string) string { return "index/tag/" + escapeTag(tag) + "/" }

// timeMarker is the marker of an asset in the index by time.
func timeMarker(created time.Time, id string) string {
	created = created.UTC()
	midnight := created.Truncate(24 * time.Hour)
	return dayPrefix(created) + fmt.Sprintf("%08d-%s", dayMillis-1-created.Sub(midnight).Milliseconds(), id)
}

// tagMarker is the marker of an asset in the index of a tag.
func tagMarker(tag string, created time.Time, id string) string {
	return tagPrefix(tag) + fmt.Sprintf("%013d-%s", lastInstant-created.UnixMilli(), id)
}

// markerID is the id at the end of a marker's name.
func markerID(name string) string {
	if len(name) < IDLength {
		return ""
	}
	return name[len(name)-IDLength:]
}

func (a Asset) markers() []string {
	names := []string{timeMarker(a.Created, a.ID)}
	for _, tag := range a.Tags {
		names = append(names, tagMarker(tag, a.Created, a.ID))
	}
	return names
}

// escapeTag makes a tag a component of an object's name: letters, digits, - and _
// stand, every other byte is percent-encoded.
func escapeTag(tag string) string {
	var b strings.Builder
	for _, c := range []byte(tag) {
		if c == '-' || c == '_' || '0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

func (l *Library) putBytes(ctx context.Context, name string, data []byte) error {
	return l.store.Put(ctx, name, bytes.NewReader(data), int64(len(data)))
}

// memfile copies a reader into an anonymous file in memory, whose descriptor can
// be passed on like any file's.
func memfile(r io.Reader) (*os.File, error) {
	fd, err := unix.MemfdCreate("original", unix.MFD_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("make a file in memory: %w", err)
	}
	f := os.NewFile(uintptr(fd), "original")
	if _, err = io.Copy(f, r); err == nil {
		err = rewind(f)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}
