package transform_test

import (
	"os"
	"strings"
	"testing"

	"lightwell/transform"
)

// ftyp is the first box of an ISO base media file.
func ftyp(size byte, major string, compatible ...string) string {
	return "\x00\x00\x00" + string([]byte{size}) + "ftyp" + major + "\x00\x00\x00\x00" + strings.Join(compatible, "")
}

func TestSniff(t *testing.T) {
	tests := []struct {
		head string
		want transform.Format
	}{
		{"", transform.NoFormat},
		{"\xff", transform.NoFormat},
		{"\xff\xd8", transform.NoFormat},
		{"\xff\xd8\xff", transform.JPEG},
		{"\xff\xd8\xff\xe0\x00\x10JFIF", transform.JPEG},
		{"\xff\xd8\xff\xe1\x00\x10Exif", transform.JPEG},
		{"\xff\xd8\xff\xdb", transform.JPEG},
		{" \xff\xd8\xff\xe0", transform.NoFormat},
		{"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR", transform.PNG},
		{"\x89PNG\n\x1a\n", transform.NoFormat}, // spoilt by a text mode
		{"\x89PNG\r\n\x1a", transform.NoFormat},
		{"GIF87a", transform.GIF},
		{"GIF89a\x01\x00", transform.GIF},
		{"GIF88a", transform.NoFormat},
		{"gif89a", transform.NoFormat},

		{"RIFF\x00\x00\x00\x00WEBPVP8 ", transform.WebP},
		{"RIFF\x24\x00\x00\x00WEBPVP8L", transform.WebP},
		{"RIFF\xff\xff\xff\xffWEBPVP8X", transform.WebP},
		{"RIFF\x00\x00\x00\x00WEBPVP8", transform.WebP},
		{"RIFF\x00\x00\x00\x00WEBP", transform.NoFormat},
		{"RIFF\x00\x00\x00\x00WEBPABCD", transform.NoFormat},
		{"RIFF\x00\x00\x00\x00WAVEfmt ", transform.NoFormat},
		{"RIFX\x00\x00\x00\x00WEBPVP8 ", transform.NoFormat},
		{"xxxxxxxxWEBPVP8 ", transform.NoFormat},
		// Whose beginning it is decides, and no later bytes do: a loader goes by it, too.
		{"II*\x00\x10\x00\x00\x00WEBPVP8 ", transform.TIFF},
		{"BM\x00\x00\x00\x00\x00\x00WEBPVP8 ", transform.BMP},
		{"GIF89a\x01\x00WEBPVP8 ", transform.GIF},

		{"II*\x00\x08\x00\x00\x00", transform.TIFF},
		{"MM\x00*\x00\x00\x00\x08", transform.TIFF},
		{"II+\x00\x08\x00\x00\x00", transform.TIFF},
		{"MM\x00+\x00\x08\x00\x00", transform.TIFF},
		{"II\x00*", transform.NoFormat},
		{"MM*\x00", transform.NoFormat},
		{"II", transform.NoFormat},

		{ftyp(28, "avif", "mif1", "miaf", "MA1B"), transform.AVIF},
		{ftyp(28, "avis", "avif"), transform.AVIF},
		{ftyp(24, "mif1", "avif", "miaf"), transform.AVIF},
		{ftyp(24, "heic", "mif1"), transform.HEIC},
		{ftyp(24, "heix", "mif1"), transform.HEIC},
		{ftyp(24, "mif1", "heic"), transform.HEIC},
		{ftyp(24, "msf1", "hevc"), transform.HEIC},
		{ftyp(24, "mif1", "heic", "avif"), transform.HEIC}, // the first that is known
		{ftyp(24, "mif1", "avif", "heic"), transform.AVIF},
		{ftyp(20, "mif1", "heic", "avif"), transform.HEIC},
		{ftyp(16, "mif1", "heic"), transform.NoFormat}, // the brand is past the box
		{ftyp(16, "heic"), transform.HEIC},
		{ftyp(0, "mif1", "avif"), transform.AVIF}, // to the end of the file
		{ftyp(1, "mif1", "avif"), transform.AVIF}, // a long size, which is not read
		{ftyp(255, "mif1", "avif"), transform.AVIF},
		{ftyp(24, "mif1", "miaf"), transform.NoFormat},
		{ftyp(24, "isom", "mp41", "avc1"), transform.NoFormat},
		{ftyp(24, "qt  ", "qt  "), transform.NoFormat},
		{ftyp(24, "crx ", "isom"), transform.NoFormat},
		{"\xff\xff\xff\xffftypmif1\x00\x00\x00\x00avif", transform.AVIF},
		{"\x00\x00\x00\x18ftypavif", transform.NoFormat}, // cut off
		{"\x00\x00\x00\x18moovavif\x00\x00\x00\x00", transform.NoFormat},
		{ftyp(24, "mif1")[:16] + "hei", transform.NoFormat},
		{ftyp(255, "mif1") + strings.Repeat("miaf", 100) + "avif", transform.NoFormat}, // too far

		{"\xff\x0a\x00", transform.JXL},
		{"\x00\x00\x00\x0cJXL \x0d\x0a\x87\x0a", transform.JXL},
		{"\x00\x00\x00\x0cJXL \x0a\x87\x0a", transform.NoFormat},
		{"BM\x36\x00", transform.BMP},
		{"\x00\x00\x01\x00\x01\x00", transform.ICO},
		{"\x00\x00\x02\x00\x01\x00", transform.NoFormat}, // a cursor
		{"%PDF-1.7", transform.PDF},
		{"%!PS-Adobe", transform.NoFormat},

		{"<svg", transform.SVG},
		{"<svg>", transform.SVG},
		{"<svg/>", transform.SVG},
		{`<svg xmlns="http://www.w3.org/2000/svg">`, transform.SVG},
		{"<svg\n\twidth='9'>", transform.SVG},
		{"<svg:svg xmlns:svg='x'>", transform.SVG},
		{" \t\r\n<svg>", transform.SVG},
		{"\xef\xbb\xbf<svg>", transform.SVG},
		{"\xef\xbb\xbf\n<?xml version='1.0'?>\n<svg>", transform.SVG},
		{`<?xml version="1.0" encoding="UTF-8"?><svg>`, transform.SVG},
		{"<?xml version='1.0'?><?xml-stylesheet href='a.css'?><!-- made by hand --><svg>", transform.SVG},
		{"<!-- <html> --><svg>", transform.SVG},
		{"<!-- a > b --><svg>", transform.SVG},
		{`<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd"><svg>`, transform.SVG},
		{"<!DOCTYPE svg [\n<!ENTITY a 'b'>\n]>\n<svg>", transform.SVG},
		{"<!DOCTYPE svg>\n<!-- -->\n<svg>", transform.SVG},
		{"\x1f\x8b\x08\x00", transform.SVG},
		{"\x1f\x8b", transform.NoFormat},
		{"svg", transform.NoFormat},
		{"<", transform.NoFormat},
		{"< svg>", transform.NoFormat},
		{"</svg>", transform.NoFormat},
		{"<svgs>", transform.NoFormat},
		{"<svg2 >", transform.NoFormat},
		{"<SVG>", transform.NoFormat}, // XML minds case
		{"<html><svg>", transform.NoFormat},
		{"<!DOCTYPE html><html>", transform.NoFormat},
		{"<!DOCTYPE svg", transform.NoFormat},
		{"<!DOCTYPE svg [", transform.NoFormat},
		{"<!-- never closed <svg>", transform.NoFormat},
		{"<?xml version='1.0'", transform.NoFormat},
		{"text <svg>", transform.NoFormat},
		{"<rss><svg>", transform.NoFormat},
		{"\x00<svg>", transform.NoFormat},

		{"hello, world", transform.NoFormat},
		{"PK\x03\x04", transform.NoFormat},
		{"\x7fELF", transform.NoFormat},
		{"8BPS\x00\x01", transform.NoFormat},
		{"#!/bin/sh", transform.NoFormat},
		{strings.Repeat("\x00", 64), transform.NoFormat},
	}
	for _, tt := range tests {
		if got := transform.Sniff([]byte(tt.head)); got != tt.want {
			t.Errorf("Sniff(%.80q) = %q, want %q", tt.head, got, tt.want)
		}
	}
}

// Files as they were made, by their first bytes.
func TestSniffFiles(t *testing.T) {
	tests := map[string]transform.Format{
		"photo.jpg": transform.JPEG, "cmyk.jpg": transform.JPEG, "basn6a08.png": transform.PNG, "iss634.gif": transform.GIF,
		"photo.webp": transform.WebP, "lossy-alpha.webp": transform.WebP, "photo.avif": transform.AVIF, "alpha-irot.avif": transform.AVIF,
		"photo.heic": transform.HEIC, "photo.tif": transform.TIFF, "photo.jxl": transform.JXL, "logo.svg": transform.SVG,
	}
	for name, want := range tests {
		data, err := os.ReadFile("../testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		if got := transform.Sniff(data[:min(len(data), transform.SniffLen)]); got != want {
			t.Errorf("Sniff(%s) = %q, want %q", name, got, want)
		}
	}
}

func FuzzSniff(f *testing.F) {
	for _, s := range []string{"<!DOCTYPE [<]>", "<?>", "<!-->", ftyp(24, "mif1", "avif"), "RIFF1234WEBPVP8X"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, head []byte) {
		transform.Sniff(head)
	})
}
