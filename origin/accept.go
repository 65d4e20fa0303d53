package origin

import (
	"sync/atomic"

	"lightwell/transform"

	"github.com/valyala/fasthttp"
)

// accepts remembers what the Accept headers of late come to. Most clients are browsers
// of a few kinds, and to read what they send took a tenth of a hit. The zero accepts is
// empty.
type accepts [16]atomic.Pointer[accepted]

type accepted struct {
	line string
	is   transform.Accept
}

// maxAccept is the longest line that is remembered, in bytes.
const maxAccept = 512

// of is what a request's header comes to, for an engine that writes some formats: always the same.
func (a *accepts) of(h *fasthttp.RequestHeader, writes transform.FormatSet) transform.Accept {
	lines := h.PeekAll("Accept")
	if len(lines) != 1 || len(lines[0]) > maxAccept {
		return transform.ParseAccept(writes, lines...)
	}
	slot := &a[len(lines[0])%len(a)]
	if seen := slot.Load(); seen != nil && seen.line == string(lines[0]) {
		return seen.is
	}
	now := &accepted{string(lines[0]), transform.ParseAccept(writes, lines[0])}
	slot.Store(now)
	return now.is
}
