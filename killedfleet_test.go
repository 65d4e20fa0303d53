package main_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// fleet is uploaders and workers over one store that are killed and started again.
type fleet struct {
	t       *testing.T
	place   place
	folders []string // of data, of all machines
	flags   []string
	chance  *rand.Rand // the test's own goroutine's
	workers []*process
	lives   []life // of workers, in the order of their ends
	killed  map[string]int
	during  int // kills before the large bulk ended
	// patience is how long a client repeats an upload and follows its job.
	patience time.Duration

	mu        sync.Mutex // guards uploaders
	uploaders []*process
}

// life is what a worker logged until its end.
type life struct {
	log string
	end time.Time // zero of one that was not killed
}

func newFleet(t *testing.T, seed uint64, at place) *fleet {
	t.Helper()
	// An image may be hit more often than is forgiven by default.
	flags := append(slices.Clone(at.flags), "--lease="+killedLease.String(), "--attempts=100", "--fetch-private", "--pool-children=2", "--sweep-every=2s", "--sweep-grace=30s")
	f := &fleet{t: t, place: at, flags: flags, chance: rand.New(rand.NewPCG(seed, 0)), killed: map[string]int{}}
	workers := 3
	if at.bucket != nil {
		workers = 2
	}
	for range workers {
		f.workers = append(f.workers, f.worker(f.machine()))
	}
	for range 2 {
		f.uploaders = append(f.uploaders, launch(t, "uploader", f.machine(), flags))
	}
	return f
}

// machine is the data folder of another process.
func (f *fleet) machine() string {
	data := f.place.machine(f.t)
	if !slices.Contains(f.folders, data) {
		f.folders = append(f.folders, data)
	}
	return data
}

func (f *fleet) worker(data string) *process {
	return launch(f.t, "worker", data, append(slices.Clone(f.flags), "--log-level=debug"))
}

// door is where the n-th uploader takes uploads; there are always some.
func (f *fleet) door(n int) (door string, uploader int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	uploader = n % len(f.uploaders)
	return f.uploaders[uploader].uploads, uploader
}

// kill waits for a moment and kills a worker, an uploader, or both, and starts them again.
func (f *fleet) kill(large *upload) {
	f.t.Helper()
	time.Sleep(time.Duration(150+f.chance.IntN(350)) * time.Millisecond)
	kind := []string{"worker", "uploader", "both"}[f.chance.IntN(3)]
	u, w := f.chance.IntN(len(f.uploaders)), f.chance.IntN(len(f.workers))
	// The large bulk must come in at last, and is not to be broken off at its beginning only.
	if again := f.chance.IntN(3) == 0; kind != "worker" && large.comesInAt(u) && (!again || large.brokenOff() > 4) {
		u = (u + 1) % len(f.uploaders)
	}
	if kind != "worker" {
		f.uploaders[u].cmd.Process.Kill()
	}
	if kind != "uploader" {
		now := time.Now()
		f.workers[w].cmd.Process.Kill()
		f.bury(f.workers[w], now)
		f.workers[w] = f.worker(f.workers[w].data)
	}
	if kind != "worker" {
		<-f.uploaders[u].exited
		next := launch(f.t, "uploader", f.uploaders[u].data, f.flags)
		f.mu.Lock()
		f.uploaders[u] = next
		f.mu.Unlock()
	}
	f.killed[kind]++
}

// bury keeps what a worker logged that ends.
func (f *fleet) bury(p *process, end time.Time) {
	<-p.exited
	f.lives = append(f.lives, life{p.logged(), end})
	p.mu.Lock()
	defer p.mu.Unlock()
	p.log.Reset() // where the test fails, those of the living are long enough
}

// lived is the lives of all workers until now.
func (f *fleet) lived() []life {
	lives := slices.Clone(f.lives)
	for _, p := range f.workers {
		lives = append(lives, life{log: p.logged()})
	}
	return lives
}

// stop ends all processes as an operator would.
func (f *fleet) stop() {
	f.t.Helper()
	for _, p := range append(slices.Clone(f.workers), f.uploaders...) {
		p.stop()
	}
}

// wantRecovered wants what a killed worker held to be begun by another within the lease
// and a second. On top of that comes the time that any item took: a worker that has its
// hands full takes over when it has one free.
func (f *fleet) wantRecovered() {
	f.t.Helper()
	lives := f.lived()
	for _, l := range lives {
		if strings.Contains(l.log, "panic") {
			f.t.Errorf("a worker panicked:\n%s", l.log)
		}
	}
	r := recoveries(lives)
	most := killedLease + time.Second + r.longest
	f.t.Logf("%d items of killed workers were begun again, %v after the kill at most, half within %v; an item took up to %v; %d leases ran out of workers that lived",
		len(r.took), r.most(), r.median(), r.longest, r.lapsed)
	if len(r.took) == 0 || r.most() > most {
		f.t.Errorf("%d items were begun again, %v after the kill at most, want some, and %v", len(r.took), r.most(), most)
	}
}
