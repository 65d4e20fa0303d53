package origin_test

import (
	"context"
	"log/slog"
	"net"
	"runtime"
	"testing"
	"time"

	"lightwell/origin"
)

// A request under way is finished, and its connection then closed, while no new one is taken.
func TestShutdown(t *testing.T) {
	d := openDoor(t)
	photo := d.photo()
	idle := d.dial()
	defer idle.Close()
	release := d.renderer.block()
	answers := d.ask(3, "/image/"+photoID+"?w=400")
	wait(t, "renders", d.renderer.began, 1)
	wait(t, "requests", d.library.asked, 3)
	stopped := make(chan struct{})
	stop := d.stop
	go func() {
		defer close(stopped)
		stop()
	}()
	for deadline := time.Now().Add(patience); ; runtime.Gosched() {
		c, err := net.Dial("tcp", d.addr)
		if err != nil {
			break
		}
		c.Close()
		if time.Now().After(deadline) {
			t.Fatal("connections are taken after Shutdown")
		}
	}
	select {
	case <-stopped:
		t.Error("Shutdown returned with a request under way")
	default:
	}
	idle.Close()
	release()
	body, _ := rendition(t, photo, photoBody, "w=400", "")
	wantAll(t, answers(), 200, body)
	wait(t, "Shutdown", stopped, 1)
	d.stop = func() {}
}

// Shutdown gives up when its context is done.
func TestShutdownGivesUp(t *testing.T) {
	d := openDoor(t)
	d.photo()
	release := d.renderer.block()
	answers := d.ask(1, "/image/"+photoID+"?w=400")
	wait(t, "renders", d.renderer.began, 1)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := d.server.Shutdown(ctx); err == nil {
		t.Error("Shutdown with a request under way and no time = nil, want an error")
	}
	release()
	wantAll(t, answers(), 200, nil)
}

// A server that is shut down before it serves, or while it begins to, does not serve for ever: a signal
// may come at any time.
func TestShutdownBeforeServe(t *testing.T) {
	for range 200 {
		s := origin.NewServer(&origin.Handler{Log: slog.New(slog.DiscardHandler)}, origin.ServerConfig{MaxConnections: 1})
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			s.Serve(l)
		}()
		if err := s.Shutdown(context.Background()); err != nil {
			t.Fatal(err)
		}
		select {
		case <-ended:
		case <-time.After(patience):
			t.Fatal("Serve goes on after Shutdown")
		}
	}
}
