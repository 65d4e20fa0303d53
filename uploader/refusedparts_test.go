package uploader_test

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"lightwell/uploader"
)

const chunked = "Transfer-Encoding: chunked"

// chunk is a body of one chunk, and what follows it.
func chunk(body, rest string) string { return fmt.Sprintf("%x\r\n%s\r\n%s", len(body), body, rest) }

// What has more bytes than were announced is refused, and is not taken for what it begins with.
func TestResumableTooLong(t *testing.T) {
	d := openDoor(t)
	at := d.begin(len(jpeg))
	if got := d.do("PATCH", at, chunk(jpeg+"more", "0\r\n\r\n"), tusVersion, chunkType, offsetAt(0), chunked); got.status != 413 {
		t.Errorf("PATCH of more than was announced = %d %s, want 413", got.status, got.body)
	}
	if got := d.get("/status/" + at[len("/upload/resumable/"):]); got.status != 404 {
		t.Errorf("GET /status of it = %d %s, want 404", got.status, got.body)
	}
	for what, headers := range map[string][]string{"in chunks": {chunked}, "with a length": nil} {
		body := jpeg + "more"
		if headers != nil {
			body = chunk(body, "0\r\n\r\n")
		}
		if got := d.do("POST", "/upload/resumable/", body, append(headers, tusVersion, chunkType, lengthOf(len(jpeg)))...); got.status != 413 {
			t.Errorf("POST with more than was announced, %s = %d %s, want 413", what, got.status, got.body)
		}
	}
	d.wantIncoming("after all", 0)
}

// A body that is malformed is somebody's fault, and nothing is promised on its account; what came before it stays, where
// somebody knows of that.
func TestResumableMalformed(t *testing.T) {
	d := openDoor(t)
	for _, rest := range []string{"zz\r\n", "fffffffffffffffff\r\n", strings.Repeat("1", 5000)} {
		at := d.begin(len(jpeg))
		if got := d.do("PATCH", at, chunk(jpeg, rest), tusVersion, chunkType, offsetAt(0), chunked); got.status != 400 {
			t.Errorf("PATCH that ends in %.20q = %d %s, want 400", rest, got.status, got.body)
		}
		if got := d.get("/status/" + at[len("/upload/resumable/"):]); got.status != 404 {
			t.Errorf("GET /status after a PATCH that ends in %.20q = %d %s, want 404", rest, got.status, got.body)
		}
		if n := d.offset(at); n != len(jpeg) {
			t.Errorf("the offset after a PATCH that ends in %.20q is %d, want %d", rest, n, len(jpeg))
		}
		d.wantStatus("whole all the same", at[len("/upload/resumable/"):], "completed")
		if got := d.do("POST", "/upload/resumable/", chunk(jpeg[:5], rest), tusVersion, chunkType, lengthOf(len(jpeg)), chunked); got.status != 400 {
			t.Errorf("POST that ends in %.20q = %d %s, want 400", rest, got.status, got.body)
		}
	}
	d.wantIncoming("after all", 0)
}

// What has come of a part is kept, however long the rest is in coming.
func TestResumableStalls(t *testing.T) {
	t.Cleanup(uploader.PartTime(50 * time.Millisecond))
	d := openDoor(t)
	at := d.begin(len(jpeg))
	c := d.dial()
	defer c.Close()
	fmt.Fprintf(c, "PATCH %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n%s\r\n%s\r\n%s\r\nContent-Length: %d\r\n\r\n%s", at, tusVersion, chunkType, offsetAt(0), len(jpeg), jpeg[:6])
	part := "incoming/" + at[len("/upload/resumable/"):] + ".parts/0000000000000000"
	d.eventually("what has come is kept", func() bool { return string(stored(t, d.store)[part]) == jpeg[:6] })
	io.WriteString(c, jpeg[6:])
	if got, err := readResponse(c, "PATCH"); err != nil || got.status != 204 {
		t.Errorf("PATCH = %d %s, %v", got.status, got.body, err)
	}
	d.wantStatus("the rest came", at[len("/upload/resumable/"):], "completed")
}

// What does not fit into a token's day can be taken back.
func TestResumableOverTheDayIsTerminated(t *testing.T) {
	d := lockedDoor(t, func(d *door) {
		d.uploader.Quota = uploader.Quota{Meter: d.queue, Most: map[string]int64{"all": int64(len(jpeg)) + 5}}
	})
	first, second := d.begin(len(jpeg), bearer("all")), d.begin(len(jpeg), bearer("all"))
	if got := d.patch(first, 0, jpeg, bearer("all")); got.status != 204 {
		t.Errorf("the first PATCH = %d %s", got.status, got.body)
	}
	if got := d.patch(second, 0, jpeg, bearer("all")); got.status != 429 {
		t.Errorf("PATCH of more than the day has = %d %s, want 429", got.status, got.body)
	}
	if got := d.do("DELETE", second, "", tusVersion, bearer("all")); got.status != 204 {
		t.Errorf("DELETE = %d %s, want 204", got.status, got.body)
	}
	d.wantIncoming("after all", 0)
}
