package transform_test

import (
	"slices"
	"strings"
	"testing"

	"lightwell/transform"
)

// Accept headers, as the tests of Resolve need them.
const (
	acceptAll  = "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8"
	acceptWebP = "image/webp,*/*"
	acceptOld  = "*/*"
)

// resolvedSpellings are groups that mean one thing for a source and a client,
// the first being what String spells of it.
var resolvedSpellings = slices.Concat(mostResolved, foundResolved)

type resolvedGroup struct {
	source    transform.Source
	accept    string
	spellings []string
}

var mostResolved = []resolvedGroup{
	// The source's format written out.
	{still(transform.JPEG, 900, 600), "", []string{"w=80&fm=jpg", "w=80", "w=80&fm=jpeg", "w=80&q=75", "w=80&auto=format"}},
	{still(transform.PNG, 900, 600), "", []string{"w=80&fm=png", "w=80", "w=80&q=30", "w=80&fm=png&q=99"}},
	{still(transform.GIF, 900, 600), "", []string{"w=80&fm=gif", "w=80", "w=80&q=30"}},
	{still(transform.WebP, 900, 600), "", []string{"w=80&fm=webp", "w=80", "w=80&auto=format"}},
	{still(transform.AVIF, 900, 600), "", []string{"w=80&fm=avif", "w=80"}},
	{still(transform.HEIC, 900, 600), "", []string{"w=80&fm=jpg", "w=80"}},
	{withAlpha(transform.HEIC, 900, 600), "", []string{"w=80&fm=png", "w=80", "w=80&q=50"}},
	{still(transform.TIFF, 900, 600), "", []string{"w=80&fm=jpg", "w=80", "w=80&q=75"}},
	{withAlpha(transform.SVG, 900, 600), "", []string{"w=80&fm=png", "w=80"}},
	{still(transform.JPEG, 900, 600), "", []string{"fm=jpg", "q=75&fm=jpg", "fm=jpeg&fit=crop"}},

	// auto=format.
	{still(transform.JPEG, 900, 600), acceptAll, []string{"w=80&fm=avif", "w=80&auto=format", "w=80&auto=format&fm=jpg", "w=80&auto=format&fm=pjpg", "w=80&fm=png&auto=format"}},
	{still(transform.JPEG, 900, 600), acceptWebP, []string{"w=80&fm=webp", "w=80&auto=format", "w=80&fm=pjpg&auto=format"}},
	{still(transform.JPEG, 900, 600), acceptOld, []string{"w=80&fm=jpg", "w=80&auto=format", "w=80&auto=format&fm=jpg"}},
	{still(transform.JPEG, 900, 600), acceptOld, []string{"w=80&fm=pjpg", "w=80&auto=format&fm=pjpg"}},
	{still(transform.JPEG, 900, 600), acceptOld, []string{"w=80&fm=png", "w=80&auto=format&fm=png&q=30", "w=80&fm=png"}},
	{still(transform.PNG, 900, 600), acceptAll, []string{"w=80&fm=avif&q=50", "w=80&auto=format&q=50", "w=80&auto=format&fm=png&q=50"}},
	{still(transform.PNG, 900, 600), acceptOld, []string{"w=80&fm=png", "w=80&auto=format&q=50"}},

	// A background that cannot be seen.
	{still(transform.JPEG, 900, 600), "", []string{"w=80&fm=jpg", "w=80&bg=red", "w=80&bg=8f00", "w=80&bg=transparent", "w=80&bg=fff"}},
	{still(transform.PNG, 900, 600), "", []string{"w=80&fm=png", "w=80&bg=red", "w=80&bg=transparent"}},
	{still(transform.JPEG, 900, 600), "", []string{"w=80&h=80&fit=crop&fm=jpg", "w=80&h=80&fit=crop&bg=red"}},
	{still(transform.JPEG, 900, 600), "", []string{"w=80&h=80&fit=clamp&fm=jpg", "w=80&h=80&fit=clamp&bg=red"}},
	{still(transform.JPEG, 900, 600), "", []string{"rot=90&fm=jpg", "rot=90&bg=red", "rot=90&rot-type=pivot&bg=red"}},
	{still(transform.JPEG, 900, 600), "", []string{"rot=10&fm=jpg", "rot=10&bg=red"}},
	// White where the format has no transparency is what there is without.
	{still(transform.JPEG, 900, 600), "", []string{"w=80&h=80&fit=fill&fm=jpg", "w=80&h=80&fit=fill&bg=fff", "w=80&h=80&fit=fill&bg=80ffffff", "w=80&h=80&fit=fill&bg=transparent"}},
	{withAlpha(transform.PNG, 900, 600), "", []string{"w=80&fm=jpg", "w=80&fm=jpg&bg=white", "w=80&fm=jpg&bg=0000"}},
	{withAlpha(transform.PNG, 900, 600), "", []string{"w=80&bg=ff7f7f&fm=jpg", "w=80&fm=jpg&bg=80ff0000"}},

	// A fill's colour that could as well be the background.
	{still(transform.JPEG, 900, 600), "", []string{"w=80&h=80&fit=fill&bg=ff0000&fm=jpg", "w=80&h=80&fit=fill&fill=solid&fill-color=red", "w=80&h=80&fit=fill&bg=red", "w=80&h=80&fit=fill&bg=blue&fill=solid&fill-color=red"}},
	{still(transform.JPEG, 900, 600), "", []string{"w=80&h=80&fit=fill&fm=jpg", "w=80&h=80&fit=fill&fill=solid&fill-color=fff", "w=80&h=80&fit=fill&fill=solid&fill-color=0fff", "w=80&h=80&fit=fill&fill=solid&fill-color=fff&bg=red"}},
	{still(transform.JPEG, 900, 600), "", []string{"w=80&h=80&fit=fill&bg=ff7f7f&fm=jpg", "w=80&h=80&fit=fill&fill=solid&fill-color=80ff0000"}},
	{still(transform.JPEG, 900, 600), "", []string{"w=80&h=80&fit=fill&bg=80ff0000&fm=webp", "w=80&h=80&fit=fill&fill=solid&fill-color=80ff0000&fm=webp"}},
	{withAlpha(transform.PNG, 900, 600), "", []string{"w=80&h=80&fit=fill&bg=ff0000&fm=png", "w=80&h=80&fit=fill&bg=red&fill=solid&fill-color=red"}},
	{still(transform.JPEG, 900, 600), "", []string{"w=80&h=80&fit=fill&fill=blur&fm=jpg", "w=80&h=80&fit=fill&fill=blur&bg=red"}},
	// What is outside a mask, too.
	{still(transform.JPEG, 900, 600), "", []string{"mask=ellipse&fm=jpg", "mask=ellipse", "mask=ellipse&mask-bg=fff", "mask=ellipse&mask-bg=white&bg=red", "mask=ellipse&bg=fff", "mask=ellipse&mask-bg=80ffffff"}},
	{still(transform.JPEG, 900, 600), "", []string{"bg=ff0000&mask=ellipse&fm=jpg", "mask=ellipse&bg=red", "mask=ellipse&mask-bg=red", "mask=ellipse&mask-bg=red&bg=blue"}},
	{still(transform.JPEG, 900, 600), "", []string{"bg=ff0000&mask=ellipse&pad=5&fm=jpg", "mask=ellipse&mask-bg=red&bg=red&pad=5"}},
	{withAlpha(transform.PNG, 900, 600), "", []string{"mask=ellipse&mask-bg=ff0000&fm=png", "mask=ellipse&mask-bg=red"}},
	{still(transform.PNG, 900, 600), "", []string{"bg=80ff0000&mask=ellipse&fm=png", "mask=ellipse&mask-bg=80ff0000"}},
	// A border covers, and a background shows at its round corners.
	{still(transform.JPEG, 900, 600), "", []string{"border=5,ff0000&fm=jpg", "border=5,red&bg=blue"}},
	{still(transform.JPEG, 900, 600), "", []string{"bg=0000ff&border=5,ff0000&border-radius=9&fm=jpg", "border=5,red&bg=blue&border-radius=9"}},
	{still(transform.JPEG, 900, 600), acceptAll, []string{"mask=ellipse&fm=avif", "mask=ellipse&auto=format"}},
	{still(transform.HEIC, 900, 600), "", []string{"mask=ellipse&fm=jpg", "mask=ellipse"}},

	// The orientation that the source has.
	{oriented(transform.JPEG, 900, 600, 6), "", []string{"w=80&fm=jpg", "w=80&orient=6", "w=80&or=90", "w=80&orient=0"}},
	{oriented(transform.JPEG, 900, 600, 3), "", []string{"w=80&fm=jpg", "w=80&orient=180", "w=80&orient=3"}},
	{oriented(transform.JPEG, 900, 600, 1), "", []string{"w=80&fm=jpg", "w=80&orient=1"}},
	{oriented(transform.JPEG, 900, 600, 8), "", []string{"w=80&orient=1&fm=jpg", "w=80&orient=1"}},
}

