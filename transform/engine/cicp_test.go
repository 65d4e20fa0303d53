package engine

import (
	"bytes"
	"math"
	"testing"

	"lightwell/transform"

	"github.com/davidbyttow/govips/v2/vips"
	"github.com/lucasb-eyer/go-colorful"
)

func TestToldInNumbers(t *testing.T) {
	for _, fm := range []string{"avif", "png"} {
		for _, c := range []cicp{{9, 16, 0}, {12, 13, 0}, {1, 18, 0}} {
			file := toldOf(t, fm, c)
			read := map[string]func([]byte) cicp{"avif": heifCICP, "png": pngCICP}[fm]
			if got := read(file); got != c {
				t.Errorf("%s of %v tells %v", fm, c, got)
			}
			head := file[:min(len(file), 1500)]
			for cut := range head { // whatever is missing
				read(head[:cut])
			}
			for i := range head { // or wrong
				for _, flip := range []byte{1, 0x80, 0xff} {
					wrong := bytes.Clone(head)
					wrong[i] ^= flip
					read(wrong)
				}
			}
		}
	}
}

func TestWhatMatters(t *testing.T) {
	for c, want := range map[cicp]bool{
		{}: false, {2, 2, 0}: false, {1, 13, 0}: false, {1, 1, 0}: false, {12, 13, 0}: true, {9, 14, 0}: true, {9, 16, 0}: true,
		{1, 16, 0}: true, {12, 18, 100}: true, {11, 13, 0}: false, {9, 8, 0}: false, {2, 16, 0}: false,
	} {
		if got := c.matters(); got != want {
			t.Errorf("%v.matters() = %v, want %v", c, got, want)
		}
	}
}

// The colours are asked for as any others are.
func TestSpacesOfWhatIsToldInNumbers(t *testing.T) {
	data := toldOf(t, "png", cicp{9, 16, 0})
	stripped, _ := render(t, data, "fm=png&cs=strip")
	if d := distance(t, decodePicture(t, stripped.Body), decodePicture(t, data)); d > 0 || len(profile(t, stripped.Body)) > 0 {
		t.Errorf("cs=strip has numbers %.2f from those of the source, and a profile of %d bytes", d, len(profile(t, stripped.Body)))
	}
	plain, _ := render(t, data, "fm=png")
	if len(profile(t, plain.Body)) > 0 {
		t.Error("cs=srgb has a profile")
	}
	for _, query := range []string{"fm=png&cs=origin", "fm=png&cs=p3"} {
		r, _ := render(t, data, query)
		if len(profile(t, r.Body)) == 0 {
			t.Errorf("%s has no profile", query)
		}
		if d := perceive(pixelsSeen(t, header(t, r.Body)), decodePicture(t, plain.Body)); !d.within(perceived{2, 12}) {
			t.Errorf("%s looks %v from sRGB", query, d)
		}
	}
}

// Published levels: 58 % of PQ is 203 candelas a square metre, 100 % is 10,000, and 75 % of HLG is
// 203 on a screen of 1,000 (ITU-R BT.2408, table 1).
func TestLight(t *testing.T) {
	hlg := func(level float64) float64 { return hlgLight(level) * hlgShown(hlgLight(level)) }
	for _, tt := range []struct {
		name  string
		light func(float64) float64
		level float64
		want  float64
	}{
		{"pqLight", pqLight, 0, 0}, {"pqLight", pqLight, 0.58, 1}, {"pqLight", pqLight, 1, 10_000 / 203.0},
		{"hlg", hlg, 0, 0}, {"hlg", hlg, 0.75, 1}, {"hlg", hlg, 1, 1000 / 203.0},
		{"ToLight", transform.ToLight, 0, 0}, {"ToLight", transform.ToLight, 0.5, 0.2140}, {"ToLight", transform.ToLight, 1, 1},
	} {
		if got := tt.light(tt.level); math.Abs(got-tt.want) > 0.01*max(tt.want, 0.01) {
			t.Errorf("%s(%v) = %.4f, want %.4f", tt.name, tt.level, got, tt.want)
		}
	}
	for level := range 256 {
		if got := 255 * transform.FromLight(transform.ToLight(float64(level)/255)); math.Abs(got-float64(level)) > 1e-3 {
			t.Errorf("FromLight(ToLight(%d)) = %v", level, got)
		}
	}
}

