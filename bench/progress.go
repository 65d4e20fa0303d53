package bench

import (
	"io"
	"os"
	"sync"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/cwriter"
	"github.com/vbauerster/mpb/v8/decor"
)

// Bar is Progress on a terminal: one bar of all measurements, and what is done now.
type Bar struct {
	all   *mpb.Progress
	bar   *mpb.Bar
	total int64

	mu    sync.Mutex // guards doing
	doing string
}

// NewBar is nil where out is no terminal that knows how to draw one.
func NewBar(out *os.File) *Bar {
	if !cwriter.IsTerminal(int(out.Fd())) || os.Getenv("TERM") == "dumb" {
		return nil
	}
	return newBar(out)
}

func newBar(out io.Writer) *Bar {
	b := &Bar{all: mpb.New(mpb.WithOutput(out), mpb.WithRefreshRate(100*time.Millisecond), mpb.WithAutoRefresh())}
	b.bar = b.all.New(0, mpb.BarStyle().Lbound("[").Rbound("]").Padding(" "), mpb.BarWidth(30),
		mpb.PrependDecorators(decor.CountersNoUnit("%d of %d ")),
		mpb.AppendDecorators(decor.Any(func(decor.Statistics) string { return " " + b.now() })))
	return b
}

func (b *Bar) now() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.doing
}

// Expect implements Progress, as do the following.
func (b *Bar) Expect(more int) {
	b.total += int64(more)
	b.bar.SetTotal(b.total, false)
}

func (b *Bar) Begin(what string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.doing = what
}

func (b *Bar) Done() { b.bar.Increment() }

// Close takes the bar away.
func (b *Bar) Close() {
	b.bar.Abort(true)
	b.all.Wait()
}
