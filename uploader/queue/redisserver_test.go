package queue_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"lightwell/uploader/queue"
)

// A redisServer is a process of its own, on a port and in a folder that outlive it.
type redisServer struct {
	t    testing.TB
	addr string
	dir  string
	args []string
	cmd  *exec.Cmd
}

// durable are the settings that the queue asks for; always, so that a test may be exact.
var durable = []string{"--appendonly", "yes", "--appendfsync", "always", "--maxmemory-policy", "noeviction"}

func startRedis(t testing.TB, args ...string) *redisServer {
	t.Helper()
	s := &redisServer{t: t, dir: t.TempDir(), args: args, addr: freeAddr(t)}
	s.start()
	t.Cleanup(s.kill)
	return s
}

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
		if port > 55000 {
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
	s.cmd = exec.Command("redis-server", append([]string{"--port", port, "--bind", "127.0.0.1", "--dir", s.dir, "--save", ""}, s.args...)...)
	s.cmd.Stdout, s.cmd.Stderr = log, log
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := s.cmd.Start(); err != nil {
		s.t.Fatalf("these tests need redis-server 7: %v", err)
	}
	c := s.client()
	eventually(s.t, "redis-server answers", func() bool { return c.Ping(context.Background()).Err() == nil })
}

// kill ends the server as a crash would.
func (s *redisServer) kill() {
	if s.cmd.ProcessState == nil {
		s.cmd.Process.Kill()
		s.cmd.Wait()
	}
}

func (s *redisServer) url() string { return "redis://" + s.addr }

func (s *redisServer) client() *redis.Client {
	c := redis.NewClient(&redis.Options{Addr: s.addr, MaxRetries: -1})
	s.t.Cleanup(func() { c.Close() })
	return c
}

// do runs a command of Redis, which must succeed.
func (s *redisServer) do(args ...any) any {
	s.t.Helper()
	got, err := s.client().Do(context.Background(), args...).Result()
	if err != nil {
		s.t.Fatalf("%v = %v", args, err)
	}
	return got
}

func (s *redisServer) open(change ...func(*queue.RedisOptions)) *queue.Redis {
	s.t.Helper()
	opt := queue.RedisOptions{URL: s.url()}
	for _, f := range change {
		f(&opt)
	}
	q, err := queue.OpenRedis(s.t.Context(), opt)
	if err != nil {
		s.t.Fatalf("OpenRedis(%+v) = %v", opt, err)
	}
	s.t.Cleanup(func() { q.Close() })
	return q
}

// eventually polls until something is so, which must be within 20 seconds.
func eventually(t testing.TB, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !is(); {
		if time.Now().After(deadline) {
			t.Fatalf("not within 20s: %s", what)
		}
		time.Sleep(10 * time.Millisecond)
	}
}
