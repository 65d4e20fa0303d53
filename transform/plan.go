package transform

import (
	"fmt"
	"math"
)

// Plan is a Recipe worked out for one source: the numbers, in the order in
// which the engine uses them. It crosses to the child processes as JSON.
type Plan struct {
	Source Source `json:"source"`
	Limits Limits `json:"limits"`

	// File names the file's bytes, the same for the same: decoded once, they may serve several plans. "" for no name.
	File string `json:"file,omitempty"`
	// Keep is whether more plans of the file are to come.
	Keep bool `json:"keep,omitempty"`

	// Animated is whether all frames are to be made, with their Motion; else it is the source's
	// one frame, or its page.
	Animated bool   `json:"animated,omitempty"`
	Motion   Motion `json:"motion,omitzero"`

	// Region of the file that is used, in stored pixels; zero for all.
	Region Area `json:"region,omitzero"`
	// Trimmed is whether nothing around the region may show.
	Trimmed bool `json:"trimmed,omitempty"`
	// Shrink is the factor by which the loader may shrink while decoding: 1, 2, 4 or 8.
	Shrink int `json:"shrink"`
	// Scaled is what the region is resized to, before it is turned upright.
	Scaled Size `json:"scaled"`
	// Orientation is the EXIF orientation that makes the pixels upright.
	Orientation int `json:"orientation"`
	// Window is cut out of the upright, scaled image; zero for all of it. With
	// Smart only its size counts.
	Window Area     `json:"window,omitzero"`
	Smart  CropMode `json:"smart,omitempty"`
	// Canvas pads to its size, the image lying at its X and Y; zero for none.
	Canvas Area `json:"canvas,omitzero"`
	Extend bool `json:"extend,omitempty"` // pad with the edges' pixels
	// FillColor is what is padded with, if Set, else the background; with a FillBlur
	// above 0 it is the image, blurred by that standard deviation in pixels.
	FillColor Color   `json:"fillColor,omitzero"`
	FillBlur  float64 `json:"fillBlur,omitempty"`

	Turn     int     `json:"turn,omitempty"`    // 90, 180 or 270 degrees clockwise, first
	Angle    float64 `json:"angle,omitempty"`   // then this, clockwise, -45 to 45
	Straight Area    `json:"straight,omitzero"` // the middle that is kept of what Angle turned; zero for all
	FlipH    bool    `json:"flipH,omitempty"`
	FlipV    bool    `json:"flipV,omitempty"`

	Adjust  Adjust  `json:"adjust,omitzero"`
	Sharpen float64 `json:"sharpen,omitempty"` // 0 to 100
	Unsharp Unsharp `json:"unsharp,omitzero"`
	Blur    float64 `json:"blur,omitempty"` // standard deviation in pixels
	Style   Style   `json:"style,omitzero"`

	Mask   Frame `json:"mask,omitzero"`   // of the picture
	Pad    Sides `json:"pad,omitzero"`    // pixels around it
	Border Frame `json:"border,omitzero"` // of all that

	Mark  *MarkPlan  `json:"mark,omitempty"`  // over all that; nil for none
	Blend *BlendPlan `json:"blend,omitempty"` // over all that; nil for none
	Text  *TextPlan  `json:"text,omitempty"`  // over the mark; nil for none

	Space Space `json:"space,omitempty"`
	Meta  Meta  `json:"meta,omitempty"`
	// Position is whether metadata that is kept may say where a picture was taken.
	Position bool `json:"position,omitempty"`

	Background Color  `json:"background,omitzero"` // Set only where the recipe gave one
	Encode     Encode `json:"encode"`
	Choice     Choice `json:"choice,omitzero"`
	Out        Size   `json:"out"` // the rendition's size
}

