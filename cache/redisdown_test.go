package cache_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lightwell/cache"
	"lightwell/cache/cachetest"
)

// Redis being down is no error of opening it, nor anything that has to be restarted for.
func TestRedisDead(t *testing.T) {
	s := startRedis(t)
	s.Kill()
	c := s.open(quick)
	r, e := cache.NewRedis(c), cachetest.Entry(1, 1, 1000)
	for range 3 {
		wantDown(t, r)
		s.Start()
		wantUp(t, c)
		wantKept(t, r, e)
		s.Kill()
		wantDown(t, r) // refused, and not waited for
	}
}

// wantDown checks that every method says that the tier is down, soon.
func wantDown(t *testing.T, r *cache.Redis) {
	t.Helper()
	start := time.Now()
	_, err := r.Get(t.Context(), cachetest.Key(1))
	for _, err := range []error{err, r.Set(t.Context(), cachetest.Entry(1, 1, 10)), r.Delete(t.Context(), cachetest.Key(1))} {
		if !errors.Is(err, cache.ErrDown) {
			t.Errorf("with Redis down = %v, want ErrDown", err)
		}
	}
	if took := time.Since(start); took > 3*time.Second {
		t.Errorf("with Redis down all methods took %v", took)
	}
}

func wantUp(t *testing.T, c *cache.RedisConn) {
	t.Helper()
	eventually(t, "Redis is up again", func() bool { return c.State().Down == nil })
}

// wantKept sets the entry and gets it, though a busy machine may make Redis look down for a moment.
func wantKept(t *testing.T, r *cache.Redis, e *cache.Entry) {
	t.Helper()
	eventually(t, "the entry is set", func() bool { return r.Set(t.Context(), e) == nil })
	eventually(t, "the entry is found", func() bool {
		got, err := r.Get(t.Context(), e.Key)
		return err == nil && bytes.Equal(got.Body, e.Body)
	})
}

// TestRedisHangs stops the server under 200 who ask all the time. Those of the moment wait for the
// timeout, once; nobody else waits.
func TestRedisHangs(t *testing.T) {
	s := startRedis(t)
	var told states
	c := s.open(quick, func(o *cache.RedisOptions) { o.OnChange = told.add })
	r := cache.NewRedis(c)
	for range 2 {
		wantKept(t, r, cachetest.Entry(1, 1, 20_000))
		s.Hang()
		askFor(t, r, 200, 2*time.Second).want(t)
		s.GoOn()
		wantUp(t, c)
		wantKept(t, r, cachetest.Entry(1, 1, 20_000))
	}
	c.Close()
	got := told.down()
	if len(got) < 4 || !got[0] || got[len(got)-1] {
		t.Errorf("told that it is down: %t, want true and false, twice", got)
	}
}

// delays are how long those took who asked a Redis that answers no more.
type delays struct {
	mu     sync.Mutex // guards the fields below
	failed time.Time  // when the first one failed
	first  time.Duration
	after  []time.Duration // of those who asked after that
	idle   []time.Duration // of doing nothing meanwhile: what the machine makes everybody wait
}

// askFor has n goroutines ask, as requests would, a hundred times a second each.
func askFor(t *testing.T, r *cache.Redis, n int, long time.Duration) *delays {
	var d delays
	var all sync.WaitGroup
	for range n {
		all.Go(func() {
			for end := time.Now().Add(long); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
				began := time.Now()
				_, err := r.Get(t.Context(), cachetest.Key(1))
				ended := time.Now()
				runtime.Gosched()
				d.add(began, ended, time.Now(), err)
			}
		})
	}
	all.Wait()
	return &d
}

func (d *delays) add(began, ended, idled time.Time, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.failed.IsZero() && began.After(d.failed) {
		d.after = append(d.after, ended.Sub(began))
		d.idle = append(d.idle, idled.Sub(ended))
	}
	if err != nil && d.failed.IsZero() {
		d.first, d.failed = ended.Sub(began), ended
	}
}

// want checks that nobody waits after the first failure: by p99, 5 ms and what the machine takes.
func (d *delays) want(t *testing.T) {
	t.Helper()
	p99 := func(of []time.Duration) time.Duration {
		slices.Sort(of)
		return of[len(of)*99/100]
	}
	after, idle := p99(d.after), p99(d.idle)
	t.Logf("the first failure after %v; %d asked after it: p50 %v, p99 %v, most %v; idle p99 %v",
		d.first, len(d.after), d.after[len(d.after)/2], after, d.after[len(d.after)-1], idle)
	if d.first > 3*time.Second || after > 5*time.Millisecond+4*idle {
		t.Errorf("the first failure took %v and p99 after it is %v, idle %v, want 100ms or so and 5ms at most", d.first, after, idle)
	}
}

// states keeps what OnChange is told.
type states struct {
	mu  sync.Mutex // guards all
	all []cache.RedisState
}

func (s *states) add(state cache.RedisState) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = append(s.all, state)
}

func (s *states) down() (down []bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, state := range s.all {
		down = append(down, state.Down != nil)
	}
	return down
}

