package pool

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"lightwell/transform"
)

func TestUploadsLeaveAChildToRenditions(t *testing.T) {
	p := start(t, func(c *Config) { c.Queue = 3; c.QueueWait = 30 * time.Second; c.InspectDeadline = 5 * time.Second })
	var slow sync.WaitGroup
	for range 3 {
		slow.Go(func() { p.Inspect(context.Background(), source(t, "hostile/slow.svg"), transform.DefaultLimits) })
	}
	busy(t)
	if _, err := p.Render(context.Background(), []*os.File{source(t, "photo.jpg")}, plan(t, "w=20&fm=jpg")); err != nil {
		t.Errorf("Render beside slow uploads: %v", err)
	}
	p.queue.close() // the two that wait need not be waited for
	slow.Wait()
}

// All threads of a child that inspects on and on go behind those that render.
func TestLongInspectionsYield(t *testing.T) {
	p := start(t, func(c *Config) { c.InspectDeadline = 5 * time.Second })
	var slow sync.WaitGroup
	slow.Go(func() { p.Inspect(context.Background(), source(t, "hostile/slow.svg"), transform.DefaultLimits) })
	pid := busy(t)
	until(t, "every thread has a low priority", func() bool {
		threads, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid))
		if err != nil {
			t.Fatal(err)
		}
		for _, thread := range threads {
			tid, err := strconv.Atoi(thread.Name())
			if err != nil {
				t.Fatal(err)
			}
			// The system call gives 20 less the nice value.
			if priority, err := syscall.Getpriority(syscall.PRIO_PROCESS, tid); err == nil && 20-priority != lowPriority {
				return false
			}
		}
		return true
	})
	slow.Wait()
}

// What nobody waits for never stops uploads, nor renditions.
func TestPreparationsComeLast(t *testing.T) {
	p := start(t, func(c *Config) { c.Children = 3; c.PrepareDeadline = 10 * time.Second })
	slow := make(chan error, 3)
	endless := planOf(t, transform.Source{Format: transform.SVG, Width: 600, Height: 600, Orientation: 1, Frames: 1}, "w=600&fm=jpg")
	for range cap(slow) {
		go func() {
			_, err := Background{p}.Render(context.Background(), []*os.File{source(t, "hostile/slow.svg")}, endless)
			slow <- err
		}()
	}
	busy(t)
	if _, err := p.Inspect(context.Background(), source(t, "photo.jpg"), transform.DefaultLimits); err != nil {
		t.Errorf("Inspect beside preparations: %v", err)
	}
	if _, err := p.Render(context.Background(), []*os.File{source(t, "photo.jpg")}, plan(t, "w=20&fm=jpg")); err != nil {
		t.Errorf("Render beside preparations: %v", err)
	}
	if done := len(slow); done > 0 {
		t.Errorf("%d preparations ended before an upload and a rendition beside them", done)
	}
	begun := 0
	for range cap(slow) {
		switch err := <-slow; {
		case errors.Is(err, transform.ErrDeadline):
			begun++
		case !errors.Is(err, transform.ErrBusy):
			t.Errorf("a render in the background that never ends = %v, want %v or %v", err, transform.ErrDeadline, transform.ErrBusy)
		}
	}
	if begun == 0 {
		t.Errorf("no preparation was begun")
	}
}

func TestEachLaneHasAChildThatTakesNothingAfterIt(t *testing.T) {
	for _, test := range []struct {
		children int
		want     []lane
	}{
		{2, []lane{intake, lanes}},
		{3, []lane{intake, background, lanes}},
		{4, []lane{intake, background, lanes, lanes}},
	} {
		var got []lane
		for i := range test.children {
			got = append(got, laneEnd(i, test.children))
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("the lanes of %d children end at %v, want %v", test.children, got, test.want)
		}
	}
}

func TestTheQueueIsBounded(t *testing.T) {
	p := start(t, func(c *Config) {
		c.Queue = 1
		c.QueueWait, c.IntakeWait = time.Minute, 200*time.Millisecond
		c.InspectDeadline = 5 * time.Second
	})
	var slow sync.WaitGroup
	slow.Go(func() { p.Inspect(context.Background(), source(t, "hostile/slow.svg"), transform.DefaultLimits) })
	busy(t)
	start := time.Now()
	var waiting sync.WaitGroup
	waiting.Go(func() {
		if _, err := p.Inspect(context.Background(), source(t, "photo.jpg"), transform.DefaultLimits); !errors.Is(err, transform.ErrBusy) {
			t.Errorf("Inspect that waits too long = %v, want %v", err, transform.ErrBusy)
		}
	})
	until(t, "one waits", func() bool { p.queue.mu.Lock(); defer p.queue.mu.Unlock(); return len(p.queue.waiting[intake]) == 1 })
	if _, err := p.Inspect(context.Background(), source(t, "photo.jpg"), transform.DefaultLimits); !errors.Is(err, transform.ErrBusy) {
		t.Errorf("Inspect beyond the queue = %v, want %v at once", err, transform.ErrBusy)
	}
	waiting.Wait()
	if took := time.Since(start); took > 4*time.Second {
		t.Errorf("refusals took %v", took)
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(errors.New("the client left"))
	if _, err := p.Inspect(ctx, source(t, "photo.jpg"), transform.DefaultLimits); err == nil || !strings.Contains(err.Error(), "the client left") {
		t.Errorf("Inspect with a cancelled context = %v", err)
	}
	slow.Wait()
}

// A queue of none still takes work for a child that is idle.
func TestAnEmptyQueueRefusesOnlyWaiting(t *testing.T) {
	p := start(t, func(c *Config) { c.Queue = 0 })
	until(t, "both children are idle", func() bool {
		p.queue.mu.Lock()
		defer p.queue.mu.Unlock()
		return len(p.queue.idle) == 2
	})
	if _, err := p.Render(context.Background(), []*os.File{source(t, "photo.jpg")}, plan(t, "w=20&fm=jpg")); err != nil {
		t.Errorf("Render with an idle child: %v", err)
	}
}
