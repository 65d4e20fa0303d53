package bench

import (
	"bytes"
	"fmt"
	"image"
	_ "image/jpeg" // the formats that pictures are decoded from
	_ "image/png"
	"slices"

	"lightwell/transform"

	"golang.org/x/image/draw"
	_ "golang.org/x/image/webp"
)

// decodable tells whether Go can decode a format.
func decodable(f transform.Format) bool {
	return slices.Contains([]transform.Format{transform.JPEG, transform.PNG, transform.WebP}, f)
}

// scores compares renditions with what their photographs are at the same size. That is worked out here,
// by Catmull and Rom's cubic, so that it is no target's own. Photographs that cannot be decoded here,
// or lie on their side, have no scores, nor have renditions that were not answered.
func (r *run) scores(photos []*photo, bodies [][]byte) (all []float64, err error) {
	for i, p := range photos {
		if bodies[i] == nil {
			continue
		}
		original, err := decode(p.Body)
		if err != nil || original.Rect.Dx() != p.pixelW || original.Rect.Dy() != p.pixelH { // it is to be turned
			continue
		}
		rendition, err := decode(bodies[i])
		if err != nil {
			return nil, fmt.Errorf("decode a rendition of %s: %w", p.Name, err)
		}
		score, err := r.Score(resized(original, rendition.Rect), rendition)
		if err != nil {
			return nil, fmt.Errorf("score a rendition of %s: %w", p.Name, err)
		}
		all = append(all, score)
	}
	return all, nil
}

func decode(body []byte) (*image.NRGBA, error) {
	m, format, err := image.Decode(bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if lossy, ok := m.(*image.YCbCr); ok && format == "webp" {
		return fromVideo(lossy), nil
	}
	flat := image.NewNRGBA(image.Rectangle{Max: m.Bounds().Size()})
	draw.Draw(flat, flat.Rect, m, m.Bounds().Min, draw.Src)
	return flat, nil
}

func resized(m *image.NRGBA, to image.Rectangle) *image.NRGBA {
	small := image.NewNRGBA(to)
	draw.CatmullRom.Scale(small, to, m, m.Rect, draw.Src, nil)
	return small
}
