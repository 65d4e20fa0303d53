package origin_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"lightwell/origin"
	"lightwell/origin/library"
	"lightwell/transform"
)

var (
	levelBody = []byte("a level of 512 pixels")
	level512  = transform.Level{Edge: 512, Format: transform.JPEG, Size: transform.Size{Width: 512, Height: 384}, Bytes: int64(len(levelBody))}
	large     = transform.Source{Format: transform.JPEG, Width: 4000, Height: 3000, Orientation: 1, Frames: 1}
)

// levelled opens a door with an image that has a level, whose file is there or not.
func levelled(t *testing.T, there bool) (*door, library.Asset) {
	t.Helper()
	d := openDoorWith(t, settings{service: func(s *origin.Service) { s.Levels = []int{512} }})
	d.renderer.levels = []transform.LevelFile{{Level: level512, Body: levelBody}}
	a := d.add(library.Asset{ID: photoID, Source: large, Facts: transform.Facts{Levels: []transform.Level{level512}}}, photoBody)
	if there {
		d.putLevel(a, levelBody)
	}
	return d, a
}

func (d *door) putLevel(a library.Asset, body []byte) {
	d.t.Helper()
	file := transform.LevelFile{Level: level512, Body: body}
	file.Bytes = int64(len(body))
	if err := d.library.PutLevels(context.Background(), a, []transform.LevelFile{file}); err != nil {
		d.t.Fatal(err)
	}
}

