package queue

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// A hub is the one connection of a process on which Redis tells it of changes: for
// takers, that something is due; for watchers, that their job has changed. go-redis
// opens it again when it breaks; whoever listens is then told, for something may have
// been missed.
type hub struct {
	lot *lot
	sub *redis.PubSub

	mu       sync.Mutex
	watchers map[string]map[*func()]struct{} // guarded by mu: by channel
	changed  chan struct{}                   // has room for one: watchers is not what is subscribed to

	ctx    context.Context // is done when the hub closes
	cancel context.CancelFunc
	owned  sync.WaitGroup
}

func newHub(client redis.UniversalClient, l *lot) *hub {
	h := &hub{lot: l, watchers: map[string]map[*func()]struct{}{}, changed: make(chan struct{}, 1)}
	h.ctx, h.cancel = context.WithCancel(context.Background())
	h.sub = client.Subscribe(h.ctx, nudgeChannel)
	messages := h.sub.ChannelWithSubscriptions()
	h.owned.Go(func() { h.listen(messages) })
	h.owned.Go(h.subscribe)
	return h
}

func (h *hub) close() {
	h.cancel()
	h.sub.Close() // ends listen; there is nothing to do about its error
	h.owned.Wait()
}

func (h *hub) listen(messages <-chan any) {
	for m := range messages {
		switch m := m.(type) {
		case *redis.Subscription:
			h.subscribed(m)
		case *redis.Message:
			h.heard(m)
		}
	}
}

// subscribed follows every subscription, also those made again on another connection.
func (h *hub) subscribed(s *redis.Subscription) {
	switch {
	case s.Kind != "subscribe":
	case s.Channel == nudgeChannel:
		h.lot.nudge(allClasses)
	default:
		h.tell(s.Channel)
	}
}

func (h *hub) heard(m *redis.Message) {
	if m.Channel != nudgeChannel {
		h.tell(m.Channel)
		return
	}
	var class Class
	var after int64 // ms
	if _, err := fmt.Sscanf(m.Payload, "%d %d", &class, &after); err != nil || class < 0 || class > Callback {
		return
	}
	if after > 0 {
		h.lot.ringIn(time.Duration(after+1) * time.Millisecond)
	} else {
		h.lot.nudge(1 << class)
	}
}

func (h *hub) tell(channel string) {
	h.mu.Lock()
	nudges := make([]func(), 0, len(h.watchers[channel]))
	for nudge := range h.watchers[channel] {
		nudges = append(nudges, *nudge)
	}
	h.mu.Unlock()
	for _, nudge := range nudges {
		nudge()
	}
}

func (h *hub) watch(job string, nudge func()) (stop func()) {
	channel := jobChannel + job
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.watchers[channel] == nil {
		h.watchers[channel] = map[*func()]struct{}{}
		h.wantSubscriptions()
	}
	h.watchers[channel][&nudge] = struct{}{}
	return sync.OnceFunc(func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		if delete(h.watchers[channel], &nudge); len(h.watchers[channel]) == 0 {
			delete(h.watchers, channel)
			h.wantSubscriptions()
		}
	})
}

func (h *hub) wantSubscriptions() {
	select {
	case h.changed <- struct{}{}:
	default:
	}
}

// subscribe keeps the channels of the connection equal to those that are watched. An
// error needs no answer: go-redis subscribes to what it was asked for when it is
// connected again.
func (h *hub) subscribe() {
	have := map[string]bool{}
	for {
		select {
		case <-h.changed:
		case <-h.ctx.Done():
			return
		}
		more, fewer := h.difference(have)
		if len(more) > 0 {
			h.sub.Subscribe(h.ctx, more...)
		}
		if len(fewer) > 0 {
			h.sub.Unsubscribe(h.ctx, fewer...)
		}
	}
}

// difference brings have up to date, and says what that took.
func (h *hub) difference(have map[string]bool) (more, fewer []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for c := range h.watchers {
		if !have[c] {
			have[c] = true
			more = append(more, c)
		}
	}
	for c := range have {
		if h.watchers[c] == nil {
			delete(have, c)
			fewer = append(fewer, c)
		}
	}
	return more, fewer
}

// Watch implements Watcher. nudge is also called when Redis has begun to tell of the job.
func (r *Redis) Watch(job string, nudge func()) (stop func()) {
	return r.hub.watch(job, nudge)
}
