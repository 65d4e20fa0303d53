package pool

import (
	"time"

	"lightwell/tracing"
	"lightwell/transform"
)

// traceWait tells a trace how long a job waited, and why it was given up, if it was.
func (j *job) traceWait(s *tracing.Span, until time.Time, givenUp error) {
	wait := s.Past("wait for a child", j.queued, until)
	wait.Fail(transform.Failure(givenUp))
	wait.End()
}

// trace tells a trace, once a job is done, where its time went. A child reaches nobody who could be told: it says in
// its reply how long things took, and is believed no more than the clock here allows.
func (j *job) trace(s *tracing.Span, ended time.Time) {
	if s == nil {
		return
	}
	taken := j.queued.Add(j.waited)
	j.traceWait(s, taken, nil)
	work := s.Past("child "+string(j.task.Kind), taken, ended)
	defer work.End()
	work.Number("lightwell.child.output.bytes", int64(len(j.body)))
	work.Fail(transform.Failure(j.err))
	// What comes after the encoder is a few kilobytes over a socket; before the decoder a file is mapped.
	encode := before(ended, j.reply.Encode, taken)
	steps := before(encode, j.reply.Steps, taken)
	decode := before(steps, j.reply.Decode-j.reply.Steps, taken)
	if j.reply.Decode > 0 {
		work.Past("decode", decode, steps).End()
		work.Past("steps", steps, encode).End()
	}
	if j.reply.Encode > 0 {
		work.Past("encode", encode, ended).End()
	}
}

// before is a time so long before another, and not before the earliest.
func before(t time.Time, d time.Duration, earliest time.Time) time.Time {
	at := t.Add(-max(0, d))
	if at.Before(earliest) {
		return earliest
	}
	return at
}
