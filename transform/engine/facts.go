package engine

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/color"
	"image/png"

	"lightwell/transform"

	"github.com/bbrks/go-blurhash"
	"github.com/davidbyttow/govips/v2/vips"
	"github.com/galdor/go-thumbhash"
	"golang.org/x/image/draw"
)

// read takes note of what a file says of itself.
func read(f *transform.Facts, img *vips.ImageRef) {
	if img.HasICCProfile() {
		f.Profile = profileName(img.GetICCProfile())
	}
	said := readExif(img.GetBlob("exif-data"))
	f.Exif, f.GPS = said.camera(), said.place()
}

// smallEdge is the longest side in pixels of what colours and hashes are made of, as the authors of
// ThumbHash have it.
const smallEdge = 100

// see decodes all of an image, and takes note of how its first frame looks. What cannot be decoded
// is an error; of what cannot be converted nothing is known.
func see(f *transform.Facts, img *vips.ImageRef, s transform.Source) error {
	if s.Alpha { // or what lies under transparent pixels would show
		if err := img.PremultiplyAlpha(); err != nil {
			return vipsError(nil, "premultiply", err)
		}
	}
	factor := (max(s.Width, s.Height) + smallEdge - 1) / smallEdge
	if err := average(img, factor); err != nil {
		return vipsError(nil, "reduce", err)
	}
	if err := decode(img, nil); err != nil {
		return err
	}
	first := max(1, s.Height/factor) // less what it shares with the second frame
	steps := []func() error{
		func() error { return oneFrame(img) }, // or each frame would be cut
		func() error { return img.ExtractArea(0, 0, img.Width(), min(first, img.Height())) },
		img.UnpremultiplyAlpha,
		func() error { return toSpace(img, &transform.Plan{}) },
		func() error { return orient(img, &transform.Plan{Orientation: s.Orientation}) },
		img.AddAlpha,
	}
	for _, do := range steps {
		if do() != nil {
			return nil
		}
	}
	pixels, err := img.ToBytes()
	if err != nil || len(pixels) != 4*img.Width()*img.Height() {
		return nil
	}
	small := image.NewNRGBA(image.Rect(0, 0, img.Width(), img.Height()))
	copy(small.Pix, pixels)
	f.Placeholder, f.BlurHash = thumbHash(small), blurHash(small)
	f.Palette = palette(img, small)
	return nil
}

// thumbHash is that of a small picture. It wants plain colours, not multiplied by alpha as an
// image.RGBA has them, and takes the bytes of one as they are.
func thumbHash(small *image.NRGBA) string {
	plain := image.RGBA(*small)
	return base64.StdEncoding.EncodeToString(thumbhash.EncodeImage(&plain))
}

// hashedEdge is the longest side in pixels of what a BlurHash is made of, which has four waves across and takes time by
// the pixel: more would not be seen.
const hashedEdge = 32

// blurHash is that of a small picture on white, with more parts across than down, or the other way,
// as the picture is.
func blurHash(small *image.NRGBA) string {
	const more, fewer = 4, 3
	across, down := more, fewer
	size := small.Rect.Size()
	if size.Y > size.X {
		across, down = down, across
	}
	factor := (max(size.X, size.Y) + hashedEdge - 1) / hashedEdge
	onWhite := image.NewRGBA(image.Rect(0, 0, max(1, size.X/factor), max(1, size.Y/factor)))
	draw.Draw(onWhite, onWhite.Rect, image.White, image.Point{}, draw.Src)
	draw.BiLinear.Scale(onWhite, onWhite.Rect, small, small.Rect, draw.Over, nil)
	hash, err := blurhash.Encode(across, down, onWhite)
	if err != nil {
		return ""
	}
	return hash
}

// palette is that of a small picture: how many of its pixels that can be seen have which of the
// colours that the encoder of PNGs would take for it.
func palette(img *vips.ImageRef, small *image.NRGBA) transform.Palette {
	opaque, err := img.Copy()
	if err != nil {
		return nil
	}
	defer opaque.Close()
	if opaque.ExtractBand(0, 3) != nil {
		return nil
	}
	body, err := save(opaque, "pngsave_buffer", "palette=true", "bitdepth=4", "dither=0", "effort=7", "strip=true")
	if err != nil {
		return nil
	}
	reduced, err := png.Decode(bytes.NewReader(body))
	if err != nil || reduced.Bounds() != small.Bounds() {
		return nil
	}
	counts := map[transform.RGB]int{}
	for y := range small.Rect.Dy() {
		for x := range small.Rect.Dx() {
			if small.NRGBAAt(x, y).A >= 128 {
				c := color.NRGBAModel.Convert(reduced.At(x, y)).(color.NRGBA)
				counts[transform.RGB{R: c.R, G: c.G, B: c.B}]++
			}
		}
	}
	return transform.NewPalette(counts)
}
