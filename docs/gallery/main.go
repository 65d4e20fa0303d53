// Gallery makes a page that shows every parameter of the URL grammar on real pictures, each beside the
// URL that has made it.
//
// It starts a Lightwell on free ports of localhost with an empty data folder, uploads the pictures of
// testdata, and asks for each example over HTTP. What comes back is kept as it is, beside the page.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"

	"lightwell/docs/sheet"
)

// options say what is made of what, and where.
type options struct {
	lightwell string // the program
	testdata  string // the folder of pictures
	out       string // the folder of the page
	strip     string // the file of the README's picture, in place of the page; "" for none
}

func main() {
	var o options
	flag.StringVar(&o.lightwell, "lightwell", "bin/lightwell", "the program, as make build builds it")
	flag.StringVar(&o.testdata, "testdata", "testdata", "the folder of pictures")
	flag.StringVar(&o.out, "o", "gallery", "the folder that the page and its pictures are written to")
	flag.StringVar(&o.strip, "strip", "", "write the picture of the README to this file, and no page")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "gallery:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) (err error) {
	server, err := startServer(ctx, o.lightwell)
	if err != nil {
		return err
	}
	defer func() {
		if stopErr := server.stop(); err == nil {
			err = stopErr
		}
	}()
	ids, err := uploadSources(server.doors, o.testdata)
	if err != nil {
		return err
	}
	if o.strip != "" {
		return writeStrip(server.doors, ids, o.strip)
	}
	return writeGallery(ctx, server.doors, ids, o.out)
}

// writeStrip writes the few pictures of the README, as one.
func writeStrip(doors sheet.Doors, ids map[string]string, path string) error {
	var tiles []sheet.Tile
	for _, e := range strip {
		tiles = append(tiles, sheet.Tile{ID: ids[e.source()], Query: filled(e.query, ids), Caption: e.query})
	}
	picture, err := doors.Draw(tiles, 1200, 80)
	if err != nil {
		return err
	}
	return os.WriteFile(path, picture, 0o644)
}
