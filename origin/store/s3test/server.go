// Package s3test runs an S3 server for tests: versitygw over a folder, which deploy/s3server.sh builds.
package s3test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"lightwell/origin/store"
	"lightwell/transform/pool/pooltest"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// Keys that the server knows.
const (
	AccessKey = "lightwell-test"
	SecretKey = "a secret for tests"
)

// Server is an S3 server whose address and folder outlive it.
type Server struct {
	t    testing.TB
	addr string
	dir  string
	cmd  *exec.Cmd
	said *bytes.Buffer
}

// Start starts a server, which ends with the test.
func Start(t testing.TB) *Server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	s := &Server{t: t, addr: l.Addr().String(), dir: t.TempDir()}
	s.Start()
	t.Cleanup(s.Kill)
	return s
}

// URL is the server's address.
func (s *Server) URL() string { return "http://" + s.addr }

// Options are those to open a store in a bucket of the server, which is made when it is missing.
func (s *Server) Options(bucket string) store.S3Options {
	return store.S3Options{
		Endpoint: s.URL(), Bucket: bucket, AccessKey: AccessKey, SecretKey: SecretKey, CreateBucket: true,
	}
}

// Client speaks to the server as anybody with its keys may, past the store.
func (s *Server) Client() *minio.Core {
	s.t.Helper()
	client, err := minio.NewCore(s.addr, &minio.Options{Creds: credentials.NewStaticV4(AccessKey, SecretKey, ""), Region: "us-east-1"})
	if err != nil {
		s.t.Fatal(err)
	}
	return client
}

// Open opens a store with options, and closes it with the test.
func Open(t testing.TB, o store.S3Options) *store.S3 {
	t.Helper()
	s, err := store.OpenS3(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// Start starts the server, again after Kill, and waits until it answers.
func (s *Server) Start() {
	s.t.Helper()
	path, err := Binary()
	if err != nil {
		s.t.Fatal(err)
	}
	s.said = new(bytes.Buffer)
	s.cmd = exec.Command(path, "--port", s.addr, "--access", AccessKey, "--secret", SecretKey,
		"--quiet", "--keep-alive", "--health", "/health", "posix", s.dir)
	s.cmd.Stdout, s.cmd.Stderr = s.said, s.said
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		if s.answers() {
			return
		}
		if time.Now().After(end) {
			s.Kill()
			s.t.Fatalf("the S3 server does not answer; it said:\n%s", s.said)
		}
	}
}

func (s *Server) answers() bool {
	client := http.Client{Timeout: time.Second}
	resp, err := client.Get(s.URL() + "/health")
	if err != nil {
		return false
	}
	resp.Body.Close()
	return resp.StatusCode == http.StatusOK
}

// Age makes everything that the server keeps older.
func (s *Server) Age(by time.Duration) {
	s.t.Helper()
	err := filepath.WalkDir(s.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		then := info.ModTime().Add(-by)
		return os.Chtimes(path, then, then)
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

// Signal sends the server a signal. After SIGSTOP it has stopped.
func (s *Server) Signal(signal syscall.Signal) {
	s.t.Helper()
	if signal == syscall.SIGSTOP {
		pooltest.Stop(s.t, s.cmd.Process)
	} else if err := s.cmd.Process.Signal(signal); err != nil {
		s.t.Fatal(err)
	}
}

// Kill ends the server as a crash would.
func (s *Server) Kill() {
	s.cmd.Process.Kill()
	s.cmd.Wait()
}

// Binary is where the server is, built if need be.
var Binary = sync.OnceValues(func() (string, error) {
	root, err := moduleRoot()
	if err != nil {
		return "", err
	}
	cmd := exec.Command(filepath.Join(root, "deploy", "s3server.sh"))
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("deploy/s3server.sh: %w\n%s", err, &stderr)
	}
	return strings.TrimSpace(string(out)), nil
})

func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	for err == nil {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", errors.New("no go.mod above the working directory")
		}
		dir = filepath.Dir(dir)
	}
	return "", err
}
