package origin_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"lightwell/origin"
	"lightwell/origin/library"
	"lightwell/transform"
)

const takesAVIF = "Accept: image/avif,image/webp,*/*"

// interimDoor is a door that answers before there is AVIF, which another renderer makes.
func interimDoor(t *testing.T) (d *door, ahead *fakeRenderer) {
	t.Helper()
	d = openDoorWith(t, settings{})
	d.handler.Interim = true
	return d, d.later()
}

// later has another renderer do what nobody waits for.
func (d *door) later() *fakeRenderer {
	ahead := newFakeRenderer(d.t)
	service := &origin.Service{
		Library: d.library, Cache: d.service.Cache, Renderer: ahead, Suspects: noSuspects{}, Levels: d.service.Levels,
		Limits: transform.DefaultLimits, Deadline: patience, Metrics: d.service.Metrics, Log: d.service.Log,
	}
	later := origin.NewLater(service, 2, 10)
	d.service.Later = later
	d.t.Cleanup(func() {
		later.Close()
		service.Wait()
	})
	return ahead
}

// wantInterim wants what stands in for AVIF, as somebody gets it who does not take that.
func (d *door) wantInterim(r response, a library.Asset, params, accept, contentType string) {
	d.t.Helper()
	body, key := rendition(d.t, a, photoBody, params, accept)
	if r.status != http.StatusOK || string(r.body) != string(body) {
		d.t.Errorf("%s = %d, %.100q, want %.100q", params, r.status, r.body, body)
	}
	for name, want := range map[string]string{
		"ETag": `"` + key + `"`, "Cache-Control": "public, max-age=60, stale-while-revalidate=60", "CDN-Cache-Control": "max-age=60",
		"X-Lightwell": "interim", "Vary": "Accept", "Content-Type": contentType,
	} {
		if got := r.header.Get(name); got != want {
			d.t.Errorf("%s: %s is %q, want %q", params, name, got, want)
		}
	}
}

// A client that takes AVIF gets what others get until there is AVIF, and then that, for a year.
func TestInterim(t *testing.T) {
	d, ahead := interimDoor(t)
	release := ahead.block()
	defer release()
	a := d.photo()
	const params = "w=400&auto=format"
	url := "/image/" + photoID + "?" + params
	d.wantInterim(d.get(url, takesAVIF), a, params, "image/webp,*/*", "image/webp")
	d.wantInterim(d.get(url, "Accept: image/avif"), a, params, "", "image/jpeg")
	first := d.get(url, takesAVIF)
	d.wantInterim(first, a, params, "image/webp,*/*", "image/webp")
	if r := d.do(http.MethodHead, url, takesAVIF); r.header.Get("X-Lightwell") != "interim" || r.header.Get("ETag") != first.header.Get("ETag") {
		t.Errorf("HEAD has %v", r.header)
	}
	same := d.get(url, takesAVIF, "If-None-Match: "+first.header.Get("ETag"))
	if same.status != http.StatusNotModified || same.header.Get("X-Lightwell") != "interim" || same.header.Get("CDN-Cache-Control") != "max-age=60" {
		t.Errorf("a condition with the interim's ETag = %d, %v, want 304 for a minute", same.status, same.header)
	}
	others := d.get(url, "Accept: image/webp")
	if others.header.Get("ETag") != first.header.Get("ETag") || others.header.Get("Cache-Control") != forever || others.header.Get("X-Lightwell") != "" {
		t.Errorf("who does not take AVIF gets %v", others.header)
	}
	_, key := rendition(t, a, photoBody, params, "image/avif,image/webp,*/*")
	if r := d.get(url, takesAVIF, `If-None-Match: "`+key+`"`); r.status != http.StatusNotModified || r.header.Get("Cache-Control") != forever {
		t.Errorf("a condition with the AVIF's ETag = %d, %v, want 304 for a year", r.status, r.header)
	}
	release()
	d.eventually("there is AVIF", func() bool { return d.get(url, takesAVIF).header.Get("X-Lightwell") == "" })
	r := d.get(url, takesAVIF, "If-None-Match: "+first.header.Get("ETag"))
	if r.status != http.StatusOK || r.header.Get("Content-Type") != "image/avif" || r.header.Get("ETag") != `"`+key+`"` ||
		r.header.Get("Cache-Control") != forever || r.header.Get("CDN-Cache-Control") != "" {
		t.Errorf("once there is AVIF: %d, %v", r.status, r.header)
	}
	if n := ahead.count(); n != 2 { // of who takes WebP, too, and of who does not
		t.Errorf("%d renditions were made for later, want 2", n)
	}
	if got := d.gather()["lightwell_interim_total{}"]; got != 5 {
		t.Errorf("%v interim renditions are counted, want 5", got)
	}
}

