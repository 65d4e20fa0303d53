package transform_test

import (
	"errors"
	"strings"
	"testing"

	"lightwell/transform"
)

// imgixNames are the parameters and aliases of imgix-url-params 11.36.0.
const imgixNames = `
annotation ar auto b ba background-removal-semi-transparency background-remove background-replace background-replace-negative-prompt balph
bc bf bg bg-remove bg-remove-fallback bg-remove-fg-type bg-remove-semi-transparency bg-remove-transparency-threshold bg-replace
bg-replace-fallback bg-replace-neg-prompt bh blend blend-align blend-alpha blend-clr blend-color blend-crop blend-fit blend-h blend-mode
blend-pad blend-size blend-w blend-x blend-y blendalign blendalpha blendclr blendcolor blendcrop blendfit blendh blendmode blendpad
blendsize blendw blendx blendy blur bm border border-bottom border-left border-radius border-radius-inner border-right border-stroke-color
border-stroke-size border-top bp bri bs bw bx by ch chromasub colorquant colors con corner-radius crop cs dl dpi dpr duotone duotone-alpha
exp expires f face-blur face-pixel face-pixelate faceindex facepad faces fill fill-color fill-gen-fallback fill-gen-neg-prompt fill-gen-pos
fill-gen-prompt fill-gen-seed fill-generative-fallback fill-generative-negative-prompt fill-generative-position fill-generative-prompt
fill-generative-seed fill-gradient-cs fill-gradient-linear fill-gradient-linear-direction fill-gradient-radial fill-gradient-radial-radius
fill-gradient-radial-x fill-gradient-radial-y fill-gradient-type fillcolor fit flip fm fp-debug fp-x fp-y fp-z fps frame gam grid-colors
grid-size h height high htn hue interval inv invert iptc jpeg-progressive jpg-progressive license-plate-blur loop lossless lp-blur m ma
malph mark mark-align mark-alpha mark-base mark-fit mark-h mark-if-min-height mark-if-min-width mark-pad mark-rot mark-scale mark-tile
mark-w mark-x mark-y markalign markalpha markbase markfit markh markpad markscale marktile markw markx marky mask mask-bg maskbg max-h
max-height max-w max-width mb mf mh min-h min-height min-w min-width mono monochrome mp ms mtile mw mx my nr nrs
object-removal-negative-prompt object-removal-prompt object-removal-rect object-removal-seed or orient pad pad-bottom pad-left pad-right
pad-top page palette pdf-annotation prefix px q rasterize-bypass rect reverse rot rot-type rott rottype sat sepia shad sharp skip
svg-sanitize t ta tc tcl tf tl tp transparency trim trim-alpha trim-color trim-md trim-pad trim-sd trim-tol trimcolor trimmd trimpad trimsd
trimtol tsh tsz tt txt txt-align txt-clip txt-clr txt-color txt-fit txt-font txt-lead txt-line txt-line-clr txt-line-color txt-pad txt-shad
txt-size txt-track txt-width txt-x txt-y txtalign txtclip txtclr txtcolor txtfit txtfont txtlead txtline txtlineclr txtlinecolor txtpad
txtshad txtsize txttrack txtwidth txtx txty upscale upscale-fallback usm usmrad vib video-bitrate video-clip-duration video-clip-end
video-clip-start video-codec video-generate-subtitles video-renditions video-spritesheet-columns video-spritesheet-format
video-spritesheet-h video-spritesheet-interval video-spritesheet-smart-crop video-spritesheet-w video-subtitle-translations video-thumbnail
video-wave video-wave-align video-wave-amplitude video-wave-bg-color video-wave-color video-wave-h video-wave-mode video-wave-pad
video-wave-scale video-wave-split video-wave-thickness video-wave-w video-wave-x video-wave-y w width
`

// A name that imgix has is followed, or refused as one that is known: never as
// a mistyped other one, and never ignored.
func TestImgixNames(t *testing.T) {
	built := map[string]bool{}
	for _, doc := range transform.ParamDocs() {
		built[doc.Name] = true
		for _, alias := range doc.Aliases {
			built[alias] = true
		}
	}
	for name := range strings.FieldsSeq(imgixNames) {
		if built[name] {
			continue
		}
		for _, sent := range []string{name, name + "64"} {
			var bad *transform.ParamError
			_, err := transform.Parser{}.Parse([]transform.Pair{{Name: sent, Value: "1"}})
			if !errors.As(err, &bad) || bad.Param != sent || !strings.Contains(bad.Reason, "not supported") {
				t.Errorf("Parse(%s=1) = %v, want a ParamError of %s that says not supported", sent, err, sent)
			}
		}
	}
}

// What the documentation lists is parsed: a value that no parameter takes is
// refused as that parameter's, and not as an unknown name's.
func TestParamDocs(t *testing.T) {
	seen := map[string]bool{}
	for _, doc := range transform.ParamDocs() {
		if doc.Group == "" || doc.Accepts == "" {
			t.Errorf("ParamDocs() has %+v, want a group and what it accepts", doc)
		}
		for _, name := range append([]string{doc.Name}, doc.Aliases...) {
			if seen[name] {
				t.Errorf("ParamDocs() has %q twice", name)
			}
			seen[name] = true
			var bad *transform.ParamError
			_, err := transform.Parser{}.Parse([]transform.Pair{{Name: name, Value: "\x00"}})
			if free := doc.Name == "dl" || doc.Name == "v"; free != (err == nil) {
				t.Errorf("Parse(%s=\\x00) = %v, want an error unless any text is taken", name, err)
			}
			if err != nil && (!errors.As(err, &bad) || bad.Param != doc.Name) {
				t.Errorf("Parse(%s=\\x00) = %v, want a ParamError of %s", name, err, doc.Name)
			}
		}
	}
}
