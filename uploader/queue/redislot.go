package queue

import (
	"context"
	"slices"
	"sync"
	"time"
)

// A lot is where takers of one process park that have found nothing to do. However many
// there are, a nudge wakes one for each set of classes that some wait for; who then
// finds an item wakes the next, so as many get up as there are items.
type lot struct {
	mu     sync.Mutex
	nudges [numClasses + 1]uint64      // guarded by mu: how often each class was nudged
	parked map[classSet][]*parkedTaker // guarded by mu: the longest waiting first
	alarm  time.Time                   // guarded by mu: when timer rings; zero when it does not
	timer  *time.Timer

	ticks *time.Ticker
	done  chan struct{}
	owned sync.WaitGroup
}

// fallback is how often somebody looks, nudge or none: a message may have been lost.
const fallback = time.Second

// A classSet has a bit for each class.
type classSet uint

const allClasses classSet = 1<<(numClasses+1) - 1

func setOf(classes []Class) classSet {
	var s classSet
	for _, c := range classes {
		s |= 1 << c
	}
	return s
}

func (s classSet) has(c Class) bool { return s&(1<<c) != 0 }

type parkedTaker struct {
	set   classSet
	woken chan struct{} // is closed by whoever takes it out of the lot
}

func newLot() *lot {
	l := &lot{parked: map[classSet][]*parkedTaker{}, ticks: time.NewTicker(fallback), done: make(chan struct{})}
	l.timer = time.NewTimer(fallback)
	l.timer.Stop()
	l.owned.Go(l.run)
	return l
}

func (l *lot) run() {
	for {
		select {
		case <-l.ticks.C:
			l.nudge(allClasses)
		case <-l.timer.C:
			l.mu.Lock()
			l.alarm = time.Time{}
			l.mu.Unlock()
			l.nudge(allClasses)
		case <-l.done:
			return
		}
	}
}

func (l *lot) close() {
	l.ticks.Stop()
	l.timer.Stop()
	close(l.done)
	l.owned.Wait()
}

// seen is what a taker must ask for before it looks, and hand to park after it.
func (l *lot) seen() [numClasses + 1]uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.nudges
}

// park waits until the taker is woken, or ctx or closed is done. It does not wait if one
// of the classes was nudged since seen.
func (l *lot) park(ctx context.Context, closed <-chan struct{}, set classSet, seen [numClasses + 1]uint64) {
	l.mu.Lock()
	for c, n := range l.nudges {
		if set.has(Class(c)) && n != seen[c] {
			l.mu.Unlock()
			return
		}
	}
	p := &parkedTaker{set, make(chan struct{})}
	l.parked[set] = append(l.parked[set], p)
	l.mu.Unlock()
	select {
	case <-p.woken:
		if ctx.Err() != nil {
			l.wakeNext(set) // it will not look
		}
	case <-ctx.Done():
		l.leave(p)
	case <-closed:
	}
}

// leave takes out a taker that has given up. If it was being woken, another is.
func (l *lot) leave(p *parkedTaker) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, other := range l.parked[p.set] {
		if other == p {
			if l.parked[p.set] = slices.Delete(l.parked[p.set], i, i+1); len(l.parked[p.set]) == 0 {
				delete(l.parked, p.set)
			}
			return
		}
	}
	l.wakeLocked(p.set)
}

// nudge says that something of these classes may be due.
func (l *lot) nudge(set classSet) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for c := range l.nudges {
		if set.has(Class(c)) {
			l.nudges[c]++
		}
	}
	l.wakeLocked(set)
}

// wakeNext wakes those who may find what the caller has left.
func (l *lot) wakeNext(set classSet) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.wakeLocked(set)
}

func (l *lot) wakeLocked(set classSet) {
	for s, takers := range l.parked {
		if s&set == 0 {
			continue
		}
		close(takers[0].woken)
		if l.parked[s] = takers[1:]; len(takers) == 1 {
			delete(l.parked, s)
		}
	}
}

// ringIn makes somebody look after a while. What is further away than the next tick is
// left to it.
func (l *lot) ringIn(after time.Duration) {
	if after < 0 || after >= fallback {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	at := time.Now().Add(after)
	if l.alarm.IsZero() || at.Before(l.alarm) {
		l.alarm = at
		l.timer.Reset(after)
	}
}
