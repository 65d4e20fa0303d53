package main_test

import (
	"io"
	"net"
	"sync"
	"testing"
)

// wire is a connection to a server that can be cut.
type wire struct {
	listener net.Listener
	to       string
	cut      sync.Mutex // held while nothing gets through; guards ends
	ends     []net.Conn
	carrying sync.WaitGroup
}

// newWire lays a wire to a host and port, until the test ends.
func newWire(t *testing.T, to string) *wire {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{listener: l, to: to}
	w.carrying.Go(w.accept)
	t.Cleanup(func() {
		l.Close()
		w.without(func() {})
		w.carrying.Wait()
	})
	return w
}

func (w *wire) address() string { return w.listener.Addr().String() }

func (w *wire) accept() {
	for {
		near, err := w.listener.Accept()
		if err != nil {
			return
		}
		w.carry(near)
	}
}

func (w *wire) carry(near net.Conn) {
	w.cut.Lock()
	defer w.cut.Unlock()
	far, err := net.Dial("tcp", w.to)
	if err != nil {
		near.Close()
		return
	}
	w.ends = append(w.ends, near, far)
	for _, way := range [][2]net.Conn{{near, far}, {far, near}} {
		w.carrying.Go(func() {
			io.Copy(way[0], way[1])
			way[0].Close()
		})
	}
}

// without cuts all connections; new ones wait until f is done.
func (w *wire) without(f func()) {
	w.cut.Lock()
	defer w.cut.Unlock()
	for _, end := range w.ends {
		end.Close()
	}
	w.ends = nil
	f()
}
