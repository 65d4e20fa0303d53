package main_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"lightwell/transform/pool/pooltest"
)

// patience is how long a client may take for its next word: the first one of a browser
// that is started on a busy machine takes a while.
const patience = 60 * time.Second

// script is a client of testdata/clients that runs in node. It says what it sees, in
// lines of JSON.
type script struct {
	t     *testing.T
	name  string
	stdin io.Closer   // some go on until it is closed
	lines chan string // closed at its end
	err   error       // of Wait, once lines is closed
}

// run starts a client, which ends with the test.
func run(t *testing.T, name string, args ...string) *script {
	t.Helper()
	cmd := exec.Command("node", append([]string{filepath.Join(pooltest.Clients(t, "."), name)}, args...)...)
	// What a browser leaves behind goes with the test.
	cmd.Env = append(os.Environ(), "HOME="+t.TempDir(), "TMPDIR="+t.TempDir())
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	s := &script{t: t, name: name, stdin: stdin, lines: make(chan string, 1000)}
	go func() {
		defer close(s.lines)
		for said := bufio.NewScanner(stdout); said.Scan(); {
			s.lines <- said.Text()
		}
		s.err = cmd.Wait()
	}()
	t.Cleanup(func() {
		cmd.Process.Kill()
		for range s.lines {
		}
		if t.Failed() {
			t.Logf("%s wrote to its standard error:\n%s", name, &stderr)
		}
	})
	return s
}

// next waits for the next thing that the client says.
func (s *script) next(what any) {
	s.t.Helper()
	select {
	case line, ok := <-s.lines:
		if !ok {
			s.t.Fatalf("%s has ended: %v", s.name, s.err)
		}
		if err := json.Unmarshal([]byte(line), what); err != nil {
			s.t.Fatalf("%s says %q: %v", s.name, line, err)
		}
	case <-time.After(patience):
		s.t.Fatalf("%s says nothing for %v", s.name, patience)
	}
}

// end wants the client to end well, and by itself, with nothing more to say.
func (s *script) end() {
	s.t.Helper()
	select {
	case line, ok := <-s.lines:
		if ok {
			s.t.Fatalf("%s also says %q", s.name, line)
		}
		if s.err != nil {
			s.t.Fatalf("%s has ended: %v", s.name, s.err)
		}
	case <-time.After(patience):
		s.t.Fatalf("%s does not end", s.name)
	}
}
