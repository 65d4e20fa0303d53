package main

import "slices"

var sizeExamples = map[string][]example{
	"w": slices.Concat(vary("", "w", "80", "240", ".05"), inPath(as("w=160")), wrong("w=1", "width=wide")),
	"h": vary("", "h", "60", "160", ".05"),
	"fit": slices.Concat(
		vary("w=160&h=160&bg=d8d8e8", "fit", "clip", "max", "crop", "min", "fill", "fillmax", "clamp", "scale"),
		of(lady, as("w=160&h=160&fit=facearea&facepad=2")), wrong("w=160&h=160&fit=cover")),
	"ar":        slices.Concat(vary("w=200&fit=crop", "ar", "16:9", "1:1", "4:5"), wrong("ar=16/9&w=200&fit=crop")),
	"rect":      slices.Concat(vary(small, "rect", "1200,700,600,400", "center,middle,1000,1000", "0,.5,1500,600"), inPath(as("rect=1200,700,600,400&w=240"))),
	"min-w":     vary("w=80&h=160&fit=crop", "min-w", "120", "240"),
	"min-h":     vary("w=160&h=60&fit=crop", "min-h", "120", "200"),
	"max-w":     vary("w=300&h=160&fit=crop", "max-w", "120", "240"),
	"max-h":     vary("w=160&h=300&fit=crop", "max-h", "120", "200"),
	"dpr":       vary("w=120", "dpr", "0.5", "1", "2"),
	"enlarge":   of(cutOut, vary("w=200&fm=png", "enlarge", "0", "1")),
	"facepad":   of(lady, vary("w=160&h=160&fit=facearea", "facepad", "1", "1.5", "3")),
	"faceindex": of(lady, vary("w=160&h=160&fit=facearea&facepad=2", "faceindex", "1", "2")),
}

var cropExamples = map[string][]example{
	"crop": slices.Concat(
		vary("w=100&h=200&fit=crop", "crop", "left", "right", "focalpoint&fp-x=.2", "entropy", "edges"),
		vary("w=240&h=80&fit=crop", "crop", "top", "bottom"),
		of(lady, vary("w=200&h=80&fit=crop", "crop", "faces", "faces,entropy")),
		inPath(of(lady, as("w=200&h=80&fit=crop&crop=faces,entropy")))),
	"fp-x": vary("w=100&h=200&fit=crop&crop=focalpoint", "fp-x", "0", ".3", "1"),
	"fp-y": vary("w=240&h=80&fit=crop&crop=focalpoint", "fp-y", "0", ".6", "1"),
	"fp-z": vary("w=200&h=140&fit=crop&crop=focalpoint&fp-x=.5&fp-y=.6", "fp-z", "1", "2", "5"),
}

// The border of framed has 24 pixels, that of floating 40. Of the 24 of twice, 6 are of another colour.
var trimExamples = map[string][]example{
	"trim":       slices.Concat(of(framed, as("trim=auto", "trim=color")), of(floating, vary("bg=fff", "trim", "alpha", "colorunlessalpha"))),
	"trim-color": of(framed, vary("trim=color", "trim-color", "eed", "fff")),
	"trim-tol":   of(framed, vary("trim=color&trim-color=fff", "trim-tol", "0", "40")),
	"trim-md":    of(twice, vary("trim=auto", "trim-md", "0", "11", "120")),
	"trim-sd":    of(twice, vary("trim=auto&trim-md=120", "trim-sd", "0", "10", "70")),
	"trim-alpha": of(floating, vary("trim=alpha&bg=fff", "trim-alpha", "0", "254")),
	"trim-pad":   of(framed, vary("trim=color", "trim-pad", "10", "-20")),
}

var turnExamples = map[string][]example{
	"orient":   vary("w=120", "orient", "1", "2", "3", "4", "5", "6", "7", "8"),
	"rot":      vary("w=200", "rot", "5", "45", "90", "200"),
	"rot-type": vary("w=200&rot=12&bg=d8d8e8", "rot-type", "straighten", "pivot"),
	"flip":     vary("w=200", "flip", "h", "v", "hv"),
}
