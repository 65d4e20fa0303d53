package storetest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"

	"lightwell/origin/store"
)

// wantFailedPut puts with a reader that must fail, once where nothing is and once over an object, and
// checks the errors and that nothing has changed.
func wantFailedPut(t *testing.T, s store.Store, what string, reader func() io.Reader, size int64, wants ...error) {
	t.Helper()
	put(t, s, "old/object", "old")
	for _, name := range []string{"new/object", "new/" + hash(1), "old/object"} {
		err := s.Put(t.Context(), name, reader(), size)
		for _, want := range wants {
			if !errors.Is(err, want) {
				t.Errorf("%s: Put(%q) = %v, want %v", what, name, err, want)
			}
		}
	}
	wantBody(t, s, "old/object", "old")
	if got := list(t, s, "", ""); len(got) != 1 {
		t.Errorf("%s: List = %q, want the old object only", what, got)
	}
}

func testWrongSize(t *testing.T, s store.Store) {
	for _, c := range []struct {
		body int
		size int64
		want []error
	}{
		{0, 1, []error{store.ErrSize, io.ErrUnexpectedEOF}},
		{9, 10, []error{store.ErrSize, io.ErrUnexpectedEOF}},
		{100_000, 100_001, []error{store.ErrSize, io.ErrUnexpectedEOF}},
		{1, 0, []error{store.ErrSize}},
		{11, 10, []error{store.ErrSize}},
		{200_000, 100_000, []error{store.ErrSize}},
		{10, -1, []error{store.ErrSize}},
	} {
		what := fmt.Sprintf("%d bytes announced as %d", c.body, c.size)
		wantFailedPut(t, s, what, func() io.Reader {
			return strings.NewReader(strings.Repeat("x", c.body))
		}, c.size, c.want...)
	}
}

var errReader = errors.New("the reader broke")

func testFailingReader(t *testing.T, s store.Store) {
	for _, at := range []int{0, 1, 100_000, 200_000} {
		what := fmt.Sprintf("error after %d bytes of 200000", at)
		wantFailedPut(t, s, what, failingReader(at, errReader), 200_000, errReader)
	}
}

// testFull has the error of a full disk come from the reader: a full disk cannot be had in a test.
func testFull(t *testing.T, s store.Store) {
	for _, errno := range []syscall.Errno{syscall.ENOSPC, syscall.EDQUOT} {
		full := fmt.Errorf("write: %w", errno)
		wantFailedPut(t, s, errno.Error(), failingReader(50_000, full), 200_000, store.ErrFull, errno)
	}
}

func failingReader(at int, err error) func() io.Reader {
	return func() io.Reader {
		return io.MultiReader(strings.NewReader(strings.Repeat("x", at)), iotest.ErrReader(err))
	}
}

func testCancelled(t *testing.T, s store.Store) {
	put(t, s, "a/b", "1")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, openErr := s.Open(ctx, "a/b")
	_, statErr := s.Stat(ctx, "a/b")
	for method, err := range map[string]error{
		"Put":    s.Put(ctx, "a/b", strings.NewReader("22"), 2),
		"Open":   openErr,
		"Stat":   statErr,
		"Delete": s.Delete(ctx, "a/b"),
		"List":   firstError(ctx, s, ""),
	} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s with a cancelled ctx = %v, want context.Canceled", method, err)
		}
	}
	wantBody(t, s, "a/b", "1")
}

// firstError reads a listing to its first error.
func firstError(ctx context.Context, s store.Store, prefix string) error {
	for _, err := range s.List(ctx, prefix, "") {
		if err != nil {
			return err
		}
	}
	return nil
}

func testCancelledInMidCopy(t *testing.T, s store.Store) {
	put(t, s, "a/b", "old")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	body := io.MultiReader(
		strings.NewReader(strings.Repeat("x", 100_000)),
		readerFunc(func([]byte) (int, error) { cancel(); return 0, io.EOF }),
		strings.NewReader(strings.Repeat("x", 100_000)),
	)
	if err := s.Put(ctx, "a/b", body, 200_000); !errors.Is(err, context.Canceled) {
		t.Errorf("Put cancelled in mid-copy = %v, want context.Canceled", err)
	}
	wantBody(t, s, "a/b", "old")
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }
