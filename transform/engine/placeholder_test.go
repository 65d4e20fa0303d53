package engine

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/png"
	"testing"

	"lightwell/transform"

	"github.com/galdor/go-thumbhash"
)

// shown is the picture that a client makes of a placeholder.
func shown(t *testing.T, placeholder string) image.Image {
	t.Helper()
	hash, err := base64.StdEncoding.DecodeString(placeholder)
	if err != nil || len(hash) < 5 || len(hash) > 28 {
		t.Fatalf("placeholder = %q, %v, want the base64 of 5 to 28 bytes", placeholder, err)
	}
	img, err := thumbhash.DecodeImageWithCfg(hash, thumbhash.DecodingCfg{SaturationBoost: 1})
	if err != nil {
		t.Fatalf("placeholder %q: %v", placeholder, err)
	}
	return img
}

// ninths is the mean colour of each ninth of a picture, on black.
func ninths(img image.Image) (means [9][3]int) {
	b := img.Bounds()
	var n [9]int
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			at := 3*(y-b.Min.Y)/b.Dy()*3 + 3*(x-b.Min.X)/b.Dx()
			red, green, blue, _ := img.At(x, y).RGBA() // multiplied by alpha
			for i, level := range []uint32{red, green, blue} {
				means[at][i] += int(level >> 8)
			}
			n[at]++
		}
	}
	for i := range means {
		for c := range 3 {
			means[i][c] /= max(1, n[i])
		}
	}
	return means
}

// A placeholder is the picture as it is shown: upright, in sRGB, and its first frame.
func TestPlaceholder(t *testing.T) {
	files := map[string][]byte{"a disc": transparent(t), "swatches": swatch(t), "one busy end": busyEnd(t)}
	for name := range fixtures {
		files[name] = fixture(t, name)
	}
	red, green, blue, grey := [4]int{200, 40, 40}, [4]int{40, 160, 60}, [4]int{50, 60, 180}, [4]int{220, 220, 220}
	for orientation := range 9 {
		files["orientation "+string(rune('0'+orientation))] = withEXIF(t, quarters(t, red, green, blue, grey), orientation)
	}
	for name, data := range files {
		seen, err := Inspect(data, transform.DefaultLimits)
		if err != nil {
			t.Errorf("Inspect(%s) = %v", name, err)
			continue
		}
		got := ninths(shown(t, seen.Placeholder))
		r, _ := render(t, data, "w=30&h=30&fit=scale&fm=png")
		picture, err := png.Decode(bytes.NewReader(r.Body))
		if err != nil {
			t.Fatal(err)
		}
		want := ninths(picture)
		// Some 25 bytes hold a blurred picture: the detail of a ninth is not in them, and
		// least of all the colours of a rainbow.
		tolerance := 45
		if name == "basn6a08.png" {
			tolerance = 60
		}
		for i := range got {
			for c := range 3 {
				if abs(got[i][c]-want[i][c]) > tolerance {
					t.Errorf("the placeholder of %s has %v in its ninth %d, and the picture %v", name, got[i], i, want[i])
					break
				}
			}
		}
	}
}

// Every pixel is decoded on the way to the placeholder, the last rows of what is reduced by
// a factor that does not go into its height included.
func TestInspectDecodesToTheEnd(t *testing.T) {
	noise := image.NewGray(image.Rect(0, 0, 307, 211)) // by 4, and 3 are left over
	for i := range noise.Pix {
		noise.Pix[i] = byte(i * i >> 3)
	}
	for name, data := range map[string][]byte{"photo.jpg": fixture(t, "photo.jpg"), "basn6a08.png": fixture(t, "basn6a08.png"), "noise": encodePNG(t, noise)} {
		whole, err := Inspect(data, transform.DefaultLimits)
		if err != nil {
			t.Fatal(err)
		}
		for _, missing := range []int{len(data) / 100, len(data) / 1000} {
			if seen, err := Inspect(data[:len(data)-max(20, missing)], transform.DefaultLimits); err == nil {
				t.Errorf("Inspect(%s less %d bytes) = %+v, want an error: it has %d rows", name, missing, seen.Source, whole.Source.Height)
			}
		}
	}
}