// Plan works the Recipe out for a source, with what has been found in it. The
// Recipe must be resolved and not zero. A *ParamError is the client's mistake,
// ErrLimit the source's.
func (r Recipe) Plan(s Source, found Found, limits Limits) (Plan, error) {
	if r == SanitizedSVG && s.Format == SVG {
		return Plan{Source: s, Limits: limits, Out: Size{s.Width, s.Height}, Encode: Encode{Format: SVG}}, limits.Check(s)
	}
	if r.Format == NoFormat || !r.Format.Writable() {
		return Plan{}, fmt.Errorf("plan %q: the format is not resolved", r)
	}
	if last := s.Frames; r.Page > last || r.Frame > last {
		param := "page"
		if r.Frame > last {
			param = "frame"
		}
		return Plan{}, badParam(param, "the original has %d", last)
	}
	if err := limits.Check(s); err != nil {
		return Plan{}, err
	}
	animated := s.Moves() && r.Frame == 0 && r.Format.Animates()
	if animated {
		limits.OutputPixels = min(limits.OutputPixels, limits.OutputFramePixels/s.Frames)
	}
	if r.Frame > 0 {
		s.Page = r.Frame
	}
	p := Plan{Animated: animated, Motion: r.Motion, Source: s, Limits: limits, Orientation: r.orientation(s), Background: r.Background}
	upright := s.upright(p.Orientation)
	region, faces, err := r.part(upright, found)
	if err != nil {
		return Plan{}, err
	}
	if err := r.checkRoom(region.size()); err != nil {
		return Plan{}, err
	}
	if r.Crop.Faces && len(faces) > 0 { // and not by what stands behind them
		r.Crop, r.Focal = Crop{Faces: true}, Focal{}
	}
	fitted := r.fit(region.size())
	if r.Crop.Faces && len(faces) > 0 && fitted.window.Width > 0 {
		fitted.window = faceWindow(region, faces, fitted.scaled, fitted.window.size())
	}
	if !r.sized() {
		across, down := r.paddedBy()
		fitted.scaled = limits.within(fitted.scaled, across, down)
	}
	if region.size() != upright {
		p.Region = region.Stored(p.Orientation, Size{s.Width, s.Height})
	}
	p.Trimmed = found.Trimmed != (Area{})
	p.turn(r, &fitted)
	p.canvas(r, fitted)
	p.Window, p.Canvas, p.Extend = fitted.window, fitted.canvas, r.Fit == FitClamp
	if r.Crop.Mode == CropEntropy || r.Crop.Mode == CropEdges {
		p.Smart = r.Crop.Mode
	}
	if err := p.checkOutput(r, fitted); err != nil {
		return Plan{}, err
	}
	p.Scaled = fitted.scaled
	if p.Orientation >= 5 {
		p.Scaled = p.Scaled.swapped()
	}
	p.Shrink = p.shrink(region.size(), fitted.scaled)
	p.effects(r)
	if err := p.mark(r, found.Mark); err != nil {
		return Plan{}, err
	}
	if err := p.blend(r, found.Blend, Found{Faces: found.BlendFaces}); err != nil {
		return Plan{}, err
	}
	p.text(r)
	p.Space, p.Meta = r.Space, r.Meta
	p.Encode = p.encode(r)
	p.choose(r)
	return p, nil
}

// frames is how many are made, at most.
func (p *Plan) frames() int {
	if p.Animated {
		return p.Source.Frames
	}
	return 1
}

// part is what a Recipe takes of an upright image, and the faces there.
func (r Recipe) part(upright Size, found Found) (region Area, faces []Face, err error) {
	region = Area{0, 0, upright.Width, upright.Height}
	if r.Rect.Width > 0 {
		if region, err = r.Rect.area(upright); err != nil {
			return region, nil, err
		}
	}
	region = found.trimmed(region)
	faces = found.facesIn(region)
	if r.Fit == FitFaces {
		region = r.faceArea(region, faces)
	}
	return region, faces, nil
}

// effects are what changes pixels and no size. What is given in pixels is meant
// before dpr, like the sides.
func (p *Plan) effects(r Recipe) {
	p.Adjust, p.Sharpen, p.Unsharp, p.Style = r.Adjust, r.Sharpen, r.Unsharp, r.Style
	p.Blur = float64(r.Blur) / 10
	if r.DPR > 0 {
		p.Blur *= r.DPR
		p.Unsharp.Radius *= r.DPR
		p.Style.Pixelate = round(float64(p.Style.Pixelate) * r.DPR)
	}
}

