// Package show tells whoever ran an upload how it goes and how it went: bars where that is a
// terminal, a line now and then where it is not, and a table, JSON or srcsets of the results.
package show

import (
	"slices"
	"sync"
	"time"

	"lightwell/uploader/client"
)

// tally counts what client.Client tells of. What shows it reads it when it has the time, so that
// nothing waits for a terminal.
type tally struct {
	now func() time.Time

	mu      sync.Mutex // guards all that follows
	began   time.Time
	bytes   int64 // of all files that are to be sent, or were
	sent    int64 // of these, in this run or an earlier one
	moved   int64 // in this run
	images  int
	results map[client.Status]int
	slots   []*work // what is under way; nil where nothing is
	samples []sample
}

// work is one source that is under way.
type work struct {
	source client.Source
	sent   int64
	doing  string
}

type sample struct {
	at    time.Time
	moved int64
}

// rateOver is how far back the rate looks.
const rateOver = 10 * time.Second

func newTally(found client.Found, parallel int) *tally {
	return &tally{
		now: time.Now, began: time.Now(), bytes: found.Bytes(), images: len(found.Sources),
		results: map[client.Status]int{}, slots: make([]*work, parallel),
	}
}

// Begin implements client.Progress, as do the following.
func (t *tally) Begin(s client.Source) {
	t.mu.Lock()
	defer t.mu.Unlock()
	w := &work{source: s, doing: "checking"}
	if i := slices.Index(t.slots, nil); i >= 0 {
		t.slots[i] = w
	} else {
		t.slots = append(t.slots, w)
	}
}

func (t *tally) Moved(s client.Source, bytes int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.sentLocked(s, bytes)
	t.moved += bytes
}

func (t *tally) Resumed(s client.Source, bytes int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.sentLocked(s, bytes)
}

func (t *tally) sentLocked(s client.Source, bytes int64) {
	if w, _ := t.slotLocked(s); w != nil {
		w.doing = ""
		w.sent += bytes
		t.sent += bytes
	}
}

func (t *tally) slotLocked(s client.Source) (*work, int) {
	for i, w := range t.slots {
		if w != nil && w.source == s {
			return w, i
		}
	}
	return nil, -1
}

func (t *tally) Waiting(s client.Source) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if w, _ := t.slotLocked(s); w != nil {
		w.doing = "processing"
	}
}

// End counts what there was to send as sent or, where nothing of it was, as nothing to send.
func (t *tally) End(s client.Source, r client.Result) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.results[r.Status]++
	w, i := t.slotLocked(s)
	if w == nil {
		return
	}
	t.slots[i] = nil
	t.bytes += w.sent - s.Size
	if s.Size > 0 && r.Status == client.Uploaded {
		t.bytes += s.Size - w.sent
		t.sent += s.Size - w.sent
	}
}

// shot is the tally at a moment.
type shot struct {
	bytes, sent   int64
	images, ended int
	results       map[client.Status]int
	rate          float64 // bytes a second, of late
}

func (t *tally) shot() shot {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := shot{bytes: t.bytes, sent: t.sent, images: t.images, results: map[client.Status]int{}}
	for status, n := range t.results {
		s.results[status] = n
		s.ended += n
	}
	s.rate = t.rateLocked()
	return s
}

func (t *tally) rateLocked() float64 {
	now := t.now()
	if n := len(t.samples); n == 0 || now.Sub(t.samples[n-1].at) >= rateOver/20 {
		t.samples = append(t.samples, sample{now, t.moved})
	}
	for len(t.samples) > 1 && now.Sub(t.samples[1].at) > rateOver {
		t.samples = t.samples[1:]
	}
	from := t.samples[0]
	if took := now.Sub(from.at).Seconds(); took > 0 {
		return max(0, float64(t.moved-from.moved)/took)
	}
	return 0
}

// slot is what is under way in one of the slots; false where nothing is.
func (t *tally) slot(i int) (work, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if i >= len(t.slots) || t.slots[i] == nil {
		return work{}, false
	}
	return *t.slots[i], true
}
