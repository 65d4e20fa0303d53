package wire

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
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

// temporary is an open file with some text in it.
func temporary(t *testing.T, text string) *os.File {
	t.Helper()
	path := filepath.Join(t.TempDir(), "source")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	return file
}

func TestFramesCarryHeaderBodyAndDescriptors(t *testing.T) {
	a, b := pair(t)
	files := []*os.File{temporary(t, "pixels"), temporary(t, "a mark"), temporary(t, "a blend")}
	body := bytes.Repeat([]byte("0123456789abcdef"), 1<<16) // far over a socket's buffer
	sent := make(chan error, 1)
	counts := []int{1, 2, 0, 3, 1}
	go func() {
		for _, n := range counts {
			if err := a.Send(Task{Kind: Inspect}, body, files[:n]...); err != nil {
				sent <- err
				return
			}
		}
		sent <- a.Send(Task{Kind: Render}, nil)
	}()
	for _, n := range counts {
		var task Task
		got, received, err := b.Receive(&task)
		if err != nil || task.Kind != Inspect || !bytes.Equal(got, body) || len(received) != n {
			t.Fatalf("Receive = %+v, %d bytes, %v, %v, want %d files", task, len(got), received, err, n)
		}
		for i, file := range received {
			text, want := make([]byte, 6), []string{"pixels", "a mark", "a blen"}[i]
			if _, err := file.ReadAt(text, 0); err != nil || string(text) != want {
				t.Errorf("descriptor %d reads %q, %v, want %q", i, text, err, want)
			}
		}
		CloseAll(received)
	}
	var task Task
	if got, received, err := b.Receive(&task); err != nil || task.Kind != Render || len(got) != 0 || len(received) != 0 {
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

// openFiles counts this process's descriptors.
func openFiles(t *testing.T) int {
	t.Helper()
	all, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(all)
}

// More descriptors than a frame may have are refused at both ends, and none is left open; nor is one
// that comes with a frame that cannot be read.
func TestDescriptorsAreBounded(t *testing.T) {
	file := temporary(t, "pixels")
	fd := int(file.Fd())
	frame := "\x00\x00\x00\x02\x00\x00\x00\x00{}"
	for _, tt := range []struct {
		name, said string
		fds        []int
		good       bool
	}{
		{"two", frame, []int{fd, fd}, true},
		{"three", frame, []int{fd, fd, fd}, true},
		{"four", frame, []int{fd, fd, fd, fd}, false},
		{"many", frame, slices.Repeat([]int{fd}, 200), false},
		{"two with nonsense", "\x00\x00\x00\x02\x00\x00\x00\x00xx", []int{fd, fd}, false},
		{"two with half a frame", frame[:5], []int{fd, fd}, false},
	} {
		a, b := pair(t)
		before := openFiles(t)
		if _, _, err := a.c.WriteMsgUnix([]byte(tt.said), syscall.UnixRights(tt.fds...), nil); err != nil {
			t.Fatal(err)
		}
		if err := a.c.CloseWrite(); err != nil {
			t.Fatal(err)
		}
		var task Task
		_, files, err := b.Receive(&task)
		if (err == nil) != tt.good || !tt.good && len(files) > 0 {
			t.Errorf("Receive of %s = %d files, %v", tt.name, len(files), err)
		}
		CloseAll(files)
		if now := openFiles(t); now != before {
			t.Errorf("Receive of %s left %d descriptors open", tt.name, now-before)
		}
		if err := a.Send(task, nil, file, file, file, file); err == nil {
			t.Error("Send of four files = nil, want an error")
		}
	}
}

func TestFilesOfATask(t *testing.T) {
	for _, tt := range []struct {
		task Task
		want int
	}{
		{Task{Kind: Inspect}, 1},
		{Task{Kind: Search}, 1},
		{Task{Kind: Render, Plan: &transform.Plan{}}, 1},
		{Task{Kind: Render, Plan: &transform.Plan{Mark: &transform.MarkPlan{}}}, 2},
		{Task{Kind: Render, Plan: &transform.Plan{Blend: &transform.BlendPlan{}}}, 1},
		{Task{Kind: Render, Plan: &transform.Plan{Blend: &transform.BlendPlan{Plan: &transform.Plan{}}}}, 2},
		{Task{Kind: Render, Plan: &transform.Plan{Mark: &transform.MarkPlan{}, Blend: &transform.BlendPlan{Plan: &transform.Plan{}}}}, 3},
	} {
		if got := tt.task.Files(); got != tt.want {
			t.Errorf("Files(%+v) = %d, want %d", tt.task, got, tt.want)
		}
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
