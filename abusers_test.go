package main_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"lightwell/transform/pool/pooltest"
)

// How requests for an upload begin, up to the headers that frame the body.
const (
	postRaw  = "POST /upload HTTP/1.1\r\nHost: x\r\nContent-Type: image/jpeg\r\n"
	postForm = "POST /upload HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\n"
	filePart = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x\"\r\n\r\n"
	chunked  = "Transfer-Encoding: chunked\r\n\r\n"
)

// dial opens a connection to a door, which ends with the test. from is an address
// of loopback's, and may be empty.
func dial(t testing.TB, door, from string) *net.TCPConn {
	t.Helper()
	var dialer net.Dialer
	if from != "" {
		dialer.LocalAddr = &net.TCPAddr{IP: net.ParseIP(from)}
	}
	conn, err := dialer.Dial("tcp", strings.TrimPrefix(door, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn.(*net.TCPConn)
}

// say dials and sends a text.
func say(t testing.TB, door, text string) *net.TCPConn {
	t.Helper()
	conn := dial(t, door, "")
	if _, err := io.WriteString(conn, text); err != nil {
		t.Errorf("send %.60q: %v", text, err)
	}
	return conn
}

// rest is all that comes until the other end closes, in whatever manner, which it
// must do in time.
func rest(t testing.TB, conn net.Conn, within time.Duration) string {
	t.Helper()
	conn.SetReadDeadline(time.Now().Add(within))
	got, err := io.ReadAll(conn)
	if e, ok := err.(net.Error); ok && e.Timeout() {
		t.Errorf("the connection is still open after %v; %.60q has come", within, got)
	}
	return string(got)
}

// drip sends a byte now and then until the connection ends.
func drip(conn net.Conn) {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for range tick.C {
		if _, err := conn.Write([]byte("x")); err != nil {
			return
		}
	}
}

// pour sends a text over and over until the connection ends, or so many bytes are
// gone.
func pour(conn net.Conn, text string, most int) {
	text = strings.Repeat(text, 1+4096/len(text))
	for n := 0; n < most; n += len(text) {
		if _, err := io.WriteString(conn, text); err != nil {
			return
		}
	}
}

var statusLine = regexp.MustCompile(`(?m)^HTTP/1\.[01] (\d{3}) `)

// statuses are those of all answers in a text, as in "200 404". Bodies must not
// look like answers.
func statuses(text string) string {
	var all []string
	for _, m := range statusLine.FindAllStringSubmatch(text, -1) {
		all = append(all, m[1])
	}
	return strings.Join(all, " ")
}

// connections counts those that are served, by what the server's goroutines do; the
// one that asks is not among them.
func (p *process) connections() (n int) {
	p.t.Helper()
	req := request(p.t, http.MethodGet, p.admin+"/debug/pprof/goroutine?debug=2", nil)
	req.Close = true
	for stack := range strings.SplitSeq(string(do(p.t, req).body), "\n\n") {
		if strings.Contains(stack, "fasthttp.(*Server).serveConn(") || strings.Contains(stack, "net/http.(*conn).serve(") {
			n++
		}
	}
	return n - 1
}

func (p *process) descriptors() int {
	p.t.Helper()
	fds, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", p.cmd.Process.Pid))
	if err != nil {
		p.t.Fatal(err)
	}
	return len(fds)
}

// peak is the most memory that the server itself has had resident, in bytes
// (proc(5), status).
func (p *process) peak() int {
	p.t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		p.t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(status), "VmHWM:")
	kb, err := strconv.Atoi(strings.Fields(after)[0])
	if err != nil {
		p.t.Fatal(err)
	}
	return kb << 10
}

// quiet is a server to be abused, and what it is like before.
type quiet struct {
	*process
	fds int
}

// abused starts a server whose patience is a second, with what else is asked.
func abused(t *testing.T, flags ...string) quiet {
	t.Helper()
	flags = append([]string{"--read-timeout=1s", "--idle-timeout=1s", "--write-timeout=1s", "--upload-timeout=1s", "--min-rate=64KiB"}, flags...)
	p := serve(t, t.TempDir(), flags)
	p.connections() // whatever is opened once for all
	return quiet{p, p.descriptors()}
}

// wantQuiet wants nothing left of the abuse, and a server that works.
func (q quiet) wantQuiet() {
	q.t.Helper()
	http.DefaultClient.CloseIdleConnections()
	pooltest.Until(q.t, "no connection is served", func() bool { return q.connections() == 0 })
	pooltest.Until(q.t, "descriptors are closed", func() bool { return q.descriptors() <= q.fds })
	for _, left := range files(q.t, filepath.Join(q.data, "tmp")) {
		if filepath.Base(left) != "lock" {
			q.t.Errorf("the temporary file %s is left", left)
		}
	}
	if a := q.get("/image/" + q.upload(testdata(q.t, "logo.svg")) + "?w=50"); a.status != http.StatusOK {
		q.t.Errorf("a good request afterwards = %d %s", a.status, a.body)
	}
}
