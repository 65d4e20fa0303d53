package main_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// An origin that is replaced fails not one request: those under way, slow renditions and an upload among them, are
// finished; what comes on a connection that is open is answered, and told that it is the last there; and new
// connections are taken until the delay is over.
func TestReplacedWithoutAFailure(t *testing.T) {
	t.Parallel()
	const delay = 2 * time.Second
	p := serve(t, t.TempDir(), []string{"--drain-delay=" + delay.String(), "--drain-timeout=30s", "--pool-queue-wait=30s"})
	photo := testdata(t, "photo.jpg")
	id := p.upload(photo)
	hot := "/image/" + id + "?w=50"
	p.get(hot)

	var all sync.WaitGroup
	for i := range 4 { // longer than the delay
		all.Go(func() {
			a, err := try(request(t, http.MethodGet, fmt.Sprintf("%s/image/%s?w=%d&fm=avif", p.images, id, 1800+i), nil))
			if err != nil || a.status != http.StatusOK || a.header.Get("Content-Type") != "image/avif" {
				t.Errorf("a slow rendition = %d %.100q, %v", a.status, a.body, err)
			}
		})
	}
	uploaded := p.uploadInParts(photo)
	idle := []*wireClient{p.dial(p.images), p.dial(p.uploads)}
	for i, path := range []string{hot, "/status/" + id} {
		if resp := idle[i].get(path); resp.StatusCode != http.StatusOK || resp.Close {
			t.Errorf("GET %s before = %d, Connection: close is %t, want 200 and false", path, resp.StatusCode, resp.Close)
		}
	}
	var ending atomic.Bool
	stop := make(chan struct{})
	for range 4 { // clients that use their connections without pause
		all.Go(func() { p.steady(stop, &ending, p.images, hot) })
		all.Go(func() { p.steady(stop, &ending, p.uploads, "/status/"+id) })
	}
	p.busyChild()
	p.cmd.Process.Signal(syscall.SIGTERM)
	began := time.Now()
	p.wantLine("serving for a moment longer")
	ending.Store(true)
	for _, at := range []string{p.images + hot, p.uploads + "/status/" + id} { // which come anew
		if a, err := try(request(t, http.MethodGet, at, nil)); err != nil || a.status != http.StatusOK {
			t.Errorf("GET %s during the delay = %d, %v", at, a.status, err)
		}
	}
	for i, path := range []string{hot, "/status/" + id} {
		if resp := idle[i].get(path); resp.StatusCode != http.StatusOK || !resp.Close {
			t.Errorf("GET %s on an idle connection = %d, Connection: close is %t, want 200 and true", path, resp.StatusCode, resp.Close)
		}
	}
	time.Sleep(time.Until(began.Add(delay - 300*time.Millisecond))) // by then a load balancer has noticed
	close(stop)
	all.Wait()
	uploaded.Wait()
	<-p.exited
	if p.err != nil {
		t.Errorf("the server ended with %v", p.err)
	}
	t.Logf("it ended %v after SIGTERM", time.Since(began).Round(time.Millisecond))
}

// steady makes one request after the other until it is stopped, on a connection for as long as that is kept open.
func (p *process) steady(stop chan struct{}, ending *atomic.Bool, door, path string) {
	var c *wireClient
	for {
		select {
		case <-stop:
			return
		default:
		}
		if c == nil {
			if c = p.dial(door); c == nil {
				return
			}
		}
		was := ending.Load()
		resp := c.get(path)
		if resp == nil || resp.StatusCode != http.StatusOK || was && !resp.Close {
			p.t.Errorf("GET %s = %v, ending is %t; want 200, and the connection to be closed once it ends", path, resp, was)
			return
		}
		if resp.Close {
			c = nil
		}
	}
}

// wireClient is a client with one connection, which does not repeat what fails.
type wireClient struct {
	p    *process
	conn net.Conn
	read *bufio.Reader
}

func (p *process) dial(door string) *wireClient {
	conn, err := net.Dial("tcp", strings.TrimPrefix(door, "http://"))
	if err != nil {
		p.t.Errorf("dial: %v", err)
		return nil
	}
	p.t.Cleanup(func() { conn.Close() })
	return &wireClient{p, conn, bufio.NewReader(conn)}
}

// get makes a request, and reads its answer to the end.
func (c *wireClient) get(path string) *http.Response {
	fmt.Fprintf(c.conn, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", path)
	resp, err := http.ReadResponse(c.read, nil)
	if err == nil {
		_, err = io.Copy(io.Discard, resp.Body)
	}
	if err != nil {
		c.p.t.Errorf("GET %s: %v", path, err)
		return &http.Response{}
	}
	if resp.Close {
		c.conn.Close()
	}
	return resp
}

// uploadInParts sends an image that takes three seconds to come in, and wants it taken.
func (p *process) uploadInParts(body []byte) *sync.WaitGroup {
	c := p.dial(p.uploads)
	fmt.Fprintf(c.conn, "POST /upload HTTP/1.1\r\nHost: x\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n", len(body))
	var done sync.WaitGroup
	done.Go(func() {
		const parts = 30
		for i := range parts {
			time.Sleep(100 * time.Millisecond)
			c.conn.Write(body[i*len(body)/parts : (i+1)*len(body)/parts])
		}
		resp, err := http.ReadResponse(c.read, nil)
		if err != nil {
			p.t.Errorf("the upload: %v", err)
			return
		}
		var taken struct{ ImageID string }
		var said bytes.Buffer
		said.ReadFrom(resp.Body)
		if err := json.Unmarshal(said.Bytes(), &taken); err != nil || resp.StatusCode/100 != 2 || taken.ImageID == "" {
			p.t.Errorf("the upload = %d %s", resp.StatusCode, &said)
		}
	})
	return &done
}
