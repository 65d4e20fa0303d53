package cache_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"lightwell/cache"
	"lightwell/cache/cachetest"
)

func TestTiered(t *testing.T) {
	cachetest.Test(t, func(t *testing.T) cache.Tier {
		return cache.NewTiered(newMemory(t, 64<<20), newMemory(t, 64<<20))
	})
}

// A tier that is down in the middle changes nothing for those who ask.
func TestTieredWithOneDown(t *testing.T) {
	cachetest.Test(t, func(t *testing.T) cache.Tier {
		broken := newFake("broken")
		broken.down = errDown
		return &deleting{cache.NewTiered(newFake("near"), broken, newFake("far"))}
	})
}

// deleting takes the broken tier's error off Delete, which has to report it.
type deleting struct{ *cache.Tiered }

func (d *deleting) Delete(ctx context.Context, key string) error {
	if err := d.Tiered.Delete(ctx, key); !errors.Is(err, errDown) {
		return fmt.Errorf("delete with a tier down: %w, want %w", err, errDown)
	}
	return nil
}

var errDown = errors.New("connection refused")

func TestTieredLookup(t *testing.T) {
	e := cachetest.Entry(1, 1, 100)
	for _, c := range []struct {
		what     string
		holders  []int // tiers that hold the entry
		down     []int // tiers that are down
		want     string
		errs     []string // told to OnError
		copiedTo []int    // tiers that hold the entry afterwards
	}{
		{"in none", nil, nil, "", nil, nil},
		{"in the nearest", []int{0}, nil, "t0", nil, []int{0}},
		{"in the second", []int{1}, nil, "t1", nil, []int{0, 1}},
		{"in the farthest", []int{2}, nil, "t2", nil, []int{0, 1, 2}},
		{"in two", []int{1, 2}, nil, "t1", nil, []int{0, 1, 2}},
		{"below one that is down", []int{2}, []int{1}, "t2", []string{"t1 get", "t1 set"}, []int{0, 2}},
		{"above one that is down", []int{0}, []int{1}, "t0", nil, []int{0}},
		{"in none, one down", nil, []int{0}, "", []string{"t0 get"}, nil},
		{"all down", []int{0, 1, 2}, []int{0, 1, 2}, "", []string{"t0 get", "t1 get", "t2 get"}, []int{0, 1, 2}},
	} {
		t.Run(c.what, func(t *testing.T) {
			tiers, tiered, told := threeTiers()
			for _, i := range c.holders {
				tiers[i].entries[e.Key] = e
			}
			for _, i := range c.down {
				tiers[i].down = errDown
			}
			got, tier, err := tiered.Lookup(t.Context(), e.Key)
			if tier != c.want || (got == e) != (c.want != "") || (err == nil) != (c.want != "") {
				t.Errorf("Lookup = %p, %q, %v, want %p from tier %q", got, tier, err, e, c.want)
			}
			if c.want == "" && (!errors.Is(err, cache.ErrMiss) || errors.Is(err, errDown) != (c.down != nil)) {
				t.Errorf("Lookup = %v, want ErrMiss, joined with what is down", err)
			}
			if !slices.Equal(*told, c.errs) {
				t.Errorf("OnError is told %q, want %q", *told, c.errs)
			}
			for i, f := range tiers {
				if _, ok := f.entries[e.Key]; ok != slices.Contains(c.copiedTo, i) {
					t.Errorf("tier %d holds the entry: %t, want %t", i, ok, !ok)
				}
			}
		})
	}
}

// threeTiers returns fakes t0, t1 and t2, the Tiered over them, and what its OnError is told.
func threeTiers() ([]*fake, *cache.Tiered, *[]string) {
	fakes := []*fake{newFake("t0"), newFake("t1"), newFake("t2")}
	tiered := cache.NewTiered(fakes[0], fakes[1], fakes[2])
	told := new([]string)
	tiered.OnError = func(tier, op string, err error) {
		if !errors.Is(err, errDown) && !errors.Is(err, context.DeadlineExceeded) {
			err = fmt.Errorf("unexpected: %w", err)
			op += " " + err.Error()
		}
		*told = append(*told, tier+" "+op)
	}
	return fakes, tiered, told
}

func TestTieredSetAndDelete(t *testing.T) {
	for _, c := range []struct {
		down              []int
		setErr, deleteErr error
	}{
		{nil, nil, nil},
		{[]int{0}, nil, errDown},
		{[]int{1, 2}, nil, errDown},
		{[]int{0, 1, 2}, errDown, errDown},
	} {
		tiers, tiered, told := threeTiers()
		for _, i := range c.down {
			tiers[i].down = errDown
		}
		if err := tiered.Set(t.Context(), cachetest.Entry(1, 1, 100)); !errors.Is(err, c.setErr) {
			t.Errorf("Set with %v down = %v, want %v", c.down, err, c.setErr)
		}
		if err := tiered.Delete(t.Context(), cachetest.Key(1)); !errors.Is(err, c.deleteErr) {
			t.Errorf("Delete with %v down = %v, want %v", c.down, err, c.deleteErr)
		}
		for i, f := range tiers {
			if f.calls["set"] != 1 || f.calls["delete"] != 1 || len(f.entries) != 0 {
				t.Errorf("with %v down tier %d had calls %v and holds %d, want one set and one delete", c.down, i, f.calls, len(f.entries))
			}
		}
		if len(*told) != 2*len(c.down) {
			t.Errorf("with %v down OnError is told %q", c.down, *told)
		}
	}
}

// A caller that leaves is no fault of a tier's; a deadline may be.
func TestTieredContextDone(t *testing.T) {
	for _, c := range []struct {
		err  error
		told []string
	}{
		{context.Canceled, nil},
		{context.DeadlineExceeded, []string{"t0 get", "t0 set", "t1 set", "t2 set"}},
	} {
		tiers, tiered, told := threeTiers()
		ctx := doneContext{t.Context(), c.err}
		if _, _, err := tiered.Lookup(ctx, cachetest.Key(1)); !errors.Is(err, c.err) || errors.Is(err, cache.ErrMiss) {
			t.Errorf("Lookup = %v, want %v and not ErrMiss", err, c.err)
		}
		if tiers[1].calls["get"] != 0 {
			t.Errorf("Lookup went on to the next tier after %v", c.err)
		}
		if err := tiered.Set(ctx, cachetest.Entry(1, 1, 1)); !errors.Is(err, c.err) {
			t.Errorf("Set = %v, want %v", err, c.err)
		}
		if !slices.Equal(*told, c.told) {
			t.Errorf("after %v OnError is told %q, want %q", c.err, *told, c.told)
		}
	}
}

// doneContext is a context that ended with err.
type doneContext struct {
	context.Context
	err error
}

func (c doneContext) Err() error { return c.err }
