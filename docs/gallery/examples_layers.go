package main

import "slices"

// edges are places, of which those in the middle need no second word.
var edges = []string{"top,left", "top", "top,right", "left", "middle,center", "right", "bottom,left", "bottom", "bottom,right"}

const marked = "w=240&mark=logo&mark-w=60"

var markExamples = map[string][]example{
	"mark":       slices.Concat(as("w=240&mark=logo"), as("w=240&mark={"+lady+"}&mark-h=.6"), wrong("w=240&mark=lgoo")),
	"mark-align": slices.Concat(vary(marked, "mark-align", edges...), inPath(as(marked+"&mark-align=top,left"))),
	"mark-alpha": vary(marked, "mark-alpha", "20", "60", "100"),
	"mark-fit":   vary("w=240&mark={"+canyon+"}&mark-w=70&mark-h=90&mark-align=middle,center&sepia=90", "mark-fit", "clip", "max", "crop", "fill", "scale"),
	"mark-w":     vary("w=240&mark=logo", "mark-w", "30", "90", ".25"),
	"mark-h":     vary("w=240&mark=logo", "mark-h", "30", "90", ".25"),
	"mark-scale": vary("w=240&mark=logo", "mark-scale", "10", "30", "60"),
	"mark-pad":   vary(marked, "mark-pad", "0", "5", "30"),
	"mark-x":     vary(marked, "mark-x", "20", "-20"),
	"mark-y":     vary(marked, "mark-y", "20", "-20"),
	"mark-rot":   vary(marked, "mark-rot", "20", "90"),
	"mark-tile":  vary("w=240&mark=logo&mark-w=36&mark-alpha=70&mark-pad=14", "mark-tile", "grid"),
}

const (
	blended = "w=240&blend={" + lady + "}&blend-mode=normal&blend-h=100"
	ladyOn  = "w=240&blend={" + lady + "}&blend-mode=normal"
)

var blendModes = []string{
	"color", "burn", "dodge", "darken", "difference", "exclusion", "hardlight", "hue", "lighten", "luminosity", "multiply", "overlay",
	"saturation", "screen", "softlight", "normal",
}

var blendExamples = map[string][]example{
	"blend":       as("w=240&blend=ff8800", "w=240&blend={"+lady+"}&blend-size=inherit"),
	"blend-mode":  slices.Concat(vary("w=240&blend=ff8800", "blend-mode", blendModes...), vary("w=240&blend={"+lady+"}&blend-size=inherit", "blend-mode", blendModes...), wrong("w=240&blend=f80&blend-mode=multipyl")),
	"blend-alpha": vary("w=240&blend=ff8800&blend-mode=normal", "blend-alpha", "0", "50", "100"),
	"blend-align": vary(blended, "blend-align", edges...),
	"blend-fit":   vary(ladyOn+"&blend-w=180&blend-h=100", "blend-fit", "clip", "clamp", "crop", "scale", "max"),
	"blend-crop":  vary(ladyOn+"&blend-w=180&blend-h=70&blend-fit=crop", "blend-crop", "top", "bottom", "faces"),
	"blend-w":     vary(ladyOn, "blend-w", "40", "100", ".25"),
	"blend-h":     vary(ladyOn, "blend-h", "40", "100", ".25"),
	"blend-x":     vary(blended, "blend-x", "10", "-30"),
	"blend-y":     vary(blended, "blend-y", "10", "-30"),
	"blend-pad":   vary(blended+"&blend-align=top,left", "blend-pad", "0", "12"),
	"blend-size":  vary("w=240&blend={"+lady+"}&blend-mode=softlight", "blend-size", "inherit"),
}