func TestResolvedSpellings(t *testing.T) {
	for _, group := range resolvedSpellings {
		want := group.spellings[0]
		for _, s := range group.spellings {
			got, _ := query(t, s).Resolve(group.source, group.accept, transform.AllFormats)
			got.Among = 0 // TestResolveAmong looks at it
			if got.String() != want || got != query(t, want) {
				t.Errorf("Resolve(%q, %+v, %q) = %q, want %q", s, group.source, group.accept, got, want)
			}
			if again, varies := got.Resolve(group.source, group.accept, transform.AllFormats); again != got || varies {
				t.Errorf("Resolve(%q) of what is resolved = %q, %v, want the same, false", got, again, varies)
			}
		}
	}
}

// What may be answered with follows from the client and the source, and nothing is chosen from
// where a format was asked for.
func TestResolveAmong(t *testing.T) {
	moving := still(transform.GIF, 90, 60)
	moving.Frames = 20
	jpeg, png, webp := still(transform.JPEG, 900, 600), withAlpha(transform.PNG, 900, 600), still(transform.WebP, 900, 600)
	for _, tt := range []struct {
		source        transform.Source
		query, accept string
		want          transform.FormatSet
	}{
		{jpeg, "auto=format", acceptAll, transform.Formats(transform.AVIF, transform.WebP, transform.JPEG)},
		{jpeg, "auto=format", "image/avif", transform.Formats(transform.AVIF, transform.JPEG)},
		{jpeg, "auto=format", "image/avif,image/webp;q=0", transform.Formats(transform.AVIF, transform.JPEG)},
		{jpeg, "auto=format", acceptWebP, transform.Formats(transform.WebP, transform.JPEG)},
		{jpeg, "auto=format", acceptOld, 0},
		{jpeg, "auto=format&fm=png", acceptWebP, transform.Formats(transform.WebP, transform.PNG)},
		{jpeg, "auto=format", "image/avif;q=0.5,image/webp;q=0.5,image/jpeg", 0},
		{jpeg, "auto=format&lossless=1", acceptAll, 0},
		{jpeg, "fm=avif", acceptAll, 0},
		{jpeg, "auto=compress", acceptAll, 0},
		{png, "auto=format", acceptAll, transform.Formats(transform.AVIF, transform.WebP, transform.PNG)},
		{png, "auto=format", acceptOld, 0},
		{webp, "auto=format", acceptWebP, transform.Formats(transform.WebP)},
		{moving, "auto=format", acceptAll, transform.Formats(transform.WebP, transform.GIF)},
		{moving, "auto=format&frame=2", acceptAll, transform.Formats(transform.AVIF, transform.WebP, transform.GIF)},
	} {
		got, _ := query(t, tt.query+"&w=80").Resolve(tt.source, tt.accept, transform.AllFormats)
		if got.Among != tt.want {
			t.Errorf("Resolve(%q, %v, %q) chooses among %v, want %v", tt.query, tt.source.Format, tt.accept, got.Among, tt.want)
		}
		if spelled := "among=" + strings.ReplaceAll(tt.want.String(), " ", ""); tt.want != 0 && !strings.HasSuffix(got.String(), "&"+spelled) {
			t.Errorf("Resolve(%q, %v, %q) is spelled %q, want it to end with %q", tt.query, tt.source.Format, tt.accept, got, spelled)
		}
	}
}

