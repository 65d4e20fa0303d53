package uploader_test

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"testing"
	"time"

	"lightwell/uploader"

	"github.com/coder/websocket"
)

// socket opens a WebSocket from a page elsewhere.
func (d *door) socket(job string) *websocket.Conn {
	d.t.Helper()
	conn, _, err := websocket.Dial(deadline(d.t), "http://"+d.addr+"/status/"+job, &websocket.DialOptions{
		HTTPHeader: http.Header{"Origin": {"https://elsewhere.test"}},
	})
	if err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() { conn.CloseNow() })
	conn.SetReadLimit(-1)
	return conn
}

// deadline is a context for as long as a test may take.
func deadline(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	return ctx
}

// messages reads to the end, and says how it was closed.
func messages(t *testing.T, conn *websocket.Conn) (all []uploader.Status, code websocket.StatusCode) {
	t.Helper()
	for ctx := deadline(t); ; {
		kind, data, err := conn.Read(ctx)
		if err != nil {
			return all, websocket.CloseStatus(err)
		}
		var s uploader.Status
		if err := json.Unmarshal(data, &s); err != nil || kind != websocket.MessageText {
			t.Fatalf("message %v %q: %v", kind, data, err)
		}
		all = append(all, s)
	}
}

// itemsOf is what messages tell of, one after the other.
func itemsOf(all []uploader.Status) (items []string) {
	for _, s := range all {
		items = append(items, told(s)...)
	}
	return items
}

func TestSocket(t *testing.T) {
	d := openDoor(t)
	job := d.byHand(3, 0)
	conn := d.socket(job.id)
	if _, data, err := conn.Read(deadline(t)); err != nil || string(data) != `{"status":"processing","jobId":"`+job.id+`","total":3,"completed":0,"failed":0,"urls":[],"items":[]}` {
		t.Errorf("first message = %s, %v", data, err)
	}
	job.completes(1)
	job.fails(0)
	job.completes(2)
	all, code := messages(t, conn)
	if code != websocket.StatusNormalClosure || len(all) == 0 {
		t.Fatalf("closed with %v after %d messages, want normally after some", code, len(all))
	}
	if got, want := itemsOf(all), []string{"0 failed 422", "1 completed", "2 completed"}; !slices.Equal(got, want) {
		t.Errorf("messages tell of %q, want %q", got, want)
	}
	for _, s := range all[:len(all)-1] {
		if s.Status != "processing" {
			t.Errorf("a message before the last is %+v", s)
		}
	}
	last := all[len(all)-1]
	if last.Status != "completed" || last.JobID != job.id || last.Completed != 2 || last.Failed != 1 || !slices.Equal(last.URLs, []string{"u1", "u2"}) {
		t.Errorf("last message = %+v, want the end with both URLs", last)
	}
	again, code := messages(t, d.socket(job.id))
	if code != websocket.StatusNormalClosure || !slices.Equal(itemsOf(again), itemsOf(all)) {
		t.Errorf("after the end: %q, closed with %v", itemsOf(again), code)
	}
	from, _ := messages(t, d.socket(job.id+"?cursor=2"))
	if got, want := itemsOf(from), []string{"2 completed"}; !slices.Equal(got, want) {
		t.Errorf("from cursor 2: %q, want %q", got, want)
	}
}

func TestSocketRefused(t *testing.T) {
	d := openDoor(t)
	_, resp, err := websocket.Dial(deadline(t), "http://"+d.addr+"/status/0123456789abcdefghjkmnpqrs", nil)
	if err == nil || resp == nil || resp.StatusCode != 404 {
		t.Errorf("a WebSocket of an unknown job: %v, want 404", err)
	}
}

func TestSocketClientLeaves(t *testing.T) {
	d := openDoor(t)
	job := d.byHand(1, 0)
	conn := d.socket(job.id)
	conn.Read(deadline(t))
	conn.CloseNow()
	d.wait("a WebSocket without a client")
	conn = d.socket(job.id)
	conn.Read(deadline(t))
	if err := conn.Close(websocket.StatusNormalClosure, ""); err != nil {
		t.Errorf("Close = %v", err)
	}
	d.wait("a WebSocket that its client has closed")
}

func TestSocketEnding(t *testing.T) {
	d := openDoor(t)
	ending := make(chan struct{})
	d.uploader.Ending = ending
	conn := d.socket(d.byHand(1, 0).id)
	conn.Read(deadline(t))
	close(ending)
	if all, code := messages(t, conn); code != websocket.StatusGoingAway || len(all) > 0 {
		t.Errorf("closed with %v after %+v, want it going away", code, all)
	}
	d.wait("a WebSocket at the end")
}

// In silence there are pings, which the client answers as it reads: it stays.
func TestSocketSilence(t *testing.T) {
	t.Cleanup(uploader.EventTimes(time.Millisecond, patience))
	d := openDoor(t)
	job := d.byHand(1, 0)
	pinged := make(chan struct{}, 10)
	conn, _, err := websocket.Dial(deadline(t), "http://"+d.addr+"/status/"+job.id, &websocket.DialOptions{
		OnPingReceived: func(context.Context, []byte) bool { pinged <- struct{}{}; return true },
	})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.CloseNow()
	go func() {
		<-pinged
		<-pinged
		job.completes(0)
	}()
	if all, code := messages(t, conn); code != websocket.StatusNormalClosure || len(all) == 0 || all[len(all)-1].Status != "completed" {
		t.Errorf("closed with %v after %+v, want the end", code, all)
	}
	d.wait("a WebSocket that has ended")
}

func TestSocketSlowReader(t *testing.T) {
	t.Cleanup(uploader.EventTimes(patience, 300*time.Millisecond))
	d := openDoor(t)
	conn := d.socket(d.longJob())
	d.wait("a WebSocket that nobody reads")
	if all, code := messages(t, conn); code == websocket.StatusNormalClosure {
		t.Errorf("who did not read got %d messages, and a proper end", len(all))
	}
}
