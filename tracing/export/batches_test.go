package export

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
)

// collector is an exporter that fails, hangs until its context ends, or counts.
type collector struct {
	mu   sync.Mutex // guards the fields below
	err  error
	hang bool
	got  []int // spans of each batch
}

func (c *collector) set(err error, hang bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.err, c.hang = err, hang
}

func (c *collector) ExportSpans(ctx context.Context, spans []trace.ReadOnlySpan) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.hang {
		<-ctx.Done()
		return ctx.Err()
	}
	if c.err == nil {
		c.got = append(c.got, len(spans))
	}
	return c.err
}

func (c *collector) Shutdown(context.Context) error { return nil }

var ended = func() trace.ReadOnlySpan {
	seen := tracetest.NewSpanRecorder()
	_, span := trace.NewTracerProvider(trace.WithSpanProcessor(seen)).Tracer("").Start(context.Background(), "span")
	span.End()
	return seen.Ended()[0]
}()

func end(b *batches, n int) {
	for range n {
		b.OnEnd(ended)
	}
}

func (m metrics) want(t *testing.T, exported, failed, dropped float64) {
	t.Helper()
	for name, c := range map[string]struct {
		counter prometheus.Counter
		want    float64
	}{"exported": {m.exported, exported}, "failed": {m.failed, failed}, "dropped": {m.dropped, dropped}} {
		if got := testutil.ToFloat64(c.counter); got != c.want {
			t.Errorf("spans %s = %v, want %v", name, got, c.want)
		}
	}
}

// Spans go out together, a second after the first or when there are many, and all of them by the end.
func TestBatches(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, m := &collector{}, newMetrics(nil)
		b := startBatches(c, m, slog.New(slog.DiscardHandler))
		end(b, 3)
		time.Sleep(batchEvery)
		synctest.Wait()
		m.want(t, 3, 0, 0)
		end(b, batchSize)
		synctest.Wait()
		m.want(t, 3+batchSize, 0, 0)
		end(b, batchSize+1)
		b.Shutdown(t.Context())
		m.want(t, 3+2*batchSize+1, 0, 0)
	})
}

// A collector that hangs keeps nobody waiting: what is too much is dropped and counted, and the end comes when it must.
func TestCollectorHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, m := &collector{hang: true}, newMetrics(nil)
		b := startBatches(c, m, slog.New(slog.DiscardHandler))
		end(b, batchSize)
		synctest.Wait() // it hangs with these
		end(b, mostWaiting+10)
		m.want(t, 0, 0, 10)
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		began := time.Now()
		b.Shutdown(ctx)
		if took := time.Since(began); took != 3*time.Second {
			t.Errorf("Shutdown took %v, want 3s", took)
		}
		m.want(t, 0, batchSize+mostWaiting, 10)
	})
}

// The log says once a minute that spans are lost, and once that they are not any more.
func TestCollectorIsDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, m := &collector{err: errors.New("down")}, newMetrics(nil)
		var log bytes.Buffer
		b := startBatches(c, m, slog.New(slog.NewTextHandler(&log, nil)))
		for range 90 {
			end(b, 1)
			time.Sleep(batchEvery)
		}
		synctest.Wait()
		c.set(nil, false)
		end(b, 1)
		b.Shutdown(t.Context())
		m.want(t, 1, 90, 0)
		if lost, again := strings.Count(log.String(), "traces are lost"), strings.Count(log.String(), "takes traces again"); lost != 2 || again != 1 {
			t.Errorf("in 90 s of failure the log says %d times that traces are lost and %d that they are not, want 2 and 1:\n%s", lost, again, log.String())
		}
	})
}