// What does show stays apart.
func TestResolvedDifferent(t *testing.T) {
	tests := []struct {
		source transform.Source
		a, b   string
	}{
		{withAlpha(transform.PNG, 900, 600), "w=80&bg=fff", "w=80"},
		{withAlpha(transform.PNG, 900, 600), "w=80&bg=80ff0000", "w=80&bg=ff7f7f"},
		{withAlpha(transform.PNG, 900, 600), "w=80&bg=red&fm=jpg", "w=80&fm=jpg"},
		{still(transform.JPEG, 900, 600), "w=80&h=80&fit=fill&bg=red", "w=80&h=80&fit=fill"},
		{still(transform.JPEG, 900, 600), "w=80&h=80&fit=fill&bg=fff&fm=png", "w=80&h=80&fit=fill&bg=transparent&fm=png"},
		{still(transform.JPEG, 900, 600), "rot=10&rot-type=pivot&bg=red", "rot=10&rot-type=pivot"},
		{still(transform.JPEG, 900, 600), "pad=5&bg=red", "pad=5"},
		{still(transform.JPEG, 900, 600), "mask=ellipse&bg=red", "mask=ellipse"},
		{still(transform.JPEG, 900, 600), "mask=ellipse&mask-bg=blue&pad=5&bg=red", "mask=ellipse&pad=5&bg=red"},
		{still(transform.JPEG, 900, 600), "border=5,red&border-radius=5&bg=red", "border=5,red&border-radius=5"},
		{still(transform.JPEG, 900, 600), "w=80&h=80&fit=fill&fill=solid&fill-color=red&pad=5", "w=80&h=80&fit=fill&bg=red&pad=5"},
		{withAlpha(transform.PNG, 900, 600), "w=80&h=80&fit=fill&fill=solid&fill-color=red", "w=80&h=80&fit=fill&bg=red"},
		{withAlpha(transform.PNG, 900, 600), "w=80&h=80&fit=fill&fill=blur&bg=red", "w=80&h=80&fit=fill&fill=blur"},
		{withAlpha(transform.PNG, 900, 600), "mask=ellipse&mask-bg=red", "mask=ellipse&bg=red"},
		{still(transform.JPEG, 900, 600), "fm=pjpg", "fm=jpg"},
		{still(transform.JPEG, 900, 600), "fm=jpg&q=50", "fm=jpg"},
		{oriented(transform.JPEG, 900, 600, 6), "w=80&orient=8", "w=80"},
		{oriented(transform.JPEG, 900, 600, 6), "w=80&orient=1", "w=80"},
	}
	for _, tt := range tests {
		a, _ := query(t, tt.a).Resolve(tt.source, "", transform.AllFormats)
		b, _ := query(t, tt.b).Resolve(tt.source, "", transform.AllFormats)
		if a == b {
			t.Errorf("Resolve(%q) = Resolve(%q) = %q, want two Recipes", tt.a, tt.b, a)
		}
	}
}
