package pool

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
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
		Command: []string{binary, "child"}, Children: 2, Queue: 100, QueueWait: 20 * time.Second, IntakeWait: 20 * time.Second,
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

func planOf(t testing.TB, s transform.Source, query string) transform.Plan {
	t.Helper()
	req, err := transform.Parser{}.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	recipe, _ := req.Recipe.Resolve(s, "", transform.AllFormats)
	p, err := recipe.Plan(s, transform.Found{}, transform.DefaultLimits)
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
	seen, err := p.Inspect(context.Background(), source(t, "photo.jpg"), transform.DefaultLimits)
	if want := (transform.Source{Format: transform.JPEG, Width: 3072, Height: 2048, Orientation: 1, Frames: 1}); err != nil || seen.Source != want || seen.Placeholder == "" {
		t.Errorf("Inspect = %+v, %v, want %+v and a placeholder", seen, err, want)
	}
	r, err := p.Render(context.Background(), []*os.File{source(t, "photo.jpg")}, plan(t, "w=100&fm=webp"))
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
			if _, err := p.Render(context.Background(), []*os.File{source(t, "photo.jpg")}, plan(t, "w=50&fm=jpg")); err != nil {
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
	p := start(t, func(c *Config) { c.InspectDeadline = 8 * time.Second })
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
	if _, err := p.Render(context.Background(), []*os.File{source(t, "photo.jpg")}, big); !errors.Is(err, transform.ErrMemory) {
		t.Errorf("Render of 24 megapixels under 80 MiB = %v, want %v", err, transform.ErrMemory)
	}
	if _, err := p.Render(context.Background(), []*os.File{source(t, "photo.jpg")}, plan(t, "w=100&fm=jpg")); err != nil {
		t.Errorf("Render afterwards: %v", err)
	}
	if n := p.restarted(causeMemory); n != 1 {
		t.Errorf("%d restarts for memory, want 1", n)
	}
}

func TestChildrenAreReplacedWhenTheyHaveDoneTheirShare(t *testing.T) {
	p := start(t, func(c *Config) { c.Tasks = 3 })
	for range 12 {
		if _, err := p.Render(context.Background(), []*os.File{source(t, "photo.jpg")}, plan(t, "w=20&fm=jpg")); err != nil {
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
	if _, err := p.Render(context.Background(), []*os.File{source(t, "photo.jpg")}, plan(t, "w=20&fm=jpg")); err != nil {
		t.Errorf("Render afterwards: %v", err)
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
	if _, err := p.Render(context.Background(), []*os.File{source(t, "photo.jpg")}, plan(t, "w=20&fm=jpg")); !errors.Is(err, transform.ErrBusy) {
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

func TestSearch(t *testing.T) {
	p := start(t, nil)
	s := transform.Source{Format: transform.JPEG, Width: 400, Height: 622, Orientation: 1, Frames: 1}
	found, err := p.Search(context.Background(), source(t, "mona-lisa.jpg"), s, transform.Search{Orientation: 1, Faces: true}, transform.DefaultLimits)
	if err != nil || len(found.Faces) != 1 {
		t.Errorf("Search = %+v, %v, want one face", found, err)
	}
	small := transform.DefaultLimits
	small.Pixels = 1000
	if _, err := p.Search(context.Background(), source(t, "mona-lisa.jpg"), s, transform.Search{Orientation: 1, Faces: true}, small); !errors.Is(err, transform.ErrLimit) {
		t.Errorf("Search over the limits = %v, want ErrLimit", err)
	}
	if _, err := p.Search(context.Background(), source(t, "SOURCES.md"), s, transform.Search{Orientation: 1, Trim: transform.Trim{Mode: transform.TrimAuto}}, transform.DefaultLimits); !errors.Is(err, transform.ErrUndecodable) {
		t.Errorf("Search in no image = %v, want ErrUndecodable", err)
	}
}
