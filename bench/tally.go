package bench

import (
	"maps"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// Latencies are counted in microseconds up to this, to three digits; what took longer counts as this.
const longest = 10 * time.Minute

// tally is what one worker counts; tallies are merged when the workers have ended.
type tally struct {
	latency  *hdrhistogram.Histogram // from when a request was due; of those that were right
	service  *hdrhistogram.Histogram // from when it was sent
	requests int                     // that were due
	errors   map[fault]int           // of these
	hits     int                     // of those of which the server said whether it remembered them
	misses   int
	bytes    int64 // of bodies
}

func newHistogram() *hdrhistogram.Histogram {
	return hdrhistogram.New(1, longest.Microseconds(), 3)
}

func newTally() *tally {
	return &tally{latency: newHistogram(), service: newHistogram(), errors: map[fault]int{}}
}

func record(h *hdrhistogram.Histogram, d time.Duration) {
	h.RecordValue(min(max(d, 0), longest).Microseconds()) // which is in the range
}

// took counts a request that was due, sent and answered at some times. err is nil or a fault.
func (t *tally) took(x *exchange, due, sent, done time.Time, err error) {
	t.requests++
	if err != nil {
		t.fail(err)
		return
	}
	record(t.latency, done.Sub(due))
	record(t.service, done.Sub(sent))
	t.bytes += int64(len(x.resp.Body()))
	if hit, known := x.remembered(); known && hit {
		t.hits++
	} else if known {
		t.misses++
	}
}

func (t *tally) fail(err error) {
	f, ok := err.(fault)
	if !ok {
		f = faultOf(err)
	}
	t.errors[f]++
}

// failures is how many requests were not answered as they should be.
func (t *tally) failures() (n int) {
	for _, count := range t.errors {
		n += count
	}
	return n
}

// add adds what another worker counted.
func (t *tally) add(o *tally) {
	t.latency.Merge(o.latency)
	t.service.Merge(o.service)
	t.requests += o.requests
	for f, n := range o.errors {
		t.errors[f] += n
	}
	t.hits, t.misses, t.bytes = t.hits+o.hits, t.misses+o.misses, t.bytes+o.bytes
}

func merged(tallies []*tally) *tally {
	all := newTally()
	for _, t := range tallies {
		all.add(t)
	}
	return all
}

// faults are the errors by the names of their kinds; nil where there are none.
func (t *tally) faults() map[string]int {
	if len(t.errors) == 0 {
		return nil
	}
	names := make(map[string]int, len(t.errors))
	for f, n := range maps.All(t.errors) {
		names[string(f)] = n
	}
	return names
}
