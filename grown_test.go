package main_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base32"
	stdbinary "encoding/binary"
	"encoding/json"
	"fmt"
	"image"
	"image/jpeg"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lightwell/origin/library"

	"golang.org/x/sys/unix"
)

// grownVersion is raised when a store that is filled anew would be another.
const grownVersion = 1

// perDay is how many assets came on each day, and grownTags of how many tags each has one.
const (
	perDay    = 100_000
	grownTags = 100
)

// grown is the data folder of a server whose disk store has n assets of as many different originals. It is filled
// once, and kept in the user's cache.
func grown(t testing.TB, n int) (data string) {
	t.Helper()
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	data = filepath.Join(cache, "lightwell", fmt.Sprintf("growth-%d-%d", n, grownVersion))
	if _, err := os.Stat(filepath.Join(data, "objects")); err == nil {
		return data
	}
	began := time.Now()
	filling := data + ".filling"
	if err := os.RemoveAll(filling); err != nil { // one was broken off
		t.Fatal(err)
	}
	populate(t, filling, n)
	if err := os.Rename(filling, data); err != nil {
		t.Fatal(err)
	}
	t.Logf("filled %s in %v", data, time.Since(began).Round(time.Second))
	return data
}

// populate puts n assets in a store by the library itself, many at once.
func populate(t testing.TB, data string, n int) {
	t.Helper()
	seeds := grownSeeds(t)
	newest := time.Now().Add(-24 * time.Hour) // the whole day is over
	var next atomic.Int64
	var hands sync.WaitGroup
	for range 2 * runtime.NumCPU() {
		hands.Go(func() {
			s, err := newSower(data)
			if err != nil {
				t.Error(err)
				return
			}
			defer s.file.Close()
			for i := int(next.Add(1)) - 1; i < n && err == nil; i = int(next.Add(1)) - 1 {
				seed := seeds[i%len(seeds)]
				body := seed.numbered(i)
				err = s.add(body, seed.asset(i, body, newest))
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	hands.Wait()
	if t.Failed() {
		t.FailNow()
	}
}

// sower adds assets to a store that is not durable.
type sower struct {
	library *library.Library
	file    *os.File
}

func newSower(data string) (*sower, error) {
	l, err := library.New(unsynced{data: data}, library.Config{Entries: 1})
	if err != nil {
		return nil, err
	}
	fd, err := unix.MemfdCreate("original", 0)
	return &sower{l, os.NewFile(uintptr(fd), "original")}, err
}

// add adds an asset with its bytes.
func (s *sower) add(body []byte, a library.Asset) error {
	err := s.file.Truncate(0)
	if err == nil {
		_, err = s.file.WriteAt(body, 0)
	}
	if err == nil {
		_, err = s.library.Add(context.Background(), s.file, a)
	}
	return err
}

// grownID is the id of the asset of a number: as random to look at as any.
func grownID(n int) string {
	sum := sha256.Sum256(fmt.Append(nil, "growth ", n))
	return base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding).EncodeToString(sum[:16])
}

// seed is a small picture, and what a server makes of it as an asset.
type seed struct {
	jpeg []byte
	made library.Asset
}

// numbered is the picture with a comment of its own, and so another original, of some hundred bytes to some thousand.
func (s seed) numbered(n int) []byte {
	sum := sha256.Sum256(fmt.Append(nil, "comment ", n))
	comment := fmt.Appendf(nil, "%x", sum)
	comment = append(comment, bytes.Repeat([]byte{'.'}, int(stdbinary.BigEndian.Uint16(sum[:]))%1024)...)
	const startOfImage = 2
	body := append([]byte{}, s.jpeg[:startOfImage]...)
	body = append(body, 0xff, 0xfe)
	body = stdbinary.BigEndian.AppendUint16(body, uint16(len(comment)+2))
	body = append(body, comment...)
	return append(body, s.jpeg[startOfImage:]...)
}

// asset is what there is to know of it under a number.
func (s seed) asset(n int, body []byte, newest time.Time) library.Asset {
	a := s.made
	a.ID, a.Bytes = grownID(n), int64(len(body))
	a.Original = fmt.Sprintf("%x", sha256.Sum256(body))
	a.Tags = []string{fmt.Sprintf("tag-%d", n%grownTags)}
	day := newest.AddDate(0, 0, -n/perDay)
	a.Created = day.Truncate(24 * time.Hour).Add(time.Duration(n%perDay) * 24 * time.Hour / perDay)
	a.Unsettled = true // nothing was accepted under its id
	return a
}

// grownSeeds are small pictures that a server has looked at.
func grownSeeds(t testing.TB) (seeds []seed) {
	t.Helper()
	photo, err := jpeg.Decode(bytes.NewReader(testdata(t, "photo.jpg")))
	if err != nil {
		t.Fatal(err)
	}
	p := serve(t, t.TempDir(), nil)
	for i := range 16 {
		at := image.Pt(40+i*50, 60+i*30)
		var small bytes.Buffer
		if err := jpeg.Encode(&small, photo.(*image.YCbCr).SubImage(image.Rectangle{at, at.Add(image.Pt(64, 48))}), &jpeg.Options{Quality: 70}); err != nil {
			t.Fatal(err)
		}
		s := seed{jpeg: small.Bytes()}
		s.made = p.assetOf(p.upload(s.jpeg))
		seeds = append(seeds, s)
	}
	p.stop()
	return seeds
}

// assetOf is what the server's disk store has of an asset.
func (p *process) assetOf(id string) (a library.Asset) {
	p.t.Helper()
	body, err := os.ReadFile(filepath.Join(p.data, located("assets/"+id+".json")))
	if err == nil {
		err = json.Unmarshal(body, &a)
	}
	if err != nil {
		p.t.Fatal(err)
	}
	return a
}