func TestToneCurve(t *testing.T) {
	for _, tt := range []struct{ peak, light, want float64 }{
		{1, 0.5, 0.5}, {1, 1, 1}, {0.5, 1, 1}, // no more than a page has
		{usualPeak / pageWhite, 0.5, 0.25}, {usualPeak / pageWhite, 1, 0.5}, {usualPeak / pageWhite, usualPeak / pageWhite, 1}, {usualPeak / pageWhite, 50, 1},
		{50, 1, 0.5}, {50, 50, 1},
		{2, 2, 1}, {2, 1, 1 - 0.5*math.Log(2)/math.Log(usualPeak/pageWhite)},
	} {
		if got := tt.light * newToneCurve(tt.peak).gain(tt.light); math.Abs(got-tt.want) > 1e-9 {
			t.Errorf("with a peak of %v, light of %v becomes %v, want %v", tt.peak, tt.light, got, tt.want)
		}
	}
	curve, last := newToneCurve(usualPeak/pageWhite), 0.0
	for light := 0.01; light < 6; light += 0.01 {
		got := light * curve.gain(light)
		if got < last-1e-9 || got > 1+1e-9 {
			t.Errorf("light of %.2f becomes %v, after %v", light, got, last)
		}
		last = got
	}
}

// The matrices, beside those of another library.
func TestMatrices(t *testing.T) {
	for _, color := range [][3]float64{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {1, 1, 1}, {0.2, 0.5, 0.7}} {
		x, y, z := colorful.LinearRec2020ToXyz(color[0], color[1], color[2])
		var want [3]float64
		want[0], want[1], want[2] = colorful.XyzToLinearDisplayP3(x, y, z)
		if got := bt2020ToP3.times(color); apartBy(got, want) > 1e-4 {
			t.Errorf("bt2020ToP3.times(%v) = %v, want %v", color, got, want)
		}
		for primaries, toXYZ := range map[int]func(r, g, b float64) (x, y, z float64){
			primariesBT709: colorful.LinearRgbToXyz, primariesBT2020: colorful.LinearRec2020ToXyz, primariesP3: colorful.LinearDisplayP3ToXyz,
		} {
			m := toBT2020[primaries]
			want[0], want[1], want[2] = colorful.XyzToLinearRec2020(toXYZ(color[0], color[1], color[2]))
			if got := m.times(color); apartBy(got, want) > 1e-4 {
				t.Errorf("toBT2020[%d].times(%v) = %v, want %v", primaries, color, got, want)
			}
		}
	}
}

func apartBy(a, b [3]float64) float64 {
	return max(math.Abs(a[0]-b[0]), math.Abs(a[1]-b[1]), math.Abs(a[2]-b[2]))
}

// What is transparent stays so, and 10 bits are not cut to 8.
func TestToldInNumbersWithAlpha(t *testing.T) {
	img, err := vips.NewImageFromMemory(bytes.Repeat([]byte{148, 148, 148, 128}, 16*16), 16, 16, 4, vips.BandFormatUchar, vips.InterpretationSRGB)
	if err != nil {
		t.Fatal(err)
	}
	defer img.Close()
	img.SetString(cicpField, "9 16 0")
	if err := toSpace(img, &transform.Plan{}); err != nil {
		t.Fatal(err)
	}
	pixels, err := img.ToBytes()
	if err != nil {
		t.Fatal(err)
	}
	// 58 % of PQ is white, which becomes half of a page's light, 188 in sRGB.
	if want := []byte{188, 188, 188, 128}; !near([4]int{int(pixels[0]), int(pixels[1]), int(pixels[2]), int(pixels[3])}, [4]int{188, 188, 188, 128}, 1) {
		t.Errorf("white of PQ is %v, want %v", pixels[:4], want)
	}
}
