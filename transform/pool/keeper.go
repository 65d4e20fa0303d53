package pool

import (
	"fmt"
	"log/slog"
	"time"

	"lightwell/transform"
)

// keeper owns one child at a time, and is a goroutine of its own.
type keeper struct {
	pool *Pool
	end  lane // takes work of the lanes before it
	log  *slog.Logger
}

// laneEnd is where the lanes of the i-th of all keepers end. The first is for
// renditions alone, whatever else there is to do; the second, where there are
// more, leaves out what nobody waits for, so that it never stops uploads either.
func laneEnd(i, all int) lane {
	switch {
	case i == 0:
		return intake
	case i == 1 && all > 2:
		return background
	}
	return lanes
}

// run keeps a child at hand, started before there is work for it, until the
// queue is closed.
func (k *keeper) run() {
	pause := time.Duration(0)
	for !k.pool.queue.isClosed() {
		c, err := k.pool.spawner.spawn(k.pool.cfg, k.pool.queue.closing)
		if err != nil {
			k.log.Error("render process did not start", "error", err)
			pause = min(max(2*pause, 50*time.Millisecond), 5*time.Second)
			k.pool.queue.pause(pause)
			continue
		}
		pause = 0
		k.pool.joined(c.hello)
		k.serve(c)
		k.pool.left()
		c.stop()
	}
}

// serve feeds one child until it must be replaced, or the queue is closed. What
// ends the child is counted before anybody learns of it.
func (k *keeper) serve(c *child) {
	takes := &taker{end: k.end}
	for tasks := 0; ; {
		if k.pool.cfg.Tasks > 0 && tasks >= k.pool.cfg.Tasks {
			k.count(causeWornOut)
			return
		}
		j, ended := k.pool.queue.takeFor(takes, c.exited)
		if ended {
			k.count(causeCrash)
			k.logEnd(c, causeCrash, nil)
			return
		}
		if j == nil {
			return
		}
		tasks++
		if plan := j.task.Plan; plan != nil {
			plan.Keep = k.pool.crowds.many(plan.File)
		}
		why, err := c.do(j, k.pool.cfg.Memory)
		if why != "" {
			k.count(why)
			k.logEnd(c, why, j)
			err = fmt.Errorf("%w%s", why.err(), c.stderr.Clause())
		}
		j.finish(err)
		if why != "" {
			return
		}
		if !c.restore() {
			k.count(causeWornOut)
			return
		}
	}
}

func (k *keeper) count(why cause) {
	k.pool.metrics.restarts.WithLabelValues(string(why)).Inc()
}

func (k *keeper) logEnd(c *child, why cause, j *job) {
	attrs := []any{"cause", string(why), "pid", c.pid(), "lastWords", c.stderr.String()}
	if j != nil {
		attrs = append(attrs, "task", string(j.task.Kind))
	}
	k.log.Warn("render process ended", attrs...)
}

// cause is why a child was replaced: the metric's label.
type cause string

const (
	causeCrash    cause = "crash"    // it died by itself
	causeDeadline cause = "deadline" // ended by the pool
	causeMemory   cause = "memory"   // ended by the pool
	causeWornOut  cause = "age"      // it had done its share
)

func (c cause) err() error {
	switch c {
	case causeDeadline:
		return transform.ErrDeadline
	case causeMemory:
		return transform.ErrMemory
	}
	return transform.ErrCrash
}
