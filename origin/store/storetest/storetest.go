// Package storetest holds every store.Store to the contract in its comments: one suite, run by the
// tests of each implementation.
//
// The suite wants an empty store for each of its cases and leaves objects behind in it.
package storetest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"testing"

	"lightwell/origin/store"
)

// Test runs the suite. open returns an empty store and arranges for its closing with t.Cleanup.
func Test(t *testing.T, open func(t *testing.T) store.Store) {
	cases := []struct {
		name string
		run  func(t *testing.T, s store.Store)
	}{
		{"RoundTrip", testRoundTrip},
		{"Big", testBig},
		{"Replace", testReplace},
		{"ReplaceWhileOpen", testReplaceWhileOpen},
		{"Delete", testDelete},
		{"Copy", testCopy},
		{"CopyOfNothing", testCopyOfNothing},
		{"Update", testUpdate},
		{"UpdateOfNothing", testUpdateOfNothing},
		{"UpdateTogether", testUpdateTogether},
		{"Missing", testMissing},
		{"WrongSize", testWrongSize},
		{"FailingReader", testFailingReader},
		{"Full", testFull},
		{"Cancelled", testCancelled},
		{"CancelledInMidCopy", testCancelledInMidCopy},
		{"InvalidNames", testInvalidNames},
		{"ValidNames", testValidNames},
		{"ListOrder", testListOrder},
		{"ListPrefixAndAfter", testListPrefixAndAfter},
		{"ListStops", testListStops},
		{"ListInvalidPrefix", testListInvalidPrefix},
		{"ListMany", testListMany},
		{"ReadersSeeWholeObjects", testReadersSeeWholeObjects},
		{"NeighboursSurvive", testNeighboursSurvive},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { c.run(t, open(t)) })
	}
}

// put stores body or ends the test.
func put(t *testing.T, s store.Store, name, body string) {
	t.Helper()
	if err := s.Put(t.Context(), name, strings.NewReader(body), int64(len(body))); err != nil {
		t.Fatalf("Put(%q) = %v", name, err)
	}
}

// read returns the object's bytes, having checked that Info tells the same.
func read(ctx context.Context, s store.Store, name string) (body []byte, err error) {
	o, err := s.Open(ctx, name)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, o.Close()) }()
	body, err = io.ReadAll(o)
	if err == nil && (o.Name != name || o.Size != int64(len(body))) {
		err = fmt.Errorf("object %q has Info %+v and %d bytes", name, o.Info, len(body))
	}
	return body, err
}

// wantBody checks that the object is there and has this body.
func wantBody(t *testing.T, s store.Store, name, want string) {
	t.Helper()
	got, err := read(t.Context(), s, name)
	if err != nil {
		t.Errorf("read(%q) = %v", name, err)
	} else if !bytes.Equal(got, []byte(want)) {
		t.Errorf("read(%q) = %d bytes %.40q, want %d bytes %.40q", name, len(got), got, len(want), want)
	}
	info, err := s.Stat(t.Context(), name)
	if err != nil || info.Size != int64(len(want)) || info.Name != name {
		t.Errorf("Stat(%q) = %+v, %v, want %d bytes", name, info, err, len(want))
	}
}

// wantMissing checks that Open, Stat and List agree that there is no such object.
func wantMissing(t *testing.T, s store.Store, name string) {
	t.Helper()
	if _, err := s.Open(t.Context(), name); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Open(%q) = %v, want fs.ErrNotExist", name, err)
	}
	if _, err := s.Stat(t.Context(), name); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Stat(%q) = %v, want fs.ErrNotExist", name, err)
	}
	for _, listed := range list(t, s, name, "") {
		if listed == name {
			t.Errorf("List yields %q", name)
		}
	}
}

// list returns the names that List yields, or ends the test at an error.
func list(t *testing.T, s store.Store, prefix, after string) []string {
	t.Helper()
	var names []string
	for info, err := range s.List(t.Context(), prefix, after) {
		if err != nil {
			t.Fatalf("List(%q, %q) = %v after %d names", prefix, after, err, len(names))
		}
		names = append(names, info.Name)
	}
	return names
}

// hash is a name such as originals have: 64 hexadecimal digits.
func hash(i int) string {
	sum := sha256.Sum256(fmt.Append(nil, i))
	return hex.EncodeToString(sum[:])
}
