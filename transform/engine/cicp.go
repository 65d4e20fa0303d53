package engine

// #include <vips/vips.h>
//
// // Says of pixels in memory that they are Display P3, with the profile that libvips has.
// static int label_p3(VipsImage *image) {
//   VipsBlob *profile = NULL;
//   size_t length;
//   const void *data;
//   if (vips_profile_load("p3", &profile, NULL) || !profile)
//     return -1;
//   data = vips_blob_get(profile, &length);
//   vips_image_set_blob_copy(image, VIPS_META_ICC_NAME, data, length);
//   vips_area_unref(VIPS_AREA(profile));
//   if (image->BandFmt == VIPS_FORMAT_USHORT)
//     image->Type = VIPS_INTERPRETATION_RGB16;
//   return 0;
// }
import "C"

import (
	"encoding/binary"
	"fmt"
	"math"
	"sync"

	"lightwell/transform"

	"github.com/davidbyttow/govips/v2/vips"
)

// cicp is what the numbers of colours mean, in numbers (ITU-T H.273, tables 2 and 3), and how
// bright they become, in candelas a square metre, 0 where that is not said.
type cicp struct {
	primaries, transfer int
	peak                float64
}

const (
	primariesBT709, primariesBT2020, primariesP3 = 1, 9, 12
	transferSRGB, transferPQ, transferHLG        = 13, 16, 18
)

// cicpField is where an image has its cicp, as text.
const cicpField = "lightwell-cicp"

// tell notes in an image what its file says in numbers. Of PNGs that counts before a profile
// (PNG, third edition, section 4.3), and in a HEIF file after one.
func tell(img *vips.ImageRef, file []byte, f transform.Format) error {
	var c cicp
	switch f {
	case transform.AVIF, transform.HEIC:
		c = heifCICP(file)
	case transform.PNG:
		if c = pngCICP(file); c.matters() {
			if err := img.RemoveICCProfile(); err != nil {
				return vipsError(nil, "drop the profile", err)
			}
		}
	}
	if c.matters() && img.Bands() > 2 && !img.HasICCProfile() {
		img.SetString(cicpField, fmt.Sprint(c.primaries, c.transfer, c.peak))
	}
	return nil
}

// pngCICP is what a PNG says before its pixels. (PNG, third edition, section 11.3.2.)
func pngCICP(file []byte) (c cicp) {
	all, _ := chunks(file)
	for _, chunk := range all {
		switch {
		case chunk.kind == "IDAT":
			return c
		case chunk.kind == "cICP" && len(chunk.data) == 4:
			c.primaries, c.transfer = int(chunk.data[0]), int(chunk.data[1])
		case chunk.kind == "cLLI" && len(chunk.data) == 8:
			c.peak = float64(binary.BigEndian.Uint32(chunk.data)) / 10_000
		}
	}
	return c
}

// matters tells whether the colours are known and others than sRGB's. Those of television (1, 6,
// 14 and 15) are taken for sRGB's, as browsers do.
func (c cicp) matters() bool {
	switch c.primaries {
	case primariesBT709, primariesBT2020, primariesP3:
	default:
		return false
	}
	switch c.transfer {
	case transferPQ, transferHLG:
		return true
	case 1, 6, transferSRGB, 14, 15:
		return c.primaries != primariesBT709
	}
	return false
}

// followCICP makes a picture whose colours are told in numbers one of Display P3, which
// holds what screens show, with a profile. From there on it is like any other.
func followCICP(img *vips.ImageRef) error {
	var c cicp
	if _, err := fmt.Sscan(img.GetString(cicpField), &c.primaries, &c.transfer, &c.peak); err != nil || img.HasICCProfile() {
		return nil
	}
	img.SetString(cicpField, "") // once is enough
	if c.primaries != primariesP3 || c.transfer == transferPQ || c.transfer == transferHLG {
		if err := c.toP3(img); err != nil {
			return err
		}
	}
	if err := materialise(img); err != nil { // else it may be shared
		return vipsError(transform.ErrUndecodable, "decode", err)
	}
	if C.label_p3(pointer(img)) != 0 {
		return vipsError(nil, "take the profile", lastError())
	}
	return nil
}

// matrix makes each channel of light a sum of the three.
type matrix [3][3]float64

