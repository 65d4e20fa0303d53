package main

import "slices"

var motionExamples = map[string][]example{
	"frame":   of(moving, vary("w=120", "frame", "1", "15", "30")),
	"anim":    of(moving, vary("w=120", "anim", "1", "0")),
	"loop":    of(moving, vary("w=120&fm=webp", "loop", "0", "2")),
	"reverse": of(moving, vary("w=120", "reverse", "0", "1")),
	"fps":     of(moving, vary("w=120", "fps", "2", "10")),
	"page":    slices.Concat(of(document, vary("w=200", "page", "1", "2", "3")), of(document, wrong("page=4&w=200"))),
}

var fileExamples = map[string][]example{
	"fm": slices.Concat(
		vary(small, "fm", "jpg", "pjpg", "png", "png8", "webp", "avif", "gif", "jxl", "tiff", "json", "blurhash", "thumbhash"),
		of(moving, as("w=120&fm=webp", "w=120&fm=gif", "w=120&fm=jpg")),
		of(scan, as("w=240&fm=jpg")), of(phone, as("w=240&fm=webp")), of(inks, as("fm=jpg")), of(logo, as("w=160&fm=png")),
		inPath(as("w=240&fm=webp")), wrong("w=240&fm=heic")),
	"q":               slices.Concat(vary(small+"&fm=jpg", "q", "5", "40", "75", "95"), vary(small+"&fm=webp", "q", "5", "75"), vary(small+"&fm=avif", "q", "5", "75")),
	"lossless":        vary("w=160&fm=webp", "lossless", "0", "1"),
	"chromasub":       of(logo, vary("w=160&bg=a00&fm=jpg", "chromasub", "420", "444")),
	"cs":              of(wide, vary(small, "cs", "srgb", "p3", "origin", "strip")),
	"meta":            vary(small, "meta", "strip", "copyright", "keep"),
	"jpg-progressive": vary("w=240&fm=jpg", "jpg-progressive", "0", "1"),
	"colorquant":      slices.Concat(vary("w=240&fm=png8", "colorquant", "2", "16", "256"), vary("w=240&fm=gif", "colorquant", "8")),
	"max-bytes":       vary("w=240&fm=jpg", "max-bytes", "20000", "8000", "3000"),
	"dl":              vary(small, "dl", "canyon.jpg"),
}

// What browsers accept.
const (
	acceptsAVIF = "image/avif,image/webp,*/*;q=0.8"
	acceptsWebP = "image/webp,*/*;q=0.8"
)

var answerExamples = map[string][]example{
	"palette": vary("", "palette", "json", "css"),
	"colors":  vary("palette=css", "colors", "2", "16"),
	"prefix":  vary("palette=css&colors=2", "prefix", "canyon"),
	"auto": slices.Concat(
		accepting(acceptsAVIF, as("w=240&auto=format")), accepting(acceptsWebP, as("w=240&auto=format")), as("w=240&auto=format"),
		accepting(acceptsAVIF, of(logo, as("w=160&auto=format"))), of(logo, as("w=160&auto=format")),
		as("w=240&auto=compress"), accepting(acceptsWebP, inPath(as("w=240&auto=format,compress")))),
	"preset":  slices.Concat(as("preset=card", "preset=card&sepia=0"), wrong("preset=crad")),
	"v":       vary(small, "v", "2", "2026-11-27"),
	"expires": slices.Concat(signed(vary(small, "expires", "4102444800")), signed(wrong("w=240&expires=1000000000"))),
	"s":       slices.Concat(signed(as(small)), inPath(signed(as("w=240&fm=webp"))), wrong("w=240&s=MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI")),
}
