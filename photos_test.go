package main_test

import (
	"archive/tar"
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"testing"
)

// picture is a file of an upload. status is what is wrong with it; 0 where it is good.
type picture struct {
	name   string
	bytes  []byte
	status int
}

// photos makes many small photographs of a large one, each of other bytes.
type photos struct {
	t     *testing.T
	sizes [][]byte // the photograph as JPEG, in several sizes
}

func newPhotos(t *testing.T) *photos {
	t.Helper()
	source, err := jpeg.Decode(bytes.NewReader(testdata(t, "photo.jpg")))
	if err != nil {
		t.Fatal(err)
	}
	p := &photos{t: t}
	for step := 4; step < 20; step++ { // 768 to 161 pixels wide
		size := source.Bounds().Size().Div(step)
		small := image.NewRGBA(image.Rectangle{Max: size})
		for y := range size.Y {
			for x := range size.X {
				small.Set(x, y, source.At(x*step, y*step))
			}
		}
		var b bytes.Buffer
		if err := jpeg.Encode(&b, small, &jpeg.Options{Quality: 60 + 2*step}); err != nil {
			t.Fatal(err)
		}
		p.sizes = append(p.sizes, b.Bytes())
	}
	return p
}

// photo is one of them, with a text in a comment (ITU-T T.81, section B.2.4.5).
func (p *photos) photo(n int, text string) []byte {
	of := p.sizes[n%len(p.sizes)]
	comment := append([]byte{0xff, 0xfe, byte((len(text) + 2) >> 8), byte(len(text) + 2)}, text...)
	return bytes.Join([][]byte{of[:2], comment, of[2:]}, nil)
}

// bulk is n of them; one in thirty is cut off, and one no image at all.
func (p *photos) bulk(key string, n int) (list []picture) {
	for i := range n {
		name := fmt.Sprintf("%s-%d.jpg", key, i)
		one := picture{name: name, bytes: p.photo(i, name)}
		switch i % 30 {
		case 10:
			one.bytes, one.status = one.bytes[:len(one.bytes)/2], 422
		case 20:
			one.bytes, one.status = []byte("This is "+name), 415
		}
		list = append(list, one)
	}
	return list
}

// tarOf is an archive of images.
func tarOf(t testing.TB, images []picture) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, i := range images {
		if err := w.WriteHeader(&tar.Header{Name: i.name, Size: int64(len(i.bytes)), Mode: 0o644}); err != nil {
			t.Fatal(err)
		}
		w.Write(i.bytes)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
