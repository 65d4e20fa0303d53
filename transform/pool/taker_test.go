package pool

import (
	"fmt"
	"testing"
	"time"

	"lightwell/transform"
	"lightwell/transform/pool/wire"
)

// wanted is a job that makes a rendition of a file.
func wanted(l lane, file string, width int) *job {
	plan := transform.Plan{File: file, Scaled: transform.Size{Width: width, Height: width}}
	return newJob(l, wire.Task{Kind: wire.Render, Plan: &plan}, nil, time.Minute, time.Minute)
}

// taken are the files and widths of all jobs of a queue, as one child gets them.
func taken(q *queue) (all []string) {
	t := &taker{end: lanes}
	for {
		q.mu.Lock()
		j := q.nextLocked(t)
		q.mu.Unlock()
		if j == nil {
			return all
		}
		t.last = likenessOf(j.task.Plan)
		all = append(all, fmt.Sprint(t.last.file, t.last.size.Width))
	}
}

// A child gets what shares the picture that it has, then what shares the file, then what came first; and never what is
// less urgent.
func TestRenditionsOfAFileGoTogether(t *testing.T) {
	q := newQueue(100)
	for _, j := range []*job{
		wanted(background, "a", 1), wanted(serving, "a", 1), wanted(serving, "b", 1), wanted(serving, "", 1), wanted(serving, "a", 2),
		wanted(serving, "a", 1), wanted(serving, "b", 1), wanted(serving, "a", 2), wanted(serving, "", 1), queued(serving),
	} {
		if _, err := q.add(j); err != nil {
			t.Fatal(err)
		}
	}
	got, want := fmt.Sprint(taken(q)), "[a1 a1 a2 a2 b1 b1 1 1 0 a1]"
	if got != want {
		t.Errorf("jobs are taken as %v, want %v", got, want)
	}
}

// However many want one file, others wait for a few of them at most.
func TestNobodyIsOvertakenForLong(t *testing.T) {
	q := newQueue(1000)
	for range 2 {
		q.add(wanted(serving, "a", 1))
	}
	q.add(wanted(serving, "b", 1))
	for range 100 {
		q.add(wanted(serving, "a", 1))
	}
	q.add(wanted(serving, "c", 1))
	all := taken(q)
	for i, name := range all {
		if name == "b1" && i > 2+mostInARow {
			t.Errorf("b is taken after %d others", i)
		}
	}
	if len(all) != 104 || all[103] != "c1" {
		t.Errorf("%d are taken, the last %s", len(all), all[len(all)-1])
	}
}
