package uploader_test

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"lightwell/uploader"
	"lightwell/uploader/queue"

	"github.com/prometheus/client_golang/prometheus"
)

// fakeDoer does as it is told, and knows what it was called for. It insists on Undo only before Settled,
// and on each once for an item.
type fakeDoer struct {
	t     *testing.T
	do    func(ctx context.Context, c queue.Claim) (uploader.Outcome, error)
	again func(c queue.Claim) (time.Duration, bool) // nil for at once, always
	// panics makes Undo and Settled panic when they have taken note.
	panics bool

	mu              sync.Mutex // guards the fields below
	undone, settled []string   // ids of items
	attempts        int
}

func (f *fakeDoer) Do(ctx context.Context, c queue.Claim) (uploader.Outcome, error) {
	f.mu.Lock()
	f.attempts++
	f.mu.Unlock()
	return f.do(ctx, c)
}

func (f *fakeDoer) Undo(ctx context.Context, c queue.Claim) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if ctx.Err() != nil || slices.Contains(f.undone, c.Item.ID) || slices.Contains(f.settled, c.Item.ID) {
		f.t.Errorf("Undo of %s, which is undone %q or settled %q; context %v", c.Item.ID, f.undone, f.settled, ctx.Err())
	}
	f.undone = append(f.undone, c.Item.ID)
	if f.panics {
		panic("a doer that cannot undo")
	}
}

func (f *fakeDoer) Settled(ctx context.Context, c queue.Claim) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if ctx.Err() != nil || slices.Contains(f.settled, c.Item.ID) {
		f.t.Errorf("Settled of %s again, or with context %v", c.Item.ID, ctx.Err())
	}
	f.settled = append(f.settled, c.Item.ID)
	if f.panics {
		panic("a doer that cannot let go")
	}
}

func (f *fakeDoer) Again(c queue.Claim) (time.Duration, bool) {
	if f.again == nil {
		return 0, true
	}
	return f.again(c)
}

// want checks how often it was called.
func (f *fakeDoer) want(what string, attempts, undone, settled int) {
	f.t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.attempts != attempts || len(f.undone) != undone || len(f.settled) != settled {
		f.t.Errorf("%s: Do, Undo, Settled = %d, %d, %d calls, want %d, %d, %d", what, f.attempts, len(f.undone), len(f.settled), attempts, undone, settled)
	}
}

// oddQueue is a queue some of whose methods a test replaces.
type oddQueue struct {
	*queue.SQLite
	extend func(ctx context.Context, c queue.Claim, lease time.Duration) (time.Time, error)
	retry  func(ctx context.Context, c queue.Claim, after time.Duration) error
	finish func(ctx context.Context, c queue.Claim, state queue.State, result []byte) error
}

func (q *oddQueue) Extend(ctx context.Context, c queue.Claim, lease time.Duration) (time.Time, error) {
	if q.extend != nil {
		return q.extend(ctx, c, lease)
	}
	return q.SQLite.Extend(ctx, c, lease)
}

func (q *oddQueue) Retry(ctx context.Context, c queue.Claim, after time.Duration) error {
	if q.retry != nil {
		return q.retry(ctx, c, after)
	}
	return q.SQLite.Retry(ctx, c, after)
}

func (q *oddQueue) Finish(ctx context.Context, c queue.Claim, state queue.State, result []byte) error {
	if q.finish != nil {
		return q.finish(ctx, c, state, result)
	}
	return q.SQLite.Finish(ctx, c, state, result)
}

// hands is a worker with one hand, and a queue with one job of one item.
type hands struct {
	t     *testing.T
	queue *queue.SQLite
	doer  *fakeDoer
	lease time.Duration
	// attempts is how often an item is begun.
	attempts int
	job      string
	registry *prometheus.Registry // of the last worker
}

func newHands(t *testing.T, lease time.Duration, do func(ctx context.Context, c queue.Claim) (uploader.Outcome, error)) *hands {
	t.Helper()
	h := &hands{t: t, queue: openQueue(t), lease: lease, attempts: 10, job: "job", doer: &fakeDoer{t: t, do: do}}
	b := queue.Batch{Job: queue.Job{ID: h.job, Class: queue.Bulk}, Items: []queue.Item{{ID: "item", Work: []byte("{}")}}, Last: true}
	if _, err := h.queue.Add(context.Background(), b); err != nil {
		t.Fatal(err)
	}
	return h
}

// worker makes a worker over a queue, which may be odd.
func (h *hands) worker(q uploader.Queue) *uploader.Worker {
	h.registry = prometheus.NewRegistry()
	return &uploader.Worker{
		Queue: q, Do: uploader.Doers{queue.Bulk: h.doer}, Lease: h.lease, Attempts: h.attempts,
		Metrics: uploader.NewWorkerMetrics(h.registry), Log: slog.New(slog.DiscardHandler),
	}
}

// metric is the value of a metric without labels.
func (h *hands) metric(name string) float64 {
	h.t.Helper()
	families, err := h.registry.Gather()
	if err != nil {
		h.t.Fatal(err)
	}
	for _, family := range families {
		if family.GetName() == name {
			return family.GetMetric()[0].GetCounter().GetValue() + family.GetMetric()[0].GetGauge().GetValue()
		}
	}
	h.t.Fatalf("there is no metric %s", name)
	return 0
}

// work has a worker work until the job has ended, and returns its item.
func (h *hands) work(q uploader.Queue) queue.Item {
	h.t.Helper()
	stop := startOf(h.worker(q), queue.Bulk)
	item := h.ended()
	stop()
	return item
}

func (h *hands) item() (queue.Job, queue.Item) {
	h.t.Helper()
	j, item, err := h.queue.Find(context.Background(), "item")
	if err != nil {
		h.t.Fatal(err)
	}
	return j, item
}

// ended waits for the end of the job, and returns its item.
func (h *hands) ended() queue.Item {
	h.t.Helper()
	for limit := time.Now().Add(patience); ; time.Sleep(time.Millisecond) {
		j, item := h.item()
		if !j.Ended.IsZero() { // perhaps only since its item was read
			_, item = h.item()
			return item
		}
		if time.Now().After(limit) {
			h.t.Fatalf("not in %v: the job ends; its item is %+v", patience, item)
		}
	}
}

// wantItem checks how an item ended.
func (h *hands) wantItem(what string, item queue.Item, state queue.State, attempts int, result string) {
	h.t.Helper()
	if item.State != state || item.Attempts != attempts || string(item.Result) != result {
		h.t.Errorf("%s: the item is %s after %d attempts with %s, want %s after %d with %s", what, item.State, item.Attempts, item.Result, state, attempts, result)
	}
}
