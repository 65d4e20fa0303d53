// Package faces finds faces in grey pixels, by pigo's cascade of decision trees.
package faces

import (
	"cmp"
	_ "embed"
	"fmt"
	"slices"
	"sync"

	pigo "github.com/esimov/pigo/core"
)

//go:embed facefinder
var cascade []byte

var classifier = sync.OnceValues(func() (*pigo.Pigo, error) { return pigo.NewPigo().Unpack(cascade) })

const (
	least    = 20   // pixels: what the cascade was trained on
	smallest = 0.04 // a face's side, of the longer one of the picture
	shift    = 0.1  // of the window, between two looks
	growth   = 1.1  // from one size of window to the next
	overlap  = 0.2  // over which two finds are one face
	certain  = 15.0 // score below which a find is none: on photographs most false finds had 5 to 12, and faces over 20
	twice    = 0.5  // of the smaller of two finds, from which on they are one face
)

// Face is a square, by its middle and its side.
type Face struct {
	X, Y, Side int
	Score      float64
}

// Find finds upright faces in a picture, the largest first. pixels are its rows,
// one byte a pixel.
func Find(pixels []byte, width, height int) ([]Face, error) {
	if len(pixels) != width*height {
		return nil, fmt.Errorf("%d pixels are not %d x %d", len(pixels), width, height)
	}
	finder, err := classifier()
	if err != nil {
		return nil, fmt.Errorf("unpack the cascade: %w", err)
	}
	most := min(width, height)
	finds := finder.RunCascade(pigo.CascadeParams{
		MinSize: max(least, int(smallest*float64(max(width, height)))), MaxSize: most,
		ShiftFactor: shift, ScaleFactor: growth,
		ImageParams: pigo.ImageParams{Pixels: pixels, Rows: height, Cols: width, Dim: width},
	}, 0)
	clusters := finder.ClusterDetections(finds, overlap)
	slices.SortStableFunc(clusters, func(a, b pigo.Detection) int { return cmp.Compare(b.Q, a.Q) })
	var faces []Face
	for _, f := range clusters {
		face := Face{X: f.Col, Y: f.Row, Side: f.Scale, Score: float64(f.Q)}
		if f.Q >= certain && !slices.ContainsFunc(faces, face.is) {
			faces = append(faces, face)
		}
	}
	slices.SortFunc(faces, func(a, b Face) int {
		return cmp.Or(cmp.Compare(b.Side, a.Side), cmp.Compare(a.Y, b.Y), cmp.Compare(a.X, b.X))
	})
	return faces, nil
}

// is tells whether two finds are of one face.
func (f Face) is(other Face) bool {
	common := func(a, b int) int {
		return max(0, min(2*a+f.Side, 2*b+other.Side)-max(2*a-f.Side, 2*b-other.Side)) / 2
	}
	shared := common(f.X, other.X) * common(f.Y, other.Y)
	smaller := min(f.Side, other.Side)
	return float64(shared) >= twice*float64(smaller*smaller)
}
