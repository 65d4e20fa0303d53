package origin_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"lightwell/origin"
	"lightwell/origin/library"
	"lightwell/transform"
)

var (
	logoID   = "00000000000000000000000001"
	otherID  = "00000000000000000000000002"
	logoBody = []byte("a logo")
	png      = transform.Source{Format: transform.PNG, Width: 80, Height: 40, Orientation: 1, Frames: 1, Alpha: true}
)

// logo adds an image that is laid over others.
func (d *door) logo(id string, generation int) library.Asset {
	d.t.Helper()
	return d.add(library.Asset{ID: id, Source: png, Generation: generation}, append(logoBody, id...))
}

// mark gives an image a name by a library, maybe another process's.
func (d *door) mark(l *library.Library, name, id string) {
	d.t.Helper()
	if _, err := l.SetMark(context.Background(), library.Mark{Name: name, ImageID: id}); err != nil {
		d.t.Fatal(err)
	}
}

// markedRendition is rendition of an asset with another over it.
func markedRendition(t *testing.T, a, logo library.Asset, params, accept string) (body []byte, key string) {
	t.Helper()
	req, err := transform.Parser{}.ParseQuery(params)
	if err != nil {
		t.Fatal(err)
	}
	recipe, _ := req.Recipe.Resolve(a.Source, accept, transform.AllFormats)
	recipe.Mark.Image = logo.ID
	plan, err := recipe.Plan(a.Source, transform.Found{Mark: logo.Source}, transform.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	return madeOf(plan, photoBody, append(logoBody, logo.ID...)), origin.Key(fingerprint, "original", origin.Subject{Asset: a, Mark: logo}, recipe)
}

// A mark is the same by its name and by its id: one rendition, but for how long it may be kept.
func TestMark(t *testing.T) {
	d := openDoor(t)
	photo, logo := d.photo(), d.logo(logoID, 0)
	d.mark(d.library.Library, "logo.png", logoID)
	d.preset(d.library.Library, "signed", "mark=logo.png&w=300")
	d.preset(d.library.Library, "fixed", "w=300&mark="+logoID)
	image := "/image/" + photoID
	for _, tt := range []struct {
		uri, means string
		life       string
	}{
		{"?w=300&mark=" + logoID, "w=300&mark=x", forever},
		{"?w=300&mark=logo.png", "w=300&mark=x", presetCache},
		{"/w=300,m=logo.png/any.jpg", "w=300&mark=x", presetCache},
		{"?mark64=bG9nby5wbmc&w=300&mark-align=right,bottom", "w=300&mark=x", presetCache},
		{"?preset=signed", "w=300&mark=x", presetCache},
		{"?preset=fixed", "w=300&mark=x", presetCache},
		{"?preset=signed&mark=" + logoID, "w=300&mark=x", presetCache},
		{"?mark=logo.png", "mark=x", presetCache},
		{"?mark=" + logoID + "&auto=format", "mark=x&auto=format", forever},
	} {
		body, key := markedRendition(t, photo, logo, tt.means, "image/webp")
		for range 3 { // made or shared, remembered, and from memory
			got := d.get(image+tt.uri, "Accept: image/webp")
			wantAll(t, []response{got}, 200, body)
			for _, header := range [][2]string{
				{"ETag", `"` + key + `"`}, {"Cache-Control", tt.life}, {"Cache-Tag", photoID + "," + logoID + ",red"}, {"Surrogate-Key", photoID + " " + logoID + " red"},
			} {
				if have := got.header.Get(header[0]); have != header[1] {
					t.Errorf("GET %s: %s = %q, want %q", tt.uri, header[0], have, header[1])
				}
			}
			same := d.get(image+tt.uri, "Accept: image/webp", `If-None-Match: "`+key+`"`)
			if same.status != 304 || same.header.Get("Cache-Control") != tt.life {
				t.Errorf("GET %s with its ETag = %d, %q, want 304, %q", tt.uri, same.status, same.header.Get("Cache-Control"), tt.life)
			}
		}
	}
	if n := d.renderer.count(); n != 3 {
		t.Errorf("%d renders, want 3: by whichever name, a mark makes one rendition", n)
	}
	plain, _ := rendition(t, photo, photoBody, "w=300", "")
	wantAll(t, []response{d.get(image + "?w=300"), d.get(image + "?w=300&mark-align=top&mark-w=9")}, 200, plain)
	self := d.get(image + "?mark=" + photoID)
	if tags := self.header.Get("Cache-Tag"); self.status != 200 || tags != photoID+",red" {
		t.Errorf("GET of an image over itself = %d, Cache-Tag %q", self.status, tags)
	}
}

// A URL that has been asked for follows its mark, whichever process changes that: at once where the
// metadata's life is over, and not before.
func TestMarkFollows(t *testing.T) {
	for _, tt := range []struct {
		name    string
		life    time.Duration
		follows bool
	}{
		{"not held", 0, true},
		{"held for an hour", time.Hour, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := openDoorWith(t, settings{library: library.Config{Life: tt.life, Entries: 10}})
			photo, logo := d.photo(), d.logo(logoID, 0)
			other, err := library.New(d.store, library.Config{TombstoneLife: time.Hour})
			if err != nil {
				t.Fatal(err)
			}
			another := library.Asset{ID: otherID, Source: png}
			want, seen := logo, map[string]bool{}
			for _, step := range []struct {
				what string
				do   func() library.Asset
			}{
				{"given", func() library.Asset { d.mark(other, "logo", logoID); return logo }},
				{"given to another", func() library.Asset {
					another = d.logo(otherID, 0)
					d.mark(other, "logo", otherID)
					return another
				}},
				{"given back", func() library.Asset { d.mark(other, "logo", logoID); return logo }},
			} {
				if now := step.do(); tt.follows {
					want = now
				}
				body, key := markedRendition(t, photo, want, "w=400&mark=x", "")
				for range 3 {
					got := d.get("/image/" + photoID + "?w=400&mark=logo")
					wantAll(t, []response{got}, 200, body)
					if tag, tags := got.header.Get("ETag"), got.header.Get("Cache-Tag"); tag != `"`+key+`"` || tags != photoID+","+want.ID+",red" {
						t.Errorf("the name %s: ETag %s of %s, want %q of %s", step.what, tag, tags, key, want.ID)
					}
				}
				seen[key] = true
			}
			if len(seen) != map[bool]int{true: 2, false: 1}[tt.follows] {
				t.Errorf("%d renditions were offered", len(seen))
			}
			if err := other.Delete(context.Background(), logoID); err != nil {
				t.Fatal(err)
			}
			for _, mark := range []string{"logo", logoID} {
				uri := "/image/" + photoID + "?w=400&mark=" + mark
				if !tt.follows {
					if got := d.get(uri); got.status != 200 {
						t.Errorf("GET %s with a deleted mark that is held = %d, want 200", uri, got.status)
					}
					continue
				}
				for range 2 {
					got := d.get(uri, withID)
					wantProblem(t, "GET "+uri+" after a delete", got, 404, minute, "mark", nil)
					if !strings.Contains(string(got.body), mark) {
						t.Errorf("GET %s says %s, want which mark", uri, got.body)
					}
				}
			}
		})
	}
}

