package export

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"go.opentelemetry.io/otel/sdk/trace"
)

const (
	// mostWaiting is how many spans wait to be sent; what ends then is dropped. They are about 1 KB each.
	mostWaiting = 4096
	batchSize   = 512
	batchEvery  = time.Second // how long a span waits for others
	postTime    = 10 * time.Second
	// complainEvery is how often the log says that spans are lost.
	complainEvery = time.Minute
)

// batches sends spans many at a time, from a goroutine of its own, so that whoever ends one never waits. The SDK's own
// does not say what it has dropped.
type batches struct {
	to      trace.SpanExporter
	metrics metrics
	log     *slog.Logger
	ended   chan trace.ReadOnlySpan
	full    chan struct{} // there may be a batch
	over    chan struct{} // closed by Shutdown
	once    sync.Once
	sending sync.WaitGroup
	hurry   context.CancelFunc // ends what is being sent

	// What follows is the goroutine's.
	lost       int // spans, since the log has said so
	complained time.Time
}

func startBatches(to trace.SpanExporter, m metrics, log *slog.Logger) *batches {
	b := &batches{
		to: to, metrics: m, log: log,
		ended: make(chan trace.ReadOnlySpan, mostWaiting), full: make(chan struct{}, 1), over: make(chan struct{}),
	}
	ctx, cancel := context.WithCancel(context.Background())
	b.hurry = cancel
	b.sending.Go(func() { b.run(ctx) })
	return b
}

// OnStart implements trace.SpanProcessor.
func (b *batches) OnStart(context.Context, trace.ReadWriteSpan) {}

// OnEnd implements trace.SpanProcessor. It never waits.
func (b *batches) OnEnd(s trace.ReadOnlySpan) {
	select {
	case b.ended <- s:
	default:
		b.metrics.dropped.Inc()
		return
	}
	if len(b.ended) >= batchSize {
		select {
		case b.full <- struct{}{}:
		default:
		}
	}
}

// ForceFlush implements trace.SpanProcessor. Nobody calls it.
func (b *batches) ForceFlush(context.Context) error { return nil }

// Shutdown implements trace.SpanProcessor: it sends what there is, until ctx is done.
func (b *batches) Shutdown(ctx context.Context) error {
	b.once.Do(func() { close(b.over) })
	defer context.AfterFunc(ctx, b.hurry)()
	b.sending.Wait()
	b.hurry()
	return b.to.Shutdown(ctx)
}

func (b *batches) run(ctx context.Context) {
	tick := time.NewTicker(batchEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-b.full:
		case <-b.over:
			for b.send(ctx) {
			}
			return
		}
		for b.send(ctx) && len(b.ended) >= batchSize {
		}
	}
}

// send sends one batch, and is false where there is none.
func (b *batches) send(ctx context.Context) bool {
	var batch []trace.ReadOnlySpan
	for len(batch) < batchSize && len(b.ended) > 0 { // nobody else takes any
		batch = append(batch, <-b.ended)
	}
	if len(batch) == 0 {
		return false
	}
	if err := b.to.ExportSpans(ctx, batch); err != nil {
		b.metrics.failed.Add(float64(len(batch)))
		b.complain(len(batch), err)
		return true
	}
	b.metrics.exported.Add(float64(len(batch)))
	if b.lost > 0 {
		b.log.Info("the collector takes traces again", "lost", b.lost)
		b.lost, b.complained = 0, time.Time{}
	}
	return true
}

// complain logs that spans are lost, every so often.
func (b *batches) complain(n int, err error) {
	b.lost += n
	if now := time.Now(); now.Sub(b.complained) >= complainEvery {
		b.complained = now
		b.log.Warn("traces are lost: the collector does not take them", "spans", b.lost, "error", err)
	}
}
