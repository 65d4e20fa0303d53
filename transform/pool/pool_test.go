package pool

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"lightwell/transform"
	"lightwell/transform/pool/pooltest"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
)

var binary string

func TestMain(m *testing.M) { pooltest.Main(m, &binary) }

// start starts a pool that ends with the test; change adapts its settings.
func start(t *testing.T, change func(*Config)) *Pool {
	t.Helper()
	cfg := Config{
		Command: []string{binary, "child"}, Children: 2, Queue: 100, QueueWait: 20 * time.Second,
		Memory: 1 << 30, RenderDeadline: 20 * time.Second, InspectDeadline: 60 * time.Second, PrepareDeadline: 60 * time.Second,
		Registerer: prometheus.NewRegistry(),
	}
	if change != nil {
		change(&cfg)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	p, err := Start(ctx, cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

func source(t *testing.T, name string) *os.File {
	t.Helper()
	f, err := os.Open(filepath.Join("../../testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func plan(t *testing.T, query string) transform.Plan {
	t.Helper()
	return planOf(t, transform.Source{Format: transform.JPEG, Width: 3072, Height: 2048, Orientation: 1, Frames: 1}, query)
}

func planOf(t *testing.T, s transform.Source, query string) transform.Plan {
	t.Helper()
	req, err := transform.Parser{}.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	recipe, _ := req.Recipe.Resolve(s, "")
	p, err := recipe.Plan(s, transform.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func until(t *testing.T, what string, is func() bool) { t.Helper(); pooltest.Until(t, what, is) }

func children(t *testing.T) []int { t.Helper(); return pooltest.Children(t, os.Getpid()) }

func busy(t *testing.T) int { t.Helper(); return pooltest.Busy(t, os.Getpid()) }

func (p *Pool) restarted(why cause) int {
	return int(testutil.ToFloat64(p.metrics.restarts.WithLabelValues(string(why))))
}

func TestRenderAndInspect(t *testing.T) {
	p := start(t, nil)
	if !strings.HasPrefix(p.Fingerprint(), "vips 8.") || !strings.Contains(p.Fingerprint(), "libwebp.so") {
		t.Errorf("Fingerprint() = %q, want libvips and its codecs", p.Fingerprint())
	}
	s, err := p.Inspect(context.Background(), source(t, "photo.jpg"), transform.DefaultLimits)
	if want := (transform.Source{Format: transform.JPEG, Width: 3072, Height: 2048, Orientation: 1, Frames: 1}); err != nil || s != want {
		t.Errorf("Inspect = %+v, %v, want %+v", s, err, want)
	}
	r, err := p.Render(context.Background(), source(t, "photo.jpg"), plan(t, "w=100&fm=webp"))
	if err != nil || transform.Sniff(r.Body) != transform.WebP || r.Size != (transform.Size{Width: 100, Height: 67}) || r.Decode == 0 || r.Encode == 0 {
		t.Errorf("Render = %d bytes, %v, %v, %v, %v", len(r.Body), r.Size, r.Decode, r.Encode, err)
	}
}

func TestErrorsKeepTheirKind(t *testing.T) {
	p := start(t, nil)
	limits := transform.DefaultLimits
	limits.Pixels = 1000
	empty, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer empty.Close()
	for _, test := range []struct {
		name   string
		file   *os.File
		limits transform.Limits
		want   error
	}{
		{"over a limit", source(t, "photo.jpg"), limits, transform.ErrLimit},
		{"no image", source(t, "SOURCES.md"), transform.DefaultLimits, transform.ErrFormat},
		{"empty", empty, transform.DefaultLimits, transform.ErrUndecodable},
	} {
		if _, err := p.Inspect(context.Background(), test.file, test.limits); !errors.Is(err, test.want) {
			t.Errorf("Inspect(%s) = %v, want %v", test.name, err, test.want)
		}
	}
	if n := p.restarted(causeCrash); n != 0 {
		t.Errorf("%d children crashed of ordinary errors", n)
	}
}

// A signal to the child that works ends that one piece of work; everything else
// goes on.
func TestAChildThatDiesCostsItsOwnRequest(t *testing.T) {
	p := start(t, nil)
	slow := make(chan error, 1)
	go func() {
		_, err := p.Inspect(context.Background(), source(t, "hostile/slow.svg"), transform.DefaultLimits)
		slow <- err
	}()
	victim := busy(t)
	var others sync.WaitGroup
	for range 50 {
		others.Go(func() {
			if _, err := p.Render(context.Background(), source(t, "photo.jpg"), plan(t, "w=50&fm=jpg")); err != nil {
				t.Errorf("another request: %v", err)
			}
		})
	}
	if err := syscall.Kill(victim, syscall.SIGSEGV); err != nil {
		t.Fatal(err)
	}
	if err := <-slow; !errors.Is(err, transform.ErrCrash) {
		t.Errorf("Inspect in the child that died = %v, want %v", err, transform.ErrCrash)
	}
	others.Wait()
	if _, err := p.Inspect(context.Background(), source(t, "photo.jpg"), transform.DefaultLimits); err != nil {
		t.Errorf("Inspect afterwards: %v", err)
	}
	if n := p.restarted(causeCrash); n != 1 {
		t.Errorf("%d restarts for a crash, want 1", n)
	}
}

func TestAStoppedChildIsEndedAtItsDeadline(t *testing.T) {
	p := start(t, func(c *Config) { c.InspectDeadline = 2 * time.Second })
	slow := make(chan error, 1)
	go func() {
		_, err := p.Inspect(context.Background(), source(t, "hostile/slow.svg"), transform.DefaultLimits)
		slow <- err
	}()
	victim := busy(t)
	if err := syscall.Kill(victim, syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	if err := <-slow; !errors.Is(err, transform.ErrDeadline) {
		t.Errorf("Inspect in the stopped child = %v, want %v", err, transform.ErrDeadline)
	}
	until(t, "the stopped child is gone", func() bool { return syscall.Kill(victim, 0) != nil })
	if _, err := p.Inspect(context.Background(), source(t, "photo.jpg"), transform.DefaultLimits); err != nil {
		t.Errorf("Inspect afterwards: %v", err)
	}
	if n := p.restarted(causeDeadline); n != 1 {
		t.Errorf("%d restarts for a deadline, want 1", n)
	}
}

func TestAChildOverItsCeilingIsEnded(t *testing.T) {
	p := start(t, func(c *Config) { c.Memory = 80 << 20 })
	big := plan(t, "w=6000&enlarge=1&fm=png") // 72 MB of pixels, and what the encoder takes
	if _, err := p.Render(context.Background(), source(t, "photo.jpg"), big); !errors.Is(err, transform.ErrMemory) {
		t.Errorf("Render of 24 megapixels under 80 MiB = %v, want %v", err, transform.ErrMemory)
	}
	if _, err := p.Render(context.Background(), source(t, "photo.jpg"), plan(t, "w=100&fm=jpg")); err != nil {
		t.Errorf("Render afterwards: %v", err)
	}
	if n := p.restarted(causeMemory); n != 1 {
		t.Errorf("%d restarts for memory, want 1", n)
	}
}

func TestChildrenAreReplacedWhenTheyHaveDoneTheirShare(t *testing.T) {
	p := start(t, func(c *Config) { c.Tasks = 3 })
	for range 12 {
		if _, err := p.Render(context.Background(), source(t, "photo.jpg"), plan(t, "w=20&fm=jpg")); err != nil {
			t.Fatal(err)
		}
	}
	until(t, "two restarts for age", func() bool { return p.restarted(causeWornOut) >= 2 })
}

func TestAChildThatDiesIdleIsReplacedBeforeItGetsWork(t *testing.T) {
	p := start(t, nil)
	until(t, "both children are up", func() bool { p.mu.Lock(); defer p.mu.Unlock(); return p.live == 2 })
	for _, pid := range children(t) {
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
	}
	until(t, "both are replaced", func() bool { return p.restarted(causeCrash) == 2 && p.Ready() })
	if _, err := p.Render(context.Background(), source(t, "photo.jpg"), plan(t, "w=20&fm=jpg")); err != nil {
		t.Errorf("Render afterwards: %v", err)
	}
}

func TestUploadsLeaveAChildToRenditions(t *testing.T) {
	p := start(t, func(c *Config) { c.Queue = 3; c.QueueWait = 30 * time.Second; c.InspectDeadline = 5 * time.Second })
	var slow sync.WaitGroup
	for range 3 {
		slow.Go(func() { p.Inspect(context.Background(), source(t, "hostile/slow.svg"), transform.DefaultLimits) })
	}
	busy(t)
	if _, err := p.Render(context.Background(), source(t, "photo.jpg"), plan(t, "w=20&fm=jpg")); err != nil {
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
	p := start(t, func(c *Config) { c.Children = 3; c.PrepareDeadline = 3 * time.Second })
	slow := make(chan error, 3)
	endless := planOf(t, transform.Source{Format: transform.SVG, Width: 600, Height: 600, Orientation: 1, Frames: 1}, "w=600&fm=jpg")
	for range cap(slow) {
		go func() {
			_, err := p.Prepare(context.Background(), source(t, "hostile/slow.svg"), endless)
			slow <- err
		}()
	}
	busy(t)
	if _, err := p.Inspect(context.Background(), source(t, "photo.jpg"), transform.DefaultLimits); err != nil {
		t.Errorf("Inspect beside preparations: %v", err)
	}
	if _, err := p.Render(context.Background(), source(t, "photo.jpg"), plan(t, "w=20&fm=jpg")); err != nil {
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
			t.Errorf("Prepare of what never ends = %v, want %v or %v", err, transform.ErrDeadline, transform.ErrBusy)
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
		c.QueueWait = 200 * time.Millisecond
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
		return p.queue.idle[serving] == 2
	})
	if _, err := p.Render(context.Background(), source(t, "photo.jpg"), plan(t, "w=20&fm=jpg")); err != nil {
		t.Errorf("Render with an idle child: %v", err)
	}
}

// What this process has open, and its environment, may hold secrets.
func TestChildrenInheritNothing(t *testing.T) {
	t.Setenv("LIGHTWELL_TEST_SECRET", "hush")
	leak, err := syscall.Open("../../testdata/photo.jpg", syscall.O_RDONLY, 0) // not close-on-exec
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Close(leak)
	p := start(t, nil)
	until(t, "both children are up", func() bool { p.mu.Lock(); defer p.mu.Unlock(); return p.live == 2 })
	for _, pid := range children(t) {
		environ, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", pid))
		if got := strings.ReplaceAll(strings.Trim(string(environ), "\x00"), "\x00", " "); err != nil || got != strings.Join(childEnv, " ") {
			t.Errorf("a child's environment is %q, %v, want %q", got, err, childEnv)
		}
		links, err := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
		if err != nil {
			t.Fatal(err)
		}
		for _, link := range links {
			if to, _ := os.Readlink(link); strings.Contains(to, "photo.jpg") || strings.HasPrefix(to, "/") && to != "/dev/null" {
				t.Errorf("a child has %s open", to)
			}
		}
	}
}

func TestCloseEndsAllChildren(t *testing.T) {
	p := start(t, nil)
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if left := children(t); len(left) > 0 {
		t.Errorf("children %v are left", left)
	}
	if _, err := p.Render(context.Background(), source(t, "photo.jpg"), plan(t, "w=20&fm=jpg")); !errors.Is(err, transform.ErrBusy) {
		t.Errorf("Render after Close = %v, want %v", err, transform.ErrBusy)
	}
}

func TestStartFailsWhenChildrenDo(t *testing.T) {
	for _, command := range []string{"exit 3", "echo these are no frames >&3; exec sleep 60", "exec sleep 60"} {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		p, err := Start(ctx, Config{Command: []string{"/bin/sh", "-c", command}})
		cancel()
		if err == nil {
			p.Close()
			t.Errorf("Start with children that %q: no error", command)
		}
	}
	if left := children(t); len(left) > 0 {
		t.Errorf("children %v are left", left)
	}
}
