package main

import (
	"net"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// pace is how slow a client may be: a piece of so many bytes in so much time. It
// allows a pause that fast bytes make up for, and neither silence nor a trickle.
type pace struct {
	piece  uint64 // bytes
	within time.Duration
}

// paceOf is the pace of a rate in bytes a second that is looked at now and then.
func paceOf(rate int64, every time.Duration) pace {
	return pace{piece: uint64(max(1, float64(rate)*every.Seconds())), within: every}
}

// looks is how many times in the time of a piece connections are looked at: so
// much longer may a piece take.
const looks = 4

// progress is how far a client has come with what is sent to it.
type progress struct {
	since time.Time // when the piece began that is on its way
	taken uint64    // bytes until then
}

// look tells whether a client is too slow, of which the kernel says how many bytes
// it has taken in all, and whether any are on their way to it. A time for whole
// answers would either cut big ones short or let a client that takes nothing of
// them stay for long.
func (p *progress) look(now time.Time, taken uint64, waiting bool, pace pace) (slow bool) {
	if !waiting || taken-p.taken >= pace.piece {
		p.since, p.taken = now, taken
	}
	return now.Sub(p.since) > pace.within
}

// sent is what the kernel knows of a connection: how many bytes the other end has
// taken in all, and whether it has been sent more. A connection of another kind
// never waits.
func sent(conn net.Conn) (taken uint64, waiting bool) {
	raw, ok := conn.(syscall.Conn)
	if !ok {
		return 0, false
	}
	control, err := raw.SyscallConn()
	if err != nil {
		return 0, false
	}
	control.Control(func(fd uintptr) { // an error is that of a closed one
		info, err := unix.GetsockoptTCPInfo(int(fd), unix.IPPROTO_TCP, unix.TCP_INFO)
		if err == nil {
			taken, waiting = info.Bytes_acked, info.Unacked > 0 || info.Notsent_bytes > 0
		}
	})
	return taken, waiting
}

// boundAhead has the kernel take little of an answer ahead: else it takes megabytes
// for each slow client.
func boundAhead(conn net.Conn) {
	raw, ok := conn.(syscall.Conn)
	if !ok {
		return
	}
	if control, err := raw.SyscallConn(); err == nil {
		control.Control(func(fd uintptr) { // without it there is more memory to be had, and nothing else
			unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_NOTSENT_LOWAT, mostAhead)
		})
	}
}

// mostAhead is what keeps a fast client busy.
const mostAhead = 128 << 10

// cut ends a connection at once. What waits for it to be taken fails; what is on its way is not
// worth keeping.
func cut(conn net.Conn) {
	if lingers, ok := conn.(interface{ SetLinger(int) error }); ok {
		lingers.SetLinger(0)
	}
	conn.Close()
}
