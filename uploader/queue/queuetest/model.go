package queuetest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"lightwell/uploader/queue"
)

const (
	modelActors = 6
	modelSteps  = 80 // of each
	modelLease  = 40 * time.Millisecond
)

// testModel lets several actors do whatever comes to their mind, notes what they are told,
// lets the rest of the work be done, and compares.
func testModel(w *world) {
	seed := uint64(time.Now().UnixNano())
	w.Logf("seed %d", seed)
	handles := []*hand{w.open(), w.open()}
	m := &model{t: w, held: map[string]holding{}, done: map[string]queue.State{}, sealed: map[string]int{}}
	var group sync.WaitGroup
	for i := range modelActors {
		a := &actor{model: m, name: fmt.Sprintf("j%d", i), hand: handles[i%2], rand: rand.New(rand.NewPCG(seed, uint64(i)))}
		group.Go(func() {
			for range modelSteps {
				a.step()
			}
		})
	}
	group.Wait()
	m.drain(handles)
	for id, total := range m.sealed {
		m.compare(handles[0], id, total)
	}
	handles[1].takeNone()
	stats, err := handles[0].Stats(w.Context())
	if err != nil || stats.Waiting+stats.Running+stats.Delayed != 0 {
		w.Errorf("Stats() = %+v, %v, want nothing to do", stats, err)
	}
}

// model is what the actors know of the queue.
type model struct {
	t  *world
	mu sync.Mutex // guards what follows
	// held are the claims that nobody has begun to give up.
	held map[string]holding
	// done are the ends that the queue has confirmed.
	done   map[string]queue.State
	sealed map[string]int // items of each job that is all there
}

// holding is a claim that nobody else may have before until.
type holding struct {
	token int64
	until time.Time
}

func (m *model) took(c queue.Claim, lease time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	id, at := c.Item.ID, c.Until.Add(-lease)
	if old, ok := m.held[id]; ok && at.Before(old.until.Add(-2*time.Millisecond)) {
		m.t.Errorf("%s was given out %v before the lease of its holder ended", id, old.until.Sub(at))
	}
	if state, ok := m.done[id]; ok {
		m.t.Errorf("%s was given out after it was %s", id, state)
	}
	m.held[id] = holding{c.Token, c.Until}
}

// release is called before a claim is given up, since the queue may be faster than its answer.
func (m *model) release(c queue.Claim) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.held[c.Item.ID].token == c.Token {
		delete(m.held, c.Item.ID)
	}
}

func (m *model) extended(c queue.Claim) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.held[c.Item.ID].token == c.Token {
		m.held[c.Item.ID] = holding{c.Token, c.Until}
	}
}

func (m *model) finished(c queue.Claim, state queue.State) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if old, ok := m.done[c.Item.ID]; ok {
		m.t.Errorf("Finish(%s, %s) = nil, though it was %s before", c.Item.ID, state, old)
	}
	m.done[c.Item.ID] = state
}

func (m *model) complete(job string, total int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sealed[job] = total
}

// drain does what is left until all jobs have ended.
func (m *model) drain(handles []*hand) {
	ctx, cancel := contextFor(m.t, 2*patience)
	var group sync.WaitGroup
	for i := range modelActors {
		a := &actor{model: m, hand: handles[i%2]}
		group.Go(func() {
			for ctx.Err() == nil {
				a.work(ctx, long, func(c queue.Claim) { a.finish(c, queue.Completed) })
			}
		})
	}
	for id := range m.sealed {
		m.t.eventually("an end of job "+id, func() bool {
			job, _, err := handles[0].Get(m.t.Context(), id, 0, 0)
			return err == nil && !job.Ended.IsZero()
		})
	}
	cancel()
	group.Wait()
}

// compare counts a job again.
func (m *model) compare(h *hand, id string, total int) {
	job, list := h.get(id)
	var count queue.Finished
	for _, item := range list {
		switch item.State {
		case queue.Completed:
			count.Completed++
		case queue.Failed:
			count.Failed++
		case queue.Cancelled:
			count.Cancelled++
		default:
			m.t.Errorf("%s of %s is %s, want an end", item.ID, id, item.State)
		}
		if want, ok := m.done[item.ID]; ok != (item.State != queue.Cancelled) || ok && want != item.State {
			m.t.Errorf("%s is %s, want %q as was confirmed", item.ID, item.State, want)
		}
	}
	if job.Total != total || job.Running != 0 || job.Finished != count {
		m.t.Errorf("Get(%s) = total %d, running %d, finished %+v, want %d, 0, %+v", id, job.Total, job.Running, job.Finished, total, count)
	}
	want := queue.Completed
	switch {
	case job.State == queue.Cancelled:
		want = queue.Cancelled
	case count.Completed == 0 && total > 0:
		want = queue.Failed
	}
	if job.State != want {
		m.t.Errorf("Get(%s) = %s with %+v, want %s", id, job.State, count, want)
	}
}

