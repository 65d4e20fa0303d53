package cache

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/redis/go-redis/v9"
)

const (
	// silence is how long a subscription waits for a message before it asks whether Redis is there,
	// and then for the answer.
	silence = 2 * time.Second

	// joinPause is the pause before subscribing again.
	joinPause = 100 * time.Millisecond
)

// errSilent is the error of a subscription that is not answered.
var errSilent = errors.New("no answer")

func (s *Shared) channel(name string) string { return s.conn.opt.Prefix + "m:" + name }

// Publish sends message to whoever is subscribed to channel at the moment.
func (s *Shared) Publish(ctx context.Context, channel, message string) error {
	_, err := asked(ctx, s.conn, func(ctx context.Context, c redis.UniversalClient) (int64, error) {
		return c.Publish(ctx, s.channel(channel), message).Result()
	})
	return err
}

// Subscriber is told of messages, by one goroutine.
type Subscriber struct {
	Message func(message string)

	// Joined, unless nil, is called when the subscription begins and each time that it begins again
	// after the connection was lost: messages sent in between have not come and will not.
	Joined func()
}

// Subscribe passes on the messages sent to channel until ctx is done, whose error it returns. The
// caller runs it in a goroutine of its own and waits for that. While Redis is down, and until it is
// noticed that a connection hangs (four seconds), there are no messages.
func (s *Shared) Subscribe(ctx context.Context, channel string, to Subscriber) error {
	for ctx.Err() == nil {
		if s.conn.guard.state() == nil {
			s.listen(ctx, channel, to) // ends with the connection; its error is the guard's to find
		}
		select {
		case <-ctx.Done():
		case <-time.After(joinPause):
		}
	}
	return ctx.Err()
}

// listen passes on messages over one connection, until it fails.
func (s *Shared) listen(ctx context.Context, channel string, to Subscriber) error {
	sub := s.conn.redis().Subscribe(ctx, s.channel(channel))
	stop := context.AfterFunc(ctx, func() { sub.Close() }) // go-redis does not see that ctx ends
	defer stop()
	defer sub.Close()
	pinged := false
	for {
		got, err := sub.ReceiveTimeout(ctx, silence)
		var slow net.Error
		switch {
		case err == nil:
			pinged = false
		case pinged || !errors.As(err, &slow) || !slow.Timeout():
			return fmt.Errorf("messages: %w", err)
		default:
			if err := sub.Ping(ctx); err != nil {
				return fmt.Errorf("messages: %w: %w", errSilent, err)
			}
			pinged = true
		}
		to.pass(got)
	}
}

func (to Subscriber) pass(got any) {
	switch got := got.(type) {
	case *redis.Message:
		to.Message(got.Payload)
	case *redis.Subscription:
		if to.Joined != nil {
			to.Joined()
		}
	}
}
