package engine

import (
	"encoding/json"
	"time"

	"lightwell/transform"

	"github.com/davidbyttow/govips/v2/vips"
)

// finished is the picture that was made last of a file of which more renditions are wanted: as an encoder gets it but for a
// colour under its transparency. One size in several formats is computed once.
var finished struct {
	of    string // what it is, as samePicture has it
	alpha bool   // for a format that has transparency
	img   *vips.ImageRef
}

// pictured makes the picture of a plan, or takes the one that is there.
func pictured(data []byte, layers Layers, p *transform.Plan) (img *vips.ImageRef, read time.Time, err error) {
	of := samePicture(p)
	if img := picturedAgain(of, p); img != nil {
		return img, time.Now(), nil
	}
	keep := p.Keep && of != ""
	img, read, err = picturedAnew(data, layers, p)
	if err != nil || !keep || img.Width()*img.Height()*img.Bands()*depthOf(img) > mostKept {
		return img, read, err
	}
	if err := materialise(img); err != nil {
		img.Close()
		return nil, read, vipsError(nil, "compute the pixels", err)
	}
	if again, err := img.Copy(); err == nil {
		finished.of, finished.alpha, finished.img = of, p.Encode.Format.Alpha(), again
	}
	return img, read, nil
}

func picturedAnew(data []byte, layers Layers, p *transform.Plan) (img *vips.ImageRef, read time.Time, err error) {
	if img, err = load(data, p); err != nil {
		return nil, read, err
	}
	over := overlays{plan: p, files: layers}
	defer over.close()
	if err = compose(img, p, reading); err == nil {
		read = time.Now()
		err = compose(img, p, shaping)
	}
	if err == nil {
		err = over.lay(img)
	}
	if err != nil {
		img.Close()
		return nil, read, err
	}
	return img, read, nil
}

// picturedAgain is a copy of what is finished, where that is what is wanted, and nil else. The last that wants it has it let go,
// and so has who wants another.
func picturedAgain(of string, p *transform.Plan) (img *vips.ImageRef) {
	if finished.img == nil || p.File == "" {
		return nil
	}
	if finished.of == of && (finished.alpha == p.Encode.Format.Alpha() || !finished.img.HasAlpha() && plain(p)) {
		img, _ = finished.img.Copy()
	}
	switch {
	case img == nil:
		dropFinished()
	case !p.Keep:
		letGo()
	}
	return img
}

// plain tells whether nothing is laid around, over or behind a picture, which may depend on whether its format has
// transparency.
func plain(p *transform.Plan) bool {
	return !p.Source.Alpha && p.Canvas == (transform.Area{}) && p.Angle == 0 && p.Mask == (transform.Frame{}) &&
		p.Pad == (transform.Sides{}) && p.Border == (transform.Frame{}) && p.Text == nil && !p.Background.Set
}

// samePicture is the same of two plans that make the same; "" where a plan has no name for what it makes.
func samePicture(p *transform.Plan) string {
	if p.File == "" || p.Mark != nil || p.Blend != nil {
		return ""
	}
	same := *p
	same.Keep, same.Choice = false, transform.Choice{}
	same.Encode = transform.Encode{Deep: p.Encode.Deep, Grey: p.Encode.Grey}
	key, err := json.Marshal(same)
	if err != nil {
		return ""
	}
	return string(key)
}

func dropFinished() {
	if finished.img != nil {
		finished.img.Close()
		finished.img = nil
	}
}