func (m *matrix) times(c [3]float64) [3]float64 {
	return [3]float64{
		m[0][0]*c[0] + m[0][1]*c[1] + m[0][2]*c[2],
		m[1][0]*c[0] + m[1][1]*c[1] + m[1][2]*c[2],
		m[2][0]*c[0] + m[2][1]*c[1] + m[2][2]*c[2],
	}
}

// Between primaries, by their chromaticities (ITU-T H.273, table 2; white is D65 in all).
var (
	toBT2020 = map[int]matrix{
		primariesBT709:  {{0.6274039, 0.3292830, 0.0433131}, {0.0690973, 0.9195404, 0.0113623}, {0.0163914, 0.0880133, 0.8955953}},
		primariesBT2020: {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
		primariesP3:     {{0.7538330, 0.1985974, 0.0475696}, {0.0457438, 0.9417772, 0.0124789}, {-0.0012103, 0.0176017, 0.9836086}},
	}
	bt2020ToP3 = matrix{{1.3435783, -0.2821797, -0.0613986}, {-0.0652975, 1.0757879, -0.0104905}, {0.0028218, -0.0195985, 1.0167767}}
)

// toP3 changes the pixels, which become of 16 bits.
func (c cicp) toP3(img *vips.ImageRef) error {
	full := fullLevel(img)
	if err := img.Cast(vips.BandFormatUshort); err != nil {
		return vipsError(nil, "cast to 16 bits", err)
	}
	pixels, err := inPlace16(img)
	if err != nil {
		return vipsError(transform.ErrUndecodable, "decode", err)
	}
	light, shown, levels := c.lightTable(full), c.screen(), p3Levels()
	wide := toBT2020[c.primaries]
	bands := img.Bands()
	for i := 0; i+bands <= len(pixels); i += bands {
		p := pixels[i : i+bands : i+bands]
		color := wide.times([3]float64{light[p[0]], light[p[1]], light[p[2]]})
		color = bt2020ToP3.times(shown(color))
		for channel, value := range color {
			p[channel] = levels[int(min(max(value, 0), 1)*(tableSize-1)+0.5)]
		}
		if bands > 3 {
			p[3] = uint16(min(float64(p[3])/full, 1)*0xffff + 0.5)
		}
	}
	return nil
}

// fullLevel is the level of white: libvips 8.14 moves the bits of a HEIF file up in 16, and
// leaves those below empty.
func fullLevel(img *vips.ImageRef) float64 {
	if img.BandFormat() == vips.BandFormatUchar {
		return 0xff
	}
	if bits := img.GetInt("heif-bitdepth"); bits > 8 && bits < 16 {
		full := (1<<bits - 1) << (16 - bits)
		return float64(full)
	}
	return 0xffff
}

// tableSize is the number of entries of a table of levels or of light.
const tableSize = 1 << 16

// lightTable is the light of each level.
func (c cicp) lightTable(full float64) *[tableSize]float64 {
	of := srgbLight
	switch c.transfer {
	case transferPQ:
		of = pqLight
	case transferHLG:
		of = hlgLight
	}
	var table [tableSize]float64
	for level := range table {
		table[level] = of(min(float64(level)/full, 1))
	}
	return &table
}

// p3Levels is the level of each light, in parts of the table's end.
var p3Levels = sync.OnceValue(func() *[tableSize]uint16 {
	var table [tableSize]uint16
	for i := range table {
		table[i] = uint16(math.Round(srgbLevel(float64(i)/(tableSize-1)) * 0xffff))
	}
	return &table
})

// screen is what a screen without high dynamic range shows of a colour of BT.2020.
func (c cicp) screen() func([3]float64) [3]float64 {
	peak := c.peak
	switch {
	case c.transfer == transferHLG:
		peak = usualPeak
	case c.transfer != transferPQ:
		return func(color [3]float64) [3]float64 { return color }
	case peak == 0:
		peak = usualPeak
	}
	curve := newToneCurve(peak / pageWhite)
	return func(color [3]float64) [3]float64 {
		by := 1.0
		if c.transfer == transferHLG {
			by = hlgShown(max(0, 0.2627*color[0]+0.6780*color[1]+0.0593*color[2]))
		}
		by *= curve.gain(by * max(color[0], color[1], color[2]))
		return [3]float64{by * color[0], by * color[1], by * color[2]}
	}
}
