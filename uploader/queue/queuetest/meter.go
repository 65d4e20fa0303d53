package queuetest

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"lightwell/uploader/queue"
)

var meterCases = []testCase{
	{"Spend", testSpend},
	{"SpendTwice", testSpendTwice},
	{"SpendApart", testSpendApart},
	{"SpendAtOnce", testSpendAtOnce},
	{"SpendLimits", testSpendLimits},
	{"SpendInvalid", testSpendInvalid},
	{"Refund", testRefund},
	{"SpentOutlivesHandles", testSpentOutlivesHandles},
	{"SweepKeepsToday", testSweepKeepsToday},
}

const someDay = "2026-02-28"

// spend is of the name web on someDay.
func spend(id string, n int64) queue.Spending {
	return queue.Spending{Name: "web", Day: someDay, ID: id, N: n}
}

// spend spends, and wants so much to be left.
func (h *hand) spend(s queue.Spending, most, want int64) {
	h.t.Helper()
	if left, err := h.Spend(h.t.Context(), s, most); err != nil || left != want {
		h.t.Fatalf("Spend(%+v, %d) = %d, %v, want %d", s, most, left, err, want)
	}
}

// overspend wants a spending to be refused.
func (h *hand) overspend(s queue.Spending, most int64) {
	h.t.Helper()
	if left, err := h.Spend(h.t.Context(), s, most); !errors.Is(err, queue.ErrSpent) {
		h.t.Fatalf("Spend(%+v, %d) = %d, %v, want ErrSpent", s, most, left, err)
	}
}

func (h *hand) wantSpent(s queue.Spending, want int64) {
	h.t.Helper()
	if n, err := h.Spent(h.t.Context(), s.Name, s.Day); err != nil || n != want {
		h.t.Fatalf("Spent(%s, %s) = %d, %v, want %d", s.Name, s.Day, n, err, want)
	}
}

func testSpend(w *world) {
	h, other := w.open(), w.open()
	h.wantSpent(spend("", 0), 0)
	h.spend(spend("a", 4), 10, 6)
	other.spend(spend("b", 5), 10, 1)
	h.overspend(spend("c", 2), 10)
	h.wantSpent(spend("", 0), 9)
	other.wantSpent(spend("", 0), 9)
	h.spend(spend("c", 1), 10, 0)
	other.overspend(spend("d", 1), 10)
	other.spend(spend("d", 0), 10, 0)
	h.spend(spend("e", 5), 20, 5) // who may more has the more left
}

// An id is counted once, and with the largest number.
func testSpendTwice(w *world) {
	h, other := w.open(), w.open()
	h.spend(spend("a", 6), 10, 4)
	other.spend(spend("a", 6), 10, 4)
	h.spend(spend("a", 2), 10, 4)
	h.spend(spend("a", 7), 10, 3)
	h.overspend(spend("a", 11), 10)
	h.wantSpent(spend("a", 0), 7)
	h.spend(spend("b", 3), 10, 0)
	other.spend(spend("a", 7), 10, 0) // nothing is left, and nothing more is asked for
	other.spend(spend("a", 7), 5, 0)  // even where less is allowed by now
	h.wantSpent(spend("a", 0), 10)
}

// Names and days have nothing to do with each other.
func testSpendApart(w *world) {
	h := w.open()
	day, name := spend("a", 10), spend("a", 10)
	day.Day, name.Name = "2026-03-01", "web.2"
	h.spend(spend("a", 10), 10, 0)
	h.spend(day, 10, 0)
	h.spend(name, 10, 0)
	for _, s := range []queue.Spending{spend("a", 0), day, name} {
		h.wantSpent(s, 10)
	}
}

// Of what is asked for at once as much as fits is counted, and no more.
func testSpendAtOnce(w *world) {
	const n, size, fit = 40, 1000, 7
	handles := []*hand{w.open(), w.open(), w.open()}
	var spent, refused atomic.Int64
	var group sync.WaitGroup
	for i := range n {
		group.Go(func() {
			_, err := handles[i%len(handles)].Spend(w.Context(), spend(fmt.Sprintf("u%d", i), size), fit*size+size-1)
			switch {
			case err == nil:
				spent.Add(1)
			case errors.Is(err, queue.ErrSpent):
				refused.Add(1)
			default:
				w.Errorf("Spend() = %v", err)
			}
		})
	}
	group.Wait()
	if spent.Load() != fit || refused.Load() != n-fit {
		w.Errorf("of %d at once %d were counted and %d refused, want %d and %d", n, spent.Load(), refused.Load(), fit, n-fit)
	}
	handles[0].wantSpent(spend("", 0), fit*size)
}

// The largest numbers are exact.
func testSpendLimits(w *world) {
	h := w.open()
	h.spend(spend("a", queue.MaxSpent-2), queue.MaxSpent, 2)
	h.spend(spend("b", 1), queue.MaxSpent, 1)
	h.overspend(spend("c", 2), queue.MaxSpent)
	h.overspend(spend("c", queue.MaxSpent), queue.MaxSpent)
	h.spend(spend("c", 1), queue.MaxSpent, 0)
	h.wantSpent(spend("a", 0), queue.MaxSpent)
}

func testSpendInvalid(w *world) {
	h := w.open()
	for _, s := range []queue.Spending{
		{Day: someDay, ID: "a", N: 1},
		{Name: "we:b", Day: someDay, ID: "a", N: 1},
		{Name: strings.Repeat("n", 65), Day: someDay, ID: "a", N: 1},
		{Name: "web", ID: "a", N: 1},
		{Name: "web", Day: "2026-02-30", ID: "a", N: 1},
		{Name: "web", Day: someDay, N: 1},
		{Name: "web", Day: someDay, ID: "A", N: 1},
		{Name: "web", Day: someDay, ID: strings.Repeat("a", 65), N: 1},
		{Name: "web", Day: someDay, ID: "a", N: -1},
		{Name: "web", Day: someDay, ID: "a", N: queue.MaxSpent + 1},
	} {
		_, err := h.Spend(w.Context(), s, queue.MaxSpent)
		h.wantErr(fmt.Sprintf("Spend(%+v)", s), err, queue.ErrInvalid)
	}
	h.wantErr("Refund", h.Refund(w.Context(), queue.Spending{Name: "web", Day: someDay}), queue.ErrInvalid)
}

func testRefund(w *world) {
	h, other := w.open(), w.open()
	h.spend(spend("a", 6), 10, 4)
	h.spend(spend("b", 4), 10, 0)
	for range 2 { // once, however often
		h.wantErr("Refund", other.Refund(w.Context(), spend("a", 0)), nil)
		other.wantSpent(spend("a", 0), 4)
	}
	h.wantErr("Refund of nothing", h.Refund(w.Context(), spend("c", 9)), nil)
	other.spend(spend("a", 6), 10, 0)
}

func testSpentOutlivesHandles(w *world) {
	h := w.open()
	h.spend(spend("a", 6), 10, 4)
	h.wantErr("Close", h.Close(), nil)
	again := w.open()
	again.wantSpent(spend("a", 0), 6)
	again.overspend(spend("b", 5), 10)
}

func testSweepKeepsToday(w *world) {
	h := w.open()
	for age := range 2 {
		s := spend("a", 1)
		s.Day = time.Now().UTC().AddDate(0, 0, -age).Format(time.DateOnly)
		h.spend(s, 10, 9)
		h.wantErr("Sweep", h.Sweep(w.Context(), 0, noDrop), nil)
		h.wantSpent(s, 1)
	}
}
