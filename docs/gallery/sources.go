package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"

	"lightwell/docs/sheet"
)

// The pictures that examples are of. Those that are named as files of testdata are these.
const (
	canyon   = "photo.jpg"
	lady     = "mona-lisa.jpg"
	logo     = "logo.svg"
	moving   = "iss634.gif"
	wide     = "photo-p3.jpg"
	inks     = "cmyk.jpg"
	cutOut   = "lossy-alpha.webp"
	scan     = "photo.tif"
	phone    = "photo.heic"
	document = "document.pdf" // three pages
	framed   = "framed.png"   // the canyon with a border of one colour
	twice    = "twice.png"    // with a border of two colours
	floating = "floating.png" // the logo with nothing about it
	badge    = "badge.png"    // the logo on white, for it is dark
)

// uploadSources stores all of them, and returns their ids by their names. The badge is also a mark,
// and there is a preset.
func uploadSources(doors sheet.Doors, testdata string) (map[string]string, error) {
	ids := map[string]string{}
	upload := func(name string, data []byte, err error) error {
		if err != nil {
			return err
		}
		image, err := doors.Upload(data)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		ids[name] = image.ID
		return nil
	}
	for _, name := range []string{canyon, lady, logo, moving, wide, inks, cutOut, scan, phone} {
		data, err := os.ReadFile(filepath.Join(testdata, name))
		if err := upload(name, data, err); err != nil {
			return nil, err
		}
	}
	if err := upload(document, pages("First page", "Second page", "Third page"), nil); err != nil {
		return nil, err
	}
	for name, path := range map[string]string{
		framed:   ids[canyon] + "?w=200&bg=eed&pad=24&fm=png",
		twice:    ids[canyon] + "?w=200&bg=eed&pad=24&border=6,ccb&fm=png",
		badge:    ids[logo] + "?w=100&bg=fff&fm=png",
		floating: ids[logo] + "?w=200&pad=40&fm=png",
	} {
		data, err := doors.Get("/image/" + path)
		if err := upload(name, data, err); err != nil {
			return nil, err
		}
	}
	if err := doors.NameMark("logo", ids[badge]); err != nil {
		return nil, err
	}
	return ids, doors.Send(http.MethodPost, "/process", `{"name":"card","instructions":{"resize":{"width":240,"height":160,"fit":"crop"},"sepia":60}}`)
}
