package store_test

import (
	"errors"
	"io"
	"strings"
	"sync"
	"testing"

	"lightwell/origin/store/s3test"
)

// Twelve who open one photo at once read it once from S3, whole, also when an answer is cut.
func TestCachedFetchesOnce(t *testing.T) {
	server := s3test.Start(t)
	g := startGateway(t, server)
	o := server.Options("once")
	o.Endpoint = g.url
	s := s3test.Open(t, o)
	dir := t.TempDir()
	c := openCached(t, s, dir, 100<<20)
	photo := strings.Repeat("photo", 1_000_000)
	put(t, s, original(1), photo)
	var wg sync.WaitGroup
	for range 12 {
		wg.Go(func() { wantBody(t, c, original(1), []byte(photo)) })
	}
	wg.Wait()
	if got := g.gets.Load(); got != 1 {
		t.Errorf("S3 was asked %d times, want once", got)
	}
	put(t, s, original(2), photo)
	g.cutting(1000)
	if _, err := c.Open(t.Context(), original(2)); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("Open with all answers cut = %v, want io.ErrUnexpectedEOF", err)
	}
	if got := room(t, dir); got != int64(len(photo)) {
		t.Errorf("the cache has %d bytes, want the first photo's %d", got, len(photo))
	}
	g.cutting(0)
	wantBody(t, c, original(2), []byte(photo))
}
