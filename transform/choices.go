package transform

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// The parsers and spellings of parameters that choose among words.

func parseFit(d *draft, s string) error {
	switch s {
	case "clip":
		d.Fit = FitClip
	case "max":
		d.Fit, d.neverEnlarge = FitClip, true
	case "crop":
		d.Fit = FitCrop
	case "min":
		d.Fit, d.neverEnlarge = FitCrop, true
	case "fill":
		d.Fit = FitFill
	case "fillmax":
		d.Fit, d.neverEnlarge = FitFill, true
	case "clamp":
		d.Fit = FitClamp
	case "scale":
		d.Fit = FitScale
	case "facearea":
		d.Fit = FitFaces
	default:
		return fmt.Errorf("%q is not clip, max, crop, fill, fillmax, clamp, scale, min or facearea", s)
	}
	return nil
}

func spellFit(r Recipe) string {
	if r.Fit == FitClip {
		return ""
	}
	return r.Fit.String()
}

func spellEnlarge(r Recipe) string {
	if r.Enlarge {
		return "1"
	}
	return ""
}

// parseCrop reads a list: a chain in which the first way that can succeed is
// taken. All but faces always succeed, so what follows another has no effect;
// sides in a row are one way together.
func parseCrop(d *draft, s string) error {
	var chain []Crop
	positional := false
	for word := range strings.SplitSeq(s, ",") {
		way, isSide, err := cropWord(word)
		if err != nil {
			return err
		}
		if !isSide || !positional {
			chain = append(chain, way)
		} else if last := &chain[len(chain)-1]; !last.join(way) {
			return fmt.Errorf("%q asks for opposite sides", s)
		}
		positional = isSide
	}
	d.Crop = chain[0]
	if at := slices.IndexFunc(chain, func(c Crop) bool { return !c.Faces }); d.Crop.Faces && at > 0 {
		d.Crop = chain[at]
		d.Crop.Faces = true
	}
	return nil
}

func cropWord(word string) (way Crop, isSide bool, err error) {
	switch word {
	case "top":
		return Crop{Y: -1}, true, nil
	case "bottom":
		return Crop{Y: 1}, true, nil
	case "left":
		return Crop{X: -1}, true, nil
	case "right":
		return Crop{X: 1}, true, nil
	case "focalpoint":
		return Crop{Mode: CropFocal}, false, nil
	case "entropy":
		return Crop{Mode: CropEntropy}, false, nil
	case "edges":
		return Crop{Mode: CropEdges}, false, nil
	case "faces":
		return Crop{Faces: true}, false, nil
	}
	return Crop{}, false, fmt.Errorf("%q is not top, bottom, left, right, faces, focalpoint, entropy or edges", word)
}

// join adds a side, and is false when it lies opposite one that is there.
func (c *Crop) join(side Crop) bool {
	if c.X*side.X < 0 || c.Y*side.Y < 0 {
		return false
	}
	if side.X != 0 {
		c.X = side.X
	}
	if side.Y != 0 {
		c.Y = side.Y
	}
	return true
}

// parseOrient reads EXIF's numbers, or degrees clockwise.
func parseOrient(d *draft, s string) error {
	switch s {
	case "90":
		d.Orient = 6
	case "180":
		d.Orient = 3
	case "270":
		d.Orient = 8
	default:
		if err := parseInt(s, 0, 8, &d.Orient); err != nil {
			return fmt.Errorf("%q is not 0 to 8, 90, 180 or 270", s)
		}
	}
	return nil
}

func parseRotate(d *draft, s string) error { return parseAngle(s, &d.Rotate) }

// parseAngle takes any angle: a turn more or less is the same picture.
func parseAngle(s string, to *float64) error {
	angle, err := decimal(s, true)
	if err != nil {
		return err
	}
	angle = math.Mod(angle, 360)
	if angle < 0 {
		angle += 360
	}
	*to = math.Mod(angle, 360) + 0
	return nil
}

func parseRotType(d *draft, s string) error {
	switch s {
	case "straighten":
		d.RotType = Straighten
	case "pivot":
		d.RotType = Pivot
	default:
		return fmt.Errorf("%q is neither straighten nor pivot", s)
	}
	return nil
}

func spellRotType(r Recipe) string {
	if r.RotType == Pivot {
		return "pivot"
	}
	return ""
}

func parseFlip(d *draft, s string) error {
	switch s {
	case "h":
		d.FlipH = true
	case "v":
		d.FlipV = true
	case "hv", "vh":
		d.FlipH, d.FlipV = true, true
	default:
		return fmt.Errorf("%q is not h, v or hv", s)
	}
	return nil
}

func spellFlip(r Recipe) string {
	switch {
	case r.FlipH && r.FlipV:
		return "hv"
	case r.FlipH:
		return "h"
	case r.FlipV:
		return "v"
	}
	return ""
}

func parseBackground(d *draft, s string) (err error) {
	d.Background, err = ParseColor(s)
	return err
}

func parseBlur(d *draft, s string) error { return parseWhole(s, 0, 2000, &d.Blur) }

func parseHue(d *draft, s string) error {
	err := parseWhole(s, 0, 360, &d.Adjust.Hue)
	d.Adjust.Hue %= 360
	return err
}

func flag(is bool) string {
	if is {
		return "1"
	}
	return ""
}

// parseQuality takes 0 as the least there is: encoders begin at 1.
func parseQuality(d *draft, s string) error {
	return parseWhole(s, 1, 100, &d.Quality)
}

func parseFm(d *draft, s string) error {
	if parseFmReport(d, s) {
		return nil
	}
	switch s {
	case "jpg", "jpeg":
		d.Format = JPEG
	case "pjpg":
		d.Format, d.Progressive = JPEG, true
	case "png":
		d.Format = PNG
	case "webp":
		d.Format = WebP
	case "avif":
		d.Format = AVIF
	case "gif":
		d.Format = GIF
	case "png8":
		d.Format, d.Palette = PNG, true
	case "jxl":
		d.Format = JXL
	case "tiff", "tif":
		d.Format = TIFF
	case "jp2", "jxr", "mp4", "webm", "png32", "spritesheet":
		return fmt.Errorf("%s is not supported by Lightwell", s)
	default:
		return fmt.Errorf("%q is not %s", s, formatNames)
	}
	return nil
}

func spellFm(r Recipe) string {
	switch {
	case r.Progressive && r.Format == JPEG:
		return "pjpg"
	case r.Palette:
		return "png8"
	case r.Format == JPEG:
		return "jpg"
	}
	return r.Format.String()
}

func parseAuto(d *draft, s string) error {
	for word := range strings.SplitSeq(s, ",") {
		switch word {
		case "format":
			d.AutoFormat = true
		case "compress":
			d.AutoCompress = true
		case "enhance", "redeye", "true":
			return fmt.Errorf("%s is not supported by Lightwell", word)
		default:
			return fmt.Errorf("%q is neither format nor compress", word)
		}
	}
	return nil
}

func spellAuto(r Recipe) string {
	var words []string
	if r.AutoFormat {
		words = append(words, "format")
	}
	if r.AutoCompress {
		words = append(words, "compress")
	}
	return strings.Join(words, ",")
}

func parseDownload(d *draft, s string) error {
	d.Download, d.DownloadName = true, s
	return nil
}
