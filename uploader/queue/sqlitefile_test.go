package queue_test

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"lightwell/uploader/queue"
)

// batchOf is a batch of a job of class Bulk, with n items of so many bytes from first on.
func batchOf(job string, first, n, size int, last bool) queue.Batch {
	b := queue.Batch{Job: queue.Job{ID: job, Class: queue.Bulk}, Last: last}
	for i := range n {
		b.Items = append(b.Items, queue.Item{ID: fmt.Sprintf("%s.%d", job, first+i), Work: bytes.Repeat([]byte("w"), size)})
	}
	return b
}

func mustAdd(t testing.TB, q queue.Queue, b queue.Batch) {
	t.Helper()
	if got, err := q.Add(t.Context(), b); err != nil || got != b.Job.ID {
		t.Fatalf("Add(%s, %d items) = %q, %v, want %s", b.Job.ID, len(b.Items), got, err, b.Job.ID)
	}
}

func TestSQLiteKeepsAfterClose(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a ?#%20é.db")
	first := openSQLite(t, path, queue.SQLiteOptions{})
	mustAdd(t, first, batchOf("a", 0, 3, 10, true))
	c, err := first.Take(t.Context(), time.Minute, queue.Bulk)
	if err != nil {
		t.Fatalf("Take() = %v", err)
	}
	if err := first.Close(); err != nil {
		t.Fatalf("Close() = %v", err)
	}
	second := openSQLite(t, path, queue.SQLiteOptions{})
	if !second.Born().Equal(first.Born()) {
		t.Errorf("Born() = %v, want %v", second.Born(), first.Born())
	}
	if err := second.Finish(t.Context(), c, queue.Completed, nil); err != nil {
		t.Errorf("Finish() = %v with a claim of before", err)
	}
	job, items, err := second.Get(t.Context(), "a", 0, 10)
	if err != nil || job.Finished.Completed != 1 || len(items) != 3 {
		t.Errorf("Get(a) = %+v, %d items, %v, want 3, of which one is completed", job, len(items), err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Errorf("the file is not where it was asked for: %v", err)
	}
}

func TestOpenSQLiteAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "queue.db")
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			q, err := queue.OpenSQLite(path, queue.SQLiteOptions{})
			if err != nil {
				t.Errorf("OpenSQLite() = %v", err)
				return
			}
			defer q.Close()
			if _, err := q.Add(t.Context(), batchOf(fmt.Sprintf("j%d", i), 0, 1, 10, true)); err != nil {
				t.Errorf("Add() = %v", err)
			}
		})
	}
	group.Wait()
	stats, err := openSQLite(t, path, queue.SQLiteOptions{}).Stats(t.Context())
	if err != nil || stats.Waiting != 8 {
		t.Errorf("Stats() = %+v, %v, want 8 waiting", stats, err)
	}
}

// made is the file of a queue with some items.
func made(t *testing.T) string {
	path := filepath.Join(t.TempDir(), "queue.db")
	q, err := queue.OpenSQLite(path, queue.SQLiteOptions{})
	if err != nil {
		t.Fatalf("OpenSQLite() = %v", err)
	}
	mustAdd(t, q, batchOf("a", 0, 500, 200, true))
	if err := q.Close(); err != nil {
		t.Fatalf("Close() = %v", err)
	}
	return path
}

