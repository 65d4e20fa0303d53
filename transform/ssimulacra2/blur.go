package ssimulacra2

// The Gaussian of sigma 1.5 as libjxl has it (tools/gauss_blur.cc), by D. Charalampidis, "Recursive
// Implementation of the Gaussian Filter Using Truncated Cosine Functions" (2016): three cosines of
// pi/10, 3 pi/10 and 5 pi/10 a pixel whose sum is near the bell, and nothing past radius. Each is
//
//	y[n] = in*(x[n-6] + x[n+4]) + 2*cos(omega)*y[n-1] - y[n-2]
//
// Past the borders there is nothing, so that the blur darkens there, in both images alike.
//
// Such a recursion never forgets its rounding, and where images are smooth and nearly the same it
// shows in the score: two runs of the reference, with AVX-512 and with SSE4, were up to 2 points apart
// there. Scores that people quote have it in them, so the recursion is kept, though the sum of its 9
// taps would be more exact (and the score higher, by up to 2.8). libjxl rounds twice a step, by
// fused multiplications. Here 2*cos(omega)*y - y' is taken apart into y - y', which is mostly exact,
// and a small rest; so two roundings matter without fused ones.
const (
	slowIn, middleIn, fastIn = 0.05529523572608663, -0.05883668702694999, 0.012955819110517089

	slowRest   = 0.09788691997528076 // 2 - 2*cos(pi/10), of a cosine that libjxl rounds to float32
	middleRest = 0.17557048797607422 // 2*cos(3*pi/10) - 1, likewise; 2*cos(5*pi/10) is 0

	radius = 4          // pixels on each side that are blurred into one
	ahead  = radius     // of the row that a step makes, the row that enters
	behind = radius + 2 // and the row that leaves
	window = behind + ahead + 1
)

// A blur takes the rows of a plane from the top; what it makes of them is blurred radius rows later.
// So no plane between the passes is kept, and the rows stay in the nearest cache.
type blur struct {
	rows               [window][]float32 // blurred along x; row y is at y modulo window
	next               int               // the row to come
	padded             []float32         // a row between two margins of zeros
	slow, middle, fast cosine
	out                []float32 // blurred both ways: the row radius above the last that came
}

// A cosine is a recursion down the rows, at every x.
type cosine struct{ last, before []float32 }

// reset prepares for the first row of a plane.
func (b *blur) reset(width int) {
	b.next = 0
	b.padded = zeros(b.padded, behind+width+ahead)
	b.out = zeros(b.out, width)
	for i := range b.rows {
		b.rows[i] = zeros(b.rows[i], width)
	}
	for _, c := range []*cosine{&b.slow, &b.middle, &b.fast} {
		c.last, c.before = zeros(c.last, width), zeros(c.before, width)
	}
}

func zeros(s []float32, n int) []float32 {
	s = sized(s, n)
	clear(s)
	return s
}

func (b *blur) push(row []float32) {
	copy(b.padded[behind:], row)
	b.along()
	b.down()
}

func (b *blur) pushProduct(row, other []float32) {
	padded := b.padded[behind : behind+len(row)]
	other = other[:len(row)]
	for x, v := range row {
		padded[x] = v * other[x]
	}
	b.along()
	b.down()
}

// pushNothing stands for a row below the last.
func (b *blur) pushNothing() {
	clear(b.rows[b.next%window])
	b.down()
}

// along blurs the padded row along x.
func (b *blur) along() {
	out := b.rows[b.next%window]
	padded := b.padded
	var slow, slow2, middle, middle2, fast, fast2 float32 // the last values, and those before
	step := func(sum float32) (float32, float32, float32) {
		return ((slow + (slow - slow2)) - slowRest*slow) + slowIn*sum,
			((middle - middle2) + middleRest*middle) + middleIn*sum,
			fastIn*sum - fast2
	}
	for _, v := range padded[behind : behind+ahead] { // enters before the first column
		s, m, f := step(v)
		slow, slow2, middle, middle2, fast, fast2 = s, slow, m, middle, f, fast
	}
	for x := range out {
		p := (*[window]float32)(padded[x:])
		s, m, f := step(p[0] + p[window-1])
		slow, slow2, middle, middle2, fast, fast2 = s, slow, m, middle, f, fast
		out[x] = s + (m + f)
	}
}

// down takes the recursions one row further.
func (b *blur) down() {
	out := b.out
	n := len(out)
	enters, leaves := b.rows[b.next%window][:n], b.rows[(b.next+1)%window][:n]
	slow, slow2 := b.slow.last[:n], b.slow.before[:n]
	middle, middle2 := b.middle.last[:n], b.middle.before[:n]
	fast2 := b.fast.before[:n]
	for x := range out {
		sum := enters[x] + leaves[x]
		s := ((slow[x] + (slow[x] - slow2[x])) - slowRest*slow[x]) + slowIn*sum
		m := ((middle[x] - middle2[x]) + middleRest*middle[x]) + middleIn*sum
		f := fastIn*sum - fast2[x]
		slow2[x], middle2[x], fast2[x] = s, m, f
		out[x] = s + (m + f)
	}
	for _, c := range []*cosine{&b.slow, &b.middle, &b.fast} {
		c.last, c.before = c.before, c.last
	}
	b.next++
}
