package bench

import "image"

// A WebP with loss has its colours as television has them: brightness from 16 to 235, and colour at half the
// resolution (ITU-R BT.601). x/image takes them for those of a JPEG, so that pictures come out pale.

// fromVideo are the pixels of such a picture. Colour is taken between its samples as libwebp does, three parts of the
// nearest and one of the next, in both directions.
func fromVideo(m *image.YCbCr) *image.NRGBA {
	size := m.Rect.Size()
	out := image.NewNRGBA(image.Rectangle{Max: size})
	for y := range size.Y {
		for x := range size.X {
			luma := 298 * (int(m.Y[y*m.YStride+x]) - 16)
			blue, red := between(m, m.Cb, x, y), between(m, m.Cr, x, y)
			i := out.PixOffset(x, y)
			out.Pix[i] = clamped(luma + 409*red/16)
			out.Pix[i+1] = clamped(luma - (100*blue+208*red)/16)
			out.Pix[i+2] = clamped(luma + 516*blue/16)
			out.Pix[i+3] = 255
		}
	}
	return out
}

// between is sixteen times a colour at a pixel, less its middle.
func between(m *image.YCbCr, samples []byte, x, y int) (sum int) {
	columns, rows := (m.Rect.Dx()+1)/2, (m.Rect.Dy()+1)/2
	nextX, nextY := x/2+2*(x&1)-1, y/2+2*(y&1)-1 // the neighbour on the side of the pixel
	nextX, nextY = min(max(nextX, 0), columns-1), min(max(nextY, 0), rows-1)
	at := func(x, y int) int { return int(samples[y*m.CStride+x]) - 128 }
	return 9*at(x/2, y/2) + 3*at(nextX, y/2) + 3*at(x/2, nextY) + at(nextX, nextY)
}

// clamped is a byte of what has 8 more bits.
func clamped(n int) byte { return byte(min(max((n+128)>>8, 0), 255)) }
