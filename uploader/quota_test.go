package uploader_test

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"lightwell/origin/store"
	"lightwell/uploader"
)

// metered lets the token "upload" bring so many bytes a day, by a clock.
func metered(c *clock, most int64) func(*door) {
	return func(d *door) {
		q := uploader.Quota{Meter: d.queue, Most: map[string]int64{"upload": most}, Now: c.now}
		d.uploader.Quota, d.images.Quota = q, q
	}
}

// spent is what the token "upload" has used up of a day.
func (d *door) spent(day string) int64 {
	d.t.Helper()
	n, err := d.queue.Spent(d.t.Context(), "upload", day)
	if err != nil {
		d.t.Fatal(err)
	}
	return n
}

// wantOver wants an upload to be refused for its bytes at noon, with nothing kept of it.
func (d *door) wantOver(what string, got response) {
	d.t.Helper()
	wantProblem(d.t, what, got, 429, "", map[string]string{"Retry-After": fmt.Sprint(12*3600 + 1)})
	if !strings.Contains(string(got.body), "bytes in a day") {
		d.t.Errorf("%s: %s, want the limit named", what, got.body)
	}
	d.discarded()
	if n := d.temp.open(); n > 0 {
		d.t.Errorf("%s left %d temporary files open", what, n)
	}
}

// Of uploads at once as many are accepted as fit, and nothing is left of the rest.
func TestQuotaOfManyAtOnce(t *testing.T) {
	const n, size, fit = 20, 1000, 7
	d := lockedDoor(t, metered(midday(), fit*size+size/2))
	answers := make(chan response)
	for i := range n {
		go func() {
			body := jpeg + fmt.Sprintf("%02d", i) + strings.Repeat("x", size-len(jpeg)-2)
			answers <- d.send(false, "POST", "/upload", fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(body), body),
				"Content-Type: image/jpeg", "Transfer-Encoding: chunked", bearer("upload"))
		}()
	}
	count := map[int]int{}
	for range n {
		count[(<-answers).status]++
	}
	if count[200] != fit || count[429] != n-fit {
		t.Errorf("%d uploads at once = %v, want %d times 200 and the rest 429", n, count, fit)
	}
	d.discarded()
	if kept := len(originals(t, d.store)); kept != fit || d.temp.open() != 0 {
		t.Errorf("%d originals, %d temporary files, want %d and none", kept, d.temp.open(), fit)
	}
	if got := d.spent("2026-03-01"); got != fit*size {
		t.Errorf("spent = %d, want %d", got, fit*size)
	}
	if got := d.refused(); got["quota"] != n-fit {
		t.Errorf("refused = %v, want %d for the quota", got, n-fit)
	}
}

// What is left counts for a day in UTC, for one token, and for what is accepted.
func TestQuotaOfADay(t *testing.T) {
	c := midday()
	d := lockedDoor(t, metered(c, 2500))
	completed(t, "the first", d.post("image/jpeg", sized(1000), bearer("upload")))
	d.post("image/jpeg", strings.Repeat("x", 1000), bearer("upload")) // 415
	completed(t, "the second", d.post("image/jpeg", sized(1001), bearer("upload")))
	d.wantOver("the third", d.post("image/jpeg", sized(1002), bearer("upload")))
	completed(t, "another token", d.post("image/jpeg", sized(1002), bearer("all")))
	completed(t, "what fits", d.post("image/jpeg", sized(499), bearer("upload")))
	d.wantOver("when nothing is left", d.post("application/json", `{"url": "http://127.0.0.1:1/a.jpg"}`, bearer("upload")))
	c.move(12*time.Hour - time.Second)
	got := d.post("image/jpeg", sized(1002), bearer("upload"))
	wantProblem(t, "a second before midnight", got, 429, "", map[string]string{"Retry-After": "2"})
	c.move(2 * time.Second)
	completed(t, "after midnight", d.post("image/jpeg", sized(1003), bearer("upload")))
	if a, b := d.spent("2026-03-01"), d.spent("2026-03-02"); a != 2500 || b != 1003 {
		t.Errorf("spent = %d and %d, want 2500 and 1003", a, b)
	}
}

// What does not fit by its own account is not read, nor asked for.
func TestQuotaBeforeBody(t *testing.T) {
	d := lockedDoor(t, metered(midday(), 1000))
	for _, tt := range []struct {
		contentType string
		bytes       int
		status      int
	}{
		{"image/jpeg", 1001, 429},
		{"image/jpeg", 1000, 100},
		{"image/jpeg", maxBytes + 1, 413},
		{formType, 1001, 100}, // all but the images is perhaps more
		{formType, bulkBytes, 429},
		{formType, 100 * bulkBytes, 413},
	} {
		c := d.dial()
		fmt.Fprintf(c, "POST /upload HTTP/1.1\r\nHost: x\r\n%s\r\nExpect: 100-continue\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n", bearer("upload"), tt.contentType, tt.bytes)
		head := make([]byte, len("HTTP/1.1 429"))
		if _, err := c.Read(head); err != nil || string(head) != fmt.Sprintf("HTTP/1.1 %d", tt.status) {
			t.Errorf("%s of %d bytes = %q, %v, want %d", tt.contentType, tt.bytes, head, err, tt.status)
		}
		c.Close()
	}
	completed(t, "what fits", d.post("image/jpeg", sized(1000), bearer("upload")))
}

