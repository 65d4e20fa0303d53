package main

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"
)

// What is sent keeps coming as long as it is taken at the pace, however long it
// takes in all; and no longer than the time of a piece once it is not.
func TestPace(t *testing.T) {
	pace := paceOf(1000, 10*time.Second) // 10,000 bytes in 10 s
	for _, tt := range []struct {
		name         string
		bytes        int // taken at a time
		every        time.Duration
		size, taken  int
		least, most  time.Duration // until the end
		failsInSight bool
	}{
		{"at once", 1_000_000, 0, 100_000, 100_000, 0, 0, false},
		{"at twice the pace", 2000, time.Second, 100_000, 100_000, 49 * time.Second, 51 * time.Second, false},
		{"in bursts", 9000, 4 * time.Second, 90_000, 90_000, 36 * time.Second, 40 * time.Second, false},
		{"at half the pace", 500, time.Second, 100_000, 6000, 10 * time.Second, 12500 * time.Millisecond, true},
		{"nothing", 1, time.Hour, 100_000, 0, 10 * time.Second, 12500 * time.Millisecond, true},
	} {
		synctest.Test(t, func(t *testing.T) {
			ours, theirs := net.Pipe()
			defer theirs.Close()
			gone := make(chan struct{})
			go func() {
				defer close(gone)
				for buf := make([]byte, tt.bytes); ; {
					time.Sleep(tt.every)
					if _, err := io.ReadFull(theirs, buf); err != nil {
						return
					}
				}
			}()
			conn := &paced{Conn: ours, pace: pace}
			start := time.Now()
			n, err := conn.Write(make([]byte, tt.size))
			took := time.Since(start)
			ours.Close()
			<-gone
			if errors.Is(err, os.ErrDeadlineExceeded) != tt.failsInSight || took < tt.least || took > tt.most {
				t.Errorf("%s: Write took %v and failed with %v, want %v to %v and a failure: %v", tt.name, took, err, tt.least, tt.most, tt.failsInSight)
			}
			if n < tt.taken-tt.bytes || n > tt.taken+tt.bytes {
				t.Errorf("%s: Write = %d, want about %d", tt.name, n, tt.taken)
			}
		})
	}
}

// A deadline that others take back, as net/http does after each answer, is set anew for the next piece.
func TestPaceAfterOthersDeadlines(t *testing.T) {
	for name, reset := range map[string]func(net.Conn) error{
		"of writes": func(c net.Conn) error { return c.SetWriteDeadline(time.Time{}) },
		"of all":    func(c net.Conn) error { return c.SetDeadline(time.Time{}) },
	} {
		synctest.Test(t, func(t *testing.T) {
			ours, theirs := net.Pipe()
			defer theirs.Close()
			conn := &paced{Conn: ours, pace: pace{1000, time.Minute}}
			go theirs.Read(make([]byte, 10))
			if _, err := conn.Write(make([]byte, 10)); err != nil {
				t.Fatal(err)
			}
			if err := reset(conn); err != nil {
				t.Fatal(err)
			}
			start := time.Now()
			if _, err := conn.Write(make([]byte, 10)); !errors.Is(err, os.ErrDeadlineExceeded) || time.Since(start) > 2*time.Minute {
				t.Errorf("deadline %s: Write to who reads nothing = %v after %v", name, err, time.Since(start))
			}
			ours.Close()
		})
	}
}

// A file, or the part of one behind a limit, goes out whole and once.
func TestFilesArePaced(t *testing.T) {
	want := make([]byte, 100_000)
	for i := range want {
		want[i] = byte(i / 100)
	}
	path := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(path, want, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, limit := range []int64{0, 1, 9_999, 10_000, 10_001, 99_999, 100_000, 1 << 40} {
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		ours, theirs := net.Pipe()
		got := make(chan []byte)
		go func() { b, _ := io.ReadAll(theirs); got <- b }()
		var from io.Reader = f
		if limit < 1<<40 {
			from = io.LimitReader(f, limit)
		}
		n, err := (&paced{Conn: ours, pace: pace{10_000, time.Minute}}).ReadFrom(from)
		ours.Close()
		f.Close()
		if part := want[:min(limit, 100_000)]; err != nil || n != int64(len(part)) || !bytes.Equal(<-got, part) {
			t.Errorf("ReadFrom up to %d = %d, %v, want %d", limit, n, err, len(part))
		}
	}
}