// ofLevel is what the renderer makes of the level for a query.
func ofLevel(t *testing.T, a library.Asset, params string) []byte {
	t.Helper()
	req, err := transform.Parser{}.ParseQuery(params)
	if err != nil {
		t.Fatal(err)
	}
	recipe, _ := req.Recipe.Resolve(a.Source, "", transform.AllFormats)
	plan, err := recipe.Plan(a.Source, transform.Found{}, transform.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	return madeOf(plan.From(level512), levelBody)
}

func (d *door) renderedFrom(source string) float64 {
	d.t.Helper()
	return d.gather()["lightwell_renders_total{format=jpeg,source="+source+"}"]
}

// Small renditions are made from the level, larger ones, and those that need more than its pixels, from the original.
func TestRenditionsFromLevels(t *testing.T) {
	d, a := levelled(t, true)
	for params, level := range map[string]bool{
		"w=200": true, "w=400": true, "w=427": true, "w=428": false, "w=2000": false, "w=200&meta=keep": false, "w=200&orient=6": false,
		"w=200&rect=0,0,2000,1500": false, "w=100&rect=0,0,2000,1500": true, "w=200&fm=webp&lossless=1": false,
	} {
		r := d.do(http.MethodGet, "/image/"+photoID+"?"+params)
		want, _ := rendition(t, a, photoBody, params, "")
		if level {
			want = ofLevel(t, a, params)
		}
		if r.status != http.StatusOK || string(r.body) != string(want) {
			t.Errorf("%s = %d, %.120q, want %.120q", params, r.status, r.body, want)
		}
	}
	if got := d.renderedFrom("level"); got != 4 {
		t.Errorf("%v renditions are counted as made from a level, want 4", got)
	}
	if got := d.renderedFrom("original"); got != 5 { // and one as WebP
		t.Errorf("%v renditions are counted as made from the original, want 5", got)
	}
}

// A level that is not there is made first, once for all who want it, and kept.
func TestMissingLevelIsMade(t *testing.T) {
	d, a := levelled(t, false)
	release := d.renderer.block()
	answers := make(chan response)
	sizes := []string{"w=100", "w=200", "w=300"}
	for _, params := range sizes {
		go func() { answers <- d.do(http.MethodGet, "/image/"+photoID+"?"+params) }()
	}
	<-d.renderer.began
	release()
	for range sizes {
		if r := <-answers; r.status != http.StatusOK || !strings.HasPrefix(string(r.body), fmt.Sprintf("%x ", sha256.Sum256(levelBody))) {
			t.Errorf("a rendition = %d, %.120q, want it of the level", r.status, r.body)
		}
	}
	if n := d.renderer.levelled(); n < 1 || n > len(sizes) {
		t.Errorf("levels were made %d times", n)
	}
	if f, err := d.library.OpenLevel(context.Background(), a, level512); err != nil {
		t.Errorf("OpenLevel = %v, want the level that was made", err)
	} else {
		f.Close()
	}
}

// A level that cannot be read is made again; where that does not help, and where it cannot be kept, the original is used.
func TestBrokenLevels(t *testing.T) {
	d, a := levelled(t, true)
	d.putLevel(a, []byte("nonsense"))
	d.renderer.bad = []byte("nonsense")
	if r := d.do(http.MethodGet, "/image/"+photoID+"?w=100"); r.status != http.StatusOK || string(r.body) != string(ofLevel(t, a, "w=100")) {
		t.Errorf("with a level of nonsense: %d, %.120q, want one of the level", r.status, r.body)
	}
	d.renderer.bad = levelBody
	want, _ := rendition(t, a, photoBody, "w=200", "")
	if r := d.do(http.MethodGet, "/image/"+photoID+"?w=200"); r.status != http.StatusOK || string(r.body) != string(want) {
		t.Errorf("with levels that are nonsense always: %d, %.120q, want one of the original", r.status, r.body)
	}
	d.renderer.bad, d.renderer.levels = nil, nil
	if err := d.store.Delete(context.Background(), "levels/"+a.Original+"/512.jpg"); err != nil {
		t.Fatal(err)
	}
	want, _ = rendition(t, a, photoBody, "w=300", "")
	if r := d.do(http.MethodGet, "/image/"+photoID+"?w=300"); r.status != http.StatusOK || string(r.body) != string(want) {
		t.Errorf("with levels that are not made any more: %d, %.120q, want one of the original", r.status, r.body)
	}
}

// What is wrong with a rendition is not blamed on the level: an original that cannot be decoded is a 422 as ever.
func TestLevelsOfWhatIsUndecodable(t *testing.T) {
	d, _ := levelled(t, false)
	d.renderer.failWith(func() error { return transform.ErrUndecodable })
	if r := d.do(http.MethodGet, "/image/"+photoID+"?w=100"); r.status != http.StatusUnprocessableEntity {
		t.Errorf("status %d, want 422", r.status)
	}
}

// The key has what a rendition is made from, and the same from two origins with the same settings.
func TestKeysHaveTheLevel(t *testing.T) {
	a := library.Asset{ID: photoID, Source: large, Facts: transform.Facts{Levels: []transform.Level{level512, {Edge: 256}}}}
	with, without := &origin.Service{Limits: transform.DefaultLimits, Levels: []int{512, 256}}, &origin.Service{Limits: transform.DefaultLimits}
	for params, want := range map[string]string{
		"w=100": "512.jpg", "w=427": "512.jpg", "w=428": "original", "": "original", "w=100&crop=faces&fit=crop&h=100": "one of [512.jpg]",
	} {
		req, err := transform.Parser{}.ParseQuery(params)
		if err != nil {
			t.Fatal(err)
		}
		recipe, _ := req.Recipe.Resolve(a.Source, "", transform.AllFormats)
		if got := with.SourceOf(origin.Subject{Asset: a}, recipe); got != want {
			t.Errorf("SourceOf(%s) = %q, want %q", params, got, want)
		}
		if got := without.SourceOf(origin.Subject{Asset: a}, recipe); got != "original" {
			t.Errorf("SourceOf(%s) without levels = %q, want the original", params, got)
		}
	}
}

// Levels for which the store has no room are no reason to fail.
func TestLevelsWithoutRoom(t *testing.T) {
	d, a := levelled(t, false)
	d.store.full.Store(true)
	want, _ := rendition(t, a, photoBody, "w=100", "")
	if r := d.do(http.MethodGet, "/image/"+photoID+"?w=100"); r.status != http.StatusOK || string(r.body) != string(want) {
		t.Errorf("without room for levels: %d, %.120q, want one of the original", r.status, r.body)
	}
}

// An asset that was stored with other settings is made from what it has, and gets the levels that it lacks with nobody
// waiting: once, and remembered where one cannot be had.
func TestLackingLevelsAreMade(t *testing.T) {
	for name, tt := range map[string]struct {
		makes []transform.LevelFile
		from  []byte // what renditions are made of in the end
		then  []transform.Level
	}{
		"made":                  {[]transform.LevelFile{{Level: level512, Body: levelBody}, {Level: transform.Level{Edge: 256}}}, levelBody, []transform.Level{level512, {Edge: 256}}},
		"cannot be had":         {nil, photoBody, []transform.Level{{Edge: 512}, {Edge: 256}}},
		"panics":                {[]transform.LevelFile{{Level: level512, Body: levelBody}}, photoBody, nil},
		"not worth their bytes": {[]transform.LevelFile{{Level: transform.Level{Edge: 512}}, {Level: transform.Level{Edge: 256}}}, photoBody, []transform.Level{{Edge: 512}, {Edge: 256}}},
	} {
		t.Run(name, func(t *testing.T) {
			d := openDoorWith(t, settings{service: func(s *origin.Service) { s.Levels = []int{512, 256} }})
			ahead := d.later()
			ahead.levels = tt.makes
			if tt.then == nil {
				ahead.failWith(func() error { panic("levels") })
			}
			a := d.add(library.Asset{ID: photoID, Source: large}, photoBody)
			release := ahead.block()
			first := d.get("/image/" + photoID + "?w=100")
			if want, _ := rendition(t, a, photoBody, "w=100", ""); first.status != http.StatusOK || string(first.body) != string(want) {
				t.Errorf("the first request = %d, %.120q, want one of the original", first.status, first.body)
			}
			release()
			d.eventually("the asset has what there is", func() bool {
				now, err := d.library.Asset(context.Background(), photoID)
				return err == nil && slices.Equal(now.Levels, tt.then) && ahead.count() == 1
			})
			for _, params := range []string{"w=100", "w=200"} {
				if r := d.get("/image/" + photoID + "?" + params); r.status != http.StatusOK || !strings.HasPrefix(string(r.body), fmt.Sprintf("%x ", sha256.Sum256(tt.from))) {
					t.Errorf("%s = %d, %.120q, want it of %.20q", params, r.status, r.body, tt.from)
				} else if changed := r.header.Get("ETag") != first.header.Get("ETag"); params == "w=100" && changed != (string(tt.from) == string(levelBody)) {
					t.Errorf("%s has the ETag %s, the first %s", params, r.header.Get("ETag"), first.header.Get("ETag"))
				}
			}
			if n := ahead.count(); n != 1 {
				t.Errorf("levels were tried %d times, want once", n)
			}
		})
	}
}

// Levels that another process has made, with its own settings, are no reason to make all again.
func TestNothingLacks(t *testing.T) {
	d := openDoorWith(t, settings{service: func(s *origin.Service) { s.Levels = []int{512} }})
	ahead := d.later()
	a := d.add(library.Asset{ID: photoID, Source: large, Facts: transform.Facts{Levels: []transform.Level{{Edge: 1024}, level512}}}, photoBody)
	d.putLevel(a, levelBody)
	small := d.add(library.Asset{Source: transform.Source{Format: transform.JPEG, Width: 600, Height: 400, Orientation: 1, Frames: 1}}, photoBody)
	lacks := d.add(library.Asset{Source: large}, []byte("lacks levels")) // whose turn comes after the others'
	for _, id := range []string{photoID, small.ID, lacks.ID} {
		if r := d.get("/image/" + id + "?w=100"); r.status != http.StatusOK {
			t.Errorf("%s = %d", id, r.status)
		}
	}
	d.eventually("the third has its level", func() bool {
		now, err := d.library.Asset(context.Background(), lacks.ID)
		return err == nil && len(now.Levels) == 1
	})
	if n := ahead.count(); n != 1 {
		t.Errorf("levels were made %d times, want for one asset of three", n)
	}
}
