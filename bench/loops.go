package bench

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// openLoop makes requests when they are due, whatever became of those before. So many workers send
// them; where all still wait for answers, requests are sent late, and their latency counts from when
// they were due. A server that stalls is not spared the requests that it keeps from being sent:
// leaving those out is what is known as coordinated omission.
//
// What is not sent within patience after the last was due counts as an error.
func openLoop(ctx context.Context, workers int, due []time.Duration, patience time.Duration, t *target, next func(n int) want) *tally {
	var taken atomic.Int64
	start := time.Now()
	end := start.Add(due[len(due)-1] + patience)
	return together(workers, func(own *tally, x *exchange) {
		for {
			n := int(taken.Add(1)) - 1
			if n >= len(due) {
				return
			}
			at := start.Add(due[n])
			if sleepUntil(ctx, at) != nil {
				return
			}
			sent := time.Now()
			if sent.After(end) {
				own.requests++
				own.fail(faultLate)
				continue
			}
			err := t.client.get(x, next(n))
			own.took(x, at, sent, time.Now(), err)
		}
	})
}

// closedLoop makes requests for a time, on each connection the next when the last is answered:
// what the server can do at most, and what one request costs then. Its latencies are those of
// requests that waited for each other.
func closedLoop(ctx context.Context, workers int, within time.Duration, t *target, next func(n int) want) *tally {
	var taken atomic.Int64
	end := time.Now().Add(within)
	return together(workers, func(own *tally, x *exchange) {
		for ctx.Err() == nil {
			sent := time.Now()
			if sent.After(end) {
				return
			}
			err := t.client.get(x, next(int(taken.Add(1))-1))
			own.took(x, sent, sent, time.Now(), err)
		}
	})
}

// inTurn makes requests one after the other, and shows each answer that is right. Those that are not
// made within patience are errors.
func inTurn(ctx context.Context, patience time.Duration, t *target, wants []want, show func(n int, x *exchange) error) *tally {
	own, x := newTally(), &exchange{}
	end := time.Now().Add(patience)
	for n, w := range wants {
		if ctx.Err() != nil {
			break
		}
		sent := time.Now()
		if sent.After(end) {
			own.requests++
			own.fail(faultLate)
			continue
		}
		err := t.client.get(x, w)
		done := time.Now()
		if err == nil && show != nil {
			err = show(n, x)
		}
		own.took(x, sent, sent, done, err)
	}
	return own
}

// burst makes all requests at one moment, each on a connection of its own, and shows each answer
// that is right, one after the other.
func burst(t *target, wants []want, show func(n int, x *exchange) error) *tally {
	var mu sync.Mutex // guards what show does
	var ready, over sync.WaitGroup
	ready.Add(len(wants))
	begin := make(chan struct{})
	tallies := make([]*tally, len(wants))
	var start time.Time // written before begin is closed
	for n, w := range wants {
		own, x := newTally(), &exchange{}
		tallies[n] = own
		over.Go(func() {
			ready.Done()
			<-begin
			err := t.client.get(x, w)
			done := time.Now()
			if err == nil && show != nil {
				mu.Lock()
				err = show(n, x)
				mu.Unlock()
			}
			own.took(x, start, start, done, err)
		})
	}
	ready.Wait()
	start = time.Now()
	close(begin)
	over.Wait()
	return merged(tallies)
}

// together has workers count, each for itself, and merges what they counted.
func together(workers int, work func(own *tally, x *exchange)) *tally {
	tallies := make([]*tally, workers)
	var over sync.WaitGroup
	for i := range tallies {
		tallies[i] = newTally()
		over.Go(func() { work(tallies[i], &exchange{}) })
	}
	over.Wait()
	return merged(tallies)
}
