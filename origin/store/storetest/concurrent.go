package storetest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"sync/atomic"
	"testing"

	"lightwell/origin/store"
)

// sealed returns a body that tells by itself whether it is whole: a hash, then what was hashed. The
// lengths differ much, so that a mixture of two is not whole either.
func sealed(writer, round int) []byte {
	payload := bytes.Repeat(fmt.Append(nil, writer, "/", round, ";"), 1+(round*37+writer)%5000)
	sum := sha256.Sum256(payload)
	return append(sum[:], payload...)
}

func whole(body []byte) bool {
	if len(body) < sha256.Size {
		return false
	}
	sum := sha256.Sum256(body[sha256.Size:])
	return bytes.Equal(sum[:], body[:sha256.Size])
}

// testReadersSeeWholeObjects has writers replace one object and delete it, while readers look.
func testReadersSeeWholeObjects(t *testing.T, s store.Store) {
	const name, writers, readers, rounds = "assets/contended.json", 3, 3, 40
	var writing, reading sync.WaitGroup
	var done atomic.Bool
	for w := range writers {
		writing.Go(func() {
			for round := range rounds {
				body := sealed(w, round)
				if err := s.Put(t.Context(), name, bytes.NewReader(body), int64(len(body))); err != nil {
					t.Errorf("Put = %v", err)
				}
				if w == 0 && round%4 == 0 {
					if err := s.Delete(t.Context(), name); err != nil {
						t.Errorf("Delete = %v", err)
					}
				}
			}
		})
	}
	for range readers {
		reading.Go(func() {
			for !done.Load() {
				if err := wholeOrNone(t.Context(), s, name); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	writing.Wait()
	done.Store(true)
	reading.Wait()
}

func wholeOrNone(ctx context.Context, s store.Store, name string) error {
	body, err := read(ctx, s, name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !whole(body):
		return fmt.Errorf("read(%q) = %d bytes that are not whole", name, len(body))
	}
	return nil
}

// testNeighboursSurvive hammers folders with Put and Delete of names that share them: whatever the
// others do, an object is there from its Put to its Delete, and errors there are none.
func testNeighboursSurvive(t *testing.T, s store.Store) {
	const workers, rounds = 8, 60
	wide := hash(1)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			names := []string{
				fmt.Sprintf("refs/%s/%d", wide, w),          // a folder below a wide component
				fmt.Sprintf("originals/%s%d", wide[:30], w), // wide components in one shard
				fmt.Sprintf("shared/folder/%d", w),
			}
			for round := range rounds {
				if err := putAndDelete(t.Context(), s, names[round%len(names)]); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	if got := list(t, s, "", ""); got != nil {
		t.Errorf("List = %q, want nothing after all deletes", got)
	}
}

func putAndDelete(ctx context.Context, s store.Store, name string) error {
	body := sealed(1, len(name))
	if err := s.Put(ctx, name, bytes.NewReader(body), int64(len(body))); err != nil {
		return err
	}
	got, err := read(ctx, s, name)
	if err != nil {
		return fmt.Errorf("lost: %w", err)
	}
	if !bytes.Equal(got, body) {
		return fmt.Errorf("read(%q) = %d bytes, want the %d put", name, len(got), len(body))
	}
	return s.Delete(ctx, name)
}
