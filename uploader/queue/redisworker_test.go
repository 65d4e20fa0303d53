package queue_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"lightwell/cache/redistest"
	"lightwell/uploader/queue"
)

const workerURL = "LIGHTWELL_TEST_WORKER_URL"

// TestRedisWorkerProcess is what startWorker runs in a process of its own, and nothing
// otherwise: it takes an item, says so, waits for a line, and finishes it.
func TestRedisWorkerProcess(t *testing.T) {
	url := os.Getenv(workerURL)
	if url == "" {
		return
	}
	q, err := queue.OpenRedis(t.Context(), queue.RedisOptions{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	c := take(t, q, 500*time.Millisecond, queue.Bulk)
	fmt.Println("taken", c.Item.ID)
	bufio.NewReader(os.Stdin).ReadString('\n')
	fmt.Println("stale:", errors.Is(q.Finish(context.Background(), c, queue.Completed, nil), queue.ErrStale))
}

// startWorker returns once the process has an item. said is the rest of what it says.
func startWorker(t *testing.T, s *redisServer) (cmd *exec.Cmd, said func() string) {
	t.Helper()
	cmd = exec.Command(os.Args[0], "-test.run=^TestRedisWorkerProcess$")
	cmd.Env = append(os.Environ(), workerURL+"="+s.URL())
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	lines := bufio.NewReader(out)
	for line := ""; !strings.HasPrefix(line, "taken"); {
		if line, err = lines.ReadString('\n'); err != nil {
			t.Fatalf("the worker ended: %v", err)
		}
	}
	return cmd, func() string {
		fmt.Fprintln(in)
		line, _ := lines.ReadString('\n')
		return strings.TrimSpace(line)
	}
}

// The item of a worker that is stopped or killed goes to another when its lease has run
// out; one that was only stopped is refused when it goes on.
func TestRedisWorkerStoppedOrKilled(t *testing.T) {
	for _, signal := range []syscall.Signal{syscall.SIGSTOP, syscall.SIGKILL} {
		s := startRedis(t, redistest.Durable...)
		q := s.open()
		add(t, q, batch("job", queue.Bulk, "item"))
		worker, said := startWorker(t, s)
		worker.Process.Signal(signal)
		start := time.Now()
		c := take(t, q, time.Minute, queue.Bulk)
		if c.Item.ID != "item" || c.Item.Attempts != 2 {
			t.Errorf("Take after %v = %+v, want the item again", signal, c.Item)
		}
		if d := time.Since(start); d > 10*time.Second {
			t.Errorf("Take after %v took %v, want little more than the lease of 500ms", signal, d)
		}
		if signal == syscall.SIGSTOP {
			worker.Process.Signal(syscall.SIGCONT)
			if got := said(); got != "stale: true" {
				t.Errorf("the worker went on and said %q, want its claim stale", got)
			}
		}
		finish(t, q, c)
	}
}