// A server that is no Redis is one that is down.
func TestRedisNonsense(t *testing.T) {
	t.Parallel()
	for _, answer := range []string{
		"HTTP/1.1 400 Bad Request\r\n\r\n",
		"+OK\r\n+OK\r\n+OK\r\n",
		"$-17\r\n", "$99999999999999999\r\n", "*3\r\n", "%2\r\n$1\r\na\r\n",
		":12\r\n", "\x00\xff\x00\xff", "\r\n\r\n\r\n", "",
	} {
		addr := serve(t, func(conn net.Conn) {
			buffer := make([]byte, 4096)
			for {
				if _, err := conn.Read(buffer); err != nil {
					return
				}
				io.WriteString(conn, answer)
			}
		})
		r := cache.NewRedis(openRedis(t, "redis://"+addr, quick))
		if _, err := r.Get(t.Context(), cachetest.Key(1)); !errors.Is(err, cache.ErrDown) {
			t.Errorf("Get of a server that says %q = %v, want ErrDown", answer, err)
		}
	}
}

// serve has handle talk to whoever connects, and ends with the test.
func serve(t *testing.T, handle func(net.Conn)) (addr string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var all sync.WaitGroup
	all.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			all.Go(func() {
				stop := context.AfterFunc(ctx, func() { conn.Close() })
				defer stop()
				defer conn.Close()
				handle(conn)
			})
		}
	})
	t.Cleanup(func() {
		l.Close()
		cancel()
		all.Wait()
	})
	return l.Addr().String()
}

// A Redis that is too slow is asked no more until it is quick again.
func TestRedisSlow(t *testing.T) {
	s := startRedis(t)
	var delay atomic.Int64 // nanoseconds before each answer
	c := openRedis(t, "redis://"+serve(t, func(conn net.Conn) { relay(conn, s.Addr, &delay) }), quick)
	r := cache.NewRedis(c)
	wantKept(t, r, cachetest.Entry(1, 1, 1000))
	delay.Store(int64(300 * time.Millisecond))
	askFor(t, r, 20, time.Second).want(t)
	delay.Store(0)
	wantUp(t, c)
	wantKept(t, r, cachetest.Entry(1, 1, 1000))
}

// relay passes bytes on to addr and back, these after a delay.
func relay(conn net.Conn, addr string, delay *atomic.Int64) {
	to, err := net.Dial("tcp", addr)
	if err != nil {
		return
	}
	defer to.Close()
	var back sync.WaitGroup
	back.Go(func() {
		defer conn.Close()
		buffer := make([]byte, 64<<10)
		for {
			n, err := to.Read(buffer)
			if err != nil {
				return
			}
			time.Sleep(time.Duration(delay.Load()))
			if _, err := conn.Write(buffer[:n]); err != nil {
				return
			}
		}
	})
	io.Copy(to, conn)
	to.Close()
	back.Wait()
}

// What is wrong with a URL is said at once, and without the password in it.
func TestOpenRedisRefuses(t *testing.T) {
	for _, url := range []string{
		"", "localhost:6379", "http://localhost", "redis://h/one", "redis://h/1/2", "redis://h?no_such_option=1",
		"redis://h?pool_size=many", "redis://h?addr=nowhere", "redis://h?master_name=", "redis://h/x?master_name=m",
		"redis://u:s3cret@h:port", "redis://u:s3cret@h/x", "redis://u:s3cret@h?what=1", "redis://u:s3cret@h/%zz",
		"redis://u:12/s3cret@h", "redis://u:12?s3cret@h", "redis://u:12#s3cret@h", "redis://u:s3/cret@h", "u:s3cret@h",
		"redis://u:s3cret@h?addr=x", "redis://u:s3cret@h/0?master_name=m&password=s3cret&x=y",
		"redis://u:12?pool_size=s3cret@h", "redis://u:12/?s3cret@h&master_name=m",
	} {
		c, err := cache.OpenRedis(t.Context(), cache.RedisOptions{URL: url})
		if err == nil {
			c.Close()
			t.Errorf("OpenRedis(%q) = nil error, want one", url)
		} else if strings.Contains(err.Error(), "s3") || strings.Contains(err.Error(), "cret") {
			t.Errorf("OpenRedis(%q) = %v, which shows the password", url, err)
		}
	}
}

// Nor is it in the error of a server that does not want it.
func TestRedisWrongPassword(t *testing.T) {
	t.Parallel()
	s := startRedis(t, "--requirepass", "right")
	c := openRedis(t, "redis://:s3cret@"+s.Addr, quick)
	err := c.State().Down
	if err == nil || strings.Contains(err.Error(), "s3cret") {
		t.Errorf("State().Down = %v, want an error without the password", err)
	}
	right := cache.NewRedis(openRedis(t, "redis://:right@"+s.Addr))
	cachetest.WantMiss(t, right, cachetest.Key(1))
}

// A server that ends idle connections, or all, costs nothing but new ones.
func TestRedisEndsConnections(t *testing.T) {
	s := startRedis(t)
	var told states
	c := s.open(func(o *cache.RedisOptions) { o.OnChange = told.add })
	r := cache.NewRedis(c)
	cachetest.Set(t, r, cachetest.Entry(1, 1, 1000))
	for range 50 {
		s.Do("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
		eventually(t, "there are none left", func() bool {
			return strings.Count(s.Do("CLIENT", "LIST", "TYPE", "normal").(string), "\n") == 1
		})
		cachetest.Want(t, r, cachetest.Entry(1, 1, 1000))
	}
	if got := told.down(); len(got) != 0 {
		t.Errorf("told that it is down: %t, want nothing", got)
	}
}
