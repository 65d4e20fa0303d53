// Contactsheet makes the picture of the README with a running Lightwell: it
// uploads a photograph, asks for it in many ways, lays the results out on an SVG
// with their parameters, and has that drawn as well.
package main

import (
	"flag"
	"fmt"
	"os"
	"strings"

	"lightwell/docs/sheet"
)

// queries are the tiles, each within 300 x 200 pixels.
var queries = []string{
	"w=300", "w=130&h=200&fit=crop&crop=left", "w=200&h=200&fit=fill&bg=222", "h=200&ar=1:1&fit=crop&crop=entropy",
	"w=100&h=200&fit=crop&crop=edges", "rect=1200,700,600,400&w=300", "w=300&ar=3:2&fit=crop&crop=focalpoint&fp-x=.3&fp-z=3", "w=200&h=200&fit=clamp",
	"w=300&rot=30", "h=180&rot=12&rot-type=pivot&bg=eee", "w=300&flip=h", "h=130&rot=90",
	"w=200&h=200&fit=fill&fill=blur", "w=200&h=200&fit=crop&mask=ellipse&border=6,fc0", "w=300&mask=corners&corner-radius=99,0,99,0", "w=300&pad=16&bg=eee&border=6,336699&border-radius=30",
	"w=300&exp=40", "w=300&con=40&bri=-10", "w=300&gam=-40", "w=300&shad=100&high=-100",
	"w=300&sat=-100", "w=300&vib=80", "w=300&hue=120", "w=300&invert=1",
	"w=300&mark=logo&mark-w=.3", "w=300&mark=logo&mark-w=90&mark-align=center&mark-alpha=60", "w=300&mark=logo&mark-w=40&mark-x=-12&mark-y=20&mark-rot=30", "w=300&mark=logo&mark-w=40&mark-tile=grid&mark-pad=16",
	"w=300&px=12", "w=300&sepia=80", "w=300&monochrome=336699", "w=300&duotone=000080,fa8072",
	"w=300&usm=100&usmrad=3", "w=300&blur=60", "w=300&sharp=30", "w=300&fm=avif&q=10",
	lisa + "h=200", lisa + "w=300&h=120&fit=crop", lisa + "w=300&h=120&fit=crop&crop=faces", lisa + "w=200&h=200&fit=facearea&facepad=1.5",
}

// lisa begins what is asked of another photograph.
const lisa = "mona-lisa.jpg?"

func main() {
	images := flag.String("images", "http://localhost:8080", "where images are served")
	uploads := flag.String("uploads", "http://localhost:8081", "where uploads go")
	photo := flag.String("photo", "testdata/photo.jpg", "the photograph")
	other := flag.String("other", "testdata/mona-lisa.jpg", "the photograph with a face")
	logo := flag.String("logo", "testdata/logo.svg", "what is laid over it")
	out := flag.String("out", "docs/contact-sheet.jpg", "the picture to write")
	flag.Parse()
	if err := run(sheet.Doors{Images: *images, Uploads: *uploads}, *photo, *other, *logo, *out); err != nil {
		fmt.Fprintln(os.Stderr, "contactsheet:", err)
		os.Exit(1)
	}
}

func run(doors sheet.Doors, photo, other, logo, out string) error {
	var ids [3]string
	for i, path := range []string{photo, other, logo} {
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		image, err := doors.Upload(data)
		if err != nil {
			return err
		}
		ids[i] = image.ID
	}
	if err := doors.NameMark("logo", ids[2]); err != nil {
		return err
	}
	tiles := make([]sheet.Tile, len(queries))
	for i, query := range queries {
		of := ids[0]
		if strings.HasPrefix(query, lisa) {
			of = ids[1]
		}
		tiles[i] = sheet.Tile{ID: of, Query: strings.TrimPrefix(query, lisa), Caption: query}
	}
	picture, err := doors.Draw(tiles, 0, 85)
	if err != nil {
		return err
	}
	return os.WriteFile(out, picture, 0o644)
}
