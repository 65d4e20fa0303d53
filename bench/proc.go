package bench

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"strconv"
	"strings"
	"time"
)

// procFS is where the kernel tells of processes.
var procFS = os.DirFS("/proc")

// ticksPerSecond is the kernel's USER_HZ, on every architecture that Go knows. So CPU times are
// exact to a hundredth of a second for each process: they want measurements of seconds.
const ticksPerSecond = 100

// tree is a process and all that descend from it.
type tree struct {
	proc fs.FS
	root int
}

// use is what a tree of processes has used, and uses.
type use struct {
	cpu      time.Duration // in user mode and in the kernel, of the living and of those that were waited for
	resident int64         // bytes; what processes share counts once for each
}

// process is one line of /proc/PID/stat (proc(5)).
type process struct {
	pid, parent   int
	ended, ticked int   // ticks of children that it has waited for, and these with its own
	pages         int64 // resident
}

// use reads all processes until nothing was started or ended meanwhile: a child that ends between
// the reading of its parent and its own would be counted twice, or not at all.
func (t *tree) use() (use, error) {
	const tries = 20
	before, err := t.members()
	for range tries {
		if err != nil {
			return use{}, err
		}
		var now map[int]process
		now, err = t.members()
		if err == nil && stable(before, now) {
			return sum(now), nil
		}
		before = now
	}
	return sum(before), err
}

func sum(members map[int]process) (u use) {
	ticks := 0
	for _, p := range members {
		ticks += p.ticked
		u.resident += p.pages * int64(os.Getpagesize())
	}
	u.cpu = time.Duration(ticks) * time.Second / ticksPerSecond
	return u
}

// stable tells whether the same processes are there, and none of theirs was waited for.
func stable(a, b map[int]process) bool {
	return maps.EqualFunc(a, b, func(p, q process) bool { return p.ended == q.ended })
}

// members are the processes of the tree, by their pids.
func (t *tree) members() (map[int]process, error) {
	entries, err := fs.ReadDir(t.proc, ".")
	if err != nil {
		return nil, err
	}
	children := map[int][]process{}
	members := map[int]process{}
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		stat, err := fs.ReadFile(t.proc, e.Name()+"/stat")
		if err != nil {
			continue // it has ended meanwhile
		}
		p, err := parseStat(pid, stat)
		if err != nil {
			return nil, err
		}
		children[p.parent] = append(children[p.parent], p)
		if pid == t.root {
			members[pid] = p
		}
	}
	if len(members) == 0 {
		return nil, fmt.Errorf("there is no process %d", t.root)
	}
	for next := []int{t.root}; len(next) > 0; next = next[1:] {
		for _, p := range children[next[0]] {
			members[p.pid] = p
			next = append(next, p.pid)
		}
	}
	return members, nil
}

// parseStat reads /proc/PID/stat. The name, in parentheses, may have anything in it.
func parseStat(pid int, stat []byte) (process, error) {
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	// Counted from the state, which is field 3 of proc(5).
	const parent, utime, stime, cutime, cstime, rss = 1, 11, 12, 13, 14, 21
	if len(fields) <= rss {
		return process{}, fmt.Errorf("/proc/%d/stat has %d fields", pid, len(fields))
	}
	var n [rss + 1]int
	for _, i := range []int{parent, utime, stime, cutime, cstime, rss} {
		var err error
		if n[i], err = strconv.Atoi(fields[i]); err != nil {
			return process{}, fmt.Errorf("/proc/%d/stat: %w", pid, err)
		}
	}
	p := process{pid: pid, parent: n[parent], ended: n[cutime] + n[cstime], pages: int64(n[rss])}
	p.ticked = n[utime] + n[stime] + p.ended
	return p, nil
}

// meter is what is used while something is measured.
type meter struct {
	tree *tree
	from use
	peak int64
	stop chan struct{}
	over chan struct{}
}

// startMeter is for a tree, or nil: then nothing is known.
func startMeter(t *tree) (*meter, error) {
	m := &meter{tree: t, stop: make(chan struct{}), over: make(chan struct{})}
	if t == nil {
		return m, nil
	}
	var err error
	if m.from, err = t.use(); err != nil {
		return nil, err
	}
	go m.watch()
	return m, nil
}

// watch keeps the most that was resident, five times a second.
func (m *meter) watch() {
	defer close(m.over)
	for ticks := time.NewTicker(200 * time.Millisecond); ; {
		select {
		case <-ticks.C:
			if u, err := m.tree.use(); err == nil {
				m.peak = max(m.peak, u.resident)
			}
		case <-m.stop:
			ticks.Stop()
			return
		}
	}
}

// end is what was used since the start; nil where that is not known.
func (m *meter) end() (*use, error) {
	if m.tree == nil {
		return nil, nil
	}
	close(m.stop)
	<-m.over
	u, err := m.tree.use()
	if err != nil {
		return nil, errors.Join(err, errors.New("the server has ended, or is another now"))
	}
	return &use{cpu: u.cpu - m.from.cpu, resident: max(m.peak, u.resident)}, nil
}
