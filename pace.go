package main

import (
	"io"
	"math"
	"net"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// pace is how slow a client may be: a piece of so many bytes in so much time. It
// allows a pause that fast bytes make up for, and neither silence nor a trickle.
type pace struct {
	piece  int64 // bytes
	within time.Duration
}

// paceOf is the pace of a rate in bytes a second that is looked at now and then.
func paceOf(rate int64, every time.Duration) pace {
	return pace{piece: max(1, int64(float64(rate)*every.Seconds())), within: every}
}

// paced is a connection whose other end must take what is sent at a pace. A time
// for whole answers would either cut big ones short or let a client that takes
// nothing of them stay for long.
type paced struct {
	net.Conn
	pace  pace
	until time.Time // the write deadline that is set; used by one goroutine at a time
}

// newPaced has the kernel take little of an answer ahead. Otherwise it takes
// megabytes and asks for more only when a good part of them is gone, and a client
// that keeps the pace looks as if it took nothing for long.
func newPaced(conn net.Conn, p pace) paced {
	if raw, ok := conn.(syscall.Conn); ok {
		if control, err := raw.SyscallConn(); err == nil {
			ahead := int(min(mostAhead, p.piece/4))
			control.Control(func(fd uintptr) { // without it slow clients may be cut off, and nothing else
				unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_NOTSENT_LOWAT, max(1, ahead))
			})
		}
	}
	return paced{Conn: conn, pace: p}
}

// mostAhead is what keeps a fast client busy.
const mostAhead = 128 << 10

func (c *paced) Write(p []byte) (n int, err error) {
	for {
		piece := p[n:min(int64(len(p)), int64(n)+c.pace.piece)]
		if err := c.next(); err != nil {
			return n, err
		}
		m, err := c.Conn.Write(piece)
		n += m
		if err != nil || n == len(p) {
			return n, err
		}
	}
}

// ReadFrom lets the kernel send files. It knows them behind one LimitedReader,
// hence the care not to have two.
func (c *paced) ReadFrom(r io.Reader) (n int64, err error) {
	whole, ok := r.(*io.LimitedReader)
	if !ok {
		whole = &io.LimitedReader{R: r, N: math.MaxInt64}
	}
	for whole.N > 0 {
		most := min(whole.N, c.pace.piece)
		if err := c.next(); err != nil {
			return n, err
		}
		m, err := io.Copy(c.Conn, &io.LimitedReader{R: whole.R, N: most})
		n += m
		whole.N -= m
		if err != nil || m < most {
			return n, err
		}
	}
	return n, nil
}

// next begins the time of a piece. A deadline that leaves enough of it stays: to set one costs a twentieth of a hit. So a
// piece may take a quarter longer.
func (c *paced) next() error {
	now := time.Now()
	if c.until.Sub(now) >= c.pace.within {
		return nil
	}
	c.until = now.Add(c.pace.within + c.pace.within/4)
	return c.Conn.SetWriteDeadline(c.until)
}

// SetWriteDeadline is others' deadline: that of a piece is set anew. net/http takes all deadlines back after each answer.
func (c *paced) SetWriteDeadline(t time.Time) error {
	c.until = time.Time{}
	return c.Conn.SetWriteDeadline(t)
}

// SetDeadline is the same of reads and writes.
func (c *paced) SetDeadline(t time.Time) error {
	c.until = time.Time{}
	return c.Conn.SetDeadline(t)
}
