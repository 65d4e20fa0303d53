package main_test

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// tree are the pids of the server and its render processes.
func (p *process) tree() []int { return append(p.children(), p.cmd.Process.Pid) }

// spent is the CPU time of the server and its render processes so far, of those that were waited for, too. The
// kernel tells it in hundredths of a second for each process.
func (p *process) spent() (total time.Duration) {
	p.t.Helper()
	const tick = time.Second / 100 // the kernel's USER_HZ, on every architecture that Go knows
	for _, pid := range p.tree() {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil {
			continue // it was replaced, and its parent has its time
		}
		// The name, in parentheses, may have spaces; 11 fields lie between it and utime, stime, cutime and cstime.
		fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
		for _, field := range fields[11:15] {
			n, err := strconv.Atoi(field)
			if err != nil {
				p.t.Fatal(err)
			}
			total += time.Duration(n) * tick
		}
	}
	return total
}

// footprint is memory that is resident, in bytes.
type footprint struct {
	sum    int // of the tree, with what processes share counted once (PSS)
	server int // of the server alone (RSS)
	child  int // of the largest render process, without files that are mapped
}

// footprint reads smaps_rollup of the whole tree (proc_pid_smaps(5)).
func (p *process) footprint() (f footprint) {
	for _, pid := range p.tree() {
		rollup, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
		if err != nil {
			continue // it has ended
		}
		f.sum += inRollup(rollup, "Pss:")
		if pid == p.cmd.Process.Pid {
			f.server = inRollup(rollup, "Rss:")
		} else {
			f.child = max(f.child, inRollup(rollup, "Anonymous:"))
		}
	}
	return f
}

// inRollup is a line of smaps_rollup, as "Pss:    1234 kB", in bytes.
func inRollup(rollup []byte, name string) int {
	for line := range strings.Lines(string(rollup)) {
		if fields := strings.Fields(line); len(fields) == 3 && fields[0] == name {
			n, _ := strconv.Atoi(fields[1])
			return n << 10
		}
	}
	return 0
}

// watchFootprint keeps the most of each until it is asked.
func (p *process) watchFootprint() (stop func() footprint) {
	var most footprint
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for tick := time.NewTicker(50 * time.Millisecond); ; {
			f := p.footprint()
			most = footprint{max(most.sum, f.sum), max(most.server, f.server), max(most.child, f.child)}
			select {
			case <-tick.C:
			case <-done:
				tick.Stop()
				return
			}
		}
	}()
	return func() footprint { close(done); <-ended; return most }
}