// A bulk is accepted whole or not at all.
func TestQuotaOfABulk(t *testing.T) {
	d := lockedDoor(t, metered(midday(), 2500))
	form := file("a.jpg", sized(1000)) + file("b.txt", strings.Repeat("no image", 200)) + file("c.jpg", sized(1001)) + file("d.jpg", sized(1002)) + end
	d.wantOver("a form", d.post(formType, form, bearer("upload")))
	var archive bytes.Buffer
	w := tar.NewWriter(&archive)
	for i := range 4 {
		w.WriteHeader(&tar.Header{Name: fmt.Sprintf("%d.jpg", i), Mode: 0o644, Size: int64(1000 + i)})
		w.Write([]byte(sized(1000 + i)))
	}
	w.Close()
	d.wantOver("a tar", d.post("application/x-tar", archive.String(), bearer("upload")))
	d.nothingKept("bulks over the limit")
	if stats, err := d.queue.Stats(t.Context()); err != nil || stats.Waiting+stats.Running+stats.Failed > 0 {
		t.Errorf("the queue has %+v, %v, want nothing", stats, err)
	}
	if got := d.spent("2026-03-01"); got != 0 {
		t.Errorf("spent = %d, want nothing", got)
	}
	form = file("a.jpg", sized(1000)) + file("b.txt", strings.Repeat("no image", 200)) + file("c.jpg", sized(1001)) + end
	d.ended(d.bulk(formType, form, bearer("upload")))
	if got := d.spent("2026-03-01"); got != 2001 {
		t.Errorf("spent = %d, want 2001: what is no image does not count", got)
	}
}

// All uploaders over a queue share what is left.
func TestQuotaOfTwoUploaders(t *testing.T) {
	c := midday()
	a := lockedDoor(t, metered(c, 2500))
	b := lockedDoor(t, metered(c, 2500), func(d *door) { d.uploader.Quota.Meter = a.queue })
	completed(t, "one", a.post("image/jpeg", sized(1000), bearer("upload")))
	completed(t, "the other", b.post("image/jpeg", sized(1001), bearer("upload")))
	a.wantOver("one", a.post("image/jpeg", sized(1002), bearer("upload")))
	b.wantOver("the other", b.post("image/jpeg", sized(1003), bearer("upload")))
}

// The repetition of an upload costs nothing, and has its answer when nothing is left. What comes with its
// key and is another upload is refused, and costs nothing either.
func TestQuotaOfARepetition(t *testing.T) {
	d := lockedDoor(t, metered(midday(), 2500))
	post := func(body, key string) response {
		return d.post("image/jpeg", body, bearer("upload"), "Idempotency-Key: "+key)
	}
	first := completed(t, "POST", post(sized(2000), "one"))
	if again := completed(t, "POST again", post(sized(2000), "one")); again.ImageID != first.ImageID {
		t.Errorf("the repetition is image %s, want %s", again.ImageID, first.ImageID)
	}
	wantProblem(t, "another with its key", post(sized(400), "one"), 409, "Idempotency-Key", nil)
	d.discarded()
	if got := d.spent("2026-03-01"); got != 2000 {
		t.Errorf("spent = %d, want 2000", got)
	}
	d.wantOver("another", post(sized(501), "two"))
	completed(t, "what fits", post(sized(500), "two"))
	if again := completed(t, "POST again, with nothing left", post(sized(2000), "one")); again.ImageID != first.ImageID {
		t.Errorf("the repetition is image %s, want %s", again.ImageID, first.ImageID)
	}
}

// An image that is fetched counts then, and is refused for good when it does not fit.
func TestQuotaOfFetched(t *testing.T) {
	d := lockedDoor(t, metered(midday(), 2500))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Write([]byte(sized(2000 + len(r.URL.Path))))
	}))
	defer server.Close()
	body := `{"items": [{"url": "` + server.URL + `/a"}, {"url": "` + server.URL + `/bb"}]}`
	s := d.ended(d.bulk("application/json", body, bearer("upload")))
	if s.Completed != 1 || s.Failed != 1 {
		t.Errorf("a bulk of which one fits: %+v", s)
	}
	for _, item := range s.Items {
		if item.Error != nil && item.Error.Status != 429 {
			t.Errorf("the one that does not fit failed with %+v, want 429", item.Error)
		}
	}
	if got := d.spent("2026-03-01"); got < 2002 || got > 2003 {
		t.Errorf("spent = %d, want what the one has", got)
	}
	got := d.post("application/json", `{"url": "`+server.URL+`/c"}`, bearer("upload"))
	wantProblem(t, "one image that does not fit", got, 429, "", map[string]string{"Retry-After": fmt.Sprint(12*3600 + 1)})
	var p document
	if err := json.Unmarshal(got.body, &p); err != nil || len(originals(t, d.store)) != 1 {
		t.Errorf("%d originals are kept, want 1 (%v)", len(originals(t, d.store)), err)
	}
	completed(t, "without a limit", d.post("application/json", `{"url": "`+server.URL+`/c"}`, bearer("all")))
}

// Without the meter nothing is accepted that has a limit, and what has none is.
func TestQuotaUnavailable(t *testing.T) {
	gone := openQueue(t)
	gone.Close()
	d := openDoorOver(t, store.NewMem(), func(d *door) {
		d.uploader.Access.Tokens = []uploader.Token{token("upload", scopes...), token("all", scopes...)}
	}, metered(midday(), 2500), func(d *door) { d.uploader.Quota.Meter = gone })
	got := d.post("image/jpeg", jpeg, bearer("upload"))
	wantProblem(t, "POST", got, 503, "", map[string]string{"Retry-After": "5"})
	d.nothingKept("POST")
	completed(t, "POST without a limit", d.post("image/jpeg", jpeg, bearer("all")))
}
