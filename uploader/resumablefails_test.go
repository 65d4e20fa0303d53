package uploader_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"lightwell/origin/store"
)

// What can be seen at its beginning not to be an image is refused then, and what cannot at its end; nothing is left
// of either.
func TestResumableNoImage(t *testing.T) {
	d := openDoor(t)
	html := "<!doctype html>" + strings.Repeat("<p>no image</p>", 1000)
	at := d.begin(len(html))
	if got := d.patch(at, 0, html[:len(html)/2]); got.status != 415 {
		t.Errorf("PATCH of a page = %d %s, want 415", got.status, got.body)
	}
	if got := d.do("HEAD", at, "", tusVersion); got.status != 404 {
		t.Errorf("HEAD after that = %d, want 404", got.status)
	}
	d.wantIncoming("a page", 0)
	at = d.begin(len(html))
	d.patch(at, 0, html[:10]) // which may be anything yet
	d.patch(at, 10, html[10:])
	d.wantStatus("a page whose beginning was short", at[len("/upload/resumable/"):], "failed")
	d.wantIncoming("a page whose beginning was short", 0)
}

func TestResumableTermination(t *testing.T) {
	d := openDoor(t)
	at := d.begin(len(jpeg))
	d.patch(at, 0, jpeg[:5])
	if got := d.do("DELETE", at, "", tusVersion); got.status != 204 {
		t.Errorf("DELETE = %d %s, want 204", got.status, got.body)
	}
	if got := d.do("HEAD", at, "", tusVersion); got.status != 404 {
		t.Errorf("HEAD = %d, want 404", got.status)
	}
	d.wantIncoming("terminated", 0)
	at = d.begin(len(jpeg))
	d.patch(at, 0, jpeg)
	if got := d.do("DELETE", at, "", tusVersion); got.status != 409 {
		t.Errorf("DELETE of an image = %d %s, want 409", got.status, got.body)
	}
	d.wantStatus("an image", at[len("/upload/resumable/"):], "completed")
}

// An upload that takes too long expires, and what is left of it goes.
func TestResumableExpiration(t *testing.T) {
	d := openDoorOver(t, store.NewMem(), func(d *door) { d.uploader.PartsLife = 2 * time.Second })
	at := d.begin(len(jpeg))
	got := d.patch(at, 0, jpeg[:5])
	expires, err := http.ParseTime(got.header.Get("Upload-Expires"))
	if left := time.Until(expires); err != nil || left > 2*time.Second || left < -time.Second {
		t.Errorf("Upload-Expires = %q, want within 2 s", got.header.Get("Upload-Expires"))
	}
	d.eventually("it expires", func() bool { return d.do("HEAD", at, "", tusVersion).status == 410 })
	if got := d.patch(at, 5, jpeg[5:]); got.status != 404 {
		t.Errorf("PATCH after its end = %d %s, want 404", got.status, got.body)
	}
	d.wantIncoming("expired", 0)
}

// An upload of which all bytes have come is not said to be whole before it is promised.
func TestResumableIsPromisedFirst(t *testing.T) {
	failing := &failingStore{Store: store.NewMem()}
	d := openDoorOver(t, failing)
	at := d.begin(len(jpeg))
	d.patch(at, 0, jpeg[:5])
	failing.fail(errors.New("not now"), 2) // the part and the whole can be kept, and not more
	if got := d.patch(at, 5, jpeg[5:]); got.status != 503 || got.header.Get("Retry-After") == "" {
		t.Errorf("PATCH while nothing can be promised = %d %s, want 503", got.status, got.body)
	}
	if got := d.do("HEAD", at, "", tusVersion); got.status != 503 {
		t.Errorf("HEAD while nothing can be promised = %d %v, want 503", got.status, got.header)
	}
	failing.fail(nil, 0)
	if n := d.offset(at); n != len(jpeg) {
		t.Errorf("the offset is %d then, want %d", n, len(jpeg))
	}
	d.wantStatus("promised by a HEAD", at[len("/upload/resumable/"):], "completed")
	d.wantIncoming("promised by a HEAD", 0)
}

