package main

import (
	"maps"
	"slices"
)

// groups are those of parameters, in the order of the page.
var groups = []string{
	"size", "trim", "turn", "canvas", "adjust", "style", "watermark", "blend", "text", "animation", "document",
	"output", "palette", "auto", "access",
}

// small is a picture that fits beside others.
const small = "w=240"

// examples are those of each parameter, by its name.
var examples = func() map[string][]example {
	all := map[string][]example{}
	for _, group := range []map[string][]example{
		sizeExamples, cropExamples, trimExamples, turnExamples, canvasExamples, borderExamples, adjustExamples, styleExamples,
		markExamples, blendExamples, textExamples, letterExamples, motionExamples, fileExamples, answerExamples,
	} {
		maps.Copy(all, group)
	}
	return all
}()

// strip is what the README has of all that, in a picture.
var strip = slices.Concat(
	as("h=200&ar=1:1&fit=crop&mask=ellipse", "w=300&duotone=000080,fa8072"),
	of(lady, as("w=300&h=200&fit=crop&crop=faces", "w=200&h=200&fit=fill&fill=blur")),
	as("w=300&txt=Canyon&txt-size=48&txt-color=fff", "w=300&mark=logo&mark-w=60&mark-align=top,right"),
	as("w=300&blend=f60&blend-mode=multiply", "w=300&blend={"+lady+"}&bh=180&bm=luminosity"),
	as("w=300&pad=16&bg=eee&border=6,336699&border-radius=30", "w=300&rot=12&rot-type=pivot&bg=eee", "w=300&px=12", "w=300&fm=png8&colorquant=4"),
)
