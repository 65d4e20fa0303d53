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
	src      *os.File
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

func newJob(l lane, task wire.Task, src *os.File, patience, deadline time.Duration) *job {
	return &job{
		lane: l, task: task, src: src, patience: patience, deadline: deadline,
		queued: time.Now(), taken: make(chan struct{}), done: make(chan struct{}),
	}
}

func (j *job) finish(err error) {
	j.err = err
	close(j.done)
}

// queue holds the jobs that wait, first come first served within a lane.
type queue struct {
	most    int
	closing chan struct{}

	mu      sync.Mutex // guards all below
	changed *sync.Cond
	waiting [lanes][]*job
	idle    [lanes]int // keepers that would take a job of the lane at once
	closed  bool
}

func newQueue(most int) *queue {
	q := &queue{most: most, closing: make(chan struct{})}
	q.changed = sync.NewCond(&q.mu)
	return q
}

// add queues a job, or refuses it when as many of its lane as may wait do so.
func (q *queue) add(j *job) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return errClosed
	}
	if n := len(q.waiting[j.lane]) - q.idle[j.lane]; n >= q.most {
		return fmt.Errorf("%w: %d wait already", transform.ErrBusy, n)
	}
	q.waiting[j.lane] = append(q.waiting[j.lane], j)
	q.changed.Broadcast() // a Signal might wake the keeper that may not take it
	return nil
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

// takeFor waits for a job of the lanes before end, for a child. The job is nil
// when the queue is closed; ended is true when the child has exited meanwhile, and
// then no job is taken.
func (q *queue) takeFor(end lane, exited func() bool) (j *job, ended bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for !q.closed {
		if exited() {
			return nil, true
		}
		if j := q.firstLocked(end); j != nil {
			j.waited = time.Since(j.queued)
			close(j.taken)
			return j, false
		}
		for l := range end {
			q.idle[l]++
		}
		q.changed.Wait()
		for l := range end {
			q.idle[l]--
		}
	}
	return nil, false
}

// firstLocked takes the most urgent job of the lanes before end out.
func (q *queue) firstLocked(end lane) *job {
	for l := range end {
		if len(q.waiting[l]) > 0 {
			j := q.waiting[l][0]
			q.waiting[l] = slices.Delete(q.waiting[l], 0, 1)
			return j
		}
	}
	return nil
}

// wake makes every keeper look again.
func (q *queue) wake() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.changed.Broadcast()
}

func (q *queue) isClosed() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.closed
}

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
	q.changed.Broadcast()
}
