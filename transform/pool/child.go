package pool

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"lightwell/transform/pool/wire"

	"golang.org/x/sys/unix"
)

// child is one render process, as its keeper sees it.
type child struct {
	cmd       *exec.Cmd
	conn      *wire.Conn
	stderr    *lastWords
	hello     wire.Hello
	killedFor atomic.Value  // cause, once the pool has decided to end it
	exited    chan struct{} // closed when the process has been reaped
	// mayRaise is whether a low priority can be taken back.
	mayRaise bool
	slowed   bool // has a low priority; written by the watch, read once that is off
}

const (
	helloWait  = 20 * time.Second       // libvips up on a busy machine
	watchEvery = 20 * time.Millisecond  // how often memory is read: half a microsecond each
	yieldAfter = 250 * time.Millisecond // what a large photograph takes, where yielding costs a child
	// usualPriority is a nice value: a third of the weight of the server's own threads, which do little
	// and must do it at once. lowPriority is a tenth of that.
	usualPriority, lowPriority = 5, 15
	partingWait                = 2 * time.Second // for a child to leave by itself
	// dataSlack is by how much the kernel's own limit lies over the ceiling: it
	// counts memory that was never touched, of which the AVIF encoder takes 1.7 GiB
	// for 32 megapixels, and a codec that meets it may say nothing and write an
	// empty file. So watching must come first.
	dataSlack = 4 << 30
)

func (c *child) pid() int { return c.cmd.Process.Pid }

// end kills the process for a cause; the first cause stays.
func (c *child) end(why cause) {
	c.killedFor.CompareAndSwap(nil, why)
	c.cmd.Process.Kill()
}

// stop lets the process leave, and sees that it does.
func (c *child) stop() {
	c.conn.Close()
	select {
	case <-c.exited:
	case <-time.After(partingWait):
		c.cmd.Process.Kill()
		<-c.exited
	}
}

// do has the child do a job. The cause is "" when the child is fit for more;
// the error is then the job's own.
func (c *child) do(j *job, memory int64) (cause, error) {
	if j.lane != serving && c.mayRaise {
		c.yield()
	}
	unwatch := c.watch(j, memory)
	err := c.converse(j)
	unwatch()
	if err == nil && j.reply.Fault != wire.FaultMemory {
		return "", j.reply.Err()
	}
	if err == nil { // it ran out of memory and lives: what it leaked stays with it
		c.end(causeMemory)
	}
	c.end(causeCrash)
	<-c.exited
	return c.killedFor.Load().(cause), err
}

// converse is one task and one reply. An error is the end of the child.
func (c *child) converse(j *job) error {
	if err := c.conn.Send(j.task, nil, j.files...); err != nil {
		return fmt.Errorf("send a task: %w", err)
	}
	body, files, err := c.conn.Receive(&j.reply)
	if err != nil {
		return fmt.Errorf("receive a reply: %w", err)
	}
	wire.CloseAll(files) // nothing is expected back: a child that sends one is not trusted
	j.body = body
	return nil
}

// watch ends the child at its deadline or over its ceiling, until it is called
// off. What nobody waits to see has to let renditions go first when it goes on and on.
func (c *child) watch(j *job, memory int64) (callOff func()) {
	var mu sync.Mutex // held while looking
	over := false
	began := time.Now()
	var again *time.Timer
	look := func() {
		mu.Lock()
		defer mu.Unlock()
		if over {
			return
		}
		if used, err := anonymousMemory(c.pid()); err == nil && memory > 0 && used > memory {
			c.end(causeMemory)
			return
		}
		at := time.Since(began)
		if at >= j.deadline {
			c.end(causeDeadline)
			return
		}
		if at >= yieldAfter && j.lane != serving && !c.slowed {
			c.yield()
		}
		again.Reset(min(watchEvery, j.deadline-at))
	}
	mu.Lock() // until there is a timer
	defer mu.Unlock()
	again = time.AfterFunc(min(watchEvery, j.deadline), look)
	return func() {
		mu.Lock()
		defer mu.Unlock()
		over = true
		again.Stop()
	}
}

// yield lets the children that render go first.
func (c *child) yield() { c.slowed = c.prioritise(lowPriority) == nil }

// prioritise sets the priority of all threads of the process, by its group.
func (c *child) prioritise(nice int) error {
	return unix.Setpriority(unix.PRIO_PGRP, c.pid(), nice)
}

// restore takes back that the process was slowed. It is false where that takes a
// privilege that is not there: the process is then not fit for renditions.
func (c *child) restore() bool {
	if c.slowed && c.prioritise(usualPriority) != nil {
		return false
	}
	c.slowed = false
	return true
}

// anonymousMemory is what a process has resident and shares with no file, in
// bytes: the second less the third field of statm (proc(5)), in pages.
func anonymousMemory(pid int) (int64, error) {
	statm, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/statm")
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(statm))
	if len(fields) < 3 {
		return 0, fmt.Errorf("statm of %d has %d fields", pid, len(fields))
	}
	resident, err := strconv.ParseInt(fields[1], 10, 64)
	if err != nil {
		return 0, err
	}
	shared, err := strconv.ParseInt(fields[2], 10, 64)
	return (resident - shared) * int64(os.Getpagesize()), err
}

// limitData sets the last net under the watching: the kernel refuses memory.
func limitData(pid int, memory int64) error {
	if memory == 0 {
		return nil
	}
	most := uint64(memory) + dataSlack
	return unix.Prlimit(pid, unix.RLIMIT_DATA, &unix.Rlimit{Cur: most, Max: most}, nil)
}
