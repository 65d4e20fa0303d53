// Contactsheet makes the picture of the README with a running Lightwell: it
// uploads a photograph, asks for it in many ways, lays the results out on an SVG
// with their parameters, and has that drawn as well.
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"html"
	"io"
	"net/http"
	"os"
	"strings"
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

const (
	columns       = 4
	tileW, tileH  = 300, 200
	gap, captionH = 16, 26
)

func main() {
	images := flag.String("images", "http://localhost:8080", "where images are served")
	uploads := flag.String("uploads", "http://localhost:8081", "where uploads go")
	photo := flag.String("photo", "testdata/photo.jpg", "the photograph")
	other := flag.String("other", "testdata/mona-lisa.jpg", "the photograph with a face")
	logo := flag.String("logo", "testdata/logo.svg", "what is laid over it")
	out := flag.String("out", "docs/contact-sheet.jpg", "the picture to write")
	flag.Parse()
	if err := run(*images, *uploads, *photo, *other, *logo, *out); err != nil {
		fmt.Fprintln(os.Stderr, "contactsheet:", err)
		os.Exit(1)
	}
}

func run(images, uploads, photo, other, logo, out string) error {
	data, err := os.ReadFile(photo)
	if err != nil {
		return err
	}
	id, err := upload(uploads, data)
	if err != nil {
		return err
	}
	if data, err = os.ReadFile(other); err != nil {
		return err
	}
	otherID, err := upload(uploads, data)
	if err != nil {
		return err
	}
	if err := nameMark(uploads, logo); err != nil {
		return err
	}
	sheet, err := layOut(images+"/image/"+id, images+"/image/"+otherID, uploads)
	if err != nil {
		return err
	}
	if id, err = upload(uploads, sheet); err != nil {
		return err
	}
	picture, err := fetch(images + "/image/" + id + "?fm=jpg&q=85")
	if err != nil {
		return err
	}
	return os.WriteFile(out, picture, 0o644)
}

// layOut draws the tiles and their captions.
func layOut(image, other, uploads string) ([]byte, error) {
	rows := (len(queries) + columns - 1) / columns
	width, height := columns*(tileW+gap)+gap, rows*(tileH+captionH+gap)+gap
	var svg bytes.Buffer
	fmt.Fprintf(&svg, `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="%d" height="%d">`, width, height)
	fmt.Fprint(&svg, `<rect width="100%" height="100%" fill="#fff"/>`)
	for i, query := range queries {
		of := image
		if strings.HasPrefix(query, lisa) {
			of = other
		}
		tile, err := tile(of, uploads, strings.TrimPrefix(query, lisa))
		if err != nil {
			return nil, err
		}
		x, y := gap+i%columns*(tileW+gap), gap+i/columns*(tileH+captionH+gap)
		fmt.Fprintf(&svg, `<image x="%d" y="%d" width="%d" height="%d" preserveAspectRatio="xMidYMid meet" xlink:href="data:image/png;base64,%s"/>`,
			x, y, tileW, tileH, base64.StdEncoding.EncodeToString(tile))
		size := min(13, tileW*100/61/len(query))
		fmt.Fprintf(&svg, `<text x="%d" y="%d" font-family="DejaVu Sans Mono" font-size="%d" text-anchor="middle">%s</text>`,
			x+tileW/2, y+tileH+18, size, html.EscapeString(query))
	}
	fmt.Fprint(&svg, `</svg>`)
	return svg.Bytes(), nil
}

// tile asks for a rendition as PNG, which is drawn as it is; one in a format of
// its own goes through Lightwell once more to become one.
func tile(image, uploads, query string) ([]byte, error) {
	if !strings.Contains(query, "fm=") {
		return fetch(image + "?fm=png&" + query)
	}
	made, err := fetch(image + "?" + query)
	if err != nil {
		return nil, err
	}
	id, err := upload(uploads, made)
	if err != nil {
		return nil, err
	}
	base, _, _ := strings.Cut(image, "/image/")
	return fetch(base + "/image/" + id + "?fm=png")
}

// nameMark uploads an image and calls it logo.
func nameMark(uploads, path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	id, err := upload(uploads, data)
	if err != nil {
		return err
	}
	req, err := http.NewRequest(http.MethodPut, uploads+"/marks/logo", strings.NewReader(fmt.Sprintf(`{"imageId":%q}`, id)))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode >= http.StatusBadRequest {
		return fmt.Errorf("name a mark: %s", resp.Status)
	}
	return nil
}

func upload(uploads string, data []byte) (id string, err error) {
	resp, err := http.Post(uploads+"/upload", "application/octet-stream", bytes.NewReader(data))
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	var done struct{ ImageID, Detail string }
	if err := json.NewDecoder(resp.Body).Decode(&done); err != nil {
		return "", err
	}
	if resp.StatusCode != http.StatusOK {
		return "", fmt.Errorf("upload: %s: %s", resp.Status, done.Detail)
	}
	return done.ImageID, nil
}

func fetch(url string) ([]byte, error) {
	resp, err := http.Get(url)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("GET %s: %s: %s", url, resp.Status, body)
	}
	return body, err
}
