package uploader

import "time"

// Srcset is what answers have.
var Srcset = srcset

// Outcome is what a Doer returns.
type Outcome = outcome

// EventTimes replaces how long a stream of events may be silent, and how long a client
// may take to take one.
func EventTimes(silence, write time.Duration) (restore func()) {
	s, w := eventSilence, eventWrite
	eventSilence, eventWrite = silence, write
	return func() { eventSilence, eventWrite = s, w }
}
