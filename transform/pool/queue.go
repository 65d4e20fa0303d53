package pool

import (
	"fmt"
	"os"
	"slices"
	"sync"
	"time"

	"lightwell/transform"
	"lightwell/transform/pool/wire"
)

// lane is the kind of work, most urgent first.
type lane int

const (
	serving    lane = iota // somebody waits for a picture
	intake                 // an upload is checked
	background             // nobody waits
	lanes
)

// job is one piece of work on its way through the pool. The keeper that takes
// it writes the results, then closes done.
type job struct {
	lane     lane
	task     wire.Task
	files    []*os.File    // as many as the task says
	patience time.Duration // in the queue
	deadline time.Duration // at work
	queued   time.Time
	taken    chan struct{}
	done     chan struct{}

	waited time.Duration
	reply  wire.Reply
	body   []byte
	err    error
}

func newJob(l lane, task wire.Task, files []*os.File, patience, deadline time.Duration) *job {
	return &job{
		lane: l, task: task, files: files, patience: patience, deadline: deadline,
		queued: time.Now(), taken: make(chan struct{}), done: make(chan struct{}),
	}
}

func (j *job) finish(err error) {
	j.err = err
	close(j.done)
}

// queue holds the jobs that wait, first come first served within a lane but for what shares pixels. A job
// that a keeper waits for is handed to that keeper: to wake one costs a good part
// of what the pool costs, so no other is.
type queue struct {
	most    int
	closing chan struct{}

	mu      sync.Mutex // guards all below
	waiting [lanes][]*job
	idle    []*seat // of the keepers that wait; while one would take a job of a lane, none of it waits
	closed  bool
}

// seat is a keeper that waits.
type seat struct {
	end lane      // it takes jobs of the lanes before
	job chan *job // handed over; room for one
}

func newQueue(most int) *queue {
	return &queue{most: most, closing: make(chan struct{})}
}

// add hands a job over, or queues it, or refuses it when as many of its lane as
// may wait do so.
func (q *queue) add(j *job) (handed bool, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return false, errClosed
	}
	if q.handLocked(j) {
		return true, nil
	}
	if n := len(q.waiting[j.lane]); n >= q.most {
		return false, fmt.Errorf("%w: %d wait already", transform.ErrBusy, n)
	}
	q.waiting[j.lane] = append(q.waiting[j.lane], j)
	return false, nil
}

// handLocked hands a job to a keeper that waits, where there is one: to the one
// with the fewest lanes, so that the others stay free for theirs.
func (q *queue) handLocked(j *job) bool {
	best := -1
	for i, s := range q.idle {
		if s.end > j.lane && (best < 0 || s.end < q.idle[best].end) {
			best = i
		}
	}
	if best < 0 {
		return false
	}
	q.idle[best].job <- j
	q.idle = slices.Delete(q.idle, best, best+1)
	return true
}

// withdraw takes a job back, and is false when a keeper has it.
func (q *queue) withdraw(j *job) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	at := slices.Index(q.waiting[j.lane], j)
	if at < 0 {
		return false
	}
	q.waiting[j.lane] = slices.Delete(q.waiting[j.lane], at, at+1)
	return true
}

// takeFor waits for a job, for a child. The job is nil when the queue is closed; ended is true when
// the child has exited meanwhile, and then no job is taken.
func (q *queue) takeFor(t *taker, exited <-chan struct{}) (j *job, ended bool) {
	j, s, closed := q.sit(t, exited)
	if s != nil {
		select {
		case j = <-s.job:
		case <-exited:
		case <-q.closing:
			closed = true
		}
		j = q.rise(s, j, exited)
	}
	if j != nil {
		t.last = likenessOf(j.task.Plan)
		j.waited = time.Since(j.queued)
		close(j.taken)
		return j, false
	}
	return nil, !closed
}

// sit finds a job at once, or a seat to wait in. Neither is there when the queue
// is closed or the child has exited.
func (q *queue) sit(t *taker, exited <-chan struct{}) (j *job, s *seat, closed bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed || over(exited) {
		return nil, nil, q.closed
	}
	if j := q.nextLocked(t); j != nil {
		return j, nil, false
	}
	s = &seat{end: t.end, job: make(chan *job, 1)}
	q.idle = append(q.idle, s)
	return nil, s, false
}

// rise leaves a seat with the job that was handed over, if any. Where the child
// has exited, the job goes back to be the next.
func (q *queue) rise(s *seat, j *job, exited <-chan struct{}) *job {
	q.mu.Lock()
	defer q.mu.Unlock()
	if at := slices.Index(q.idle, s); at >= 0 {
		q.idle = slices.Delete(q.idle, at, at+1)
		return nil
	}
	if j == nil {
		j = <-s.job
	}
	if !over(exited) {
		return j
	}
	switch {
	case q.closed:
		close(j.taken)
		j.finish(errClosed)
	case !q.handLocked(j):
		q.waiting[j.lane] = slices.Insert(q.waiting[j.lane], 0, j)
	}
	return nil
}

// nextLocked takes out of the queue what is next for a taker, of the most urgent lane that has anything.
func (q *queue) nextLocked(t *taker) *job {
	for l := range t.end {
		if len(q.waiting[l]) > 0 {
			at := t.choose(q.waiting[l])
			j := q.waiting[l][at]
			q.waiting[l] = slices.Delete(q.waiting[l], at, at+1)
			return j
		}
	}
	return nil
}

// over tells whether a channel is closed.
func over(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

func (q *queue) isClosed() bool { return over(q.closing) }

// pause waits for a while, or until the queue is closed.
func (q *queue) pause(d time.Duration) {
	select {
	case <-time.After(d):
	case <-q.closing:
	}
}

// close refuses what waits and lets the keepers go.
func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return
	}
	q.closed = true
	close(q.closing)
	for l := range q.waiting {
		for _, j := range q.waiting[l] {
			close(j.taken)
			j.finish(errClosed)
		}
		q.waiting[l] = nil
	}
}