// A purge of the mark raises its generation, and what was offered and cached before is not looked up again.
func TestMarkGeneration(t *testing.T) {
	d := openDoorWith(t, settings{library: library.Config{Life: 0, Entries: 10}})
	photo := d.photo()
	d.mark(d.library.Library, "logo", logoID)
	logo := d.logo(logoID, 0)
	for generation := range 3 {
		body, key := markedRendition(t, photo, logo, "w=400&mark=x", "")
		for _, mark := range []string{"logo", logoID, "logo", logoID} {
			got := d.get("/image/" + photoID + "?w=400&mark=" + mark)
			wantAll(t, []response{got}, 200, body)
			if tag := got.header.Get("ETag"); tag != `"`+key+`"` {
				t.Errorf("generation %d of %s: ETag = %s, want %q", generation, mark, tag, key)
			}
		}
		if n := d.renderer.count(); n != generation+1 {
			t.Errorf("%d renders after %d generations", n, generation+1)
		}
		if err := d.library.Purge(t.Context(), logoID); err != nil {
			t.Fatal(err)
		}
		logo.Generation++
	}
}

// The mark's id, bytes and generation are each in the key; the name is not.
func TestMarkInKey(t *testing.T) {
	recipe := transform.Recipe{Format: transform.JPEG, Width: 9}
	of := func(change func(*origin.Subject)) string {
		s := origin.Subject{Asset: library.Asset{ID: photoID, Original: "00"}, Mark: library.Asset{ID: logoID, Original: "11", Generation: 1}}
		change(&s)
		return origin.Key(fingerprint, "original", s, recipe)
	}
	same := of(func(*origin.Subject) {})
	for name, change := range map[string]func(*origin.Subject){
		"none":       func(s *origin.Subject) { s.Mark = library.Asset{} },
		"id":         func(s *origin.Subject) { s.Mark.ID = otherID },
		"original":   func(s *origin.Subject) { s.Mark.Original = "22" },
		"generation": func(s *origin.Subject) { s.Mark.Generation++ },
	} {
		if of(change) == same {
			t.Errorf("Key with another mark's %s is the same", name)
		}
	}
	if of(func(s *origin.Subject) { s.Mark.Name = "renamed" }) != same {
		t.Error("Key with a mark that was renamed is another")
	}
}

