package main

import (
	"errors"
	"io"
	"net"
	"testing"
	"time"
)

func TestConnectionsAreBounded(t *testing.T) {
	for _, test := range []struct{ most, perAddress, want int }{{3, 0, 3}, {10, 2, 2}, {1, 5, 1}} {
		inner, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		l := limitConnections(inner, test.most, test.perAddress)
		accepted := make(chan net.Conn, 20)
		go func() {
			for {
				conn, err := l.Accept()
				if err != nil {
					close(accepted)
					return
				}
				accepted <- conn
			}
		}()
		var refused []net.Conn
		for range 5 {
			conn, err := net.Dial("tcp", l.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			if isClosed(t, conn) {
				refused = append(refused, conn)
			}
		}
		if n := 5 - len(refused); n != test.want {
			t.Errorf("%+v: %d connections were taken, want %d", test, n, test.want)
		}
		// One that ends makes room for another, whether closed once or twice.
		first := <-accepted
		first.Close()
		first.Close()
		for i, want := range []bool{false, true} {
			conn, err := net.Dial("tcp", l.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			if got := isClosed(t, conn); got != want {
				t.Errorf("%+v: connection %d after one ended is closed: %v, want %v", test, i, got, want)
			}
		}
		l.Close()
	}
}

// isClosed tells whether the other end closes within a moment that is long for
// loopback. One that does not is left open.
func isClosed(t *testing.T, conn net.Conn) bool {
	t.Helper()
	conn.SetReadDeadline(time.Now().Add(300 * time.Millisecond))
	_, err := conn.Read(make([]byte, 1))
	var timeout net.Error
	switch {
	case errors.As(err, &timeout) && timeout.Timeout():
		return false
	case err == nil:
		t.Error("the listener sent something")
	case !errors.Is(err, io.EOF):
		t.Logf("closed with %v", err)
	}
	return true
}
