// Package redistest runs Redis servers for tests: Debian's redis-server, each a process of its own.
package redistest

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

	"lightwell/transform/pool/pooltest"

	"github.com/redis/go-redis/v9"
)

// Durable are the settings that the queue asks for; always, so that a test may be exact.
var Durable = []string{"--appendonly", "yes", "--appendfsync", "always", "--maxmemory-policy", "noeviction"}

// Server is a Redis whose address and folder outlive it.
type Server struct {
	Addr string

	t    testing.TB
	dir  string
	conf []string // what comes before the options
	args []string
	cmd  *exec.Cmd
}

// Start starts a server that writes no snapshots, with more options, and ends it with the test.
func Start(t testing.TB, args ...string) *Server {
	t.Helper()
	return start(t, nil, append([]string{"--save", ""}, args...))
}

// StartSentinel starts a Sentinel with a file of settings, and ends it with the test.
func StartSentinel(t testing.TB, file string) *Server {
	t.Helper()
	return start(t, []string{file, "--sentinel"}, nil)
}

func start(t testing.TB, conf, args []string) *Server {
	t.Helper()
	s := &Server{t: t, dir: t.TempDir(), Addr: FreeAddr(t), conf: conf, args: args}
	s.Start()
	t.Cleanup(s.Kill)
	return s
}

// given are the ports that FreeAddr has given out, for tests that run side by side.
var given sync.Map

// FreeAddr is a loopback address that nobody listens on, nor on that of a cluster's bus.
func FreeAddr(t testing.TB) string {
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

// Start starts the server, again after Kill, and waits until it answers.
func (s *Server) Start() {
	s.t.Helper()
	_, port, _ := net.SplitHostPort(s.Addr)
	log, err := os.OpenFile(filepath.Join(s.dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		s.t.Fatal(err)
	}
	defer log.Close()
	args := slices.Concat(s.conf, []string{"--port", port, "--bind", "127.0.0.1", "--dir", s.dir}, s.args)
	s.cmd = exec.Command("redis-server", args...)
	s.cmd.Stdout, s.cmd.Stderr = log, log
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := s.cmd.Start(); err != nil {
		s.t.Fatalf("these tests need redis-server 7: %v", err)
	}
	pooltest.Until(s.t, "redis-server answers", func() bool {
		c := redis.NewClient(&redis.Options{Addr: s.Addr, MaxRetries: -1, DialerRetries: 1})
		defer c.Close()
		err := c.Ping(context.Background()).Err()
		return err == nil || redis.HasErrorPrefix(err, "NOAUTH")
	})
}

// Kill ends the server as a crash would.
func (s *Server) Kill() {
	if s.cmd.ProcessState == nil {
		s.cmd.Process.Kill()
		s.cmd.Wait()
	}
}

// Hang stops the server without ending it: its connections stay, and nothing answers. GoOn undoes it.
func (s *Server) Hang() {
	s.t.Helper()
	pooltest.Stop(s.t, s.cmd.Process)
}

// GoOn has a server go on after Hang.
func (s *Server) GoOn() {
	s.t.Helper()
	if err := s.cmd.Process.Signal(syscall.SIGCONT); err != nil {
		s.t.Fatal(err)
	}
}

// URL is the server's address.
func (s *Server) URL() string { return "redis://" + s.Addr }

// Do runs a command of Redis, which must succeed.
func (s *Server) Do(args ...any) any {
	s.t.Helper()
	c := redis.NewClient(&redis.Options{Addr: s.Addr})
	defer c.Close()
	got, err := c.Do(context.Background(), args...).Result()
	if err != nil {
		s.t.Fatalf("%.100v = %v", args, err)
	}
	return got
}
