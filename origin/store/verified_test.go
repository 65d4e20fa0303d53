package store_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"lightwell/origin/store"
)

// An object that has not the bytes of its name is none, and is not kept by a cache; it is there as soon as it is
// right. The others below the prefix are as they are.
func TestVerified(t *testing.T) {
	disk, err := store.OpenDisk(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer disk.Close()
	for kind, from := range map[string]store.Store{"files": disk, "memory": store.NewMem()} {
		dir := t.TempDir()
		c := openCached(t, store.Verified{Store: from, Prefix: "originals/"}, dir, 1<<20)
		sum := sha256.Sum256([]byte("bytes"))
		name := "originals/" + hex.EncodeToString(sum[:])
		for _, wrong := range []string{"bytez", "byte", "bytes and more", ""} {
			put(t, from, name, wrong)
			if _, err := c.Open(t.Context(), name); !errors.Is(err, store.ErrWrongBytes) {
				t.Errorf("Open of %q in %s = %v, want store.ErrWrongBytes", wrong, kind, err)
			}
		}
		if got := room(t, dir); got != 0 {
			t.Errorf("the cache has %d bytes of what is wrong", got)
		}
		put(t, from, name, "bytes")
		wantBody(t, c, name, []byte("bytes"))
		wantBody(t, store.Verified{Store: from, Prefix: "originals/"}, name, []byte("bytes"))
		put(t, from, "assets/a.json", strings.Repeat("x", 9))
		wantBody(t, c, "assets/a.json", []byte(strings.Repeat("x", 9)))
	}
}
