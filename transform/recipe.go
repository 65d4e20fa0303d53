package transform

import (
	"net/url"
	"strconv"
	"strings"
)

// Recipe is one parsed, validated, canonical transformation. It is comparable:
// two URLs that mean the same give equal Recipes. The zero Recipe means the
// original, byte for byte. String spells it in the native grammar, and parsing
// that gives the same Recipe again.
type Recipe struct {
	Width, Height Length
	Aspect        float64 // width over height, 0 for none; only with FitCrop
	Fit           Fit
	Enlarge       bool // may be blown up past the source's own pixels

	MinWidth, MinHeight, MaxWidth, MaxHeight int // pixels before dpr, 0 for none; only with FitCrop

	Crop      Crop
	FacePad   float64 // 1 to 10 times the size of the faces, 0 for 1; only with FitFaces
	FaceIndex int     // which face, the largest being 1; 0 for all; only with FitFaces
	Focal     Focal   // only with CropFocal
	Trim      Trim
	Rect      Rect // in upright pixels of the original
	DPR       float64

	Orient  int     // EXIF orientation 1 to 8 instead of the source's own, 0 for the source's
	Rotate  float64 // degrees clockwise, 0 <= x < 360
	RotType RotType
	FlipH   bool
	FlipV   bool

	Background Color
	Fill       Fill // only with FitFill
	Mask       Mask
	Pad        Sides // pixels before dpr
	Border     Border
	Adjust     Adjust
	Sharpen    float64 // 0 to 100
	Unsharp    Unsharp
	Blur       int // 0 to 2000; the standard deviation is a tenth of it, in output pixels
	Style      Style
	Mark       Mark
	Blend      Blend
	Text       Text

	Page   int // of a document, from 1; 0 for the first
	Frame  int // of an animation, from 1; 0 for all, or the first where the format knows one
	Motion Motion

	Format      Format // NoFormat until resolved
	Progressive bool   // fm=pjpg
	Palette     bool   // fm=png8
	Quality     int    // 1 to 100 on JPEG's scale, 0 for DefaultQuality
	Lossless    bool   // only with formats that can be either
	Chroma      Chroma // only with JPEG and AVIF
	Colors      int    // 2 to 255 in the palette, 0 for 256; only with a palette
	Space       Space  // only with formats that can say in which their colours are
	Meta        Meta   // only with formats that have a place for it
	MaxBytes    int    // of the file, at a lower quality if need be; 0 for any size

	AutoFormat   bool // auto=format
	AutoCompress bool // auto=compress: a lower quality, where none is given
	// Among are the formats of which the smallest file is taken: those that AutoFormat came to.
	Among FormatSet
}

// SanitizedSVG is what stands for the original of an SVG: the same drawing, without
// what runs or reaches out. No URL spells it.
var SanitizedSVG = Recipe{Format: SVG}

// DefaultQuality is q where none is given, on JPEG's scale.
const DefaultQuality = 75

// Length is a side asked for: pixels, or a part of the source's side. Zero is
// not given, below 1 a part, else whole pixels.
type Length float64

// of is the length in pixels for a source's side of the given pixels, 0 if not given.
func (l Length) of(side int) float64 {
	if l > 0 && l < 1 {
		return float64(l) * float64(side)
	}
	return float64(l)
}

// Fit is how an image meets the box that w and h give.
type Fit uint8

// The fits that stay distinct. The URL's max, min and fillmax are others with
// enlarging ruled out, and are parsed as those.
const (
	FitClip  Fit = iota // inside the box
	FitCrop             // fills the box, what is over is cut
	FitFill             // inside the box, padded to it
	FitClamp            // inside the box, padded with the edges' pixels
	FitScale            // to the box, whatever the aspect
	FitFaces            // fills the box with the part where the faces are
)

var fitNames = [...]string{FitClip: "clip", FitCrop: "crop", FitFill: "fill", FitClamp: "clamp", FitScale: "scale", FitFaces: "facearea"}

// cuts tells whether the fit fills its box, and what is over is cut.
func (f Fit) cuts() bool { return f == FitCrop || f == FitFaces }

func (f Fit) String() string { return fitNames[f] }

// CropMode is how the part that fit=crop keeps is chosen.
type CropMode uint8

// The ways of choosing. CropPosition keeps the middle, or the sides that X and Y say.
const (
	CropPosition CropMode = iota
	CropFocal
	CropEntropy
	CropEdges
)

// Crop is a CropMode with, for CropPosition, the sides kept: -1 left or top, 0
// the middle, 1 right or bottom. With Faces it counts only where there are none.
type Crop struct {
	Faces bool
	Mode  CropMode
	X, Y  int8
}

func (c Crop) String() string {
	if !c.Faces {
		return c.otherwise()
	}
	return strings.TrimSuffix("faces,"+c.otherwise(), ",")
}

// otherwise is without the faces.
func (c Crop) otherwise() string {
	switch c.Mode {
	case CropFocal:
		return "focalpoint"
	case CropEntropy:
		return "entropy"
	case CropEdges:
		return "edges"
	}
	var sides []string
	if c.Y != 0 {
		sides = append(sides, [...]string{"top", "", "bottom"}[c.Y+1])
	}
	if c.X != 0 {
		sides = append(sides, [...]string{"left", "", "right"}[c.X+1])
	}
	return strings.Join(sides, ",")
}

// Focal is the point kept in the middle by crop=focalpoint, as parts of the
// image's sides, and how far to zoom in on it. It is zero with other crops.
type Focal struct {
	X, Y float64 // 0 left or top, 1 right or bottom
	Zoom float64 // times, 0 for 1
}

// RotType is what becomes of the corners when the angle is not a right one.
type RotType uint8

const (
	Straighten RotType = iota // zoomed so that none are seen; the size stays
	Pivot                     // kept, on the background; the size grows
)

// Rect is the part of the original that is taken before anything else.
type Rect struct {
	X, Y          Position
	Width, Height int // pixels, 0 for no Rect
}

// Position is a coordinate of Rect's corner: pixels, a part of the side, or an
// edge against which the rectangle lies.
type Position struct {
	Edge  Edge
	Value float64 // pixels, or the part with AtPart
}

// Edge is how a Position's value is meant.
type Edge uint8

const (
	AtPixel Edge = iota
	AtPart
	AtCenter
	AtEnd
)

// String is the canonical spelling: the native grammar's query form with the
// names in the order of the documentation, everything that equals its default
// left out. The zero Recipe is "". Among, which no URL has, is spelled last.
func (r Recipe) String() string {
	var pairs []string
	for _, p := range params {
		if p.spell == nil {
			continue
		}
		if value := p.spell(r); value != "" {
			pairs = append(pairs, p.name+"="+escape(value))
		}
	}
	if r.Among != 0 {
		pairs = append(pairs, "among="+r.spellAmong())
	}
	return strings.Join(pairs, "&")
}

// escape percent-encodes as RFC 3986 has it; a comma stays, for reading.
func escape(value string) string {
	return strings.ReplaceAll(strings.ReplaceAll(url.QueryEscape(value), "+", "%20"), "%2C", ",")
}

func number(x float64) string {
	if x == 0 {
		return ""
	}
	return strconv.FormatFloat(x, 'f', -1, 64)
}

func integer(n int) string { return number(float64(n)) }
