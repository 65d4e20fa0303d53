package pool

import (
	"strings"
	"sync"
)

// lastWords keeps the beginning and the end of what a child writes to its
// standard error: a Go runtime's reason comes first, libvips' and GLib's last.
type lastWords struct {
	mu   sync.Mutex // guards all below
	head []byte
	tail []byte
}

const (
	headBytes = 1024
	tailBytes = 2048
)

func (w *lastWords) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := len(p)
	taken := min(headBytes-len(w.head), len(p))
	w.head = append(w.head, p[:taken]...)
	w.tail = append(w.tail, p[taken:]...)
	if over := len(w.tail) - tailBytes; over > 0 {
		w.tail = append(w.tail[:0], w.tail[over:]...)
	}
	return n, nil
}

func (w *lastWords) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	text := string(w.head)
	if len(w.tail) == tailBytes {
		text += " [...] "
	}
	return strings.TrimSpace(text + string(w.tail))
}

// Clause is the last line in brackets, for an error message; the log has it all.
func (w *lastWords) Clause() string {
	text := w.String()
	line := text[strings.LastIndexByte(text, '\n')+1:]
	if line == "" {
		return ""
	}
	return " (" + line + ")"
}
