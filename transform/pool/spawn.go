package pool

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"

	"lightwell/transform/pool/wire"

	"golang.org/x/sys/unix"
)

// spawner starts all children from one thread that lives as long as the pool:
// the signal that a child gets when its parent dies (PR_SET_PDEATHSIG) comes
// when the thread that created it ends, not the process.
type spawner struct {
	requests chan func()
	done     chan struct{}
	mayRaise bool // priorities
}

// longTurn is in nanoseconds, the most that Linux takes.
const longTurn = 100_000_000

func startSpawner() *spawner {
	s := &spawner{requests: make(chan func()), done: make(chan struct{}), mayRaise: mayRaisePriority()}
	go func() {
		defer close(s.done)
		runtime.LockOSThread() // and never unlocked: the thread ends with the goroutine
		// Children inherit this thread's scheduling. As batch work, and with a low priority,
		// they let the server's own threads go first, so that what is cached does not wait
		// for what is being made; where it is refused they are as good.
		// A long turn is what Linux (from 6.12 on) interrupts for those who ask for short ones.
		_ = unix.SchedSetAttr(0, &unix.SchedAttr{Size: unix.SizeofSchedAttr, Policy: unix.SCHED_BATCH, Runtime: longTurn}, 0)
		_ = unix.Setpriority(unix.PRIO_PROCESS, 0, usualPriority)
		for start := range s.requests {
			start()
		}
	}()
	return s
}

// mayRaisePriority tells whether a process of ours that was slowed can be made as
// fast as before, which takes a privilege (CAP_SYS_NICE, or RLIMIT_NICE).
func mayRaisePriority() bool {
	may := make(chan bool)
	go func() {
		runtime.LockOSThread() // and never unlocked, because it may stay slow
		may <- unix.Setpriority(unix.PRIO_PROCESS, 0, lowPriority) == nil && unix.Setpriority(unix.PRIO_PROCESS, 0, usualPriority) == nil
	}()
	return <-may
}

// stop ends the thread, after all children have ended.
func (s *spawner) stop() {
	close(s.requests)
	<-s.done
}

// spawn starts a child and waits for its hello, or until abort is closed.
func (s *spawner) spawn(cfg Config, abort <-chan struct{}) (*child, error) {
	fds, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("make a socket pair: %w", err)
	}
	ours, theirs := os.NewFile(uintptr(fds[0]), "pool"), os.NewFile(uintptr(fds[1]), "child")
	conn, err := wire.NewConn(ours)
	if err != nil {
		theirs.Close()
		return nil, err
	}
	c := &child{conn: conn, stderr: &lastWords{}, exited: make(chan struct{}), mayRaise: s.mayRaise}
	c.cmd = exec.Command(cfg.Command[0], cfg.Command[1:]...)
	c.cmd.Env = childEnv
	c.cmd.ExtraFiles = []*os.File{theirs}
	c.cmd.Stderr = c.stderr
	c.cmd.WaitDelay = time.Second
	c.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	started := make(chan error)
	s.requests <- func() { started <- c.cmd.Start() }
	err = <-started
	// While this process has the other end open, too, the child's death is no EOF.
	theirs.Close()
	if err != nil {
		conn.Close()
		return nil, fmt.Errorf("start a render process: %w", err)
	}
	go func() {
		defer close(c.exited)
		_ = c.cmd.Wait() // how it ended is judged by what the pool did
	}()
	if err := c.greet(cfg.Memory, abort); err != nil {
		c.cmd.Process.Kill()
		c.stop()
		return nil, fmt.Errorf("%w; its last words: %s", err, c.stderr.String())
	}
	return c, nil
}

// childEnv is all that a child knows of the environment: the parent's may hold
// secrets. Two arenas keep glibc's memory from fragmenting (64 against 88 MiB
// after 300 renders). The Go side needs one thread, and told so it does not keep files
// of the cgroup open to find out; with more its monitor would wake every 20
// microseconds at the start of each task, which costs a small render a millisecond. libimagequant
// would have a thread of OpenMP for each core, and those spin for work: they took 60 % of an upload's time.
var childEnv = []string{"MALLOC_ARENA_MAX=2", "OMP_NUM_THREADS=1", "GOMAXPROCS=1", "GODEBUG=containermaxprocs=0", "LANG=C.UTF-8", "GOTRACEBACK=none"}

// greet limits the child and waits until it is ready.
func (c *child) greet(memory int64, abort <-chan struct{}) error {
	if err := limitData(c.pid(), memory); err != nil {
		return fmt.Errorf("limit a render process: %w", err)
	}
	greeted := make(chan struct{})
	defer close(greeted)
	go func() {
		select {
		case <-greeted:
		case <-abort:
			c.end(causeDeadline)
		case <-time.After(helloWait):
			c.end(causeDeadline)
		}
	}()
	if _, _, err := c.conn.Receive(&c.hello); err != nil {
		return fmt.Errorf("wait for a render process: %w", err)
	}
	return nil
}
