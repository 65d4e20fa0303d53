package main_test

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"lightwell/transform/pool/pooltest"
)

// BenchmarkWarmHitBesideNginx is the CPU time that a rendition from memory costs the
// server, and that the same bytes with the same headers cost nginx as a static
// file, in turns over the same number of kept connections. Both have all CPUs: nginx
// a worker for each. cpu/nginx compares with nginx's own defaults, but with sendfile
// and without a log of accesses; cpu/debian with what Debian sets on top of that;
// cpu/tuned with files that stay open, too, and so may be out of date.
//
// The clock of CPU time ticks a hundred times a second: quote runs of
// -benchtime=20s. An operation is a round of so many requests to each server.
func BenchmarkWarmHitBesideNginx(b *testing.B) {
	const round = 1000
	p := serve(b, b.TempDir(), nil)
	w := warmRendition(b, p)
	servers := []contender{
		{"cpu", p.cmd.Process.Pid, strings.TrimPrefix(p.images, "http://")},
		startNginx(b, w, "nginx", ""),
		startNginx(b, w, "debian", "tcp_nopush on;"),
		startNginx(b, w, "tuned", "tcp_nopush on; open_file_cache max=1000;"),
	}
	for _, connections := range []int{16, 64} {
		b.Run(fmt.Sprintf("connections=%d", connections), func(b *testing.B) {
			var clients []*client
			var before []float64
			for _, s := range servers {
				clients = append(clients, connect(b, s, w, connections))
				before = append(before, s.cpu(b))
			}
			for b.Loop() {
				for _, c := range clients {
					c.round(b, round)
				}
			}
			perRequest := func(i int) float64 { return (servers[i].cpu(b) - before[i]) * 1e6 / float64(b.N*round) }
			for i, s := range servers {
				b.ReportMetric(perRequest(i), s.name+"-us/req")
			}
			for i, s := range servers[1:] {
				b.ReportMetric(perRequest(0)/perRequest(i+1), "cpu/"+s.name)
			}
		})
	}
}

// warm is a rendition that the server has in memory.
type warm struct {
	uri string
	answer
}

// warmRendition looks for a width at which the photograph takes about 15 KB.
func warmRendition(b *testing.B, p *process) warm {
	id := p.upload(testdata(b, "photo.jpg"))
	for narrow, wide := 50, 1500; narrow < wide; {
		w := warm{uri: fmt.Sprintf("/image/%s?w=%d&fm=webp", id, (narrow+wide)/2)}
		p.get(w.uri)
		w.answer = p.get(w.uri)
		if tier := w.header.Get("Server-Timing"); w.status != http.StatusOK || tier != "cache;desc=memory" {
			b.Fatalf("a second GET %s = %d, %q, want one from memory", w.uri, w.status, tier)
		}
		switch {
		case len(w.body) < 14<<10:
			narrow = (narrow+wide)/2 + 1
		case len(w.body) > 16<<10:
			wide = (narrow + wide) / 2
		default:
			return w
		}
	}
	b.Fatal("no width makes a rendition of 14 to 16 KiB")
	return warm{}
}

// contender is a server under load, with all its processes.
type contender struct {
	name    string
	pid     int
	address string
}

// cpu is the CPU time that the server's processes have taken so far, in seconds.
func (s contender) cpu(b *testing.B) float64 {
	b.Helper()
	const ticksPerSecond = 100 // the kernel's USER_HZ, on every architecture that Go knows
	ticks := 0
	for _, pid := range append(pooltest.Children(b, s.pid), s.pid) {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil {
			b.Fatal(err)
		}
		// The name, in parentheses, may have spaces; 11 fields lie between it and utime.
		fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
		for _, field := range fields[11:13] {
			n, err := strconv.Atoi(field)
			if err != nil {
				b.Fatal(err)
			}
			ticks += n
		}
	}
	return float64(ticks) / ticksPerSecond
}

// client asks one server for the rendition, over connections that it keeps.
type client struct {
	conns   []net.Conn
	request []byte
	length  int // of an answer, headers included
	body    []byte
}

func connect(b *testing.B, s contender, w warm, connections int) *client {
	c := &client{body: w.body, request: []byte("GET " + w.uri + " HTTP/1.1\r\nHost: images.test\r\n" +
		"User-Agent: benchmark\r\nAccept: image/avif,image/webp,*/*;q=0.8\r\nAccept-Encoding: gzip\r\n\r\n")}
	for range connections {
		conn, err := net.Dial("tcp", s.address)
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { conn.Close() })
		c.conns = append(c.conns, conn)
	}
	c.length = c.measure(b)
	return c
}

// measure is the length of an answer: all have one, as their headers differ in no
// length.
func (c *client) measure(b *testing.B) int {
	b.Helper()
	if _, err := c.conns[0].Write(c.request); err != nil {
		b.Fatal(err)
	}
	var got []byte
	for buf := make([]byte, 64<<10); !bytes.HasSuffix(got, c.body); {
		n, err := c.conns[0].Read(buf)
		if err != nil {
			b.Fatalf("after %d bytes of an answer: %v", len(got), err)
		}
		got = append(got, buf[:n]...)
	}
	return len(got)
}

// round makes requests, each connection one after the other.
func (c *client) round(b *testing.B, requests int) {
	var left atomic.Int64
	left.Store(int64(requests))
	var running sync.WaitGroup
	for _, conn := range c.conns {
		running.Go(func() {
			got := make([]byte, c.length)
			for left.Add(-1) >= 0 {
				if _, err := conn.Write(c.request); err != nil {
					b.Error(err)
					return
				}
				if _, err := io.ReadFull(conn, got); err != nil {
					b.Error(err)
					return
				}
				if !bytes.HasPrefix(got, []byte("HTTP/1.1 200 ")) || !bytes.HasSuffix(got, c.body) {
					b.Errorf("an answer is %.100q, want 200 and the rendition", got)
					return
				}
			}
		})
	}
	running.Wait()
}
