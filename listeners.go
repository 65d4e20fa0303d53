package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/netip"
	"slices"
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
		images := public
		images.told = true
		guarded.images = guard(d.images, images, log)
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
	// told is that the server says which connections it has closed (Closed), and gets them as they are: fasthttp writes
	// faster to a *net.TCPConn than to anything else.
	told bool
}

// guard bounds a listener's connections. What is over is refused at once: a client
// that waits for its turn looks like one that hangs.
func guard(l net.Listener, b bounds, log *slog.Logger) net.Listener {
	g := &guarded{Listener: l, bounds: b, log: log, open: map[net.Conn]*visit{}, from: map[netip.Addr]int{}}
	if b.writing.within > 0 {
		go g.watch()
	}
	return g
}

type guarded struct {
	net.Listener
	bounds
	log *slog.Logger

	mu     sync.Mutex // guards all below
	closed bool
	open   map[net.Conn]*visit
	from   map[netip.Addr]int // how many of them
}

// visit is a connection that is open.
type visit struct {
	conn     net.Conn // as the listener below gave it
	from     netip.Addr
	progress progress // of the one that watches
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
		if refusal := l.enter(conn); refusal != nil {
			refuse(conn, refusal)
			continue
		}
		boundAhead(conn)
		if l.told {
			return conn, nil
		}
		return &counted{conn, l}, nil
	}
}

// Close takes no more connections. Those that are open are watched until they end.
func (l *guarded) Close() error {
	l.mu.Lock()
	l.closed = true
	l.mu.Unlock()
	return l.Listener.Close()
}

// watch cuts off the clients that are too slow.
func (l *guarded) watch() {
	for every := max(time.Millisecond, l.writing.within/looks); ; {
		time.Sleep(every)
		visits, over := l.visits()
		if over {
			return
		}
		for _, v := range visits {
			if taken, waiting := sent(v.conn); v.progress.look(time.Now(), taken, waiting, l.writing) {
				cut(v.conn)
			}
		}
	}
}

// visits are the connections that are open. Over is that there will be no more.
func (l *guarded) visits() (open []*visit, over bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Collect(maps.Values(l.open)), l.closed && len(l.open) == 0
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
func (l *guarded) enter(conn net.Conn) (refusal []byte) {
	from := remote(conn)
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case len(l.open) >= l.most:
		return fullHouse
	case l.perAddress > 0 && l.from[from] >= l.perAddress:
		return greedy
	}
	l.open[conn] = &visit{conn, from, progress{since: time.Now()}}
	l.from[from]++
	return nil
}

// Closed is to be called when a connection has been closed; more than once does nothing.
func (l *guarded) Closed(conn net.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	v := l.open[conn]
	if v == nil {
		return
	}
	delete(l.open, conn)
	if l.from[v.from]--; l.from[v.from] == 0 {
		delete(l.from, v.from)
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

// counted is a connection that tells itself when it is closed.
type counted struct {
	net.Conn
	by *guarded
}

func (c *counted) Close() error {
	c.by.Closed(c.Conn)
	return c.Conn.Close()
}

// ReadFrom lets the kernel send files.
func (c *counted) ReadFrom(r io.Reader) (int64, error) { return io.Copy(c.Conn, r) }

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
