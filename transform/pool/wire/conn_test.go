package wire

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"lightwell/transform"
)

// pair is both ends of a socket pair.
func pair(t *testing.T) (a, b *Conn) {
	t.Helper()
	fds, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	ends := make([]*Conn, 2)
	for i, fd := range fds {
		if ends[i], err = NewConn(os.NewFile(uintptr(fd), "end")); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { ends[i].Close() })
	}
	return ends[0], ends[1]
}

func TestFramesCarryHeaderBodyAndDescriptor(t *testing.T) {
	a, b := pair(t)
	path := filepath.Join(t.TempDir(), "source")
	if err := os.WriteFile(path, []byte("pixels"), 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	body := bytes.Repeat([]byte("0123456789abcdef"), 1<<16) // far over a socket's buffer
	sent := make(chan error, 1)
	go func() {
		for range 3 {
			if err := a.Send(Task{Kind: Inspect}, body, file); err != nil {
				sent <- err
				return
			}
		}
		sent <- a.Send(Task{Kind: Render}, nil, nil)
	}()
	for range 3 {
		var task Task
		got, received, err := b.Receive(&task)
		if err != nil || task.Kind != Inspect || !bytes.Equal(got, body) || received == nil {
			t.Fatalf("Receive = %+v, %d bytes, %v, %v", task, len(got), received, err)
		}
		text := make([]byte, 6)
		if _, err := received.ReadAt(text, 0); err != nil || string(text) != "pixels" {
			t.Errorf("the descriptor reads %q, %v", text, err)
		}
		received.Close()
	}
	var task Task
	if got, received, err := b.Receive(&task); err != nil || task.Kind != Render || len(got) != 0 || received != nil {
		t.Errorf("a bare frame = %+v, %d bytes, %v, %v", task, len(got), received, err)
	}
	if err := <-sent; err != nil {
		t.Fatal(err)
	}
	a.Close()
	if _, _, err := b.Receive(&task); !errors.Is(err, io.EOF) {
		t.Errorf("Receive after Close = %v, want %v", err, io.EOF)
	}
}

// The other end may have been taken over: whatever it says is an error, not a
// crash, and takes no memory to speak of.
func TestNonsenseIsAnError(t *testing.T) {
	for name, said := range map[string]string{
		"a huge header":          "\xff\xff\xff\xff\x00\x00\x00\x00",
		"a huge body":            "\x00\x00\x00\x02\xff\xff\xff\xff{}",
		"no JSON":                "\x00\x00\x00\x02\x00\x00\x00\x00xx",
		"an end in the lengths":  "\x00\x00\x00",
		"an end in the header":   "\x00\x00\x00\x09\x00\x00\x00\x00{",
		"an end in the body":     "\x00\x00\x00\x02\x00\x00\x00\x09{}abc",
		"another kind of header": "\x00\x00\x00\x02\x00\x00\x00\x00[]",
	} {
		a, b := pair(t)
		if _, err := a.c.Write([]byte(said)); err != nil {
			t.Fatal(err)
		}
		a.Close()
		var reply Reply
		if _, _, err := b.Receive(&reply); err == nil || errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("Receive of %s = %v, want an error that is no clean end", name, err)
		}
	}
}

func TestErrorsCrossWithTheirKindAndWords(t *testing.T) {
	for _, kind := range []error{transform.ErrFormat, transform.ErrLimit, transform.ErrUndecodable} {
		err := errors.Join(kind, errors.New("details"))
		if got := Fail(err).Err(); !errors.Is(got, kind) || got.Error() != err.Error() {
			t.Errorf("Fail(%v).Err() = %v", err, got)
		}
	}
	if got := Fail(errors.New("anything else")).Err(); got == nil || got.Error() != "anything else" {
		t.Errorf("Fail(anything else).Err() = %v", got)
	}
	if got := (Reply{}).Err(); got != nil {
		t.Errorf("Reply{}.Err() = %v, want nil", got)
	}
}