func TestOpenSQLiteRefuses(t *testing.T) {
	for name, spoil := range map[string]func(data []byte) []byte{
		"text":              func([]byte) []byte { return bytes.Repeat([]byte("not a database\n"), 1000) },
		"cut":               func(data []byte) []byte { return data[:len(data)/2] },
		"cut in the header": func(data []byte) []byte { return data[:50] },
		"no schema":         func(data []byte) []byte { return overwrite(data, 100, 4000) },
		"damaged pages":     func(data []byte) []byte { return overwrite(data, len(data)/2, 20000) },
	} {
		t.Run(name, func(t *testing.T) {
			path := made(t)
			data, err := os.ReadFile(path)
			if err == nil {
				err = os.WriteFile(path, spoil(data), 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
			wantNotOpened(t, path)
		})
	}
}

func overwrite(data []byte, from, n int) []byte {
	for i := range n {
		data[from+i] = byte(i*7 + i/251)
	}
	return data
}

func wantNotOpened(t *testing.T, path string) {
	t.Helper()
	q, err := queue.OpenSQLite(path, queue.SQLiteOptions{})
	if err == nil {
		q.Close()
		t.Fatal("OpenSQLite() = nil, want an error")
	}
	t.Log(err)
}

func TestOpenSQLiteRefusesOthers(t *testing.T) {
	for name, script := range map[string]string{
		"a later version":    "PRAGMA user_version = 1000",
		"another's database": "PRAGMA application_id = 0",
	} {
		t.Run(name, func(t *testing.T) {
			path := made(t)
			db, err := sql.Open("sqlite", path)
			if err == nil {
				_, err = db.Exec(script)
				db.Close()
			}
			if err != nil {
				t.Fatal(err)
			}
			wantNotOpened(t, path)
		})
	}
	t.Run("no folder", func(t *testing.T) { wantNotOpened(t, filepath.Join(t.TempDir(), "none", "queue.db")) })
}

// A full file refuses what is new, keeps what it has, and lets that be worked on.
func TestSQLiteFull(t *testing.T) {
	q := openSQLite(t, filepath.Join(t.TempDir(), "queue.db"), queue.SQLiteOptions{MaxPages: 512})
	kept := 0
	for i := range 100 {
		_, err := q.Add(t.Context(), batchOf(fmt.Sprintf("j%d", i), 0, 10, 10_000, true))
		if errors.Is(err, queue.ErrFull) {
			break
		}
		if err != nil {
			t.Fatalf("Add(%d) = %v, want nil or ErrFull", i, err)
		}
		kept++
	}
	if kept < 5 || kept > 20 {
		t.Fatalf("%d jobs of 100 kB are in a file of 2 MiB", kept)
	}
	if _, _, err := q.Get(t.Context(), fmt.Sprintf("j%d", kept), 0, 1); !errors.Is(err, queue.ErrNotFound) {
		t.Errorf("Get() = %v for the job that was refused, want ErrNotFound", err)
	}
	for range kept * 10 {
		c, err := q.Take(t.Context(), time.Minute, queue.Bulk)
		if err != nil {
			t.Fatalf("Take() = %v", err)
		}
		if err := q.Finish(t.Context(), c, queue.Completed, nil); err != nil {
			t.Fatalf("Finish() = %v", err)
		}
	}
	stats, err := q.Stats(t.Context())
	if err != nil || stats != (queue.Stats{}) {
		t.Errorf("Stats() = %+v, %v, want nothing to do", stats, err)
	}
}

// What is asked for at once shares a transaction. One that has no room does not harm the rest.
func TestSQLiteFullForOneOfMany(t *testing.T) {
	q := openSQLite(t, filepath.Join(t.TempDir(), "queue.db"), queue.SQLiteOptions{MaxPages: 512})
	var group sync.WaitGroup
	for i := range 40 {
		group.Go(func() {
			size, want := 10, error(nil)
			if i%2 == 1 {
				size, want = 60_000, queue.ErrFull
			}
			_, err := q.Add(t.Context(), batchOf(fmt.Sprintf("j%d", i), 0, 100, size, true))
			if !errors.Is(err, want) {
				t.Errorf("Add(100 items of %d bytes) = %v, want %v", size, err, want)
			}
		})
	}
	group.Wait()
	stats, err := q.Stats(t.Context())
	if err != nil || stats.Waiting != 2000 {
		t.Errorf("Stats() = %+v, %v, want 2000 waiting", stats, err)
	}
}
