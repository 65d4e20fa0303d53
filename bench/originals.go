package bench

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"math/rand/v2"
)

// Generated originals are so large, in pixels, and are one of so many pictures. That each has
// bytes of its own makes it an original of its own, and costs nothing to make.
const (
	originalWidth, originalHeight = 320, 240
	pictures                      = 16
)

// originals generates small JPEGs. The same random numbers make the same.
type originals struct{ pictures [][]byte }

func newOriginals(r *rand.Rand) (*originals, error) {
	o := &originals{}
	for range pictures {
		var b bytes.Buffer
		if err := jpeg.Encode(&b, picture(r), &jpeg.Options{Quality: 80}); err != nil {
			return nil, err
		}
		o.pictures = append(o.pictures, b.Bytes())
	}
	return o, nil
}

// at is the original of a number.
func (o *originals) at(n int, text string) []byte {
	return commented(o.pictures[n%len(o.pictures)], fmt.Sprintf("%s %d", text, n))
}

// commented is a JPEG with a comment (segment COM) in it: the same picture, other bytes.
func commented(jpg []byte, comment string) []byte {
	const soi = 2 // bytes of the marker that begins a file
	segment := binary.BigEndian.AppendUint16([]byte{0xff, 0xfe}, uint16(len(comment)+2))
	b := make([]byte, 0, len(jpg)+len(segment)+len(comment))
	b = append(b, jpg[:soi]...)
	b = append(b, segment...)
	b = append(b, comment...)
	return append(b, jpg[soi:]...)
}

func isJPEG(body []byte) bool { return bytes.HasPrefix(body, []byte{0xff, 0xd8, 0xff}) }

// picture is some waves of colour with noise over them: neither trivial to encode nor noise alone.
func picture(r *rand.Rand) image.Image {
	m := image.NewRGBA(image.Rect(0, 0, originalWidth, originalHeight))
	var fx, fy, phase [3]float64
	for i := range 3 {
		fx[i], fy[i], phase[i] = r.Float64()*0.08, r.Float64()*0.08, r.Float64()*2*math.Pi
	}
	for y := range originalHeight {
		for x := range originalWidth {
			var c [3]uint8
			for i := range 3 {
				wave := math.Sin(float64(x)*fx[i] + float64(y)*fy[i] + phase[i])
				c[i] = uint8(128 + 100*wave + 20*r.Float64())
			}
			m.SetRGBA(x, y, color.RGBA{c[0], c[1], c[2], 255})
		}
	}
	return m
}
