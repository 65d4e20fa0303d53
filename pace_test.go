package main

import (
	"errors"
	"io"
	"log/slog"
	"net"
	"os"
	"testing"
	"time"
)

// What is sent may take as long as it likes as long as it is taken at the pace, and no longer than the time of a piece
// once it is not.
func TestPace(t *testing.T) {
	const within = 10 * time.Second
	pace := paceOf(1000, within) // 10,000 bytes in 10 s
	for _, tt := range []struct {
		name  string
		bytes uint64 // taken at a time
		every time.Duration
		size  uint64        // of all
		slow  time.Duration // when it shows at the latest; 0 for never
	}{
		{"at once", 100_000, time.Second, 100_000, 0},
		{"at twice the pace", 2000, time.Second, 100_000, 0},
		{"in bursts", 9000, 4 * time.Second, 90_000, 0},
		{"a little that takes long", 900, time.Second, 9000, 0},
		{"at half the pace", 500, time.Second, 100_000, within * 3 / 2},
		{"less than a piece", 100, time.Second, 9000, within * 3 / 2},
		{"nothing", 0, time.Second, 100, within * 3 / 2},
	} {
		start := time.Now()
		p := progress{since: start}
		var slow time.Duration
		taken := func(at time.Duration) uint64 { return min(tt.size, tt.bytes*uint64(at/tt.every)) }
		for at := time.Duration(0); at < 300*time.Second && slow == 0; at += within / looks {
			if p.look(start.Add(at), taken(at), taken(at) < tt.size, pace) {
				slow = at
			}
		}
		if (slow > 0) != (tt.slow > 0) || slow > tt.slow || slow > 0 && slow < within {
			t.Errorf("%s: too slow after %v, want %v", tt.name, slow, tt.slow)
		}
	}
}

// A client that takes nothing, or too little, is cut off, in the middle of an answer and after it has been handed to the
// kernel; one that keeps the pace, or has nothing to take, is not.
func TestSlowClientsAreCutOff(t *testing.T) {
	const within = 400 * time.Millisecond
	for _, tt := range []struct {
		name string
		size int // of what is sent
		take func(net.Conn) error
		cut  bool
	}{
		{"takes nothing of much", 64 << 20, func(net.Conn) error { return nil }, true},
		{"takes a trickle of much", 64 << 20, func(c net.Conn) error { return sip(c, 100, 10*time.Millisecond) }, true},
		{"takes all", 8 << 20, func(c net.Conn) error { return sip(c, 1<<20, time.Millisecond) }, false},
		{"takes all, slowly", 8 << 20, func(c net.Conn) error { return sip(c, 64<<10, 10*time.Millisecond) }, false},
		{"waits for nothing", 0, func(net.Conn) error { return nil }, false},
	} {
		for _, told := range []bool{false, true} {
			inner, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			l := guard(inner, bounds{most: 2, writing: paceOf(1<<20, within), told: told}, slog.New(slog.DiscardHandler)).(*guarded)
			theirs, err := net.Dial("tcp", l.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			ours, err := l.Accept()
			if err != nil {
				t.Fatal(err)
			}
			go tt.take(theirs)
			wrote := make(chan error, 1)
			go func() {
				_, err := ours.Write(make([]byte, tt.size))
				if err == nil { // as a server that waits for the next request
					ours.SetReadDeadline(time.Now().Add(4 * within))
					_, err = ours.Read(make([]byte, 1))
				}
				wrote <- err
			}()
			err = <-wrote
			if cut := !errors.Is(err, os.ErrDeadlineExceeded); cut != tt.cut {
				t.Errorf("a client that %s, told %v: %v, want it cut off: %v", tt.name, told, err, tt.cut)
			}
			theirs.Close()
			ours.Close()
			l.Closed(ours)
			l.Close()
			if open, over := l.visits(); !over {
				t.Errorf("%d connections are left", len(open))
			}
		}
	}
}

// sip reads so many bytes every so often.
func sip(c net.Conn, n int, every time.Duration) error {
	for buf := make([]byte, n); ; time.Sleep(every) {
		if _, err := io.ReadFull(c, buf); err != nil {
			return err
		}
	}
}
