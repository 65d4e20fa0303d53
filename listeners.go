package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"syscall"
	"time"

	"lightwell/config"
	"lightwell/origin/problem"
)

// maxHead is the bytes of a request's URL and headers, to which net/http adds 4 KiB.
const maxHead = 16 << 10

// guarded bounds the connections of all doors.
func (d doors) guarded(cfg config.Config, log *slog.Logger) doors {
	public := bounds{
		most: affordable(cfg.MaxConnections), perAddress: cfg.MaxConnectionsPerIP,
		writing: paceOf(int64(cfg.MinRate), cfg.WriteTimeout),
	}
	if public.most < cfg.MaxConnections {
		log.Warn("max-connections is lowered: the limit on open files is too low for it", "from", cfg.MaxConnections, "to", public.most)
	}
	private := bounds{most: adminConnections, writing: public.writing}
	guarded := doors{admin: guard(d.admin, private, log)}
	if d.images != nil {
		guarded.images = guard(d.images, public, log)
	}
	if d.uploads != nil {
		guarded.uploads = guard(d.uploads, public, log)
	}
	return guarded
}

// adminConnections is more than those who look after a server need.
const adminConnections = 100

// bounds are those of a listener's connections.
type bounds struct {
	most       int // at once
	perAddress int // at once from one address; 0 for no such bound
	writing    pace
}

// guard bounds a listener's connections. What is over is refused at once: a client
// that waits for its turn looks like one that hangs.
func guard(l net.Listener, b bounds, log *slog.Logger) net.Listener {
	return &guarded{Listener: l, bounds: b, log: log, open: map[netip.Addr]int{}}
}

type guarded struct {
	net.Listener
	bounds
	log *slog.Logger

	mu    sync.Mutex // guards all below
	total int
	open  map[netip.Addr]int
}

// Accept waits for a connection that may come in. When the machine has none to
// give it waits, too: the servers would take that for the end.
func (l *guarded) Accept() (net.Conn, error) {
	for short := false; ; {
		conn, err := l.Listener.Accept()
		switch {
		case isShortage(err):
			if !short {
				l.log.Error("connections are kept waiting", "address", l.Addr().String(), "error", err)
			}
			short = true
			time.Sleep(shortageWait)
			continue
		case err != nil:
			return nil, err
		}
		from := remote(conn)
		if refusal := l.enter(from); refusal != nil {
			refuse(conn, refusal)
			continue
		}
		return &counted{newPaced(conn, l.writing), sync.OnceFunc(func() { l.leave(from) })}, nil
	}
}

const shortageWait = 50 * time.Millisecond

func isShortage(err error) bool {
	for _, shortage := range []error{syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM} {
		if errors.Is(err, shortage) {
			return true
		}
	}
	return false
}

// enter counts a connection, or says with what answer it is refused.
func (l *guarded) enter(from netip.Addr) (refusal []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.total >= l.most:
		return fullHouse
	case l.perAddress > 0 && l.open[from] >= l.perAddress:
		return greedy
	}
	l.total++
	l.open[from]++
	return nil
}

func (l *guarded) leave(from netip.Addr) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.total--
	if l.open[from]--; l.open[from] == 0 {
		delete(l.open, from)
	}
}

// The answers to connections over a bound, made before they are needed most.
var (
	fullHouse = refusal(http.StatusServiceUnavailable, "There are too many connections.")
	greedy    = refusal(http.StatusTooManyRequests, "There are too many connections from this address.")
)

func refusal(status int, detail string) []byte {
	body := problem.New(status, detail).JSON()
	return fmt.Appendf(nil, "HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %d\r\nCache-Control: no-store\r\nRetry-After: 1\r\nConnection: close\r\n\r\n%s",
		status, http.StatusText(status), problem.ContentType, len(body), body)
}

// refuse answers without a look at the request. Nothing has been sent before, so
// that the answer waits for nobody.
func refuse(conn net.Conn, refusal []byte) {
	conn.SetWriteDeadline(time.Now().Add(time.Second))
	conn.Write(refusal) // an error is the client's leaving
	conn.Close()
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
	paced
	leave func()
}

func (c *counted) Close() error {
	c.leave()
	return c.Conn.Close()
}

// CloseWrite ends an answer whose request is still coming: net/http waits a moment
// then, since closing at once could take the answer back.
func (c *counted) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}

// affordable lowers a bound on a door's connections to what the limit on open
// files leaves: there are two such doors, each connection may come with a file, and
// as much as one of the four is for everything else.
func affordable(most int) int {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return most
	}
	return int(max(1, min(uint64(most), limit.Cur/5)))
}
