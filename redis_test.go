package main_test

import (
	"context"
	"net"
	"os/exec"
	"syscall"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"
)

// redisServer is a Redis that keeps what it is given, on a port and in a folder that
// outlive it.
type redisServer struct {
	t          *testing.T
	addr, dir  string
	sync       string // appendfsync
	cmd        *exec.Cmd
	connection *goredis.Client
}

// startRedis starts a Redis, which ends with the test. fsync is its appendfsync.
func startRedis(t *testing.T, fsync string) *redisServer {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	r := &redisServer{t: t, addr: l.Addr().String(), dir: t.TempDir(), sync: fsync}
	r.connection = goredis.NewClient(&goredis.Options{Addr: r.addr, MaxRetries: -1})
	r.start()
	t.Cleanup(func() { r.connection.Close(); r.kill() })
	return r
}

func (r *redisServer) url() string { return "redis://" + r.addr }

// start starts it, again after kill, and waits until it answers.
func (r *redisServer) start() {
	r.t.Helper()
	_, port, _ := net.SplitHostPort(r.addr)
	r.cmd = exec.Command("redis-server", "--port", port, "--bind", "127.0.0.1", "--dir", r.dir,
		"--appendonly", "yes", "--appendfsync", r.sync, "--maxmemory-policy", "noeviction", "--save", "")
	r.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := r.cmd.Start(); err != nil {
		r.t.Fatal(err)
	}
	eventually(r.t, 20*time.Second, "redis answers", func() bool { return r.connection.Ping(context.Background()).Err() == nil })
}

// kill ends it as a crash would.
func (r *redisServer) kill() {
	r.cmd.Process.Kill()
	r.cmd.Wait()
}

// do runs a command, which must succeed.
func (r *redisServer) do(args ...any) any {
	r.t.Helper()
	got, err := r.connection.Do(context.Background(), args...).Result()
	if err != nil {
		r.t.Fatalf("%v = %v", args, err)
	}
	return got
}
