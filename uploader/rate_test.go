package uploader_test

import (
	"fmt"
	"net/netip"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lightwell/origin/store"
	"lightwell/uploader"
)

// limited has a door let each client make a request a second, and so many at once.
func limited(c *clock, burst int, proxies ...string) func(*door) {
	return func(d *door) {
		d.uploader.Access.Rate, d.uploader.Access.Burst, d.uploader.Access.Now = 1, burst, c.now
		for _, p := range proxies {
			d.uploader.Access.Proxies = append(d.uploader.Access.Proxies, netip.MustParsePrefix(p))
		}
	}
}

// wantLimited makes requests until one is refused, which must be after so many.
func (d *door) wantLimited(what string, after int, headers ...string) {
	d.t.Helper()
	for i := range after {
		if got := d.get("/images", headers...); got.status != 200 {
			d.t.Errorf("%s: request %d = %d %s, want 200", what, i+1, got.status, got.body)
		}
	}
	wantProblem(d.t, what, d.get("/images", headers...), 429, "", map[string]string{"Retry-After": "1"})
}

func TestRateByAddress(t *testing.T) {
	c := midday()
	d := openDoorOver(t, store.NewMem(), limited(c, 3))
	d.wantLimited("an address", 3)
	got := d.post("image/jpeg", jpeg)
	wantProblem(t, "POST", got, 429, "", map[string]string{"Retry-After": "1"})
	d.nothingKept("POST")
	if got := d.refused(); len(got) != 1 || got["rate"] != 2 {
		t.Errorf("refused = %v, want 2 for their rate", got)
	}
	if got := d.get("/nothing"); got.status != 404 {
		t.Errorf("GET of nothing = %d, want 404: it is not counted", got.status)
	}
	c.move(2 * time.Second)
	d.wantLimited("an address, 2 s later", 2)
	c.move(time.Hour)
	d.wantLimited("an address, an hour later", 3)
}

func TestRateByToken(t *testing.T) {
	d := lockedDoor(t, limited(midday(), 2))
	d.wantLimited("a token", 2, bearer("all"))
	d.wantLimited("another token from the same address", 2, bearer("upload"))
	for range 2 {
		if got := d.get("/images").status; got != 401 {
			t.Errorf("GET without a token = %d, want 401", got)
		}
	}
	wantProblem(t, "an address without a token", d.get("/images"), 429, "", map[string]string{"Retry-After": "1"})
}

// A client is who the last trusted proxy says it is, and never who it says itself.
func TestRateBehindProxies(t *testing.T) {
	const header = "X-Forwarded-For: "
	for _, tt := range []struct {
		name     string
		proxies  []string
		requests []string // headers, from one client
		other    string   // from another
	}{
		{"no trusted proxy", nil, []string{header + "1.1.1.1", header + "2.2.2.2", "X-Real-Ip: 3.3.3.3"}, ""},
		{"a trusted proxy elsewhere", []string{"10.0.0.0/8"}, []string{header + "1.1.1.1", header + "2.2.2.2"}, ""},
		{"a trusted proxy", []string{"127.0.0.0/8"}, []string{header + "1.1.1.1", header + "1.1.1.1"}, header + "2.2.2.2"},
		{"spoofed", []string{"127.0.0.0/8"}, []string{header + "9.9.9.9, 1.1.1.1", header + "8.8.8.8,1.1.1.1", header + "127.0.0.1,1.1.1.1"}, header + "1.1.1.1, 2.2.2.2"},
		{"spoofed in a header of its own", []string{"127.0.0.0/8"}, []string{header + "9.9.9.9\r\n" + header + "1.1.1.1", header + "1.1.1.1"}, header + "1.1.1.1\r\n" + header + "2.2.2.2"},
		{"two proxies", []string{"127.0.0.0/8", "10.0.0.0/8"}, []string{header + "9.9.9.9, 1.1.1.1, 10.1.2.3", header + "1.1.1.1, 10.3.2.1"}, header + "2.2.2.2, 10.1.2.3"},
		{"with a port", []string{"127.0.0.0/8"}, []string{header + "1.1.1.1:80", header + "::ffff:1.1.1.1"}, header + "2.2.2.2:80"},
		{"an IPv6 /64", []string{"127.0.0.0/8"}, []string{header + "2001:db8::1", header + "[2001:db8::2]:80", header + "2001:db8::ffff:0:0:1"}, header + "2001:db8:0:1::1"},
		{"not an address", []string{"127.0.0.0/8"}, []string{header + "1.1.1.1, unknown", header + "2.2.2.2, unknown", ""}, header + "1.1.1.1"},
		{"all trusted", []string{"127.0.0.0/8", "10.0.0.0/8"}, []string{header + "10.0.0.1, 10.0.0.2", header + "10.0.0.1"}, header + "10.0.0.2"},
	} {
		d := openDoorOver(t, store.NewMem(), limited(midday(), len(tt.requests), tt.proxies...))
		headers := func(line string) []string {
			if line == "" {
				return nil
			}
			return []string{line}
		}
		for _, line := range tt.requests {
			if got := d.get("/images", headers(line)...).status; got != 200 {
				t.Errorf("%s: GET with %q = %d, want 200", tt.name, line, got)
			}
		}
		if got := d.get("/images", headers(tt.requests[0])...).status; got != 429 {
			t.Errorf("%s: GET with %q = %d, want 429: all were one client", tt.name, tt.requests[0], got)
		}
		if tt.other != "" {
			if got := d.get("/images", tt.other).status; got != 200 {
				t.Errorf("%s: GET with %q = %d, want 200: it is another client", tt.name, tt.other, got)
			}
		}
	}
}

