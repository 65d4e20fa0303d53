package origin_test

import (
	"io"
	"runtime"
	"slices"
	"testing"
	"time"

	"lightwell/origin/library"
	"lightwell/tracing"

	"github.com/valyala/fasthttp"
)

// A hit takes as much new memory for 4 MB as for 1 KB: the body is sent from where the cache has it.
// Each is asked for on a new connection and with empty pools, which would hide a copy.
func TestWarmHitDoesNotCopy(t *testing.T) {
	d := openDoor(t)
	d.photo()
	small, large := make([]byte, 1<<10), make([]byte, 4<<20)
	took := func(uri string, body []byte) uint64 {
		d.renderer.body = func([]byte) []byte { return body }
		wantAll(t, []response{d.get(uri)}, 200, body)
		var each []uint64
		for range 9 {
			each = append(each, d.allocated(uri, len(body)))
		}
		slices.Sort(each)
		return each[len(each)/2]
	}
	forSmall, forLarge := took("/image/"+photoID+"?w=401", small), took("/image/"+photoID+"?w=402", large)
	t.Logf("bytes allocated for a hit, the connection included: %d of 1 KB, %d of 4 MB", forSmall, forLarge)
	if forLarge > forSmall+64<<10 {
		t.Errorf("a hit of 4 MB allocates %d bytes, want about the %d of one of 1 KB", forLarge, forSmall)
	}
	if n := d.renderer.count(); n != 2 {
		t.Errorf("renders = %d, want 2 and then hits", n)
	}
}

// allocated is the memory that the process allocates for one answer.
func (d *door) allocated(uri string, length int) uint64 {
	d.t.Helper()
	runtime.GC()
	runtime.GC() // the first one leaves what pools held
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	c := d.dial()
	defer c.Close()
	if _, err := io.WriteString(c, "GET "+uri+" HTTP/1.1\r\nHost: images.test\r\nConnection: close\r\n\r\n"); err != nil {
		d.t.Fatal(err)
	}
	got, err := io.Copy(io.Discard, c)
	if err != nil || got < int64(length) {
		d.t.Fatalf("GET %s = %d bytes, %v, want more than %d", uri, got, err, length)
	}
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// What a URL means is worked out once, not for every hit: that alone takes far more allocations.
func TestWarmHitAllocations(t *testing.T) {
	const most = 10
	d := openDoorWith(t, settings{library: library.Config{Life: time.Hour, Entries: 10}})
	d.photo()
	var rc fasthttp.RequestCtx
	rc.Request.SetRequestURI("/image/" + photoID + "?w=400&auto=format")
	rc.Request.Header.Set("Accept", "image/avif,image/webp,*/*;q=0.8")
	hit := func() {
		rc.Response.Reset()
		if d.handler.Serve(&rc); rc.Response.StatusCode() != 200 {
			t.Fatalf("GET = %d, want 200", rc.Response.StatusCode())
		}
	}
	hit()
	if n := testing.AllocsPerRun(1000, hit); n > most {
		t.Errorf("allocations per hit = %v, want at most %d", n, most)
	}
}

// Traces cost a hit that is not traced no memory, on or off.
func TestUntracedHitAllocations(t *testing.T) {
	const unsampled = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"
	for _, tt := range []struct {
		name   string
		tracer *tracing.Tracer
		parent string
	}{
		{"off", nil, unsampled}, {"on, and not chosen", tracing.New(nil, 0, 1), ""}, {"on, and the caller does not want it", tracing.New(nil, 1, 1), unsampled},
	} {
		d := openDoorWith(t, settings{library: library.Config{Life: time.Hour, Entries: 10}})
		d.photo()
		d.handler.Tracer = tt.tracer
		var rc fasthttp.RequestCtx
		rc.Request.SetRequestURI("/image/" + photoID + "?w=400&fm=webp")
		if tt.parent != "" {
			rc.Request.Header.Set("traceparent", tt.parent)
		}
		hit := func() {
			rc.Response.Reset()
			if d.handler.Serve(&rc); rc.Response.StatusCode() != 200 {
				t.Fatalf("%s: GET = %d, want 200", tt.name, rc.Response.StatusCode())
			}
		}
		hit()
		hit() // from here on out of what was answered last
		if n := testing.AllocsPerRun(1000, hit); n != 0 {
			t.Errorf("%s: allocations per hit = %v, want 0", tt.name, n)
		}
	}
}
