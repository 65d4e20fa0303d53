package main

import "slices"

var canvasExamples = map[string][]example{
	"bg":            slices.Concat(vary("w=160&h=160&fit=fill", "bg", "222", "336699", "teal"), of(cutOut, as("bg=fc0", "bg=80336699&fm=png")), wrong("w=160&bg=reddish")),
	"fill":          vary("w=200&h=200&fit=fill&bg=336699", "fill", "solid", "blur"),
	"fill-color":    vary("w=200&h=200&fit=fill&fill=solid", "fill-color", "fc0", "8fbc8f"),
	"mask":          vary("w=200&h=140&fit=crop", "mask", "ellipse", "corners"),
	"corner-radius": vary("w=200&mask=corners", "corner-radius", "10", "40", "60,0,60,0"),
	"mask-bg":       vary("w=200&mask=ellipse", "mask-bg", "fc0", "336699"),
	"pad":           slices.Concat(vary("w=200&bg=d8d8e8", "pad", "8", "24"), wrong("w=20&pad=10")),
	"pad-top":       vary("w=200&bg=d8d8e8", "pad-top", "30"),
	"pad-right":     vary("w=200&bg=d8d8e8", "pad-right", "30"),
	"pad-bottom":    vary("w=200&bg=d8d8e8", "pad-bottom", "30"),
	"pad-left":      vary("w=200&bg=d8d8e8", "pad-left", "30"),
}

var borderExamples = map[string][]example{
	"border":              slices.Concat(vary("w=200", "border", "2,fff", "8,336699", "20,80ffffff"), inPath(as("w=200&border=8,336699"))),
	"border-top":          vary("w=200&border=4,fc0", "border-top", "0", "24"),
	"border-right":        vary("w=200&border=4,fc0", "border-right", "0", "24"),
	"border-bottom":       vary("w=200&border=4,fc0", "border-bottom", "0", "24"),
	"border-left":         vary("w=200&border=4,fc0", "border-left", "0", "24"),
	"border-radius":       vary("w=200&fm=png&border=8,336699", "border-radius", "10", "40", "60,0,60,0"),
	"border-radius-inner": vary("w=200&border=12,336699", "border-radius-inner", "10", "50", "60,0,60,0"),
}

var adjustExamples = map[string][]example{
	"exp":    slices.Concat(vary(small, "exp", "-50", "25", "50"), wrong("w=240&exp=bright")),
	"bri":    vary(small, "bri", "-50", "25", "50"),
	"con":    vary(small, "con", "-60", "30", "80"),
	"gam":    vary(small, "gam", "-60", "30", "60"),
	"shad":   vary(small, "shad", "0", "50", "100"),
	"high":   vary(small, "high", "-100", "-50", "0"),
	"invert": vary(small, "invert", "1"),
	"sat":    vary(small, "sat", "-100", "-50", "50", "100"),
	"hue":    vary(small, "hue", "60", "180", "270"),
	"vib":    vary(small, "vib", "-100", "50", "100"),
	"sharp":  vary(small, "sharp", "0", "20", "80"),
	"usm":    vary(small, "usm", "-100", "50", "100"),
	"usmrad": vary("w=240&usm=80", "usmrad", "1", "5", "40"),
}

var styleExamples = map[string][]example{
	"blur":          vary(small, "blur", "20", "100", "500"),
	"px":            vary(small, "px", "4", "12", "40"),
	"sepia":         vary(small, "sepia", "30", "60", "100"),
	"monochrome":    vary(small, "monochrome", "888", "336699", "80336699"),
	"duotone":       slices.Concat(vary(small, "duotone", "000080,fa8072", "002200,ffee88"), inPath(as("w=240&duotone=000080,fa8072")), wrong("w=240&duotone=000080")),
	"duotone-alpha": vary("w=240&duotone=000080,fa8072", "duotone-alpha", "25", "60", "100"),
}
