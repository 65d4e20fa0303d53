package cache_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"lightwell/cache"
)

func TestShared(t *testing.T) { useShared(t, startRedis(t).open()) }

// useShared goes through what values and messages do.
func useShared(t *testing.T, c *cache.RedisConn) {
	t.Helper()
	s := cache.NewShared(c)
	want := func(name, value string, life time.Duration) {
		t.Helper()
		got, left, err := s.Get(t.Context(), name)
		if err != nil || string(got) != value || left > life || left < life-5*time.Second {
			t.Errorf("Get(%s) = %q, %v, %v, want %q for nearly %v", name, got, left, err, value, life)
		}
	}
	wantMiss := func(name string) {
		t.Helper()
		if got, left, err := s.Get(t.Context(), name); !errors.Is(err, cache.ErrMiss) || got != nil || left != 0 {
			t.Errorf("Get(%s) = %q, %v, %v, want ErrMiss", name, got, left, err)
		}
	}
	add := func(name, value string, life time.Duration, added bool) {
		t.Helper()
		if got, err := s.Add(t.Context(), name, []byte(value), life); got != added || err != nil {
			t.Errorf("Add(%s, %s) = %t, %v, want %t", name, value, got, err, added)
		}
	}
	put := func(name, value string, life time.Duration) {
		t.Helper()
		if err := s.Put(t.Context(), name, []byte(value), life); err != nil {
			t.Errorf("Put(%s, %s) = %v", name, value, err)
		}
	}
	wantMiss("a")
	add("a", "one", time.Minute, true)
	want("a", "one", time.Minute)
	add("a", "two", time.Hour, false)
	want("a", "one", time.Minute)
	put("a", "three", time.Hour)
	want("a", "three", time.Hour)
	put("empty", "", time.Minute)
	want("empty", "", time.Minute)
	put("b", "short", 20*time.Millisecond)
	put("b", "shorter", 0)
	eventually(t, "a value's life ends", func() bool {
		_, _, err := s.Get(t.Context(), "b")
		return errors.Is(err, cache.ErrMiss)
	})
	add("b", "again", time.Minute, true)
	l := subscribe(t, s, "channel")
	l.wantNext(s, "hello")
}

// listener keeps what a subscription tells.
type listener struct {
	t *testing.T

	mu       sync.Mutex // guards the fields below
	messages []string
	joined   int
}

// subscribe listens until the test ends, and waits for the end.
func subscribe(t *testing.T, s *cache.Shared, channel string) *listener {
	t.Helper()
	l := &listener{t: t}
	ctx, cancel := context.WithCancel(context.Background())
	var work sync.WaitGroup
	work.Go(func() {
		if err := s.Subscribe(ctx, channel, cache.Subscriber{Message: l.message, Joined: l.join}); !errors.Is(err, context.Canceled) {
			t.Errorf("Subscribe = %v, want ctx's error", err)
		}
	})
	t.Cleanup(func() {
		start := time.Now()
		cancel()
		work.Wait()
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("Subscribe ended %v after its ctx", took)
		}
	})
	eventually(t, "subscribed", func() bool { return l.times() > 0 })
	return l
}

func (l *listener) message(m string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.messages = append(l.messages, m)
}

func (l *listener) join() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.joined++
}

func (l *listener) times() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.joined
}

func (l *listener) has(m string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Contains(l.messages, m)
}

// wantNext publishes a message, which must come.
func (l *listener) wantNext(s *cache.Shared, m string) {
	l.t.Helper()
	eventually(l.t, "the message is sent: "+m, func() bool { return s.Publish(l.t.Context(), "channel", m) == nil })
	eventually(l.t, "the message comes: "+m, func() bool { return l.has(m) })
}

// Messages come to everybody, in order, and to no other channel.
func TestSharedMessages(t *testing.T) {
	server := startRedis(t)
	sender := cache.NewShared(server.open())
	other := subscribe(t, sender, "other")
	var all []*listener
	for range 3 {
		all = append(all, subscribe(t, cache.NewShared(server.open()), "channel"))
	}
	var sent []string
	for i := range 100 {
		sent = append(sent, fmt.Sprint("message ", i))
		if err := sender.Publish(t.Context(), "channel", sent[i]); err != nil {
			t.Fatal(err)
		}
	}
	for _, l := range all {
		eventually(t, "the last message comes", func() bool { return l.has(sent[99]) })
		if !slices.Equal(l.messages, sent) {
			t.Errorf("came %q, want %q", l.messages, sent)
		}
	}
	if other.has(sent[0]) {
		t.Error("the other channel's subscriber has the messages, too")
	}
}

// When Redis was dead or hung for a while, messages come again, and the subscriber is told that some
// may have not.
func TestSharedMessagesAgain(t *testing.T) {
	t.Parallel()
	server := startRedis(t)
	c := server.open(quick)
	s := cache.NewShared(c)
	l := subscribe(t, s, "channel")
	l.wantNext(s, "before")
	for i := range 2 {
		joined := l.times()
		server.Kill()
		eventually(t, "it is noticed", func() bool { return c.State().Down != nil })
		if err := s.Publish(t.Context(), "channel", "lost"); !errors.Is(err, cache.ErrDown) {
			t.Errorf("Publish with Redis dead = %v, want ErrDown", err)
		}
		server.Start()
		eventually(t, "subscribed again", func() bool { return l.times() > joined })
		wantUp(t, c)
		l.wantNext(s, fmt.Sprint("after ", i))
	}
	server.Hang()
	eventually(t, "the hanging is noticed", func() bool { return c.State().Down != nil })
	server.GoOn()
	wantUp(t, c)
	l.wantNext(s, "after hanging")
}
