package engine

import (
	"fmt"

	"lightwell/transform"
	"lightwell/transform/faces"

	"github.com/davidbyttow/govips/v2/vips"
)

// faceEdge is the long edge in pixels at which faces are looked for.
const faceEdge = 800

// Search looks for something in a source. Errors are as Render's.
func Search(data []byte, s transform.Source, search transform.Search, limits transform.Limits) (found transform.Found, err error) {
	defer guard(&err)
	defer pinned(data)()
	forgetErrors()
	if err := limits.Check(s); err != nil {
		return found, err
	}
	if search.Trim.Mode != transform.TrimNone {
		if found.Trimmed, err = findTrim(data, s, search, limits); err != nil {
			return found, err
		}
	}
	if search.Faces {
		found.Faces, err = findFaces(data, s, search, limits)
	}
	return found, err
}

// upright is a source of the search's orientation.
func upright(s transform.Source, search transform.Search) transform.Source {
	s.Orientation = search.Orientation
	return s
}

// findFaces looks at a small copy.
func findFaces(data []byte, s transform.Source, search transform.Search, limits transform.Limits) ([]transform.Face, error) {
	full := upright(s, search).Upright()
	recipe := transform.Recipe{Width: faceEdge, Height: faceEdge, Orient: search.Orientation, Format: transform.PNG}
	plan, err := recipe.Plan(s, transform.Found{}, limits)
	if err != nil {
		return nil, err
	}
	img, err := load(data, &plan)
	if err != nil {
		return nil, err
	}
	defer img.Close()
	for _, do := range []func(*vips.ImageRef, *transform.Plan) error{toSpace, decode, orient, grey} {
		if err := do(img, &plan); err != nil {
			return nil, err
		}
	}
	pixels, err := img.ToBytes()
	if err != nil {
		return nil, vipsError(nil, "take the pixels", err)
	}
	small, err := faces.Find(pixels, img.Width(), img.Height())
	if err != nil {
		return nil, fmt.Errorf("look for faces: %w", err)
	}
	var all []transform.Face
	across, down := float64(full.Width)/float64(img.Width()), float64(full.Height)/float64(img.Height())
	for _, f := range small {
		all = append(all, transform.Face{Area: enlarged(f, across, down, full), Score: f.Score})
	}
	return all, nil
}

// grey drops colours and puts what is transparent on white.
func grey(img *vips.ImageRef, _ *transform.Plan) error {
	if img.HasAlpha() {
		if err := img.Flatten(&vips.Color{R: 255, G: 255, B: 255}); err != nil {
			return vipsError(nil, "flatten", err)
		}
	}
	return step("drop the colours", img.ToColorSpace(vips.InterpretationBW))
}

// enlarged is a face in a picture that is larger by two factors, cut off at its edges.
func enlarged(f faces.Face, across, down float64, within transform.Size) transform.Area {
	half := float64(f.Side) / 2
	left, top := max(0, int((float64(f.X)-half)*across)), max(0, int((float64(f.Y)-half)*down))
	right := min(within.Width, int((float64(f.X)+half)*across))
	bottom := min(within.Height, int((float64(f.Y)+half)*down))
	return transform.Area{X: left, Y: top, Width: right - left, Height: bottom - top}
}