// Guessing is slow, however many guess at once and whatever the rate of requests; then the right token
// is refused, too. Who has it loses nothing by using it often.
func TestGuessing(t *testing.T) {
	c := midday()
	d := lockedDoor(t, func(d *door) { d.uploader.Access.Now = c.now })
	for range 2 * uploader.GuessBurst {
		if got := d.get("/images", bearer("all")).status; got != 200 {
			t.Fatalf("GET with a token = %d, want 200", got)
		}
	}
	statuses := make([]int, 4*uploader.GuessBurst)
	var group sync.WaitGroup
	for i := range statuses {
		group.Go(func() { statuses[i] = d.get("/images", bearer(fmt.Sprintf("guess%d", i))).status })
	}
	group.Wait()
	count := map[int]int{}
	for _, s := range statuses {
		count[s]++
	}
	if count[401] != uploader.GuessBurst || count[429] != len(statuses)-uploader.GuessBurst {
		t.Errorf("%d guesses at once = %v, want %d times 401 and the rest 429", len(statuses), count, uploader.GuessBurst)
	}
	wantProblem(t, "the right token after that", d.get("/images", bearer("all")), 429, "", map[string]string{"Retry-After": "1"})
	if got := d.get("/images").status; got != 401 {
		t.Errorf("GET without a token = %d, want 401: that is no guess", got)
	}
	c.move(time.Second)
	if got := d.get("/images", bearer("all")).status; got != 200 {
		t.Errorf("GET with the right token a second later = %d, want 200", got)
	}
	for i, want := range []int{401, 429} {
		if got := d.get("/images", bearer("guess")).status; got != want {
			t.Errorf("guess %d a second later = %d, want %d", i+1, got, want)
		}
	}
}

// Guesses that are made at the same time are no more than those that are made one after the other.
func TestGuessesAtOnce(t *testing.T) {
	var made, refused atomic.Int64
	try := uploader.Guesses(midday().now)
	var group sync.WaitGroup
	for range 4 * uploader.GuessBurst {
		group.Go(func() {
			if wait := try("1.1.1.1", func() bool {
				made.Add(1)
				for range 1000 { // the others come meanwhile
					runtime.Gosched()
				}
				return false
			}); wait > 0 {
				refused.Add(1)
			}
		})
	}
	group.Wait()
	if made.Load() != uploader.GuessBurst || refused.Load() != 3*uploader.GuessBurst {
		t.Errorf("%d guesses were made and %d refused, want %d and %d", made.Load(), refused.Load(), uploader.GuessBurst, 3*uploader.GuessBurst)
	}
}
