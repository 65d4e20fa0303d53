package queue

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

var errRevoked = errors.New("the reservation of the key was revoked")

// words are the answers of scripts that have a name for an error.
var words = map[string]error{"ok": nil, "gone": nil, "stale": ErrStale, "conflict": ErrConflict, "ended": ErrEnded,
	"notfound": ErrNotFound, "revoked": errRevoked}

func wordError(got any) error {
	word, _ := got.(string)
	err, known := words[word]
	if !known {
		return fmt.Errorf("%w: unexpected answer %.100q", ErrUnavailable, fmt.Sprint(got))
	}
	return err
}

// fields are an answer that is a list. What is missing reads as zero.
type fields []any

func asFields(got any) fields {
	f, _ := got.([]any)
	return f
}

func (f fields) text(i int) string {
	if i >= len(f) {
		return ""
	}
	s, _ := f[i].(string)
	return s
}

func (f fields) bytes(i int) []byte {
	if s := f.text(i); s != "" {
		return []byte(s)
	}
	return nil
}

func (f fields) int(i int) int64 {
	if i >= len(f) {
		return 0
	}
	if n, ok := f[i].(int64); ok {
		return n
	}
	n, _ := strconv.ParseInt(f.text(i), 10, 64)
	return n
}

// time is a field in milliseconds since 1970.
func (f fields) time(i int) time.Time {
	if ms := f.int(i); ms != 0 {
		return time.UnixMilli(ms).UTC()
	}
	return time.Time{}
}

// splitItem parts what is kept of an item into its id and its work.
func splitItem(kept string) (id string, work []byte) {
	id, rest, _ := strings.Cut(kept, "\n")
	if rest != "" {
		work = []byte(rest)
	}
	return id, work
}
