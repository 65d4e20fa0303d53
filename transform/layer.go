package transform

import (
	"fmt"
	"math"
	"strings"
)

// Layer is an image that lies over the finished picture: how large, and where.
type Layer struct {
	Image         string // an asset's id; "" for none
	Align         Align
	Alpha         int // 1 to 99 percent of its own opacity, 0 for all
	Fit           LayerFit
	Width, Height Length // pixels before dpr, or a part of the picture's side
	Pad           int    // pixels before dpr: from the edges
	X, Y          Offset // of its left upper corner, in place of Align and Pad
}

// LayerFit is how a layer meets the box that its width and height give.
type LayerFit uint8

// The fits of layers. Unlike a picture, a layer may be blown up: all but LayerMax do.
const (
	LayerClip  LayerFit = iota // inside the box
	LayerCrop                  // fills the box, what is over is cut
	LayerFill                  // inside the box, nothing around it
	LayerMax                   // inside the box, never larger than it is
	LayerScale                 // to the box, whatever the aspect
	LayerClamp                 // inside the box, its edges' pixels around it
)

var layerFitNames = [...]string{LayerClip: "clip", LayerCrop: "crop", LayerFill: "fill", LayerMax: "max", LayerScale: "scale", LayerClamp: "clamp"}

// sized tells whether a side is given.
func (l Layer) sized() bool { return l.Width > 0 || l.Height > 0 }

// opacity is in percent.
func (l Layer) opacity() int {
	if l.Alpha == 0 {
		return 100
	}
	return l.Alpha
}

// canonical drops what has no effect.
func (l Layer) canonical() Layer {
	if l.Alpha == 100 {
		l.Alpha = 0
	}
	if both := l.Width > 0 && l.Height > 0; !both && l.Fit != LayerMax || !l.sized() {
		l.Fit = LayerClip
	}
	if l.X.Given {
		l.Align.X = 0
	}
	if l.Y.Given {
		l.Align.Y = 0
	}
	return l
}

// place is where a layer of a size begins on the picture, in pixels after dpr. It may be outside.
func (l Layer) place(picture, own Size, dpr float64) (x, y int) {
	pad := scaledBy(l.Pad, dpr)
	return place(l.Align.X, l.X, picture.Width, own.Width, pad, dpr), place(l.Align.Y, l.Y, picture.Height, own.Height, pad, dpr)
}

// place is where what has a length begins on a side of the picture.
func place(align int8, offset Offset, side, length, pad int, dpr float64) int {
	switch {
	case offset.Given:
		return scaledBy(offset.Pixels, dpr)
	case align < 0:
		return pad
	case align > 0:
		return side - length - pad
	}
	return int(math.Floor(float64(side-length) / 2))
}

// scaledBy is pixels after dpr, rounded to nearest.
func scaledBy(pixels int, dpr float64) int { return int(math.Round(float64(pixels) * dpr)) }

// recipe is what is made of a layer by itself: brought to its size, on nothing.
func (l Layer) recipe(picture, own Size, dpr float64) Recipe {
	width, height := l.box(picture, own, dpr)
	r := Recipe{Width: width, Height: height, Enlarge: true, Background: Color{Set: true}, Format: PNG}
	switch l.Fit {
	case LayerCrop:
		r.Fit = FitCrop
	case LayerFill:
		r.Fit = FitFill
	case LayerScale:
		r.Fit = FitScale
	case LayerClamp:
		r.Fit = FitClamp
	}
	return r
}

// box is what a layer has to fit, in pixels after dpr. One for which nothing is
// asked has its own size, as if its pixels were those before dpr.
func (l Layer) box(picture, own Size, dpr float64) (width, height Length) {
	side := func(asked Length, picture, own int) Length {
		switch {
		case asked == 0:
			return 0
		case asked < 1:
			asked *= Length(picture)
		default:
			asked *= Length(dpr)
		}
		if l.Fit == LayerMax {
			asked = min(asked, Length(float64(own)*dpr))
		}
		return max(1, asked)
	}
	if l.sized() {
		return side(l.Width, picture.Width, own.Width), side(l.Height, picture.Height, own.Height)
	}
	return max(1, Length(float64(own.Width)*dpr)), max(1, Length(float64(own.Height)*dpr))
}

// sizeName is the parameter to name where a layer would be too large, of those that begin with a prefix.
func (l Layer) sizeName(prefix string) string {
	switch {
	case l.Width > 0:
		return prefix + "-w"
	case l.Height > 0:
		return prefix + "-h"
	}
	return prefix
}

// spellAlign is "" for the usual one.
func (l Layer) spellAlign(usual Align) string {
	if l.X.Given {
		usual.X = 0
	}
	if l.Y.Given {
		usual.Y = 0
	}
	return l.Align.spell(usual)
}

// parseLayerFit reads one of those that a kind of layer has.
func parseLayerFit(fits []LayerFit, s string, to *LayerFit) error {
	for _, fit := range fits {
		if s == layerFitNames[fit] {
			*to = fit
			return nil
		}
	}
	var names []string
	for _, fit := range fits {
		names = append(names, layerFitNames[fit])
	}
	last := len(names) - 1
	return fmt.Errorf("%q is not %s or %s", s, strings.Join(names[:last], ", "), names[last])
}

func (l Layer) spellFit() string {
	if l.Fit == LayerClip {
		return ""
	}
	return layerFitNames[l.Fit]
}

// LayerKind is what an image lies over a picture for.
type LayerKind uint8

// The kinds, in the order in which they are laid.
const (
	MarkLayer LayerKind = iota
	BlendLayer
)

// Layers are the images that a plan needs beside its source, in their order.
func (p *Plan) Layers() (kinds []LayerKind) {
	if p.Mark != nil {
		kinds = append(kinds, MarkLayer)
	}
	if p.Blend != nil && p.Blend.Plan != nil {
		kinds = append(kinds, BlendLayer)
	}
	return kinds
}
