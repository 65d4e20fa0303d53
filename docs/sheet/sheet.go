package sheet

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"html"
	"strings"
)

// Tile is a picture on a sheet: what is asked of which image.
type Tile struct {
	ID, Query string
	Caption   string // under it
}

// Columns is how many tiles lie side by side.
const Columns = 4

// The measures of a sheet, in pixels. A tile is at most so large.
const (
	TileW, TileH  = 300, 200
	gap, captionH = 16, 26
)

// Draw lays tiles out on an SVG and has that drawn, as a JPEG of quality q and so many pixels wide; 0
// is as wide as the tiles are.
func (d Doors) Draw(tiles []Tile, width, q int) ([]byte, error) {
	svg, err := d.layOut(tiles)
	if err != nil {
		return nil, err
	}
	drawn, err := d.Upload(svg)
	if err != nil {
		return nil, err
	}
	query := fmt.Sprintf("?fm=jpg&q=%d", q)
	if width > 0 {
		query += fmt.Sprintf("&w=%d", width)
	}
	return d.Get("/image/" + drawn.ID + query)
}

// layOut draws the tiles and their captions.
func (d Doors) layOut(tiles []Tile) ([]byte, error) {
	rows := (len(tiles) + Columns - 1) / Columns
	width, height := Columns*(TileW+gap)+gap, rows*(TileH+captionH+gap)+gap
	var svg bytes.Buffer
	fmt.Fprintf(&svg, `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="%d" height="%d">`, width, height)
	fmt.Fprint(&svg, `<rect width="100%" height="100%" fill="#fff"/>`)
	for i, tile := range tiles {
		picture, err := d.drawn(tile)
		if err != nil {
			return nil, err
		}
		x, y := gap+i%Columns*(TileW+gap), gap+i/Columns*(TileH+captionH+gap)
		fmt.Fprintf(&svg, `<image x="%d" y="%d" width="%d" height="%d" preserveAspectRatio="xMidYMid meet" xlink:href="data:image/png;base64,%s"/>`,
			x, y, TileW, TileH, base64.StdEncoding.EncodeToString(picture))
		size := min(13, TileW*100/61/len(tile.Caption))
		fmt.Fprintf(&svg, `<text x="%d" y="%d" font-family="DejaVu Sans Mono" font-size="%d" text-anchor="middle">%s</text>`,
			x+TileW/2, y+TileH+18, size, html.EscapeString(tile.Caption))
	}
	fmt.Fprint(&svg, `</svg>`)
	return svg.Bytes(), nil
}

// drawn asks for a tile as PNG, which is drawn as it is; one in a format of its own goes through
// Lightwell once more to become one.
func (d Doors) drawn(tile Tile) ([]byte, error) {
	path := "/image/" + tile.ID + "?"
	if !strings.Contains(tile.Query, "fm=") {
		return d.Get(path + "fm=png&" + tile.Query)
	}
	made, err := d.Get(path + tile.Query)
	if err != nil {
		return nil, err
	}
	return d.AsPNG(made)
}

// AsPNG has Lightwell make a PNG of what it has made.
func (d Doors) AsPNG(data []byte) ([]byte, error) {
	image, err := d.Upload(data)
	if err != nil {
		return nil, err
	}
	return d.Get("/image/" + image.ID + "?fm=png")
}
