package main

import (
	"net"
	"net/netip"
	"sync"
)

// limitConnections bounds a listener's connections at once: in all, and from one
// address (0 for no such bound). What is over is closed at once: a client that
// waits for its turn looks like one that hangs.
func limitConnections(l net.Listener, most, perAddress int) net.Listener {
	return &limited{Listener: l, most: most, perAddress: perAddress, open: map[netip.Addr]int{}}
}

type limited struct {
	net.Listener
	most, perAddress int

	mu    sync.Mutex // guards all below
	total int
	open  map[netip.Addr]int
}

func (l *limited) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		from := remote(conn)
		if l.enter(from) {
			return &counted{Conn: conn, leave: sync.OnceFunc(func() { l.leave(from) })}, nil
		}
		conn.Close()
	}
}

func (l *limited) enter(from netip.Addr) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.total >= l.most || l.perAddress > 0 && l.open[from] >= l.perAddress {
		return false
	}
	l.total++
	l.open[from]++
	return true
}

func (l *limited) leave(from netip.Addr) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.total--
	if l.open[from]--; l.open[from] == 0 {
		delete(l.open, from)
	}
}

// remote is a connection's other end; an IPv6 client has a /64 to itself, so that
// counts as one address.
func remote(conn net.Conn) netip.Addr {
	at, err := netip.ParseAddrPort(conn.RemoteAddr().String())
	if err != nil {
		return netip.Addr{}
	}
	addr := at.Addr().Unmap()
	if addr.Is6() {
		if prefix, err := addr.Prefix(64); err == nil {
			return prefix.Addr()
		}
	}
	return addr
}

// counted leaves once, however often it is closed.
type counted struct {
	net.Conn
	leave func()
}

func (c *counted) Close() error {
	c.leave()
	return c.Conn.Close()
}
