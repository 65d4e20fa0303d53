package engine

import (
	"lightwell/transform"

	"github.com/davidbyttow/govips/v2/vips"
)

// ink turns coverage into colours. The pixels have what brings its own colours, as cairo
// has them: blue, green, red and alpha, premultiplied. They get red, green, blue and alpha,
// premultiplied too.
//
// Letters are laid on their outline with the share of each pixel that is theirs, so that
// nothing of it shows through see-through letters, and no seam between the two.
func ink(pixels, letters []byte, t *transform.TextPlan, width int) {
	color, line := t.Color, t.LineColor
	var outlines []byte
	if t.Line > 0 {
		outlines = surround(letters, pixels, width, t.Line)
	}
	for i, covered := range letters {
		p := pixels[4*i : 4*i+4 : 4*i+4]
		outline := 0
		if outlines != nil {
			outline = int(outlines[i])
		}
		if covered == 0 && outline == 0 && p[3] == 0 {
			continue
		}
		rest := 255 - int(p[3])
		letter := div255(int(covered) * rest) // beside a picture
		inside := letter + int(p[3])
		share := div255(outline * (255 - inside) * int(line.A) / 255)
		mix := func(own, letterOf, lineOf uint8) byte {
			top := int(own) + div255(letter*int(letterOf))
			return byte(min(255, div255(top*int(color.A))+div255(share*int(lineOf))))
		}
		p[0], p[1], p[2] = mix(p[2], color.R, line.R), mix(p[1], color.G, line.G), mix(p[0], color.B, line.B)
		p[3] = byte(min(255, div255(inside*int(color.A))+share))
	}
}

// div255 is a number that is not negative divided by 255, rounded.
func div255(n int) int { return (n + 127) / 255 }

// straighten divides colours by their alpha.
func straighten(pixels []byte) {
	for i := 0; i < len(pixels); i += 4 {
		p := pixels[i : i+4 : i+4]
		if alpha := int(p[3]); alpha > 0 && alpha < 255 {
			for band := range 3 {
				p[band] = byte(min(255, (int(p[band])*255+alpha/2)/alpha))
			}
		}
	}
}

// The shadow of a strength lies so many pixels to the right and below, and has such a standard
// deviation. It is black, and falls of everything that is drawn.
func shadowOffset(t *transform.TextPlan) float64 { return t.Shadow / 2 }
func shadowBlur(t *transform.TextPlan) float64   { return t.Shadow / 2 }

// shade puts its shadow under what is drawn.
func (l *lettering) shade(t *transform.TextPlan) error {
	if t.Shadow == 0 {
		return nil
	}
	shadow := make([]byte, l.width*l.height)
	offset := int(shadowOffset(t) + 0.5)
	for y := offset; y < l.height; y++ {
		for x := offset; x < l.width; x++ {
			shadow[y*l.width+x] = l.at(x-offset, y-offset)[3]
		}
	}
	img, err := vips.NewImageFromMemory(shadow, l.width, l.height, 1, vips.BandFormatUchar, vips.InterpretationBW)
	if err != nil {
		return vipsError(nil, "take the shadow", err)
	}
	defer img.Close()
	if sigma := shadowBlur(t); sigma > 0.2 { // below it would change nothing, and libvips takes none near 0
		if err := img.GaussianBlur(sigma, 0.02); err != nil { // as in blur, but whole numbers will do
			return vipsError(nil, "blur the shadow", err)
		}
	}
	soft, err := pixelsOf(img)
	if err != nil {
		return err
	}
	for i := range shadow {
		alpha := &l.pixels[4*i+3]
		*alpha = byte(int(*alpha) + div255(int(soft.pixels[i])*(255-int(*alpha))))
	}
	return nil
}
