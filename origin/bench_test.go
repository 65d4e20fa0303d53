package origin_test

import (
	"log/slog"
	"os"
	"testing"
	"time"

	"lightwell/cache"
	"lightwell/origin"
	"lightwell/origin/library"
	"lightwell/origin/store"
	"lightwell/transform"

	"github.com/valyala/fasthttp"
)

// BenchmarkWarmHit is a rendition from memory, without the network: what the
// handler costs over fasthttp itself.
func BenchmarkWarmHit(b *testing.B) {
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
	defer memory.Close()
	log, metrics := slog.New(slog.DiscardHandler), origin.NewMetrics(nil)
	h := &origin.Handler{
		Service: &origin.Service{Library: lib, Cache: cache.NewTiered(memory), Limits: transform.DefaultLimits, Metrics: metrics, Log: log},
		Timeout: time.Second, CORSOrigin: "*", CORP: "cross-origin", Metrics: metrics, Log: log,
	}
	target, err := origin.ParseURL("/image/"+a.ID+"?w=800&fm=webp", h.Parser)
	if err != nil {
		b.Fatal(err)
	}
	recipe, _ := target.Request.Recipe.Resolve(a.Source, "")
	entry := &cache.Entry{Key: origin.Key("", origin.Subject{Asset: a}, recipe), Format: "webp", Body: make([]byte, 15<<10)}
	if err := memory.Set(b.Context(), entry); err != nil {
		b.Fatal(err)
	}
	var rc fasthttp.RequestCtx
	rc.Request.SetRequestURI("/image/" + a.ID + "?w=800&fm=webp")
	b.ReportAllocs()
	for b.Loop() {
		rc.Response.Reset()
		h.Serve(&rc)
		if rc.Response.StatusCode() != 200 {
			b.Fatalf("status %d: %s", rc.Response.StatusCode(), rc.Response.Body())
		}
	}
}
