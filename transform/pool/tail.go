package pool

import (
	"strings"
	"sync"
)

// tail keeps the end of what a child writes to its standard error: libvips' and
// GLib's last words are there. The rest is dropped.
type tail struct {
	mu   sync.Mutex // guards kept
	kept []byte
}

const tailBytes = 4096

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.kept = append(t.kept, p...)
	if over := len(t.kept) - tailBytes; over > 0 {
		t.kept = append(t.kept[:0], t.kept[over:]...)
	}
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.TrimSpace(string(t.kept))
}

// LastLine is for an error message; the log has it all.
func (t *tail) LastLine() string {
	text := t.String()
	return text[strings.LastIndexByte(text, '\n')+1:]
}
