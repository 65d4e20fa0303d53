package pooltest

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Until polls for a condition that other processes bring about, for 20 seconds.
func Until(t testing.TB, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("never came about: %s", what)
		}
	}
}

// Children are the processes that a process has started and not reaped.
func Children(t testing.TB, pid int) (pids []int) {
	t.Helper()
	lists, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	if err != nil {
		t.Fatal(err)
	}
	for _, list := range lists {
		text, _ := os.ReadFile(list) // the thread may have ended
		for _, field := range strings.Fields(string(text)) {
			child, err := strconv.Atoi(field)
			if err != nil {
				t.Fatal(err)
			}
			pids = append(pids, child)
		}
	}
	return pids
}

// Busy waits for a child of a process that computes, and returns its pid. One that is
// starting up is not meant.
func Busy(t testing.TB, pid int) (busy int) {
	t.Helper()
	const enough = 10 // hundredths of a second
	before := map[int]int{}
	Until(t, "a render process computes", func() bool {
		for _, child := range Children(t, pid) {
			if !confined(child) {
				continue
			}
			now := ticks(child)
			if was, seen := before[child]; !seen {
				before[child] = now
			} else if now-was >= enough {
				busy = child
				return true
			}
		}
		return false
	})
	return busy
}

// confined tells whether a render process has started up: it is the last thing before it
// takes work, and a filter of system calls, where there is one, the last of that.
func confined(pid int) bool {
	last := "Seccomp:\t2\n"
	if runtime.GOARCH != "amd64" {
		last = "NoNewPrivs:\t1\n"
	}
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	return err == nil && strings.Contains(string(status), last)
}

// Ended tells whether a process runs no more. One that waits to be reaped, which
// is up to whoever has become its parent, has ended.
func Ended(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return true
	}
	_, rest, _ := strings.Cut(string(stat), ") ")
	return strings.HasPrefix(rest, "Z") || strings.HasPrefix(rest, "X")
}

// ticks is the CPU time that a process has used, in hundredths of a second
// (proc(5), stat, fields 14 and 15).
func ticks(pid int) int {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(stat), ") ")
	fields := strings.Fields(rest)
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return user + system
}

// Stop stops a process as SIGSTOP does, and waits until all of its threads have: one of them may be in the
// middle of an answer.
func Stop(t testing.TB, p *os.Process) {
	t.Helper()
	if err := p.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	Until(t, "a process has stopped", func() bool { return stopped(p.Pid) })
}

func stopped(pid int) bool {
	stats, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", pid)) // the pattern is well-formed
	for _, path := range stats {
		stat, err := os.ReadFile(path)
		// The state stands after the name, which is in parentheses (proc(5)).
		if i := bytes.LastIndexByte(stat, ')'); err == nil && (i < 0 || !bytes.HasPrefix(stat[i:], []byte(") T"))) {
			return false
		}
	}
	return true
}
