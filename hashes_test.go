package main_test

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

// drawn is a picture that hashes.mjs makes of a hash.
type drawn struct {
	Name          string
	Width, Height int
	Pixels        []byte
	Aspect        float64
}

func (d drawn) picture() image.Image {
	return &image.NRGBA{Pix: d.Pixels, Stride: 4 * d.Width, Rect: image.Rect(0, 0, d.Width, d.Height)}
}

// The hashes that the server tells are those of their authors: what the packages of theirs draw of
// them looks like the image, as far as some 25 bytes can hold it.
func TestHashesAreDrawnByTheirPackages(t *testing.T) {
	t.Parallel()
	p := serve(t, t.TempDir(), nil)
	// In levels of 255, from the blurred image. A BlurHash is blurred in linear light, by which what is
	// dark beside something bright comes out brighter.
	most := map[string]float64{"blurhash": 36, "thumbhash": 20}
	for name, data := range hashedImages(t) {
		id := p.upload(data)
		blur, thumb := p.get("/image/"+id+"?fm=blurhash"), p.get("/image/"+id+"?fm=thumbhash")
		if blur.status != 200 || thumb.status != 200 {
			t.Errorf("%s: hashes = %d %s, %d %s", name, blur.status, blur.body, thumb.status, thumb.body)
			continue
		}
		picture := p.get("/image/" + id + "?w=48&h=48&fm=png&bg=white&blur=40")
		want, err := png.Decode(bytes.NewReader(picture.body))
		if err != nil {
			t.Fatalf("%s: %d %.100q: %v", name, picture.status, picture.body, err)
		}
		size := want.Bounds().Size()
		client := run(t, "hashes.mjs", string(blur.body), string(thumb.body), strconv.Itoa(size.X), strconv.Itoa(size.Y))
		for range most {
			var got drawn
			client.next(&got)
			off := difference(got.picture(), want)
			t.Logf("%s: %s is %.1f levels off", name, got.Name, off)
			if off > most[got.Name] {
				t.Errorf("%s: what is drawn of its %s is %.1f levels off, want at most %.0f", name, got.Name, off, most[got.Name])
			}
			if aspect := float64(size.X) / float64(size.Y); got.Aspect > 0 && math.Abs(math.Log(got.Aspect/aspect)) > 0.25 {
				t.Errorf("%s: %s is %.2f times as wide as high, want %.2f", name, got.Name, got.Aspect, aspect)
			}
		}
		client.end()
	}
}

func hashedImages(t *testing.T) map[string][]byte {
	t.Helper()
	images := map[string][]byte{}
	for _, name := range []string{"photo.jpg", "mona-lisa.jpg", "photo-p3.jpg", "cmyk.jpg", "logo.svg", "lossy-alpha.webp", "alpha-irot.avif", "iss634.gif"} {
		images[name] = testdata(t, name)
	}
	if corpus := os.Getenv("LIGHTWELL_CORPUS"); corpus != "" {
		photos, err := filepath.Glob(filepath.Join(corpus, "photos", "*.jpg"))
		if err != nil || len(photos) == 0 {
			t.Fatalf("no photos in %s: %v", corpus, err)
		}
		for _, path := range photos {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			images[filepath.Base(path)] = data
		}
	}
	return images
}

// difference is the mean one of all levels, on white, of a picture and another stretched to its size.
func difference(a, b image.Image) float64 {
	size, of := a.Bounds().Size(), b.Bounds().Size()
	sum := 0.0
	for y := range size.Y {
		for x := range size.X {
			p, q := onWhite(a.At(x, y)), onWhite(b.At(x*of.X/size.X, y*of.Y/size.Y))
			for i := range p {
				sum += math.Abs(p[i] - q[i])
			}
		}
	}
	return sum / float64(3*size.X*size.Y)
}

func onWhite(c color.Color) (levels [3]float64) {
	n := color.NRGBAModel.Convert(c).(color.NRGBA)
	for i, level := range []uint8{n.R, n.G, n.B} {
		levels[i] = (float64(level)*float64(n.A) + 255*float64(255-n.A)) / 255
	}
	return levels
}
