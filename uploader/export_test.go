package uploader

import (
	"time"

	"lightwell/origin/clients"
)

// Srcset is what answers have.
func Srcset(url string, width int) string {
	return srcset(func(query string) string { return url + "?" + query }, width)
}

// Outcome is what a Doer returns.
type Outcome = outcome

// EventTimes replaces how long a stream of events may be silent, and how long a client
// may take to take one.
func EventTimes(silence, write time.Duration) (restore func()) {
	s, w := eventSilence, eventWrite
	eventSilence, eventWrite = silence, write
	return func() { eventSilence, eventWrite = s, w }
}

// Routes are what each path's methods need.
func (u *Uploader) Routes() (map[string]map[string]Scope, error) {
	parts, err := newResumable(u)
	if err != nil {
		return nil, err
	}
	all := map[string]map[string]Scope{}
	for _, routes := range []map[string]map[string]route{u.routes(), parts.routes()} {
		for path, methods := range routes {
			all[path] = map[string]Scope{}
			for method, r := range methods {
				all[path][method] = r.needs
			}
		}
	}
	return all, nil
}

// Guesses bounds the wrong tokens of an address, by a clock.
func Guesses(clock func() time.Time) (try func(address string, attempt func() bool) (wait int)) {
	return clients.NewBuckets(guessRate, guessBurst, clock).Try
}

// GuessBurst is how many wrong tokens an address may send at once.
const GuessBurst = guessBurst

// PartTime replaces how long a part is waited for that comes slowly.
func PartTime(d time.Duration) (restore func()) {
	was := partTime
	partTime = d
	return func() { partTime = was }
}
