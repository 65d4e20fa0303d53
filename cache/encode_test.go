package cache

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
)

func entries() []*Entry {
	return []*Entry{
		{},
		{Key: "k", Body: []byte{}},
		{Key: Name("ab12", "cd34"), Format: "webp", Width: 400, Height: 300, Body: []byte("bytes")},
		{Key: strings.Repeat("k", 300), Format: "jpeg", Width: 1<<31 - 1, Height: 1, Body: bytes.Repeat([]byte{0, 1, 255}, 10_000)},
	}
}

func same(a, b *Entry) bool {
	return a.Key == b.Key && a.Format == b.Format && a.Width == b.Width && a.Height == b.Height && bytes.Equal(a.Body, b.Body)
}

func TestEncode(t *testing.T) {
	for _, e := range entries() {
		value := encode(e)
		got, err := decode(e.Key, value)
		if err != nil || !same(got, e) {
			t.Errorf("decode(encode(%.60v)) = %.60v, %v", e, got, err)
			continue
		}
		if len(got.Body) > 0 && &got.Body[len(got.Body)-1] != &value[len(value)-1] {
			t.Errorf("decode(encode(%.60v)) has copied the body", e)
		}
	}
}

// Whatever happens to a value, what comes out is nothing.
func TestDecodeRefuses(t *testing.T) {
	e := entries()[2]
	good := encode(e)
	bad := map[string][]byte{
		"nothing":        nil,
		"another's":      []byte("a value of somebody else's"),
		"with more":      append(slices.Clone(good), 0),
		"another's key":  encode(&Entry{Key: e.Key + "0", Body: e.Body}),
		"another's body": append(slices.Clone(good[:len(good)-1]), '!'),
	}
	for i := range good {
		bad[fmt.Sprintf("%d bytes of it", i)] = good[:i]
		flipped := slices.Clone(good)
		flipped[i] ^= 1
		bad[fmt.Sprintf("byte %d changed", i)] = flipped
	}
	for what, value := range bad {
		if got, err := decode(e.Key, value); err == nil {
			t.Errorf("decode(%s) = %v, want an error", what, got)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, e := range entries() {
		f.Add(e.Key, encode(e))
	}
	f.Fuzz(func(t *testing.T, key string, value []byte) {
		if e, err := decode(key, value); err == nil && e.Key != key {
			t.Errorf("decode(%q) = %v", key, e)
		}
	})
}