// Who asks for AVIF by its name waits for it.
func TestNoInterim(t *testing.T) {
	d, ahead := interimDoor(t)
	d.photo()
	avif := d.add(library.Asset{Source: transform.Source{Format: transform.AVIF, Width: 800, Height: 600, Orientation: 1, Frames: 1}}, []byte("avif"))
	for _, url := range []string{
		"/image/" + photoID + "?w=400&fm=avif", "/image/" + photoID + "?w=400&fm=avif&auto=format", "/image/" + avif.ID + "?w=400&auto=format",
	} {
		if r := d.get(url, takesAVIF); r.status != http.StatusOK || r.header.Get("Content-Type") != "image/avif" || r.header.Get("X-Lightwell") != "" {
			t.Errorf("%s = %d, %v, want AVIF", url, r.status, r.header)
		}
	}
	d.handler.Interim = false
	if r := d.get("/image/"+photoID+"?w=401&auto=format", takesAVIF); r.header.Get("Content-Type") != "image/avif" {
		t.Errorf("without interims: %v, want AVIF", r.header)
	}
	if n := ahead.count(); n != 0 {
		t.Errorf("%d renditions were made for later, want none", n)
	}
}

// Many who ask at once have it made once; a failure has it not tried again at once, and nobody notices.
func TestInterimsAtOnce(t *testing.T) {
	d, ahead := interimDoor(t)
	a := d.photo()
	ahead.failWith(func() error { return transform.ErrDeadline })
	var asking sync.WaitGroup
	for range 50 {
		asking.Go(func() {
			d.wantInterim(d.get("/image/"+photoID+"?w=400&auto=format", takesAVIF), a, "w=400&auto=format", "image/webp", "image/webp")
		})
	}
	asking.Wait()
	<-ahead.began
	for range 5 {
		d.wantInterim(d.get("/image/"+photoID+"?w=400&auto=format", takesAVIF), a, "w=400&auto=format", "image/webp", "image/webp")
	}
	if n := ahead.count(); n != 1 {
		t.Errorf("AVIF was tried %d times, want once", n)
	}
	// More than may wait are left to the next who asks.
	ahead.failWith(nil)
	release := ahead.block()
	for w := range 40 {
		params := fmt.Sprintf("w=%d&auto=format", 100+w)
		d.wantInterim(d.get("/image/"+photoID+"?"+params, takesAVIF), a, params, "image/webp", "image/webp")
	}
	release()
	d.eventually("all are made", func() bool {
		made := 0
		for w := range 40 {
			if r := d.get(fmt.Sprintf("/image/%s?w=%d&auto=format", photoID, 100+w), takesAVIF); r.header.Get("Content-Type") == "image/avif" {
				made++
			}
		}
		return made == 40
	})
}

// An interim of a URL that ends, or of a preset, is kept for the shortest of what there is.
func TestLivesOfInterims(t *testing.T) {
	d, ahead := interimDoor(t)
	release := ahead.block()
	defer release()
	d.photo()
	now := time.Unix(1_800_000_000, 0)
	d.handler.Now = func() time.Time { return now }
	d.preset(d.library.Library, "small", "w=300&auto=format")
	for params, want := range map[string][2]string{
		fmt.Sprintf("w=300&auto=format&expires=%d", now.Unix()+10):   {"public, max-age=10, must-revalidate", "max-age=10"},
		fmt.Sprintf("w=300&auto=format&expires=%d", now.Unix()+1000): {"public, max-age=60, must-revalidate", "max-age=60"},
		"preset=small": {"public, max-age=60, stale-while-revalidate=60", "max-age=60"},
	} {
		r := d.get("/image/"+photoID+"?"+params, takesAVIF)
		if got := [2]string{r.header.Get("Cache-Control"), r.header.Get("CDN-Cache-Control")}; r.status != http.StatusOK || got != want {
			t.Errorf("%s = %d with %q, want %q", params, r.status, got, want)
		}
	}
}

// What goes wrong with an interim says nothing of one.
func TestInterimErrors(t *testing.T) {
	d, ahead := interimDoor(t)
	d.photo()
	d.renderer.failWith(func() error { return transform.ErrBusy })
	r := d.get("/image/"+photoID+"?w=300&auto=format", takesAVIF)
	if r.status != http.StatusServiceUnavailable || r.header.Get("X-Lightwell") != "" || r.header.Get("CDN-Cache-Control") != "" || r.header.Get("Cache-Control") != "no-store" {
		t.Errorf("busy = %d, %v", r.status, r.header)
	}
	if n := ahead.count(); n != 0 {
		t.Errorf("%d renditions were made for later, want none", n)
	}
}

// eventually asks until something has come about.
func (d *door) eventually(what string, is func() bool) {
	d.t.Helper()
	for until := time.Now().Add(patience); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(until) {
			d.t.Fatalf("%s: not in %v", what, patience)
		}
	}
}
