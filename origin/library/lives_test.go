package library

import (
	"context"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"lightwell/origin/store"
)

// No rule deletes what belongs to an asset, or moves anything but originals.
func TestRulesSpareWhatIsPromised(t *testing.T) {
	id, hash := NewID(), strings.Repeat("a", 64)
	named := append(Asset{ID: id, Tags: []string{"red"}, Created: time.Now()}.markers(),
		assetName(id), originalName(hash), refName(hash, id), sweepName(hash), acceptedName(id),
		"levels/"+hash+"/512.jpg", "presets/card.json", "marks/logo.png.json", "renditions/"+hash+"/key", incoming+"upload")
	rules := Lives{Incoming: 2, Renditions: 30, Originals: 90, OriginalsClass: "STANDARD_IA"}.Rules()
	for _, r := range rules {
		for _, name := range named {
			if !strings.HasPrefix(name, r.Prefix) {
				continue
			}
			folder, _, _ := strings.Cut(name, "/")
			if r.ExpireDays > 0 && folder != "incoming" && folder != "renditions" {
				t.Errorf("rule %+v deletes %s", r, name)
			}
			if r.MoveDays > 0 && folder != "originals" {
				t.Errorf("rule %+v moves %s", r, name)
			}
		}
	}
	want := []store.LifecycleRule{
		{Name: "incoming", Prefix: "incoming/", ExpireDays: 2}, {Name: "parts", AbortDays: 2},
		{Name: "renditions", Prefix: "renditions/", ExpireDays: 30},
		{Name: "originals", Prefix: "originals/", MoveDays: 90, Class: "STANDARD_IA"},
	}
	if !slices.Equal(rules, want) {
		t.Errorf("Rules = %+v, want %+v", rules, want)
	}
	for _, l := range []Lives{{}, {Originals: 90}, {OriginalsClass: "STANDARD_IA"}} {
		if rules := l.Rules(); len(rules) > 0 {
			t.Errorf("Rules of %+v = %+v, want none", l, rules)
		}
	}
}

// What is incoming goes when it is old, and nothing else does.
func TestTheSweepTakesWhatNobodyFinished(t *testing.T) {
	each(t, func(t *testing.T, s store.Store) {
		for _, name := range []string{"incoming/a", "incoming/b.info", acceptedName(NewID()), "incomings"} {
			if err := s.Put(ctx, name, strings.NewReader("x"), 1); err != nil {
				t.Fatal(err)
			}
		}
		for _, tt := range []struct {
			life, age time.Duration
			swept     int
		}{{0, 100 * 24 * time.Hour, 0}, {time.Hour, 58 * time.Minute, 0}, {time.Hour, time.Hour, 2}, {time.Hour, time.Hour, 0}} {
			l := open(t, &aged{Store: s, by: tt.age}, Config{Entries: 10, IncomingLife: tt.life})
			if swept, err := l.Sweep(ctx); err != nil || swept != (Swept{Incoming: tt.swept}) {
				t.Errorf("Sweep after %v of %v = %+v, %v; want %d incoming", tt.age, tt.life, swept, err, tt.swept)
			}
		}
		if left := names(t, s, ""); len(left) != 2 {
			t.Errorf("%q are left, want what was not incoming", left)
		}
	})
}

// aged is a store in which everything is older than it is.
type aged struct {
	store.Store
	by time.Duration
}

func (a *aged) List(ctx context.Context, prefix, after string) iter.Seq2[store.Info, error] {
	return func(yield func(store.Info, error) bool) {
		for info, err := range a.Store.List(ctx, prefix, after) {
			info.Modified = info.Modified.Add(-a.by)
			if !yield(info, err) {
				return
			}
		}
	}
}
