package show

import (
	"fmt"
	"io"
	"sync"
	"time"

	"lightwell/uploader/client"
)

func failure(r client.Result) string { return plain(r.Path) + ": " + plain(r.Error.Error()) }

// linesEvery is how often there is a line where there is no terminal.
const linesEvery = 10 * time.Second

// lines says now and then how far it has got.
type lines struct {
	*tally
	out  io.Writer
	over chan struct{}
	done sync.WaitGroup
}

func newLines(out io.Writer, found client.Found, parallel int, every time.Duration) *lines {
	l := &lines{tally: newTally(found, parallel), out: out, over: make(chan struct{})}
	l.done.Go(func() {
		ticks := time.NewTicker(every)
		defer ticks.Stop()
		for {
			select {
			case <-ticks.C:
				fmt.Fprintln(out, l.line())
			case <-l.over:
				return
			}
		}
	})
	return l
}

func (l *lines) line() string {
	s := l.shot()
	text := fmt.Sprintf("%d of %d images, %s, %s", s.ended, s.images, sizes(s.sent, s.bytes), rate(s.rate))
	if n := s.results[client.Failed]; n > 0 {
		text += fmt.Sprintf(", %d failed", n)
	}
	return text
}

func (l *lines) End(s client.Source, r client.Result) {
	l.tally.End(s, r)
	if r.Status == client.Failed {
		fmt.Fprintln(l.out, failure(r))
	}
}

func (l *lines) Close() {
	close(l.over)
	l.done.Wait()
}
