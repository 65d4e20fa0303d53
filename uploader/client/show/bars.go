package show

import (
	"fmt"
	"io"
	"os"
	"time"

	"lightwell/uploader/client"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/cwriter"
	"github.com/vbauerster/mpb/v8/decor"
)

// Screen shows how it goes.
type Screen interface {
	client.Progress
	// Close takes away what is of no use once it is over.
	Close()
}

// NewScreen shows it on out: with bars if that is a terminal that knows how to. Results are told of
// in between on beside, if that is not nil: bars would overwrite them on the same terminal.
func NewScreen(out, beside *os.File, found client.Found, parallel int) Screen {
	isTerminal := func(f *os.File) bool { return f != nil && cwriter.IsTerminal(int(f.Fd())) }
	if isTerminal(out) && !isTerminal(beside) && os.Getenv("TERM") != "dumb" {
		return newBars(out, found, parallel)
	}
	return newLines(out, found, parallel, linesEvery)
}

// bars are one for each image that is under way, one of all bytes and one of all images.
type bars struct {
	*tally
	all   *mpb.Progress
	hands []*mpb.Bar
	sums  []*mpb.Bar
}

// nameWidth is that of the column left of a bar, in a terminal's width.
func nameWidth(terminal int) int { return min(30, terminal*3/10) }

// textWidth is that of the column right of a bar, in what the other left.
func textWidth(left int) int {
	if left >= 80-nameWidth(80) {
		return 42
	}
	return 22
}

func newBars(out io.Writer, found client.Found, parallel int) *bars {
	b := &bars{
		tally: newTally(found, min(parallel, max(1, len(found.Sources)))),
		all:   mpb.New(mpb.WithOutput(out), mpb.WithRefreshRate(100*time.Millisecond), mpb.WithAutoRefresh()),
	}
	for i := range b.slots {
		b.hands = append(b.hands, b.hand(i))
	}
	if b.tally.bytes > 0 {
		b.sums = append(b.sums, b.add("bytes", func() (int64, int64) { s := b.shot(); return s.sent, s.bytes }, b.bytesText))
	}
	b.sums = append(b.sums, b.add("images", func() (int64, int64) { s := b.shot(); return int64(s.ended), int64(s.images) }, b.imagesText))
	return b
}

// column is a decorator as wide as its column.
func column(width func(left int) int, text func(width int) string) decor.Decorator {
	return decor.Any(func(s decor.Statistics) string {
		w := width(s.AvailableWidth)
		return padded(text(w), w)
	})
}

// add adds a bar that is as long as now says whenever it is drawn.
func (b *bars) add(name string, now func() (part, whole int64), text func(width int) string) *mpb.Bar {
	return b.all.MustAdd(0, filler(now), mpb.PrependDecorators(column(nameWidth, func(int) string { return name })),
		mpb.AppendDecorators(column(textWidth, text)))
}

func filler(now func() (part, whole int64)) mpb.BarFiller {
	style := mpb.BarStyle().Lbound(" [").Rbound("] ").Padding(" ").Build()
	return mpb.BarFillerFunc(func(w io.Writer, s decor.Statistics) error {
		s.Current, s.Total = now()
		s.Current = min(s.Current, s.Total)
		return style.Fill(w, s)
	})
}

// hand is the bar of one slot, or an empty line.
func (b *bars) hand(i int) *mpb.Bar {
	bar := filler(func() (int64, int64) {
		w, _ := b.slot(i)
		return w.sent, w.source.Size
	})
	fill := mpb.BarFillerFunc(func(w io.Writer, s decor.Statistics) error {
		if at, ok := b.slot(i); !ok || at.source.Size == 0 {
			_, err := fmt.Fprint(w, "  ")
			return err
		}
		return bar.Fill(w, s)
	})
	return b.all.MustAdd(0, fill, mpb.PrependDecorators(column(nameWidth, func(width int) string {
		w, _ := b.slot(i)
		return tail(w.source.Path, width)
	})), mpb.AppendDecorators(column(textWidth, func(int) string {
		w, ok := b.slot(i)
		switch {
		case !ok:
			return ""
		case w.doing != "":
			return w.doing
		}
		return sizes(w.sent, w.source.Size)
	})))
}

func (b *bars) bytesText(width int) string {
	s := b.shot()
	text := sizes(s.sent, s.bytes)
	if s.rate < 1 || s.sent >= s.bytes {
		return text
	}
	left := time.Duration(float64(s.bytes-s.sent) / s.rate * float64(time.Second))
	return longest(width, text, ", "+rate(s.rate), ", "+clock(left)+" left")
}

func (b *bars) imagesText(width int) string {
	s := b.shot()
	delete(s.results, client.Uploaded)
	text := fmt.Sprintf("%d of %d", s.ended, s.images)
	if others := counts(s.results); others != "" {
		return longest(width, text, ", "+others)
	}
	return text
}

// End also says above the bars what failed, since the table comes late.
func (b *bars) End(s client.Source, r client.Result) {
	b.tally.End(s, r)
	if r.Status == client.Failed {
		fmt.Fprintln(b.all, failure(r))
	}
}

func (b *bars) Close() {
	for _, bar := range b.hands {
		bar.Abort(true)
	}
	for _, bar := range b.sums {
		bar.Abort(false)
	}
	b.all.Wait()
}
