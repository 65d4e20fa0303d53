package origin_test

import (
	"slices"
	"testing"

	"lightwell/link"
	"lightwell/origin"
	"lightwell/transform"
)

// FuzzAdmit wants whatever goes unsigned to be one of few renditions, and whatever is
// signed to be let in however it is written.
func FuzzAdmit(f *testing.F) {
	image := "/image/" + photoID
	for _, uri := range []string{
		image, image + "?w=400&fm=webp", image + "/w=400,fm=webp/x.jpg", "/info/" + photoID, image + "?w64=NDAw&dpr=2.5", image + "?preset=card&w=5",
		image + "?auto=format&auto=format", image + "?dpr=5", image + "?s=x", image + "?expires=5&w=5", image + "?w=0.5", image + "?utm_s=1&w=1e2", image + "?f=crop&h=5",
	} {
		f.Add(uri)
	}
	parser := transform.Parser{Ignore: []string{"utm_*"}}
	widths := origin.Access{Unsigned: origin.UnsignedWidths, Widths: []int{200, 400}}
	presets := origin.Access{Unsigned: origin.UnsignedPresets}
	signing := origin.Access{Keys: []string{newKey, oldKey}, Unsigned: origin.UnsignedNone}
	f.Fuzz(func(t *testing.T, uri string) {
		target, err := origin.ParseURL(uri, parser)
		if err != nil {
			return
		}
		if got, err := presets.Admit(target, parser); err == nil && (got.Info || got.Request != (transform.Request{Recipe: got.Request.Recipe, Preset: got.Request.Preset}) || got.Request.String() != "" || got.Request.Preset == "") {
			t.Errorf("%q goes unsigned as a preset: %+v", uri, got)
		}
		if got, err := widths.Admit(target, parser); err == nil {
			r := got.Request.Recipe
			rest := transform.Recipe{Width: r.Width, DPR: r.DPR, Format: r.Format, Progressive: r.Progressive, AutoFormat: r.AutoFormat}
			few := slices.Contains([]transform.Length{200, 400}, r.Width) && slices.Contains([]float64{0, 2, 3}, r.DPR) || r.Width == 0 && r.DPR == 0 && got.Request.Preset != ""
			if got.Info || got.Request.Report != (transform.Report{}) || r != rest || !few || got.Request.Download || got.Request.Expires != 0 {
				t.Errorf("%q goes unsigned as a width: %+v", uri, got)
			}
		}
		if _, err := signing.Admit(target, parser); err == nil {
			t.Errorf("%q is taken for signed", uri)
		}
		admitSigned(t, uri, target, signing, parser)
	})
}

// admitSigned signs a target, and reads what was built in both forms.
func admitSigned(t *testing.T, uri string, target origin.Target, access origin.Access, parser transform.Parser) {
	var pairs []link.Pair
	for _, p := range target.Pairs {
		if p.Name != "s" && !parser.Ignores(p.Name) {
			pairs = append(pairs, link.Pair(p))
		}
	}
	for _, inPath := range []bool{false, true} {
		b := link.Builder{Key: oldKey, Path: inPath}
		built := b.URL(target.ID, pairs...)
		if target.Info {
			built = b.Info(target.ID)
		}
		again, err := origin.ParseURL(built, parser)
		if err == nil {
			_, err = access.Admit(again, parser)
		}
		if err != nil || !target.Info && again.Request != target.Request {
			t.Errorf("%q signed is %q: %v", uri, built, err)
		}
	}
}
