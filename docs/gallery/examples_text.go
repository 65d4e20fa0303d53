package main

import "slices"

const written = "w=240&txt=Canyon&txt-color=fff&txt-size=36"

// long is wider than the picture.
const long = "w=240&txt-color=fff&txt-size=20&txt=The%20canyon%20was%20made%20by%20a%20river%20that%20few%20have%20seen"

// Where a text is, and how its lines are broken and cut.
var textExamples = map[string][]example{
	"txt": slices.Concat(
		as("w=240&txt-size=28&txt-color=fff&txt=Grand%20Canyon", "w=240&txt-size=28&txt-color=fff&txt=two%0Alines",
			"w=240&txt-size=28&txt-color=fff&txt=%CE%A6%CE%B1%CF%81%CE%AC%CE%B3%CE%B3%CE%B9", "w=240&txt-size=28&txt-color=fff&txt64=R3JhbmQgQ2FueW9u"),
		inPath(as("w=240&txt-size=28&txt-color=fff&txt=one, two"))),
	"txt-align": vary(written, "txt-align", edges...),
	"txt-clip":  vary(long, "txt-clip", "start,ellipsis", "middle,ellipsis", "end", "ellipsis"),
	"txt-fit":   vary("w=240&txt=Canyon&txt-color=fff", "txt-fit", "max"),
	"txt-lead":  vary(long+"&txt-width=200", "txt-lead", "0", "12"),
	"txt-pad":   vary(written, "txt-pad", "0", "10", "40"),
	"txt-width": vary(long+"&txt-align=left,top", "txt-width", "100", "200"),
	"txt-x":     vary(written, "txt-x", "10", "-20"),
	"txt-y":     vary(written, "txt-y", "10", "60"),
}

// How its letters look.
var letterExamples = map[string][]example{
	"txt-color":      vary("w=240&txt=Canyon&txt-size=36", "txt-color", "000", "fc0", "80ffffff"),
	"txt-font":       slices.Concat(vary(written, "txt-font", "serif", "sans-serif", "monospace", "cursive", "fantasy", "bold", "serif,italic", "sans-serif,bold,italic"), inPath(as(written+"&txt-font=serif,italic"))),
	"txt-line":       vary("w=240&txt=Canyon&txt-size=44&txt-color=336699", "txt-line", "0", "2", "6"),
	"txt-line-color": vary("w=240&txt=Canyon&txt-size=44&txt-line=4", "txt-line-color", "fff", "fc0", "a00"),
	"txt-shad":       vary(written, "txt-shad", "0", "5", "10"),
	"txt-size":       slices.Concat(vary("w=240&txt=Canyon&txt-color=fff", "txt-size", "12", "24", "60"), wrong("w=240&txt=Canyon&txt-size=big")),
	"txt-track":      vary("w=240&txt=Canyon&txt-color=fff&txt-size=28", "txt-track", "-4", "0", "8"),
}
