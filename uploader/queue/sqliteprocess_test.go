package queue_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"lightwell/uploader/queue"
)

// Variables that make TestSQLiteWorker another process's part.
const (
	workerRole = "LIGHTWELL_TEST_QUEUE_ROLE"
	workerFile = "LIGHTWELL_TEST_QUEUE_FILE"
)

const workerLease = time.Second

// TestSQLiteWorker is what other processes run; in this one it does nothing.
func TestSQLiteWorker(t *testing.T) {
	role, ok := map[string]func(*testing.T, queue.Queue){"busy": beBusy, "holder": beHolder}[os.Getenv(workerRole)]
	if !ok {
		return
	}
	role(t, openSQLite(t, os.Getenv(workerFile), queue.SQLiteOptions{}))
}

// say tells the parent, in one write, of what has been confirmed.
func say(format string, args ...any) { os.Stdout.WriteString(fmt.Sprintf("> "+format+"\n", args...)) }

// beBusy adds jobs of three items, takes items and finishes every other one, until it is killed.
func beBusy(t *testing.T, q queue.Queue) {
	for i := range 4 {
		go func() {
			for n := 0; ; n++ {
				job := fmt.Sprintf("j%d.%d", i, n)
				if _, err := q.Add(t.Context(), batchOf(job, 0, 3, 200, true)); err == nil {
					say("added %s", job)
				}
			}
		}()
		go func() {
			for n := 0; ; n++ {
				c, err := q.Take(t.Context(), workerLease, queue.Bulk)
				if err != nil {
					continue
				}
				say("claimed %s", c.Item.ID)
				if n%2 == 0 && q.Finish(t.Context(), c, queue.Completed, nil) == nil {
					say("finished %s", c.Item.ID)
				}
			}
		}()
	}
	select {}
}

// beHolder takes an item and, when it is told to, tries to make something of its claim.
func beHolder(t *testing.T, q queue.Queue) {
	c, err := q.Take(t.Context(), workerLease, queue.Bulk)
	say("claimed %s %v", c.Item.ID, err)
	bufio.NewReader(os.Stdin).ReadString('\n')
	_, extend := q.Extend(t.Context(), c, workerLease)
	finish := q.Finish(t.Context(), c, queue.Completed, nil)
	retry := q.Retry(t.Context(), c, 0)
	say("%t %t %t", errors.Is(extend, queue.ErrStale), errors.Is(finish, queue.ErrStale), errors.Is(retry, queue.ErrStale))
}

// process is another process that has the queue.
type process struct {
	cmd   *exec.Cmd
	stdin io.Writer
	lines chan string // what it says; closed at its end
}

func startProcess(t *testing.T, role, path string) *process {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestSQLiteWorker$", "-test.timeout=2m")
	cmd.Env = append(os.Environ(), workerRole+"="+role, workerFile+"="+path)
	cmd.Stderr = os.Stderr
	stdin, err1 := cmd.StdinPipe()
	stdout, err2 := cmd.StdoutPipe()
	if err := errors.Join(err1, err2, cmd.Start()); err != nil {
		t.Fatal(err)
	}
	p := &process{cmd: cmd, stdin: stdin, lines: make(chan string, 1_000_000)}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		defer close(p.lines)
		for lines := bufio.NewScanner(stdout); lines.Scan(); {
			if line, ok := strings.CutPrefix(lines.Text(), "> "); ok {
				p.lines <- line
			}
		}
	}()
	t.Cleanup(func() {
		cmd.Process.Kill()
		<-ended
		cmd.Wait()
	})
	return p
}

// line waits for the next thing that the process says.
func (p *process) line(t *testing.T) string {
	t.Helper()
	select {
	case line, ok := <-p.lines:
		if ok {
			return line
		}
	case <-time.After(30 * time.Second):
	}
	t.Fatal("the other process says nothing any more")
	return ""
}

