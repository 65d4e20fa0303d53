package main_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"lightwell/cache/redistest"
)

// Redis has no room left, at any moment of a bulk: the upload is refused, and nothing
// is left of it. Once there is room, the same upload works.
func TestRedisWithoutRoom(t *testing.T) {
	r := startRedis(t, "everysec")
	p := serve(t, t.TempDir(), []string{"--redis-url=" + r.URL()})
	image := testdata(t, "basn6a08.png")
	p.upload(image)
	var bulk []picture // of several batches
	const images, texts = 30, 420
	for i := range images + texts {
		one := picture{name: fmt.Sprintf("%s%d.png", strings.Repeat("x", 200), i), bytes: []byte("no image")}
		if i%15 == 0 {
			one.bytes = fmt.Append(slices.Clip(image), i)
		}
		bulk = append(bulk, one)
	}
	body := tarOf(t, bulk)
	post := func() answer {
		return do(t, request(t, http.MethodPost, p.uploads+"/upload", body, "Content-Type", "application/x-tar", "Idempotency-Key", "bulk"))
	}
	before := keysOf(r)
	refused, a := 0, answer{}
	for ; a.status != http.StatusAccepted && refused < 50; refused++ {
		r.Do("CONFIG", "SET", "maxmemory", usedBy(t, r)+refused*40_000)
		if a = post(); a.status == http.StatusAccepted {
			break
		}
		if a.status != http.StatusInsufficientStorage && (a.status != http.StatusServiceUnavailable || a.header.Get("Retry-After") == "") {
			t.Errorf("POST without room = %d %v %s, want 507, or 503 with Retry-After", a.status, a.header, a.body)
		}
		if after := keysOf(r); !slices.Equal(after, before) {
			t.Errorf("Redis has the keys %v after a refusal, want those from before, %v", after, before)
		}
		if promised, others := p.accepted(); promised+others > 0 {
			t.Errorf("%d accepted files are left after a refusal", promised+others)
		}
	}
	if refused < 3 {
		t.Errorf("a bulk was refused %d times before there was room, want some of its batches to be in then", refused)
	}
	r.Do("CONFIG", "SET", "maxmemory", "1mb") // less than it uses
	if a := p.post(testdata(t, "photo.webp")); a.status != http.StatusInsufficientStorage && a.status != http.StatusServiceUnavailable {
		t.Errorf("POST of one image without room = %d %s, want 507 or 503", a.status, a.body)
	}
	r.Do("CONFIG", "SET", "maxmemory", "0")
	p.upload(testdata(t, "photo.webp"))
	var queued struct{ JobID string }
	if err := json.Unmarshal(a.body, &queued); err != nil {
		t.Fatalf("POST with room = %d %s", a.status, a.body)
	}
	eventually(t, patience, "the bulk is done", func() bool { return p.job(t, queued.JobID, "").Status != "processing" })
	if s := p.job(t, queued.JobID, ""); s.Status != "completed" || s.Completed != images || s.Failed != texts || s.Total != len(bulk) {
		t.Errorf("the bulk is %s: %d completed, %d failed of %d, want %d and %d", s.Status, s.Completed, s.Failed, s.Total, images, texts)
	}
	t.Logf("a bulk was refused %d times", refused)
}

// keysOf are all, in order, but those that say for an hour which jobs must not come in any more.
func keysOf(r *redistest.Server) (keys []string) {
	for _, key := range r.Do("KEYS", "*").([]any) {
		if !strings.Contains(key.(string), ":revoked:") {
			keys = append(keys, key.(string))
		}
	}
	slices.Sort(keys)
	return keys
}

var usedMemory = regexp.MustCompile(`used_memory:(\d+)`)

// usedBy is the memory that Redis counts against maxmemory, in bytes.
func usedBy(t *testing.T, r *redistest.Server) int {
	t.Helper()
	m := usedMemory.FindStringSubmatch(r.Do("INFO", "memory").(string))
	n, err := strconv.Atoi(m[1])
	if err != nil {
		t.Fatal(err)
	}
	return n
}