// actor does one thing after another.
type actor struct {
	*model
	*hand
	name string // of its jobs
	rand *rand.Rand
	jobs int    // so far
	open string // a job that is coming in, "" for none
	size int    // of that
}

func (a *actor) step() {
	ctx, cancel := contextFor(a.model.t, modelLease)
	defer cancel()
	switch n := a.rand.IntN(100); {
	case n < 30:
		a.addSome()
	case n < 55:
		a.work(ctx, modelLease, func(c queue.Claim) { a.finish(c, queue.Completed) })
	case n < 65:
		a.work(ctx, modelLease, func(c queue.Claim) { a.finish(c, queue.Failed) })
	case n < 75:
		a.work(ctx, modelLease, a.retry)
	case n < 85:
		a.work(ctx, modelLease, a.extend)
	case n < 92:
		a.work(ctx, modelLease, func(queue.Claim) {}) // a worker that dies
	case n < 95:
		a.cancelOne()
	default:
		a.look()
	}
}

// check notes what is neither nil nor one of these.
func (a *actor) check(what string, err error, expected ...error) {
	for _, e := range expected {
		if errors.Is(err, e) {
			return
		}
	}
	if err != nil {
		a.model.t.Errorf("%s = %v", what, err)
	}
}

// addSome adds the next batch of the open job, or the first of another, and sometimes twice.
func (a *actor) addSome() {
	if a.open == "" {
		a.jobs++
		a.open, a.size = fmt.Sprintf("%s.%d", a.name, a.jobs), 0
	}
	b := queue.Batch{
		Job:   queue.Job{ID: a.open, Class: queue.Class(a.jobs % 3)},
		Items: items(a.open, a.size, a.rand.IntN(5)),
		Last:  a.rand.IntN(2) == 0,
	}
	for range 1 + a.rand.IntN(2) {
		_, err := a.Add(a.model.t.Context(), b)
		a.check("Add", err)
	}
	a.size += len(b.Items)
	if b.Last {
		a.complete(a.open, a.size)
		a.open = ""
	}
}

// work takes an item, if there is one before ctx ends.
func (a *actor) work(ctx context.Context, lease time.Duration, do func(queue.Claim)) {
	c, err := a.Take(ctx, lease, queue.Awaited, queue.Bulk, queue.Callback)
	a.check("Take", err, context.DeadlineExceeded, context.Canceled)
	if err == nil {
		a.took(c, lease)
		do(c)
	}
}

func (a *actor) finish(c queue.Claim, state queue.State) {
	a.release(c)
	err := a.Finish(a.model.t.Context(), c, state, []byte(state))
	a.check("Finish", err, queue.ErrStale)
	if err == nil {
		a.finished(c, state)
	}
}

func (a *actor) retry(c queue.Claim) {
	a.release(c)
	a.check("Retry", a.Retry(a.model.t.Context(), c, time.Duration(a.rand.IntN(30))*time.Millisecond), queue.ErrStale)
}

func (a *actor) extend(c queue.Claim) {
	until, err := a.Extend(a.model.t.Context(), c, 2*modelLease)
	a.check("Extend", err, queue.ErrStale)
	if err == nil {
		c.Until = until
		a.extended(c)
		a.finish(c, queue.Completed)
	}
}

// cancelOne cancels one of its jobs that is all there.
func (a *actor) cancelOne() {
	if a.jobs > 1 {
		id := fmt.Sprintf("%s.%d", a.name, 1+a.rand.IntN(a.jobs-1))
		a.check("Cancel", a.Cancel(a.model.t.Context(), id), queue.ErrEnded)
	}
}

func (a *actor) look() {
	if a.jobs > 0 {
		id := fmt.Sprintf("%s.%d", a.name, 1+a.rand.IntN(a.jobs))
		_, _, err := a.Get(a.model.t.Context(), id, 0, 10)
		a.check("Get", err, queue.ErrNotFound)
	}
}
