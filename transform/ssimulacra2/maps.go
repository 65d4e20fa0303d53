package ssimulacra2

import "math"

// sums of one channel's maps, and of their fourth powers.
type sums [2 * maps]float64

func (s *sums) add(errorMap int, sum, fourths float64) {
	s[errorMap] += sum
	s[maps+errorMap] += fourths
}

func (s *sums) norms(pixels int) (n norms) {
	for i := range maps {
		n[i] = s[i] / float64(pixels)
		n[maps+i] = math.Sqrt(math.Sqrt(s[maps+i] / float64(pixels)))
	}
	return n
}

// A rowPair is a row of one channel in both images: its values, and blurred the values, their
// squares and their products.
type rowPair struct {
	value1, value2   []float32 // 1 is the reference
	mean1, mean2     []float32
	square1, square2 []float32
	product          []float32
}

// addStructure adds what SSIM misses to 1. Its factor of the means is 1 less the square of their
// difference: XYB is even to the eye already, and the usual denominator would weigh dark errors more.
func (s *sums) addStructure(p *rowPair) {
	const c2 = 0.0009 // keeps flat areas from dividing by nearly nothing
	n := len(p.mean1)
	mean1, mean2, square1, square2, product := p.mean1, p.mean2[:n], p.square1[:n], p.square2[:n], p.product[:n]
	sum, fourths := 0.0, 0.0
	for x, m1 := range mean1 {
		m2 := mean2[x]
		apart := m1 - m2
		num := 2*(product[x]-m1*m2) + c2
		denom := (square1[x] - m1*m1) + (square2[x] - m2*m2) + c2
		missing := max(1-float64((1-apart*apart)*num/denom), 0)
		sum += missing
		missing *= missing
		fourths += missing * missing
	}
	s.add(structure, sum, fourths)
}

// addEdges compares how far each pixel is from its surroundings.
func (s *sums) addEdges(p *rowPair) {
	n := len(p.value1)
	value1, value2, mean1, mean2 := p.value1, p.value2[:n], p.mean1[:n], p.mean2[:n]
	var more, moreFourths, less, lessFourths float64
	for x, v1 := range value1 {
		edge1 := math.Abs(float64(v1 - mean1[x]))
		edge2 := math.Abs(float64(value2[x] - mean2[x]))
		gain := (1+edge2)/(1+edge1) - 1
		up := (gain + math.Abs(gain)) * 0.5 // gain or 0, without a branch that would be guessed wrong
		down := up - gain
		more += up
		less += down
		up *= up
		down *= down
		moreFourths += up * up
		lessFourths += down * down
	}
	s.add(artifact, more, moreFourths)
	s.add(detailLost, less, lessFourths)
}