// turn works out rotation and flips, and with them the final size. Straightening
// needs the image larger by a factor, which is taken into the scaling, so that
// each pixel is resampled from the source and not from a smaller copy.
func (p *Plan) turn(r Recipe, fitted *layout) {
	p.FlipH, p.FlipV = r.FlipH, r.FlipV
	size := fitted.size()
	quarters := math.RoundToEven(r.Rotate / 90) // halfway between two, the one that keeps the sides
	p.Turn = int(quarters) % 4 * 90
	p.Angle = r.Rotate - quarters*90
	if p.Turn == 90 || p.Turn == 270 {
		size = size.swapped()
	}
	p.Out = size
	if p.Angle == 0 {
		return
	}
	sin, cos := math.Sincos(math.Abs(p.Angle) * math.Pi / 180)
	width, height := float64(size.Width), float64(size.Height)
	if r.RotType == Pivot {
		p.Out = Size{round(width*cos + height*sin), round(width*sin + height*cos)}
		return
	}
	fitted.enlarge(cos + sin*max(width/height, height/width))
	p.Straight = Area{Width: size.Width, Height: size.Height}
}

// size is that of what the fit makes.
func (l layout) size() Size {
	switch {
	case l.canvas.Width > 0:
		return l.canvas.size()
	case l.window.Width > 0:
		return l.window.size()
	}
	return l.scaled
}

// enlarge multiplies all of the layout.
func (l *layout) enlarge(factor float64) {
	times := func(n int) int { return int(math.Ceil(float64(n) * factor)) }
	l.scaled = Size{times(l.scaled.Width), times(l.scaled.Height)}
	l.window = Area{int(float64(l.window.X) * factor), int(float64(l.window.Y) * factor), times(l.window.Width), times(l.window.Height)}
	l.canvas = Area{times(l.canvas.X), times(l.canvas.Y), times(l.canvas.Width), times(l.canvas.Height)}
	l.window.X = max(0, min(l.window.X, l.scaled.Width-l.window.Width))
	l.window.Y = max(0, min(l.window.Y, l.scaled.Height-l.window.Height))
}

// checkOutput refuses a result over the limits, and a way there that is: an
// image blown up far over what is cut out of it.
func (p *Plan) checkOutput(r Recipe, fitted layout) error {
	param := "w"
	switch {
	case p.Pad != (Sides{}) && p.Limits.admit(p.Picture()):
		param = r.padName()
	case r.Width == 0 && r.Height > 0:
		param = "h"
	case r.DPR > 1:
		param = "dpr"
	case !r.sized() && r.RotType == Pivot:
		param = "rot"
	}
	if p.Out.Width > p.Limits.OutputSide || p.Out.Height > p.Limits.OutputSide {
		return badParam(param, "the result would be %d x %d pixels, and a side may have %d", p.Out.Width, p.Out.Height, p.Limits.OutputSide)
	}
	if p.Out.Width*p.Out.Height > p.Limits.OutputPixels {
		return badParam(param, "the result would be %d x %d pixels, and %d pixels are allowed", p.Out.Width, p.Out.Height, p.Limits.OutputPixels)
	}
	if p.Source.Format.Vector() && p.Region.Width > 0 { // it is drawn whole, and the region cut out
		across, down := float64(fitted.scaled.Width)/float64(p.Region.Width), float64(fitted.scaled.Height)/float64(p.Region.Height)
		width, height := float64(p.Source.Width)*across, float64(p.Source.Height)*down
		if width*height > float64(4*p.Limits.OutputPixels) {
			return badParam("rect", "the whole drawing would be %.0f x %.0f pixels", width, height)
		}
	}
	// In floating point, since these sides are bounded by nothing yet.
	onTheWay := float64(fitted.scaled.Width) * float64(fitted.scaled.Height)
	if onTheWay > float64(max(4*p.Limits.OutputPixels, p.Source.Width*p.Source.Height)) {
		param = "enlarge"
		if p.Straight.Width > 0 {
			param = "rot"
		}
		return badParam(param, "the image would be blown up to %d x %d pixels on the way", fitted.scaled.Width, fitted.scaled.Height)
	}
	return nil
}

// resampler is the factor that shrink-on-load must leave: a resize which the
// decoder meets exactly looks soft.
const resampler = 2

// shrink is how far the loader may shrink while decoding. Only JPEG and WebP can,
// and WebP not with several frames.
func (p *Plan) shrink(region, scaled Size) int {
	if p.Source.Format != JPEG && (p.Source.Format != WebP || p.Source.Frames > 1) {
		return 1
	}
	factor := min(float64(region.Width)/float64(scaled.Width), float64(region.Height)/float64(scaled.Height))
	for _, shrink := range []int{8, 4, 2} {
		if factor >= float64(shrink)*resampler {
			return shrink
		}
	}
	return 1
}
