package main_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	_ "image/jpeg"
	"math/rand/v2"
	"net/http"
	"sync"
	"syscall"
	"testing"
	"time"
)

// seconds is how long each part of the chaos lasts; with LIGHTWELL_CHAOS_SECONDS as many times longer.
func seconds(t testing.TB, n int) time.Duration {
	return time.Duration(n*setting(t, "LIGHTWELL_CHAOS_TIMES", 1)) * time.Second
}

// Under a steady load of what is cached, what is to be rendered, and what is not known yet, everything is ended
// and stopped in turn, and all the time a render process of the fleet every second. What is cached is always served;
// the rest may be answered 503 and 504, and nothing is wrong or hangs.
func TestChaos(t *testing.T) {
	// On a machine that has other things to do, a render waits for longer than it would have to.
	m := startMachines(t, 2, "--cache-objects", "--drain-delay=2s", "--pool-queue-wait=12s")
	b := newBalancer(t, m.origins...)
	l := newLoad(t, m, b)
	ctx, end := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { b.watch(ctx) })
	running.Go(func() { l.run(ctx) })
	running.Go(func() { b.killChildren(ctx) })

	l.phase("all is well", seconds(t, 5))
	m.redis.Kill()
	l.phase("Redis is killed", seconds(t, 6))
	m.redis.Start()
	l.phase("and started", seconds(t, 4))
	m.s3.Signal(syscall.SIGSTOP)
	l.phase("S3 is stopped", seconds(t, 20))
	m.s3.Signal(syscall.SIGCONT)
	l.phase("and goes on", seconds(t, 5))
	b.replace(m)
	l.phase("an origin is replaced", seconds(t, 6))
	l.phase("all is well again", seconds(t, 5))

	end()
	running.Wait()
	l.report()
}

// balancer spreads requests over the origins that say that they are ready, as a load balancer does; and over
// all of them when none does.
type balancer struct {
	t testing.TB

	mu    sync.Mutex // guards the fields below
	all   []*process
	ready []*process
	next  int
}

func newBalancer(t testing.TB, origins ...*process) *balancer {
	return &balancer{t: t, all: origins, ready: origins}
}

// watch asks the origins whether they are ready, until ctx is done.
func (b *balancer) watch(ctx context.Context) {
	for tick := time.Tick(200 * time.Millisecond); ; {
		select {
		case <-ctx.Done():
			return
		case <-tick:
		}
		b.mu.Lock()
		all := b.all
		b.mu.Unlock()
		var ready []*process
		for _, p := range all {
			asking, cancel := context.WithTimeout(ctx, 3*time.Second)
			a, err := try(request(b.t, http.MethodGet, p.admin+"/readyz", nil).WithContext(asking))
			cancel()
			if err == nil && a.status == http.StatusOK {
				ready = append(ready, p)
			}
		}
		b.mu.Lock()
		b.ready = ready
		b.mu.Unlock()
	}
}

// choose is the origin for the next request.
func (b *balancer) choose() *process {
	b.mu.Lock()
	defer b.mu.Unlock()
	from := b.ready
	if len(from) == 0 {
		from = b.all
	}
	b.next++
	return from[b.next%len(from)]
}

// replace ends an origin, once another is there.
func (b *balancer) replace(m *machines) {
	fresh := m.launch("origin")
	b.mu.Lock()
	old := b.all[0]
	b.all = append(b.all[1:len(b.all):len(b.all)], fresh)
	b.ready = append(b.ready[:len(b.ready):len(b.ready)], fresh)
	b.mu.Unlock()
	old.cmd.Process.Signal(syscall.SIGTERM) // still in ready, and only there, until it says that it is not
}

// killChildren kills a render process every second.
func (b *balancer) killChildren(ctx context.Context) {
	for tick := time.Tick(time.Second); ; {
		select {
		case <-ctx.Done():
			return
		case <-tick:
		}
		b.mu.Lock()
		p := b.all[rand.N(len(b.all))]
		b.mu.Unlock()
		if children := p.children(); len(children) > 0 {
			syscall.Kill(children[rand.N(len(children))], syscall.SIGKILL)
		}
	}
}

// wrong tells what is not right about a picture that should have this width.
func wrong(a answer, width int) string {
	config, _, err := image.DecodeConfig(bytes.NewReader(a.body))
	switch {
	case err != nil:
		return err.Error()
	case config.Width != width:
		return fmt.Sprintf("%d wide, want %d", config.Width, width)
	}
	return ""
}