// A process that is killed at its work loses nothing of what it was told, and others have
// its items when their leases end.
func TestSQLiteKilledProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "queue.db")
	q := openSQLite(t, path, queue.SQLiteOptions{})
	p := startProcess(t, "busy", path)
	said := map[string]map[string]bool{"added": {}, "claimed": {}, "finished": {}}
	note := func(line string) {
		what, id, _ := strings.Cut(line, " ")
		said[what][id] = true
	}
	for len(said["added"]) < 150 || len(said["finished"]) < 20 {
		note(p.line(t))
	}
	if err := p.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	killed := time.Now()
	for line := range p.lines {
		note(line)
	}
	taken := takeRest(t, q, said["claimed"])
	for id := range said["claimed"] {
		at, again := taken[id]
		if said["finished"][id] && again {
			t.Errorf("%s was given out again, though it was finished", id)
		}
		// It comes after what waits already, and that takes as long as the disk does.
		if again && at.Sub(killed) > workerLease+30*time.Second {
			t.Errorf("%s was given out %v after its holder was killed, want %v at most", id, at.Sub(killed), workerLease+30*time.Second)
		}
	}
	for id := range said["added"] {
		job, items, err := q.Get(t.Context(), id, 0, 10)
		if err != nil || len(items) != 3 || job.State != queue.Completed {
			t.Errorf("Get(%s) = %s with %d items, %v, want it completed with 3", id, job.State, len(items), err)
		}
	}
	t.Logf("%d jobs, %d claims, %d finished, %d taken after the kill", len(said["added"]), len(said["claimed"]), len(said["finished"]), len(taken))
}

// takeRest does all that is left, and says when each item was taken.
func takeRest(t *testing.T, q *queue.SQLite, claimed map[string]bool) map[string]time.Time {
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	defer cancel()
	var mu sync.Mutex // guards taken
	taken := map[string]time.Time{}
	var group sync.WaitGroup
	for range 16 {
		group.Go(func() {
			for {
				c, err := q.Take(ctx, time.Minute, queue.Bulk)
				if err != nil {
					return
				}
				mu.Lock()
				taken[c.Item.ID] = time.Now()
				mu.Unlock()
				if err := q.Finish(ctx, c, queue.Completed, nil); err != nil {
					t.Errorf("Finish(%s) = %v", c.Item.ID, err)
				}
			}
		})
	}
	for stats, err := q.Stats(ctx); stats.Waiting+stats.Running+stats.Delayed > 0 || err != nil; stats, err = q.Stats(ctx) {
		if err != nil {
			t.Fatalf("Stats() = %+v, %v, with %d claims of the killed process", stats, err, len(claimed))
		}
		time.Sleep(10 * time.Millisecond)
	}
	cancel()
	group.Wait()
	return taken
}

// A process that was stopped for longer than its lease finds its claim stale.
func TestSQLiteStoppedProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "queue.db")
	q := openSQLite(t, path, queue.SQLiteOptions{})
	mustAdd(t, q, batchOf("a", 0, 1, 10, true))
	p := startProcess(t, "holder", path)
	if got, want := p.line(t), "claimed a.0 <nil>"; got != want {
		t.Fatalf("the other process says %q, want %q", got, want)
	}
	if err := p.cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	c, err := q.Take(ctx, time.Minute, queue.Bulk)
	if err != nil || c.Item.ID != "a.0" || c.Item.Attempts != 2 {
		t.Fatalf("Take() = %+v, %v, want a.0 for the second time", c.Item, err)
	}
	if err := p.cmd.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	fmt.Fprintln(p.stdin, "go on")
	if got, want := p.line(t), "true true true"; got != want {
		t.Errorf("Extend, Finish and Retry of the stopped process are stale: %s, want %s", got, want)
	}
	if err := q.Finish(t.Context(), c, queue.Completed, nil); err != nil {
		t.Errorf("Finish() = %v", err)
	}
}
