package library

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"reflect"
	"strings"
	"testing"

	"lightwell/origin/store"
)

// fileOf is a file of some text, at its end.
func fileOf(t *testing.T, text string) *os.File {
	t.Helper()
	f, _ := upload(t, text)
	return f
}

func bringPart(t *testing.T, l *Library, id string, offset int64, text string) {
	t.Helper()
	if err := l.BringPart(ctx, id, offset, fileOf(t, text), int64(len(text))); err != nil {
		t.Fatal(err)
	}
}

// acceptedText is what was accepted under an id.
func acceptedText(t *testing.T, l *Library, id string) string {
	t.Helper()
	f, err := l.Accepted(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	b, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// What is brought is taken up as it was then, whatever comes under its name afterwards, and abandoning it leaves what
// was taken up.
func TestIncoming(t *testing.T) {
	each(t, func(t *testing.T, s store.Store) {
		l, id := open(t, s, Config{}), NewID()
		for what, err := range map[string]error{
			"Begun": func() error { _, err := l.Begun(ctx, id); return err }(), "Brought": func() error { _, err := l.Brought(ctx, id); return err }(),
			"TakeUp": l.TakeUp(ctx, id),
		} {
			if !errors.Is(err, fs.ErrNotExist) || errors.Is(err, ErrUnavailable) {
				t.Errorf("%s of nothing = %v, want that it is not there", what, err)
			}
		}
		if err := errors.Join(l.Begin(ctx, id, []byte("what is known")), l.Bring(ctx, id, strings.NewReader("one"), 3), l.Bring(ctx, id, strings.NewReader("first"), 5)); err != nil {
			t.Fatal(err)
		}
		record, err := l.Begun(ctx, id)
		if n, sizeErr := l.Brought(ctx, id); string(record) != "what is known" || n != 5 || err != nil || sizeErr != nil {
			t.Errorf("Begun = %q, %v, Brought = %d, %v", record, err, n, sizeErr)
		}
		if err := errors.Join(l.TakeUp(ctx, id), l.Bring(ctx, id, strings.NewReader("other"), 5)); err != nil {
			t.Fatal(err)
		}
		if got := acceptedText(t, l, id); got != "first" {
			t.Errorf("what was taken up is %q, want %q", got, "first")
		}
		bringPart(t, l, id, 0, "part")
		if err := errors.Join(l.Abandon(ctx, id), l.Abandon(ctx, id)); err != nil {
			t.Error(err)
		}
		if left := names(t, s, ""); len(left) != 1 || acceptedText(t, l, id) != "first" {
			t.Errorf("%q are left, want what was accepted", left)
		}
	})
}

// Parts count as far as they follow each other, and overlap as they may.
func TestParts(t *testing.T) {
	const text = "0123456789"
	for _, tt := range []struct {
		brought [][2]int64 // from, to
		want    []Part
	}{
		{nil, nil},
		{[][2]int64{{0, 4}, {4, 10}}, []Part{{0, 4}, {4, 6}}},
		{[][2]int64{{4, 10}}, nil},
		{[][2]int64{{0, 4}, {5, 10}}, []Part{{0, 4}}},
		{[][2]int64{{0, 6}, {4, 10}}, []Part{{0, 6}, {4, 6}}},
		{[][2]int64{{0, 6}, {2, 4}, {6, 10}}, []Part{{0, 6}, {6, 4}}},
		{[][2]int64{{0, 8}, {0, 2}}, []Part{{0, 2}}}, // of one offset the last one is kept
	} {
		l, id := open(t, store.NewMem(), Config{}), NewID()
		for _, p := range tt.brought {
			bringPart(t, l, id, p[0], text[p[0]:p[1]])
		}
		parts, err := l.Parts(ctx, id)
		if err != nil || !reflect.DeepEqual(parts, tt.want) {
			t.Errorf("Parts of %v = %v, %v, want %v", tt.brought, parts, err, tt.want)
			continue
		}
		n := int64(0)
		if len(parts) > 0 {
			n = parts[len(parts)-1].Offset + parts[len(parts)-1].Bytes
		}
		if err := errors.Join(l.Join(ctx, id, parts, n), l.TakeUp(ctx, id)); err != nil {
			t.Errorf("Join of %v = %v", parts, err)
		} else if got := acceptedText(t, l, id); got != text[:n] {
			t.Errorf("Join of %v = %q, want %q", parts, got, text[:n])
		}
		if err := l.Join(ctx, id, parts, n+1); !errors.Is(err, store.ErrSize) {
			t.Errorf("Join of %v to a byte more = %v, want ErrSize", parts, err)
		}
	}
}

// Parts of any sizes are joined to what they were cut from, wherever they are kept.
func TestJoinAnyParts(t *testing.T) {
	each(t, func(t *testing.T, s store.Store) {
		chance := rand.New(rand.NewPCG(1, 2))
		var text strings.Builder
		for i := range 20_000 {
			fmt.Fprintf(&text, "%d,", i)
		}
		whole := text.String()
		l, id := open(t, s, Config{}), NewID()
		other := NewID() // beside it, which is not to be touched
		bringPart(t, l, other, 0, "other")
		for at := 0; at < len(whole); {
			to := min(len(whole), at+1+chance.IntN(20_000))
			from := max(0, at-chance.IntN(500))
			bringPart(t, l, id, int64(from), whole[from:to])
			at = to
		}
		parts, err := l.Parts(ctx, id)
		if err := errors.Join(err, l.Join(ctx, id, parts, int64(len(whole))), l.TakeUp(ctx, id)); err != nil {
			t.Fatal(err)
		}
		if acceptedText(t, l, id) != whole {
			t.Error("what was joined is not what was cut")
		}
		if err := l.Abandon(ctx, id); err != nil {
			t.Fatal(err)
		}
		if left, err := l.Parts(ctx, other); err != nil || len(left) != 1 {
			t.Errorf("the other upload has %v, %v, want its part", left, err)
		}
	})
}

// What somebody takes up once more while it is looked at has the name of nothing but its own bytes.
func TestAddOfWhatIsTakenUpAgain(t *testing.T) {
	each(t, func(t *testing.T, s store.Store) {
		for _, stage := range []bool{false, true} {
			l, id := open(t, s, Config{}), NewID()
			first, other := "AAAA"+id, "BBBB"+id
			for _, err := range []error{l.Bring(ctx, id, strings.NewReader(first), int64(len(first))), l.TakeUp(ctx, id)} {
				if err != nil {
					t.Fatal(err)
				}
			}
			file, err := l.Accepted(ctx, id)
			if err := errors.Join(err, l.Bring(ctx, id, strings.NewReader(other), int64(len(other))), l.TakeUp(ctx, id)); err != nil {
				t.Fatal(err)
			}
			_, a := upload(t, first)
			a.ID, a.Unsettled = id, true
			if stage {
				a, err = l.Stage(ctx, file, a)
			}
			if err == nil {
				_, err = l.Add(ctx, file, a)
			}
			if err != nil {
				t.Fatal(err)
			}
			o, err := s.Open(ctx, originalName(a.Original))
			if err != nil {
				t.Fatal(err)
			}
			if b, err := io.ReadAll(o); err != nil || string(b) != first {
				t.Errorf("the original is %q, %v, want %q", b, err, first)
			}
			o.Close()
			file.Close()
		}
	})
}
