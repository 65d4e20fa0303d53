// Package cachetest holds every cache.Tier to the contract in its comments: one suite, run by the tests
// of each implementation.
//
// A tier may forget; the suite takes it that a fresh one with room does not. Its keys look like real
// ones: cache.Name of an original and a key, each of 64 hexadecimal digits.
package cachetest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"lightwell/cache"
)

// Test runs the suite. open returns an empty tier with room for 16 MB at least, in entries of up to
// 1 MB, and arranges for its closing with t.Cleanup.
func Test(t *testing.T, open func(t *testing.T) cache.Tier) {
	cases := []struct {
		name string
		run  func(t *testing.T, tier cache.Tier)
	}{
		{"Name", testName},
		{"Miss", testMiss},
		{"RoundTrip", testRoundTrip},
		{"Replace", testReplace},
		{"Delete", testDelete},
		{"ManyKeys", testManyKeys},
		{"Concurrent", testConcurrent},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { c.run(t, open(t)) })
	}
}

// Key returns the i-th of the suite's keys. It is of the original i modulo 10.
func Key(i int) string {
	return cache.Name(Original(i%10), hash("key", i))
}

// Original returns the hash of the i-th of the suite's originals.
func Original(i int) string { return hash("original", i) }

func hash(what string, i int) string {
	sum := sha256.Sum256(fmt.Append(nil, what, i))
	return hex.EncodeToString(sum[:])
}

// Entry returns an entry with the i-th key and a body of size bytes that tells the key and the version.
func Entry(i, version, size int) *cache.Entry {
	head := fmt.Sprintf("%d.%d;", i, version)
	body := []byte(strings.Repeat(head, size/len(head)+1)[:size])
	return &cache.Entry{Key: Key(i), Format: "webp", Width: 400 + i, Height: 300 + version, Body: body}
}

// Want checks that the tier has this entry.
func Want(t *testing.T, tier cache.Tier, want *cache.Entry) {
	t.Helper()
	got, err := tier.Get(t.Context(), want.Key)
	if err != nil {
		t.Errorf("Get(%s) = %v", want.Key, err)
	} else if !equal(got, want) {
		t.Errorf("Get(%s) = %s, want %s", want.Key, describe(got), describe(want))
	}
}

// WantMiss checks that the tier has nothing under the key.
func WantMiss(t *testing.T, tier cache.Tier, key string) {
	t.Helper()
	e, err := tier.Get(t.Context(), key)
	if e != nil {
		t.Errorf("Get(%s) = %s, want nil", key, describe(e))
	}
	if !errors.Is(err, cache.ErrMiss) {
		t.Errorf("Get(%s) = %v, want ErrMiss", key, err)
	}
}

// Set sets the entry or ends the test.
func Set(t *testing.T, tier cache.Tier, e *cache.Entry) {
	t.Helper()
	if err := tier.Set(t.Context(), e); err != nil {
		t.Fatalf("Set(%s) = %v", e.Key, err)
	}
}

func equal(a, b *cache.Entry) bool {
	return a.Key == b.Key && a.Format == b.Format && a.Width == b.Width && a.Height == b.Height &&
		bytes.Equal(a.Body, b.Body)
}

func describe(e *cache.Entry) string {
	return fmt.Sprintf("%s %dx%d, %d bytes %.20q", e.Format, e.Width, e.Height, len(e.Body), e.Body)
}

func testName(t *testing.T, tier cache.Tier) {
	if name := tier.Name(); name == "" || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz_") != "" {
		t.Errorf("Name() = %q, want a metrics label", name)
	}
}

func testMiss(t *testing.T, tier cache.Tier) {
	WantMiss(t, tier, Key(1))
	Set(t, tier, Entry(1, 1, 100))
	WantMiss(t, tier, Key(2))
}

func testRoundTrip(t *testing.T, tier cache.Tier) {
	for i, size := range []int{0, 1, 100, 30 << 10, 1 << 20} {
		e := Entry(i, 1, size)
		Set(t, tier, e)
		Want(t, tier, e)
		Want(t, tier, Entry(i, 1, size)) // nobody has written to it
	}
}

func testReplace(t *testing.T, tier cache.Tier) {
	for version, size := range []int{1000, 100_000, 0, 100_000, 500} {
		Set(t, tier, Entry(1, version, size))
		Want(t, tier, Entry(1, version, size))
	}
}

func testDelete(t *testing.T, tier cache.Tier) {
	if err := tier.Delete(t.Context(), Key(1)); err != nil {
		t.Errorf("Delete of a missing key = %v", err)
	}
	Set(t, tier, Entry(2, 1, 1000))
	for version := range 50 { // set, deleted and set again is found
		Set(t, tier, Entry(1, version, 1000))
		Want(t, tier, Entry(1, version, 1000))
		if err := tier.Delete(t.Context(), Key(1)); err != nil {
			t.Fatalf("Delete = %v", err)
		}
		WantMiss(t, tier, Key(1))
	}
	Want(t, tier, Entry(2, 1, 1000))
}

func testManyKeys(t *testing.T, tier cache.Tier) {
	for i := range 500 {
		Set(t, tier, Entry(i, 1, 1000))
	}
	for i := range 500 {
		Want(t, tier, Entry(i, 1, 1000))
	}
}

// testConcurrent has every goroutine own one key, which must always be as it left it, and look at one
// that all of them set, which must be some version of it, whole.
func testConcurrent(t *testing.T, tier cache.Tier) {
	var wg sync.WaitGroup
	for worker := 1; worker <= 8; worker++ {
		wg.Go(func() {
			for version := range 100 {
				if err := turn(t, tier, worker, version); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
}

func turn(t *testing.T, tier cache.Tier, worker, version int) error {
	own, shared := Entry(worker, version, 5000), Entry(0, version, 100*version)
	if err := errors.Join(tier.Set(t.Context(), own), tier.Set(t.Context(), shared)); err != nil {
		return err
	}
	Want(t, tier, own)
	got, err := tier.Get(t.Context(), Key(0))
	if err == nil && !equal(got, Entry(0, got.Height-300, len(got.Body))) {
		return fmt.Errorf("shared key: Get = %s, want one version of it", describe(got))
	}
	if err != nil && !errors.Is(err, cache.ErrMiss) {
		return err
	}
	if version%10 == 0 {
		return errors.Join(tier.Delete(t.Context(), own.Key), tier.Delete(t.Context(), Key(0)))
	}
	return nil
}