// A disk that is full is said to be, and what has come until then stays.
func TestResumableDiskFull(t *testing.T) {
	d := openDoor(t)
	at := d.begin(len(jpeg))
	d.patch(at, 0, jpeg[:5])
	d.temp.makeWith(func() (*os.File, error) { return nil, syscall.ENOSPC })
	if got := d.patch(at, 5, jpeg[5:]); got.status != 507 {
		t.Errorf("PATCH on a full disk = %d %s, want 507", got.status, got.body)
	}
	d.temp.makeWith(nil)
	if n := d.offset(at); n != 5 {
		t.Errorf("the offset is %d, want 5", n)
	}
	d.patch(at, 5, jpeg[5:])
	d.wantStatus("when there was room", at[len("/upload/resumable/"):], "completed")
}

// A client that is gone without a word does not keep out the one that comes back: what it has sent is there, and
// its connection is ended.
func TestResumableTakenOver(t *testing.T) {
	d := openDoor(t)
	at := d.begin(len(jpeg))
	gone := d.dial()
	defer gone.Close()
	fmt.Fprintf(gone, "PATCH %s HTTP/1.1\r\nHost: uploads.test\r\n%s\r\n%s\r\n%s\r\nContent-Length: %d\r\n\r\n%s", at, tusVersion, chunkType, offsetAt(0), len(jpeg), jpeg[:6])
	d.eventually("its part is here", func() bool { return d.temp.bytes() == 6 })
	n := d.offset(at)
	if n != 6 {
		t.Fatalf("the offset is %d, want 6", n)
	}
	gone.SetReadDeadline(time.Now().Add(patience))
	if rest, err := io.ReadAll(gone); err != nil && !errors.Is(err, net.ErrClosed) && !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("the connection is not ended: %v after %q", err, rest)
	}
	if got := d.patch(at, 6, jpeg[6:]); got.status != 204 {
		t.Errorf("PATCH of the rest = %d %s, want 204", got.status, got.body)
	}
	d.wantStatus("taken over", at[len("/upload/resumable/"):], "completed")
}

// An upload that is being forgotten, because it is an image by now, is not begun again.
func TestResumableBeingForgotten(t *testing.T) {
	d := openDoor(t)
	at := d.begin(len(jpeg))
	id := at[len("/upload/resumable/"):]
	record := string(stored(t, d.store)["incoming/"+id+".json"])
	d.patch(at, 0, jpeg)
	d.wantStatus("whole", id, "completed")
	d.wantIncoming("whole", 0)
	d.put("incoming/"+id+".json", record)
	if n := d.offset(at); n != len(jpeg) {
		t.Errorf("the offset is %d, want %d: it would be sent again", n, len(jpeg))
	}
}

// An upload in tiny parts ends before it makes the store a heap of them, unless it is whole by then.
func TestResumableInTooManyParts(t *testing.T) {
	d := openDoor(t)
	at, whole := d.begin(10_001), d.begin(10_000)
	for i := range 10_000 {
		for _, upload := range []string{at, whole} {
			d.put(fmt.Sprintf("incoming/%s.parts/%016x", upload[len("/upload/resumable/"):], i), "x")
		}
	}
	if got := d.patch(at, 10_000, "x"); got.status != 400 || !strings.Contains(string(got.body), "10000 parts") {
		t.Errorf("PATCH of one part more = %d %s, want 400", got.status, got.body)
	}
	if n := d.offset(whole); n != 10_000 {
		t.Errorf("the offset of one that is whole is %d", n)
	}
}

// A part that comes slower than is allowed is cut off, however steadily, and what has come stays.
func TestResumableMinRate(t *testing.T) {
	d := openDoor(t)
	d.uploader.BodyTimeout, d.uploader.MinRate = 200*time.Millisecond, 1_000_000
	const size = 60_000
	at := d.begin(size)
	c := d.dial()
	defer c.Close()
	fmt.Fprintf(c, "PATCH %s HTTP/1.1\r\nHost: uploads.test\r\nConnection: close\r\n%s\r\n%s\r\n%s\r\nContent-Length: %d\r\n\r\n", at, tusVersion, chunkType, offsetAt(0), size)
	go func() {
		io.WriteString(c, jpeg)
		for range size / 1000 {
			time.Sleep(10 * time.Millisecond) // 100 kB/s
			io.WriteString(c, sized(1000))    // until it is cut off
		}
	}()
	got, err := readResponse(c, "PATCH")
	if err != nil || got.status != 408 {
		t.Errorf("PATCH of 100 kB/s where 1 MB/s is the least = %d, %v, want 408", got.status, err)
	}
	if n := d.offset(at); n < len(jpeg) || n >= size {
		t.Errorf("the offset is %d, want some of %d", n, size)
	}
}
