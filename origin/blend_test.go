package origin_test

import (
	"context"
	"testing"

	"lightwell/origin"
	"lightwell/origin/library"
	"lightwell/transform"
)

// What a blend's image is, is in the key, the tags and the plan, beside a mark as without one.
func TestBlend(t *testing.T) {
	d := openDoor(t)
	photo, logo, other := d.photo(), d.logo(logoID, 0), d.logo(otherID, 3)
	for _, tt := range []struct {
		query, tags string
		subject     origin.Subject
	}{
		{"w=300&blend=" + otherID, photoID + "," + otherID + ",red", origin.Subject{Asset: photo, Blend: other}},
		{"w=300&mark=" + logoID + "&blend=" + otherID, photoID + "," + logoID + "," + otherID + ",red", origin.Subject{Asset: photo, Mark: logo, Blend: other}},
		{"w=300&mark=" + logoID + "&blend=" + logoID, photoID + "," + logoID + ",red", origin.Subject{Asset: photo, Mark: logo, Blend: logo}},
		{"w=300&blend=red", photoID + ",red", origin.Subject{Asset: photo}},
	} {
		req, err := transform.Parser{}.ParseQuery(tt.query)
		if err != nil {
			t.Fatal(err)
		}
		recipe, _ := req.Recipe.Resolve(photo.Source, "", transform.AllFormats)
		plan, err := recipe.Plan(photo.Source, transform.Found{Mark: tt.subject.Mark.Source, Blend: tt.subject.Blend.Source}, transform.DefaultLimits)
		if err != nil {
			t.Fatal(err)
		}
		files := [][]byte{photoBody}
		for _, layer := range []library.Asset{tt.subject.Mark, tt.subject.Blend} {
			if layer.ID != "" {
				files = append(files, append(append([]byte{}, logoBody...), layer.ID...))
			}
		}
		got := d.get("/image/" + photoID + "?" + tt.query)
		wantAll(t, []response{got}, 200, madeOf(plan, files...))
		for _, header := range [][2]string{
			{"ETag", `"` + origin.Key(fingerprint, "original", tt.subject, recipe) + `"`}, {"Cache-Control", forever}, {"Cache-Tag", tt.tags},
		} {
			if have := got.header.Get(header[0]); have != header[1] {
				t.Errorf("GET %s: %s = %q, want %q", tt.query, header[0], have, header[1])
			}
		}
	}
}

// Its faces are looked for in the blend's image, once, and not in the picture.
func TestBlendCropsByFaces(t *testing.T) {
	d := openDoor(t)
	d.photo()
	d.logo(otherID, 0)
	for _, width := range []string{"300", "301"} {
		if got := d.get("/image/" + photoID + "?blend-size=inherit&blend-crop=faces&blend=" + otherID + "&w=" + width); got.status != 200 {
			t.Errorf("GET of %s pixels = %d %s", width, got.status, got.body)
		}
	}
	if n := d.renderer.count(); n != 3 {
		t.Errorf("the renderer had %d things to do, want two renditions and one search", n)
	}
}

func TestBlendThatThereIsNot(t *testing.T) {
	d := openDoor(t)
	d.photo()
	d.logo(otherID, 0)
	wantProblem(t, "a blend that never was", d.get("/image/"+photoID+"?w=300&blend="+absentID, withID), 404, "public, max-age=60", "blend", nil)
	if got := d.get("/image/" + photoID + "?w=300&blend=" + otherID); got.status != 200 {
		t.Fatalf("a blend that is there = %d", got.status)
	}
	if err := d.library.Delete(context.Background(), otherID); err != nil {
		t.Fatal(err)
	}
	wantProblem(t, "a blend that was deleted", d.get("/image/"+photoID+"?w=301&blend="+otherID, withID), 404, "public, max-age=60", "blend", nil)
}
