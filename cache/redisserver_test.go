package cache_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"lightwell/cache"
)

// A redisServer is a process of its own, on a port and in a folder that outlive it.
type redisServer struct {
	t    testing.TB
	addr string
	dir  string
	args []string
	cmd  *exec.Cmd

	first []string // what comes before the options
}

// startRedis starts a server that keeps nothing on disk, and ends it with the test.
func startRedis(t testing.TB, args ...string) *redisServer {
	t.Helper()
	s := &redisServer{t: t, dir: t.TempDir(), addr: freeAddr(t)}
	s.args = append([]string{"--save", ""}, args...)
	s.start()
	t.Cleanup(s.kill)
	return s
}

// given are the ports that freeAddr has given out, for tests that run side by side.
var given sync.Map

// freeAddr is a loopback address that nobody listens on, nor on that of a cluster's bus.
func freeAddr(t testing.TB) string {
	t.Helper()
	for range 100 {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		port := l.Addr().(*net.TCPAddr).Port
		l.Close()
		if _, taken := given.LoadOrStore(port, true); taken || port > 55000 {
			continue
		}
		bus, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port+10000))
		if err == nil {
			bus.Close()
			return l.Addr().String()
		}
	}
	t.Fatal("no free port")
	return ""
}

// start starts the server, again after kill, and waits until it answers.
func (s *redisServer) start() {
	s.t.Helper()
	_, port, _ := net.SplitHostPort(s.addr)
	log, err := os.OpenFile(filepath.Join(s.dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		s.t.Fatal(err)
	}
	defer log.Close()
	args := slices.Concat(s.first, []string{"--port", port, "--bind", "127.0.0.1", "--dir", s.dir}, s.args)
	s.cmd = exec.Command("redis-server", args...)
	s.cmd.Stdout, s.cmd.Stderr = log, log
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := s.cmd.Start(); err != nil {
		s.t.Fatalf("these tests need redis-server 7: %v", err)
	}
	eventually(s.t, "redis-server answers", func() bool {
		c := redis.NewClient(&redis.Options{Addr: s.addr, MaxRetries: -1, DialerRetries: 1})
		defer c.Close()
		err := c.Ping(context.Background()).Err()
		return err == nil || redis.HasErrorPrefix(err, "NOAUTH")
	})
}

// kill ends the server as a crash would.
func (s *redisServer) kill() {
	if s.cmd.ProcessState == nil {
		s.cmd.Process.Kill()
		s.cmd.Wait()
	}
}

// hang stops the server without ending it: its connections stay, and nothing answers. goOn undoes it.
func (s *redisServer) hang() { s.signal(syscall.SIGSTOP) }
func (s *redisServer) goOn() { s.signal(syscall.SIGCONT) }

func (s *redisServer) signal(sig syscall.Signal) {
	s.t.Helper()
	if err := s.cmd.Process.Signal(sig); err != nil {
		s.t.Fatal(err)
	}
}

func (s *redisServer) url() string { return "redis://" + s.addr }

// do runs a command of Redis, which must succeed.
func (s *redisServer) do(args ...any) any {
	s.t.Helper()
	c := redis.NewClient(&redis.Options{Addr: s.addr})
	defer c.Close()
	got, err := c.Do(context.Background(), args...).Result()
	if err != nil {
		s.t.Fatalf("%.100v = %v", args, err)
	}
	return got
}

func (s *redisServer) open(change ...func(*cache.RedisOptions)) *cache.RedisConn {
	s.t.Helper()
	return openRedis(s.t, s.url(), change...)
}

// openRedis opens a Redis, and closes it with the test. The timeout is long enough for a busy machine.
func openRedis(t testing.TB, url string, change ...func(*cache.RedisOptions)) *cache.RedisConn {
	t.Helper()
	opt := cache.RedisOptions{URL: url, Timeout: 2 * time.Second}
	for _, f := range change {
		f(&opt)
	}
	c, err := cache.OpenRedis(t.Context(), opt)
	if err != nil {
		t.Fatalf("OpenRedis(%s) = %v", url, err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// quick has operations end soon, for tests of what happens when they do not.
func quick(opt *cache.RedisOptions) { opt.Timeout = 100 * time.Millisecond }

// eventually polls until something is so, which must be within 20 seconds.
func eventually(t testing.TB, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !is(); {
		if time.Now().After(deadline) {
			t.Fatalf("not within 20s: %s", what)
		}
		time.Sleep(5 * time.Millisecond)
	}
}
