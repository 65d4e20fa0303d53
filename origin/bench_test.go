package origin_test

import (
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"lightwell/cache"
	"lightwell/link"
	"lightwell/origin"
	"lightwell/origin/library"
	"lightwell/origin/store"
	"lightwell/tracing"
	"lightwell/transform"

	"github.com/valyala/fasthttp"
)

// BenchmarkWarmHit is a rendition from memory, without the network: what the
// handler costs over fasthttp itself.
func BenchmarkWarmHit(b *testing.B) {
	h, id := warm(b)
	var rc fasthttp.RequestCtx
	rc.Request.SetRequestURI("/image/" + id + "?w=800&fm=webp")
	serve(b, h, &rc, 200)
}

// BenchmarkWarmHitByAccept is the same of a format chosen by what Chrome sends.
func BenchmarkWarmHitByAccept(b *testing.B) {
	h, id := warm(b)
	var rc fasthttp.RequestCtx
	rc.Request.SetRequestURI("/image/" + id + "?w=800&auto=format")
	rc.Request.Header.Set("Accept", chrome)
	serve(b, h, &rc, 200)
}

// BenchmarkWarmHitUntraced is the same with traces on, of requests that nobody wants traced.
func BenchmarkWarmHitUntraced(b *testing.B) {
	h, id := warm(b)
	h.Tracer = tracing.New(nil, 1e-300, 1)
	for name, parent := range map[string]string{"by chance": "", "by the caller": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"} {
		b.Run(name, func(b *testing.B) {
			var rc fasthttp.RequestCtx
			rc.Request.SetRequestURI("/image/" + id + "?w=800&fm=webp")
			if parent != "" {
				rc.Request.Header.Set("traceparent", parent)
			}
			serve(b, h, &rc, 200)
		})
	}
}

// chrome is an Accept header that has no AVIF in it.
const chrome = "image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8"

// BenchmarkSigned is the same under a signed URL; one that ends; one that is new each
// time, and so is parsed and its signature looked at; the same without a signature; and
// one with a wrong signature.
func BenchmarkSigned(b *testing.B) {
	h, id := warm(b)
	wanted := []link.Pair{{Name: "w", Value: "800"}, {Name: "fm", Value: "webp"}}
	signed := link.Builder{Key: newKey, Expires: time.Now().Add(time.Hour)}
	for _, bb := range []struct {
		name, uri string
		keys      []string
		status    int
	}{
		{"hot", link.Builder{Key: newKey}.URL(id, wanted...), []string{newKey, oldKey}, 200},
		{"hot until a time", signed.URL(id, wanted...), []string{newKey, oldKey}, 200},
		{"first", link.Builder{Key: newKey}.URL(id, wanted...) + "&ixlib=" + strings.Repeat("x", 1024), []string{newKey, oldKey}, 200}, // too long to be remembered
		{"first without", link.Builder{}.URL(id, wanted...) + "&ixlib=" + strings.Repeat("x", 1024), nil, 200},
		{"refused", link.Builder{Key: oldKey}.URL(id, wanted...), []string{newKey}, 403},
	} {
		b.Run(bb.name, func(b *testing.B) {
			h.Access = origin.Access{}
			if len(bb.keys) > 0 {
				h.Access = origin.Access{Keys: bb.keys, Unsigned: origin.UnsignedNone}
			}
			var rc fasthttp.RequestCtx
			rc.Request.SetRequestURI(bb.uri)
			serve(b, h, &rc, bb.status)
		})
	}
}

// warm is a handler that has one rendition in memory.
func warm(b *testing.B) (h *origin.Handler, id string) {
	b.Helper()
	lib, err := library.New(store.NewMem(), library.Config{Entries: 10, Life: time.Hour})
	if err != nil {
		b.Fatal(err)
	}
	file, err := os.CreateTemp(b.TempDir(), "")
	if err != nil {
		b.Fatal(err)
	}
	defer file.Close()
	a, err := lib.Add(b.Context(), file, library.Asset{
		ID: library.NewID(), Original: "00", Created: time.Now(),
		Source: transform.Source{Format: transform.JPEG, Width: 4000, Height: 3000, Orientation: 1, Frames: 1},
	})
	if err != nil {
		b.Fatal(err)
	}
	memory, err := cache.NewMemory(1 << 24)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { memory.Close() })
	log, metrics := slog.New(slog.DiscardHandler), origin.NewMetrics(nil)
	h = &origin.Handler{
		Service: &origin.Service{Library: lib, Cache: cache.NewTiered(memory), Limits: transform.DefaultLimits, Metrics: metrics, Log: log},
		Writes:  transform.Writable,
		Timeout: time.Second, CORSOrigin: "*", CORP: "cross-origin", Metrics: metrics, Log: log,
	}
	for query, accept := range map[string]string{"?w=800&fm=webp": "", "?w=800&auto=format": chrome} {
		target, err := origin.ParseURL("/image/"+a.ID+query, h.Parser)
		if err != nil {
			b.Fatal(err)
		}
		recipe, _ := target.Request.Recipe.Resolve(a.Source, accept, transform.Writable)
		key := cache.Name(a.Original, origin.Key("", "original", origin.Subject{Asset: a}, recipe))
		if err := memory.Set(b.Context(), &cache.Entry{Key: key, Format: "webp", Body: make([]byte, 15<<10)}); err != nil {
			b.Fatal(err)
		}
	}
	return h, a.ID
}

// serve answers one request over and over.
func serve(b *testing.B, h *origin.Handler, rc *fasthttp.RequestCtx, status int) {
	b.Helper()
	b.ReportAllocs()
	for b.Loop() {
		rc.Response.Reset()
		h.Serve(rc)
		if rc.Response.StatusCode() != status {
			b.Fatalf("status %d: %s, want %d", rc.Response.StatusCode(), rc.Response.Body(), status)
		}
	}
}
