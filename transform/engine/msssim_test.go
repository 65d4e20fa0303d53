package engine

import (
	"math"
	"math/rand/v2"
	"testing"
)

// plane is the luma of a picture on white, 0 to 255.
type plane struct {
	width, height int
	at            []float64
}

func luma(p picture) plane {
	y := plane{p.width, p.height, make([]float64, p.width*p.height)}
	for i := range y.at {
		c := p.rgba[4*i : 4*i+4]
		alpha := float64(c[3]) / 255
		y.at[i] = (0.299*float64(c[0])+0.587*float64(c[1])+0.114*float64(c[2]))*alpha + 255*(1-alpha)
	}
	return y
}

// halved is the plane at half its size, each pixel the mean of four.
func (p plane) halved() plane {
	half := plane{p.width / 2, p.height / 2, nil}
	for y := range half.height {
		for x := range half.width {
			i := 2*y*p.width + 2*x
			half.at = append(half.at, (p.at[i]+p.at[i+1]+p.at[i+p.width]+p.at[i+p.width+1])/4)
		}
	}
	return half
}

// window is a Gaussian of 11 pixels with a standard deviation of 1.5, whose sum is 1.
var window = func() (w [11]float64) {
	sum := 0.0
	for i := range w {
		w[i] = math.Exp(-float64((i-5)*(i-5)) / (2 * 1.5 * 1.5))
		sum += w[i]
	}
	for i := range w {
		w[i] /= sum
	}
	return w
}()

// blurred is the plane under the window, where that lies wholly on it.
func (p plane) blurred() plane {
	width, height := p.width-len(window)+1, p.height-len(window)+1
	rows := make([]float64, width*p.height)
	for y := range p.height {
		for x := range width {
			for i, w := range window {
				rows[y*width+x] += w * p.at[y*p.width+x+i]
			}
		}
	}
	out := plane{width, height, make([]float64, width*height)}
	for y := range height {
		for x := range width {
			for i, w := range window {
				out.at[y*width+x] += w * rows[(y+i)*width+x]
			}
		}
	}
	return out
}

func (p plane) times(q plane) plane {
	product := plane{p.width, p.height, make([]float64, len(p.at))}
	for i := range p.at {
		product.at[i] = p.at[i] * q.at[i]
	}
	return product
}

// similarity is the mean structural similarity of two planes, and the part of it that is contrast
// and structure (Wang, Bovik, Sheikh and Simoncelli, 2004).
func similarity(p, q plane) (whole, structure float64) {
	const c1, c2 = 0.01 * 255 * 0.01 * 255, 0.03 * 255 * 0.03 * 255
	a, b := p.blurred(), q.blurred()
	aa, bb, ab := p.times(p).blurred(), q.times(q).blurred(), p.times(q).blurred()
	for i := range a.at {
		s := (2*(ab.at[i]-a.at[i]*b.at[i]) + c2) / (aa.at[i] - a.at[i]*a.at[i] + bb.at[i] - b.at[i]*b.at[i] + c2)
		structure += s
		whole += s * (2*a.at[i]*b.at[i] + c1) / (a.at[i]*a.at[i] + b.at[i]*b.at[i] + c1)
	}
	n := float64(len(a.at))
	return whole / n, structure / n
}

// msssim is the multi-scale structural similarity of two pictures of one size, 1 for equal ones (Wang,
// Simoncelli and Bovik, 2003). Those too small for all scales are compared at fewer.
func msssim(a, b picture) float64 {
	weights := []float64{0.0448, 0.2856, 0.3001, 0.2363, 0.1333}
	p, q := luma(a), luma(b)
	score, sum := 1.0, 0.0
	for i, weight := range weights {
		whole, structure := similarity(p, q)
		last := i == len(weights)-1 || min(p.width, p.height)/2 < len(window)
		if last {
			structure = whole
		}
		score *= math.Pow(max(structure, 0), weight)
		if sum += weight; last {
			break
		}
		p, q = p.halved(), q.halved()
	}
	return math.Pow(score, 1/sum)
}

func TestMSSSIM(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	plain := picture{200, 180, make([]byte, 4*200*180)}
	for i := range plain.rgba {
		plain.rgba[i] = 255
		if i%4 < 3 {
			plain.rgba[i] = byte(60 + i/7%120)
		}
	}
	noisy := func(most int) picture {
		p := picture{plain.width, plain.height, append([]byte(nil), plain.rgba...)}
		for i := range p.rgba {
			if i%4 < 3 {
				p.rgba[i] += byte(random.IntN(most))
			}
		}
		return p
	}
	same, little, much := msssim(plain, plain), msssim(plain, noisy(8)), msssim(plain, noisy(60))
	if math.Abs(same-1) > 1e-9 || !(same > little && little > much && much > 0) {
		t.Errorf("msssim = %g of what is the same, %g with little noise, %g with much", same, little, much)
	}
}
