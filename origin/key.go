package origin

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"lightwell/origin/library"
	"lightwell/transform"
)

// What renditions are made from, in metrics.
const (
	fromOriginal = "original"
	fromLevel    = "level"
)

// rules is the version of what turns a recipe and a source into bytes.
const rules = 5

// Subject is what a rendition is of: an asset, and those that its recipe's mark and blend
// stand for, zero where there is none.
type Subject struct {
	library.Asset
	Mark, Blend library.Asset
}

// layers are the assets of the images that lie over the picture, in their order.
func (a Subject) layers() (layers []library.Asset) {
	for _, layer := range []library.Asset{a.Mark, a.Blend} {
		if layer.ID != "" {
			layers = append(layers, layer)
		}
	}
	return layers
}

// WithFonts is the engine's fingerprint for what a recipe makes of a subject. Fonts are no
// part of it but where letters may be drawn, or another font would be the end of every
// rendition that is cached. Machines whose fonts differ then have renditions with text of
// their own, instead of whichever was made first.
func WithFonts(fingerprint, fonts string, a Subject, r transform.Recipe) string {
	drawn := slices.ContainsFunc(append(a.layers(), a.Asset), func(a library.Asset) bool { return a.Source.Format.Vector() })
	if r.Text.String == "" && !drawn {
		return fingerprint
	}
	return fingerprint + ", fonts " + fonts
}

// Key names a rendition: whatever can change its bytes is in it, and nothing
// else. The recipe must be resolved, its mark to an id. The fingerprint is the
// engine's, the source what it is made from, as [Service.SourceOf] has it.
//
// Rules that choose by the source alone, as the effort of large results, are not
// in it by themselves: raise rules when one changes.
//
// The zero recipe's key names the original, which no engine touches.
func Key(fingerprint, source string, a Subject, r transform.Recipe) string {
	h := sha256.New()
	if r == (transform.Recipe{}) {
		fmt.Fprintf(h, "original\n%s\n%d\n", a.Original, a.Generation)
	} else {
		fmt.Fprintf(h, "rendition %d\n%s\n%s\n%d\n%s\n%+v\n%s\n",
			rules, fingerprint, a.Original, a.Generation, r, r.Encode(), source)
		if a.Mark.ID != "" {
			fmt.Fprintf(h, "mark %s\n%s\n%d\n", a.Mark.ID, a.Mark.Original, a.Mark.Generation)
		}
		if a.Blend.ID != "" {
			fmt.Fprintf(h, "blend %s\n%s\n%d\n", a.Blend.ID, a.Blend.Original, a.Blend.Generation)
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}