// Other fonts are another key where letters may be drawn, and nowhere else.
func TestFontsInKey(t *testing.T) {
	of := func(f transform.Format) library.Asset {
		return library.Asset{ID: photoID, Source: transform.Source{Format: f}}
	}
	for _, tt := range []struct {
		subject origin.Subject
		text    string
		counts  bool
	}{
		{origin.Subject{Asset: of(transform.JPEG)}, "", false}, {origin.Subject{Asset: of(transform.JPEG)}, "hello", true}, {origin.Subject{Asset: of(transform.SVG)}, "", true},
		{origin.Subject{Asset: of(transform.PDF)}, "", true}, {origin.Subject{Asset: of(transform.GIF), Mark: of(transform.PNG)}, "", false}, {origin.Subject{Asset: of(transform.GIF), Mark: of(transform.SVG)}, "", true},
	} {
		r := transform.Recipe{Format: transform.PNG, Text: transform.Text{String: tt.text}}
		if got := origin.WithFonts(fingerprint, "some", tt.subject, r) != origin.WithFonts(fingerprint, "others", tt.subject, r); got != tt.counts {
			t.Errorf("fonts count for %v under %v with the text %q: %v, want %v", tt.subject.Mark.Source.Format, tt.subject.Source.Format, tt.text, got, tt.counts)
		}
	}
}

func TestMarksThatCannotBeFollowed(t *testing.T) {
	d := openDoorWith(t, settings{library: library.Config{Life: 0, Entries: 10}})
	d.photo()
	d.logo(logoID, 0)
	huge := d.add(library.Asset{Source: transform.Source{Format: transform.PNG, Width: 9000, Height: 40, Orientation: 1, Frames: 1}}, []byte("huge"))
	over := d.add(library.Asset{Source: transform.Source{Format: transform.PNG, Width: 70_000, Height: 40, Orientation: 1, Frames: 1}}, []byte("over a limit"))
	d.mark(d.library.Library, "dangling", absentID)
	d.mark(d.library.Library, "huge", huge.ID)
	d.preset(d.library.Library, "signed", "mark=gone")
	image := "/image/" + photoID
	for _, tt := range []struct {
		uri    string
		status int
		life   string
		param  string
		says   string
	}{
		{image + "?mark=none", 404, minute, "mark", "none"},
		{image + "/w=50,mark=none", 404, minute, "mark", "none"},
		{image + "?mark=" + absentID, 404, minute, "mark", absentID},
		{image + "?mark=" + strings.ToUpper(photoID), 404, minute, "mark", strings.ToUpper(photoID)},
		{image + "?mark=dangling", 404, minute, "mark", "dangling"},
		{image + "?preset=signed", 404, minute, "mark", "gone"},
		{"/image/" + absentID + "?mark=none", 404, minute, "", "no such image"},
		{image + "?mark=huge", 400, minute, "mark", "9000"},
		{image + "?mark=huge&mark-w=8192&mark-h=8192&mark-fit=scale", 400, minute, "mark-w", "8192"},
		{image + "?mark=" + huge.ID, 400, hour, "mark", "9000"},
		{image + "?mark=" + over.ID, 413, minute, "", "a side may have 65535"},
		{image + "?mark=http://example.com/logo.png", 400, hour, "mark", "not fetched"},
		{image + "?mark=" + logoID + "&mark-base=x", 400, hour, "mark-base", "not supported"},
	} {
		for range 2 {
			got := d.get(tt.uri, withID)
			wantProblem(t, "GET "+tt.uri, got, tt.status, tt.life, tt.param, nil)
			if !strings.Contains(string(got.body), tt.says) {
				t.Errorf("GET %s says %s, want %q", tt.uri, got.body, tt.says)
			}
		}
	}
}

// With the store down, a mark that is held goes on; one that is not is a 503, and no 404 to be kept.
func TestMarkAndStoreDown(t *testing.T) {
	d := openDoorWith(t, settings{library: library.Config{Life: 0, Entries: 10}})
	photo, logo := d.photo(), d.logo(logoID, 0)
	d.mark(d.library.Library, "logo", logoID)
	body, _ := markedRendition(t, photo, logo, "w=400&mark=x", "")
	wantAll(t, []response{d.get("/image/" + photoID + "?w=400&mark=logo")}, 200, body)
	d.store.down.Store(true)
	for range 2 {
		wantAll(t, []response{d.get("/image/" + photoID + "?w=400&mark=logo")}, 200, body)
		wantProblem(t, "GET with another mark", d.get("/image/"+photoID+"?mark=other", withID), 503, notStored, "", headers{"Retry-After": "5"})
		wantProblem(t, "GET with another size", d.get("/image/"+photoID+"?w=401&mark=logo", withID), 503, notStored, "", headers{"Retry-After": "5"})
	}
}
