package uploader_test

import (
	"fmt"
	"io"
	"testing"
	"time"
)

// A body that comes steadily at more than the rate may take several times the
// timeout; at less it is given up, however steady.
func TestMinRate(t *testing.T) {
	for _, tt := range []struct{ rate, status int }{{10_000, 200}, {1_000_000, 408}} { // bytes a second
		d := openDoor(t)
		d.uploader.BodyTimeout, d.uploader.MinRate = 200*time.Millisecond, int64(tt.rate)
		c := d.dial()
		const pieces = 60 // 1000 bytes every 10 ms or so
		fmt.Fprintf(c, "POST /upload HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n\r\n", pieces*1000)
		go func() {
			for range pieces {
				time.Sleep(10 * time.Millisecond)
				io.WriteString(c, sized(1000))
			}
		}()
		got, err := readResponse(c, "POST")
		c.Close()
		if err != nil || got.status != tt.status {
			t.Errorf("POST of 100 kB/s where %d B/s are the least = %d, %v, want %d", tt.rate, got.status, err, tt.status)
		}
	}
}

// One upload more than may be under way is refused, and there is room again after it.
func TestMaxUploads(t *testing.T) {
	d := openDoor(t)
	d.uploader.MaxUploads = 1
	c := d.dial()
	fmt.Fprintf(c, "POST /upload HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n", len(jpeg))
	if _, err := io.ReadFull(c, make([]byte, len("HTTP/1.1 100 Continue\r\n\r\n"))); err != nil { // it is under way
		t.Fatal(err)
	}
	wantProblem(t, "a second upload", d.post("image/jpeg", jpeg), 503, "", map[string]string{"Retry-After": "1"})
	<-d.answered
	io.WriteString(c, jpeg)
	d.wait("the first upload")
	c.Close()
	completed(t, "an upload after the first", d.post("image/jpeg", jpeg))
}
