package wiretest

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/textproto"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// patience is how long an answer may take.
const patience = 30 * time.Second

// answer is one answer as it came over the wire.
type answer struct {
	statuses string // with those of interim answers before it
	status   int
	proto    string
	header   []textField
	body     []byte
}

type textField struct{ name, value string }

// get is a header's value, "" where there is none.
func (a answer) get(name string) string {
	for _, f := range a.header {
		if strings.EqualFold(f.name, name) {
			return f.value
		}
	}
	return ""
}

func (a answer) has(name string) bool {
	for _, f := range a.header {
		if strings.EqualFold(f.name, name) {
			return true
		}
	}
	return false
}

// closes tells whether the answer says that it is the connection's last.
func (a answer) closes() bool {
	connection := strings.ToLower(a.get("Connection"))
	return connection == "close" || a.proto == "HTTP/1.0" && connection != "keep-alive"
}

// bodiless tells whether no body may follow (RFC 9112, section 6.3).
func bodiless(method string, status int) bool {
	return method == http.MethodHead || status < 200 || status == http.StatusNoContent || status == http.StatusNotModified
}

type connection struct {
	net.Conn
	r *textproto.Reader
}

func dial(addr string) (connection, error) {
	c, err := net.DialTimeout("tcp", addr, patience)
	if err != nil {
		return connection{}, err
	}
	c.SetDeadline(time.Now().Add(patience))
	return connection{c, textproto.NewReader(bufio.NewReader(c))}, nil
}

// read reads the answer to a request of that method.
func (c connection) read(method string) (a answer, err error) {
	for a.status < 200 {
		a.header = nil
		if err := c.readHead(&a); err != nil {
			return a, err
		}
	}
	if bodiless(method, a.status) {
		return a, nil
	}
	n, err := strconv.Atoi(a.get("Content-Length"))
	if err != nil { // all of our answers have one
		return a, fmt.Errorf("Content-Length of %s: %w", a.statuses, err)
	}
	a.body = make([]byte, n)
	if _, err := io.ReadFull(c.r.R, a.body); err != nil {
		return a, fmt.Errorf("body of %d bytes: %w", n, err)
	}
	return a, nil
}

func (c connection) readHead(a *answer) error {
	line, err := c.r.ReadLine()
	if err != nil {
		return fmt.Errorf("status line: %w", err)
	}
	proto, rest, _ := strings.Cut(line, " ")
	code, _, _ := strings.Cut(rest, " ")
	if a.status, err = strconv.Atoi(code); err != nil || proto != "HTTP/1.1" && proto != "HTTP/1.0" {
		return fmt.Errorf("%q is no status line", line)
	}
	a.proto, a.statuses = proto, strings.TrimSpace(a.statuses+" "+code)
	for {
		line, err := c.r.ReadLine()
		if err != nil || line == "" {
			return err
		}
		name, value, ok := strings.Cut(line, ": ")
		if !ok {
			return fmt.Errorf("%q is no header", line)
		}
		a.header = append(a.header, textField{name, value})
	}
}

// ended wants nothing more to come. A server that closes a connection with something
// unread on it has the kernel reset it.
func (c connection) ended() error {
	rest, err := io.ReadAll(c.r.R)
	if len(rest) > 0 || err != nil && !errors.Is(err, syscall.ECONNRESET) {
		return fmt.Errorf("then came %.80q, %v, want the connection's end", rest, err)
	}
	return nil
}

// goesOn wants the connection to take one more request, and nothing before its answer.
func (c connection) goesOn() error {
	if _, err := io.WriteString(c, "OPTIONS * HTTP/1.1\r\nHost: images.test\r\nConnection: close\r\n\r\n"); err != nil {
		return fmt.Errorf("the connection is over: %w", err)
	}
	a, err := c.read(http.MethodOptions)
	if err != nil || a.status != http.StatusNoContent || !a.closes() {
		return fmt.Errorf("the next request on the connection was answered %s, %v, want 204, and the last", a.statuses, err)
	}
	return c.ended()
}
