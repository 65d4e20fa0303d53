package transform_test

import (
	"slices"
	"strings"
	"testing"

	"lightwell/transform"
)

// equalSpellings are groups of query forms that mean one thing, the shortest
// first. A path form begins with a slash.
var equalSpellings = slices.Concat(mostSpellings, canvasSpellings, foundSpellings, markSpellings, blendSpellings, textSpellings)

type equals struct {
	name      string
	spellings []string
}

var mostSpellings = []equals{
	// Nothing at all.
	{"the original", []string{"", "&", "&&", "/", "/,", "/,,", "ixlib=js-3.8.0", "v=2", "dl=cat.jpg", "dl", "v", "expires=1", "expires64=MQ", "s=abc_-9"}},
	{"zero is not given", []string{"", "w=0", "h=0", "w=0&h=0", "blur=0", "sharp=0", "rot=0", "orient=0", "w=0.0", "h=000"}},
	{"defaults written out", []string{"", "fit=clip", "enlarge=0", "dpr=1", "q=75", "rot-type=straighten", "fp-x=0.5", "fp-y=0.5", "fp-z=1"}},
	{"no size, so no shape", []string{"", "fit=crop", "fit=max", "fit=min", "fit=fill", "fit=fillmax", "fit=clamp", "fit=scale", "enlarge=1", "dpr=2", "crop=top", "fit=crop&crop=entropy"}},
	{"bounds and aspect need fit=crop", []string{"", "ar=16:9", "min-w=100", "max-w=100", "min-h=100", "max-h=100", "ar=1:1&fit=max"}},

	// Names.
	{"alias of w", []string{"w=800", "width=800", "/w=800", "/width=800"}},
	{"alias of h", []string{"h=600", "height=600"}},
	{"alias of fit", []string{"w=800&h=600&fit=crop", "w=800&h=600&f=crop", "width=800&height=600&f=crop"}},
	{"alias of orient", []string{"orient=6", "or=6", "orient=90", "or=90"}},
	{"aliases of rot-type", []string{"rot=10&rot-type=pivot", "rot=10&rottype=pivot", "rot=10&rott=pivot"}},
	{"alias of max-w", []string{"fit=crop&h=500&max-w=400", "fit=crop&h=500&max-width=400"}},
	{"alias of max-h", []string{"fit=crop&w=500&max-h=400", "fit=crop&w=500&max-height=400"}},
	{"alias of min-w", []string{"fit=crop&h=500&min-w=400", "fit=crop&h=500&min-width=400"}},
	{"alias of min-h", []string{"fit=crop&w=500&min-h=400", "fit=crop&w=500&min-height=400"}},

	// Order and what is ignored.
	{"order of two", []string{"w=800&h=600", "h=600&w=800"}},
	{"order of many", []string{"w=800&h=600&fit=crop&crop=top&fm=webp&q=60", "q=60&fm=webp&crop=top&fit=crop&h=600&w=800", "fit=crop&q=60&h=600&fm=webp&w=800&crop=top"}},
	{"order of fit=max and enlarge", []string{"w=800", "fit=max&w=800&enlarge=1", "enlarge=1&w=800&fit=max", "w=800&enlarge=1&fit=max"}},
	{"empty pairs", []string{"w=800", "&w=800", "w=800&", "&&w=800&&", "/w=800,", "/,w=800"}},
	{"what is no part of the rendition", []string{"w=800", "w=800&v=7", "w=800&dl=a.jpg", "w=800&dl=", "w=800&ixlib=go-1", "ixlib=a&w=800&ixlib=b", "w=800&v="}},

	// Query and path.
	{"two forms", []string{"w=800&h=600&fit=crop&auto=format", "/w=800,h=600,fit=crop,auto=format"}},
	{"a comma in a value", []string{"w=9&h=9&fit=crop&crop=top,left", "w=9&h=9&fit=crop&crop=top%2Cleft", "w=9&h=9&fit=crop&crop=top%2cleft", "/w=9,h=9,fit=crop,crop=top%2Cleft", "/w=9,h=9,fit=crop,crop=top%2cleft"}},
	{"rect in both", []string{"rect=10,20,300,400", "rect=10%2C20%2C300%2C400", "/rect=10%2C20%2C300%2C400"}},
	{"a colon in a value", []string{"fit=crop&ar=16:9", "fit=crop&ar=16%3A9", "fit=crop&ar=16%3a9", "/fit=crop,ar=16:9", "/fit=crop,ar=16%3A9"}},
	{"encoded letters of a value", []string{"fm=webp", "fm=%77ebp", "fm=web%70", "/fm=%77%65%62%70"}},
	{"encoded letters of a name", []string{"w=800", "%77=800", "/%77=800", "wid%74h=800"}},
	{"encoded digits", []string{"w=800", "w=%38%30%30", "/w=8%300"}},

	// base64url.
	{"w64", []string{"w=800", "w64=ODAw", "width64=ODAw", "/w64=ODAw"}},
	{"crop64", []string{"w=9&h=9&fit=crop&crop=top,left", "w=9&h=9&fit=crop&crop64=dG9wLGxlZnQ"}},
	{"ar64", []string{"fit=crop&ar=16:9", "fit=crop&ar64=MTY6OQ"}},
	{"bg64", []string{"bg=red", "bg64=cmVk"}},
	{"rect64", []string{"rect=10,20,300,400", "rect64=MTAsMjAsMzAwLDQwMA"}},
	{"dl64 is no part of it", []string{"w=800", "w=800&dl64=Y2F0LmpwZw", "w=800&v64=Mg"}},
	{"fm64", []string{"fm=webp", "fm64=d2VicA"}},

	// Numbers.
	{"leading zeros", []string{"w=800", "w=0800", "w=00800"}},
	{"a whole number with a fraction", []string{"w=800", "w=800.0", "w=800.", "w=800.000", "w=0800.00"}},
	{"a part", []string{"w=0.5", "w=.5", "w=0.50", "w=00.5", "/w=.500"}},
	{"a part of h", []string{"h=0.25", "h=.25", "h=0.250"}},
	{"dpr's zeros", []string{"w=800&dpr=2", "w=800&dpr=2.0", "w=800&dpr=02", "w=800&dpr=2."}},
	{"orient's zeros", []string{"orient=6", "orient=06"}},
	{"q's zeros", []string{"q=60", "q=060"}},
	{"sharp's zeros", []string{"sharp=5", "sharp=5.0", "sharp=05"}},
	{"minus zero", []string{"w=800", "w=800&rot=-0", "w=800&blur=-0", "w=800&sharp=-0", "w=800&rot=-0.0", "w=800&sharp=-0.00"}},

	// Sizes and fits.
	{"max is clip", []string{"w=800&h=600", "w=800&h=600&fit=clip", "w=800&h=600&fit=max", "w=800&h=600&f=max&enlarge=0"}},
	{"min is crop", []string{"w=800&h=600&fit=crop", "w=800&h=600&fit=min", "w=800&h=600&fit=min&enlarge=1", "w=800&h=600&fit=crop&enlarge=0"}},
	{"fillmax is fill", []string{"w=800&h=600&fit=fill", "w=800&h=600&fit=fillmax", "w=800&h=600&fit=fillmax&enlarge=1", "w=800&h=600&fit=fill&enlarge=0"}},
	{"clamp by itself", []string{"w=800&h=600&fit=clamp", "w=800&h=600&fit=clamp&enlarge=0", "h=600&fit=clamp&w=800"}},
	{"scale always enlarges", []string{"w=800&h=600&fit=scale", "w=800&h=600&fit=scale&enlarge=1"}},
	{"w alone", []string{"w=800", "w=800&fit=clip", "w=800&fit=max", "w=800&fit=crop", "w=800&fit=min", "w=800&fit=fill", "w=800&fit=fillmax", "w=800&fit=clamp", "w=800&h=0&fit=crop", "w=800&h=0"}},
	{"h alone", []string{"h=600", "h=600&fit=clip", "h=600&fit=max", "h=600&fit=crop", "h=600&fit=min", "h=600&fit=fill", "h=600&fit=fillmax", "h=600&fit=clamp", "h=600&w=0&fit=fill"}},
	{"w alone, enlarged", []string{"w=800&enlarge=1", "w=800&fit=crop&enlarge=1", "w=800&fit=fill&enlarge=1", "w=800&fit=scale", "w=800&fit=scale&enlarge=1"}},
	{"a part alone", []string{"w=0.5", "w=0.5&fit=crop", "w=0.5&fit=fill", "w=0.5&fit=max"}},
	{"a way of cropping without crop", []string{"w=800&h=600", "w=800&h=600&crop=top", "w=800&h=600&crop=entropy", "w=800&h=600&crop=focalpoint&fp-x=0.1", "w=800&h=600&fp-z=3"}},
	{"a way of cropping with fill", []string{"w=800&h=600&fit=fill", "w=800&h=600&fit=fill&crop=top", "w=800&h=600&fit=fill&crop=edges"}},
	{"a way of cropping with one side", []string{"w=800", "w=800&fit=crop&crop=top", "w=800&fit=crop&crop=edges", "w=800&fit=crop&crop=focalpoint&fp-x=0.2"}},
	{"aspect with both sides", []string{"w=800&h=600&fit=crop", "w=800&h=600&fit=crop&ar=16:9", "w=800&h=600&fit=crop&ar=1:3"}},
	{"aspect without crop", []string{"w=800", "w=800&ar=16:9", "w=800&ar=16:9&fit=clip", "w=800&ar=16:9&fit=fill"}},
	{"boolean", []string{"w=800&enlarge=1", "w=800&enlarge=true"}},
	{"boolean, off", []string{"w=800", "w=800&enlarge=0", "w=800&enlarge=false"}},

	// Aspects.
	{"16:9", []string{"fit=crop&ar=16:9", "fit=crop&ar=32:18", "fit=crop&ar=160:90", "fit=crop&ar=16.0:9.0", "fit=min&ar=16:9", "fit=crop&ar=16:9&w=0"}},
	{"3:2", []string{"fit=crop&ar=3:2", "fit=crop&ar=1.5:1", "fit=crop&ar=6:4", "fit=crop&ar=3000:2000"}},
	{"square", []string{"fit=crop&ar=1:1", "fit=crop&ar=7:7", "fit=crop&ar=0.5:0.5"}},
	{"aspect with w", []string{"w=800&fit=crop&ar=16:9", "ar=32:18&w=800&fit=crop", "w=800&fit=min&ar=16:9"}},

	// Bounds.
	{"an upper bound under w", []string{"w=400&h=600&fit=crop", "w=800&h=600&fit=crop&max-w=400", "w=500&h=600&fit=crop&max-w=400&min-w=10"}},
	{"an upper bound over w", []string{"w=400&h=600&fit=crop", "w=400&h=600&fit=crop&max-w=800", "w=400&h=600&fit=crop&max-w=400"}},
	{"a lower bound over w", []string{"w=400&h=600&fit=crop", "w=100&h=600&fit=crop&min-w=400", "w=399&h=600&fit=crop&min-w=400&max-w=900"}},
	{"bounds on h", []string{"w=400&h=600&fit=crop", "w=400&h=800&fit=crop&max-h=600", "w=400&h=20&fit=crop&min-h=600"}},
	{"bounds on w alone", []string{"w=400", "w=800&fit=crop&max-w=400", "w=20&fit=crop&min-w=400"}},
	{"bounds without crop", []string{"w=800", "w=800&max-w=400", "w=800&fit=fill&max-w=400", "w=800&fit=max&min-h=9"}},
	{"a bound of one pixel", []string{"w=2&h=600&fit=crop&max-w=1", "w=800&h=600&fit=crop&max-w=1", "w=5&h=600&fit=crop&max-w=1&min-w=1"}},

	// Crops.
	{"top left", []string{"w=9&h=9&fit=crop&crop=top,left", "w=9&h=9&fit=crop&crop=left,top", "w=9&h=9&fit=crop&crop=left,top,left"}},
	{"bottom right", []string{"w=9&h=9&fit=crop&crop=bottom,right", "w=9&h=9&fit=crop&crop=right,bottom"}},
	{"one side twice", []string{"w=9&h=9&fit=crop&crop=top", "w=9&h=9&fit=crop&crop=top,top"}},
	{"the first of a chain", []string{"w=9&h=9&fit=crop&crop=entropy", "w=9&h=9&fit=crop&crop=entropy,top", "w=9&h=9&fit=crop&crop=entropy,edges", "w=9&h=9&fit=crop&crop=entropy,top,left"}},
	{"sides before another way", []string{"w=9&h=9&fit=crop&crop=top,left", "w=9&h=9&fit=crop&crop=top,left,entropy", "w=9&h=9&fit=crop&crop=left,top,focalpoint"}},
	{"the middle as a focal point", []string{"w=9&h=9&fit=crop", "w=9&h=9&fit=crop&crop=focalpoint", "w=9&h=9&fit=crop&crop=focalpoint&fp-x=0.5&fp-y=.5", "w=9&h=9&fit=crop&crop=focalpoint&fp-z=1"}},
	{"a focal point", []string{"w=9&h=9&fit=crop&crop=focalpoint&fp-x=0.2", "w=9&h=9&fit=crop&crop=focalpoint&fp-x=0.20&fp-y=0.5&fp-z=1", "/fp-x=.2,crop=focalpoint,fit=crop,w=9,h=9"}},
	{"a focal point without its crop", []string{"w=9&h=9&fit=crop", "w=9&h=9&fit=crop&fp-x=0.2", "w=9&h=9&fit=crop&fp-z=4&fp-y=0"}},
	{"a focal point with another crop", []string{"w=9&h=9&fit=crop&crop=top", "w=9&h=9&fit=crop&crop=top&fp-x=0.2&fp-y=0.7&fp-z=3"}},
	{"zoom above ten", []string{"w=9&h=9&fit=crop&crop=focalpoint&fp-z=10", "w=9&h=9&fit=crop&crop=focalpoint&fp-z=11", "w=9&h=9&fit=crop&crop=focalpoint&fp-z=100"}},
	{"zoom on one side", []string{"w=9&fit=crop&crop=focalpoint&fp-z=2", "w=9&fit=min&crop=focalpoint&fp-z=2.0&fp-x=0.5"}},

	// Rect.
	{"rect at the corner", []string{"rect=0,0,300,400", "rect=left,top,300,400", "rect=0.0,0.0,300,400", "rect=left,0,300,400"}},
	{"rect by parts", []string{"rect=0.25,0.5,300,400", "rect=.25,.50,300,400"}},
	{"rect in pixels", []string{"rect=10,20,300,400", "rect=10.0,20.0,300,400", "rect=010,020,0300,0400"}},
	{"rect at one", []string{"rect=1,1,9,9", "rect=01,01,9,9"}},
	{"rect at the whole", []string{"rect=1.0,0,9,9", "rect=1.00,0,9,9", "rect=1.,0,9,9"}},

	// dpr.
	{"dpr without a size", []string{"fm=webp", "fm=webp&dpr=3", "fm=webp&dpr=0.5", "fm=webp&dpr=1"}},
	{"dpr of one", []string{"w=800", "w=800&dpr=1", "w=800&dpr=1.0", "w=800&dpr=1.000"}},

	// Turning.
	{"orient by degrees, 90", []string{"orient=6", "orient=90", "or=90"}},
	{"orient by degrees, 180", []string{"orient=3", "orient=180"}},
	{"orient by degrees, 270", []string{"orient=8", "orient=270"}},
	{"a whole turn", []string{"", "rot=0", "rot=360", "rot=720", "rot=-360", "rot=360.0", "rot=-720"}},
	{"a turn more", []string{"rot=90", "rot=450", "rot=-270", "rot=90.0", "rot=810"}},
	{"a turn back", []string{"rot=270", "rot=-90", "rot=630"}},
	{"a free angle", []string{"rot=10", "rot=370", "rot=-350", "rot=10.0", "rot=10&rot-type=straighten"}},
	{"both flips are half a turn", []string{"rot=180", "flip=hv", "flip=vh", "rot=-180", "rot=540", "flip=hv&rot=360"}},
	{"half a turn and both flips", []string{"", "rot=180&flip=hv", "flip=vh&rot=-180"}},
	{"a flip with half a turn", []string{"flip=v", "flip=h&rot=180", "rot=-180&flip=h"}},
	{"the other flip with half a turn", []string{"flip=h", "flip=v&rot=180"}},
	{"a flip with a turn", []string{"flip=h&rot=90", "flip=v&rot=270", "flip=v&rot=-90"}},
	{"a flip with a free angle", []string{"flip=h&rot=10", "flip=v&rot=190"}},
	{"both flips with a turn", []string{"rot=270", "flip=hv&rot=90", "flip=vh&rot=450"}},
	{"rot-type with a right angle", []string{"rot=90", "rot=90&rot-type=pivot", "rot=90&rot-type=straighten"}},
	{"rot-type without an angle", []string{"", "rot-type=pivot", "rot-type=straighten", "rot=360&rott=pivot"}},
	{"rot-type with flips", []string{"rot=180", "flip=hv&rot-type=pivot"}},

	// Colours.
	{"white", []string{"bg=fff", "bg=FFF", "bg=ffffff", "bg=FFFFFF", "bg=ffff", "bg=ffffffff", "bg=white", "bg=White", "bg=WHITE", "bg=FfFfFf"}},
	{"red", []string{"bg=red", "bg=f00", "bg=ff0000", "bg=ff00", "bg=ffff0000", "bg=Red", "/bg=F00"}},
	{"half black", []string{"bg=80000000", "bg64=ODAwMDAwMDA"}},
	{"short with alpha", []string{"bg=8f00", "bg=88ff0000", "bg=88FF0000"}},
	{"see-through", []string{"bg=transparent", "bg=0000", "bg=00000000", "bg=Transparent", "bg=0fff", "bg=00ffffff", "bg=00123456"}},
	{"grey", []string{"bg=gray", "bg=grey", "bg=808080", "bg=ff808080"}},
	{"cyan", []string{"bg=cyan", "bg=aqua", "bg=0ff", "bg=00ffff", "bg=f0ff"}},
	{"magenta", []string{"bg=magenta", "bg=fuchsia", "bg=f0f", "bg=ff00ff"}},
	{"rebeccapurple", []string{"bg=rebeccapurple", "bg=639", "bg=663399"}},

	// Adjust and style.
	{"adjustments of nothing", []string{"", "bri=0", "con=0", "exp=0", "gam=0", "shad=0", "high=0", "sat=0", "vib=0", "hue=0", "hue=360", "invert=0", "usm=0", "usmrad=9", "usm=50&usmrad=0"}},
	{"adjustments beyond their ranges", []string{"exp=-100&bri=100&con=100&gam=100&shad=100&sat=-100&vib=100&usm=-100", "bri=101&con=900&exp=-101&gam=100&shad=100.5&sat=-999&vib=101&usm=-200"}},
	{"high goes one way", []string{"", "high=10", "high=100"}},
	{"high beyond its range", []string{"high=-100", "high=-101"}},
	{"invert's alias", []string{"invert=1", "inv=1", "inv=true", "invert64=MQ"}},
	{"the usual radius", []string{"usm=20", "usm=20&usmrad=2.5", "usmrad=2.50&usm=20"}},
	{"styles of nothing", []string{"", "px=0", "px=1", "sepia=0", "sepia=-5", "monochrome=00ff0000", "duotone-alpha=50", "duotone=red,blue&duotone-alpha=0"}},
	{"monochrome's alias", []string{"monochrome=ff0000", "mono=ff0000", "mono=red", "monochrome=F00", "monochrome=ffff0000"}},
	{"duotone", []string{"duotone=000080,fa8072", "duotone=navy,salmon", "duotone=navy,salmon&duotone-alpha=100", "duotone=80000080,10fa8072", "/duotone=navy%2Csalmon"}},
	{"styles beyond their ranges", []string{"px=100&sepia=100", "px=101&sepia=200"}},
	{"blur beyond its range", []string{"blur=2000", "blur=2001", "blur=99999"}},
	{"blur below its range", []string{"", "blur=-1", "blur=-99999"}},
	{"sharp beyond its range", []string{"sharp=100", "sharp=100.5", "sharp=1000"}},
	{"sharp below its range", []string{"", "sharp=-1", "sharp=-0.5"}},

	// Output.
	{"jpeg", []string{"fm=jpg", "fm=jpeg", "/fm=jpg", "fm=jpg&q=75"}},
	{"progressive", []string{"fm=pjpg", "fm=pjpg&q=75"}},
	{"q of png", []string{"fm=png", "fm=png&q=50", "q=0&fm=png", "fm=png&q=100"}},
	{"q of gif", []string{"fm=gif", "fm=gif&q=10"}},
	{"q beyond its range", []string{"fm=jpg&q=100", "fm=jpg&q=101", "fm=jpg&q=100000"}},
	{"q below its range", []string{"fm=jpg&q=1", "fm=jpg&q=0", "fm=jpg&q=-7"}},
	{"q of the default", []string{"fm=webp", "fm=webp&q=75", "fm=webp&q=075"}},
	{"q of the default without fm", []string{"w=800", "w=800&q=75"}},
	{"auto twice", []string{"auto=format", "auto=format&auto=format", "auto=format,format", "/auto=format,auto=format"}},
	{"q and auto", []string{"fm=png&auto=format&q=50", "q=50&auto=format&fm=png"}},

	// Several at once.
	{"a card", []string{
		"w=400&h=300&fit=crop&crop=top,left&fm=webp&auto=format",
		"auto=format&fm=webp&crop=left,top&fit=min&h=300&w=400&dpr=1&q=75&rot=360&enlarge=0",
		"/width=400,height=300,f=crop,crop=left%2Ctop,fm=webp,auto=format,fp-x=0.3,rot-type=pivot",
		"w64=NDAw&height64=MzAw&fit=crop&crop64=bGVmdCx0b3A&fm=webp&auto=format&dl=card&v=9&ixlib=x",
	}},
	{"a padded thumbnail", []string{
		"w=150&h=150&fit=fill&bg=ff0000&fm=png", "w=150&h=150&fit=fillmax&bg=red&fm=png&q=20&enlarge=1", "/fm=png,bg=f00,f=fill,h=150,w=150.0,ar=4:3",
	}},
}

func TestEqualSpellings(t *testing.T) {
	for _, group := range equalSpellings {
		want := query(t, group.spellings[0])
		for _, s := range group.spellings[1:] {
			got := want
			if s != "" && s[0] == '/' {
				got = path(t, s[1:])
			} else {
				got = query(t, s)
			}
			if got != want {
				t.Errorf("%s: Parse(%q) = %q, want %q as of %q", group.name, s, got, want, group.spellings[0])
			}
		}
	}
}

// differentSpellings are pairs that look alike and mean two things.
var differentSpellings = slices.Concat(mostDifferent, canvasDifferent, markDifferent, blendDifferent, textDifferent)

var mostDifferent = []struct{ a, b string }{
	{"w=800", "w=801"},
	{"w=800", "h=800"},
	{"w=0.5", "h=0.5"},
	{"w=0.5", "w=0.51"},
	{"w=800", "w=800&h=600"},
	{"w=800&h=600", "w=600&h=800"},
	{"w=800", "w=800&enlarge=1"},
	{"w=800", "w=800&fit=scale"}, // which enlarges
	{"w=800&h=600", "w=800&h=600&enlarge=1"},
	{"w=800&h=600", "w=800&h=600&fit=crop"},
	{"w=800&h=600&fit=fill", "w=800&h=600&fit=clamp"},
	{"w=800&h=600&fit=fill", "w=800&h=600&fit=fill&enlarge=1"},
	{"w=800&h=600&fit=crop", "w=800&h=600&fit=scale"},
	{"w=800&h=600&fit=crop", "w=800&h=600&fit=crop&enlarge=1"},
	{"w=800&h=600&fit=max&enlarge=1", "w=800&h=600&enlarge=1"},
	{"w=800&h=600&fit=crop", "w=800&h=600&fit=crop&crop=top"},
	{"w=800&h=600&fit=crop&crop=top", "w=800&h=600&fit=crop&crop=bottom"},
	{"w=800&h=600&fit=crop&crop=top", "w=800&h=600&fit=crop&crop=top,left"},
	{"w=800&h=600&fit=crop&crop=left", "w=800&h=600&fit=crop&crop=right"},
	{"w=800&h=600&fit=crop&crop=entropy", "w=800&h=600&fit=crop&crop=edges"},
	{"w=800&h=600&fit=crop&crop=entropy,top", "w=800&h=600&fit=crop&crop=top,entropy"},
	{"w=800&h=600&fit=crop&crop=focalpoint&fp-x=0.2", "w=800&h=600&fit=crop&crop=focalpoint&fp-y=0.2"},
	{"w=800&h=600&fit=crop&crop=focalpoint&fp-x=0", "w=800&h=600&fit=crop&crop=focalpoint"},
	{"w=800&h=600&fit=crop&crop=focalpoint&fp-z=2", "w=800&h=600&fit=crop&crop=focalpoint"},
	{"w=800&fit=crop&crop=focalpoint&fp-z=2", "w=800&fit=crop"},
	{"w=800&fit=crop&ar=16:9", "w=800&fit=crop"},
	{"fit=crop&ar=16:9", "fit=crop&ar=9:16"},
	{"fit=crop&ar=16:9", "fit=crop&ar=16:10"},
	{"fit=crop&ar=16:9", ""},
	{"fit=crop&max-w=400", "fit=crop&min-w=400"},
	{"fit=crop&max-w=400", "fit=crop&max-h=400"},
	{"fit=crop&max-w=400", ""},
	{"fit=crop&w=800&max-h=400", "w=800"},
	{"fit=crop&w=0.5&max-w=400", "w=0.5"},
	{"fit=crop&w=2&h=600&max-w=1", "fit=crop&w=2&h=600"},
	{"w=800", "w=800&dpr=2"},
	{"w=800&dpr=2", "w=1600"}, // blur and bounds are before dpr
	{"rect=0,0,300,400", ""},
	{"rect=0,0,300,400", "rect=0,0,400,300"},
	{"rect=1,0,9,9", "rect=1.0,0,9,9"}, // a pixel, and the whole side
	{"rect=right,0,9,9", "rect=center,0,9,9"},
	{"rect=right,0,9,9", "rect=left,0,9,9"},
	{"rect=0,middle,9,9", "rect=0,bottom,9,9"},
	{"orient=1", ""}, // what is stored, not what EXIF says
	{"orient=6", "orient=8"},
	{"orient=6", "rot=90"},
	{"orient=3", "rot=180"},
	{"rot=90", "rot=270"},
	{"rot=90", "rot=-90"},
	{"rot=10", "rot=10&rot-type=pivot"},
	{"rot=10", "rot=10.5"},
	{"flip=h", "flip=v"},
	{"flip=h", "flip=hv"},
	{"flip=h&rot=90", "flip=v&rot=90"},
	{"flip=h&rot=10", "flip=h&rot=350"},
	{"bg=fff", "bg=ffe"},
	{"bg=fff", ""}, // what is transparent is then not
	{"bg=transparent", ""},
	{"bg=8f00", "bg=f00"},
	{"bg=ff8000", "bg=80ff8000"},
	{"bg=f008", "bg=0008"},
	{"blur=10", "blur=11"},
	{"bri=10", "con=10"}, {"exp=10", "gam=10"}, {"shad=10", "shad=10.5"}, {"high=-10", "high=-11"}, {"sat=10", "vib=10"}, {"hue=10", "hue=350"},
	{"usm=10", "usm=-10"}, {"usm=10", "usm=10&usmrad=3"}, {"invert=1", ""}, {"px=2", "px=3"}, {"sepia=10", "sepia=11"},
	{"monochrome=red", "monochrome=80ff0000"}, {"duotone=red,blue", "duotone=blue,red"}, {"duotone=red,blue", "duotone=red,blue&duotone-alpha=99"},
	{"blur=10", "sharp=10"},
	{"fm=jpg", ""},
	{"fm=jpg", "fm=pjpg"},
	{"fm=jpg", "fm=webp"},
	{"fm=jpg", "fm=jpg&auto=format"},
	{"fm=jpg&q=50", "fm=jpg&q=51"},
	{"fm=jpg&q=74", "fm=jpg"},
	{"fm=png&auto=format&q=50", "fm=png&auto=format"}, // it may become AVIF
	{"q=50", ""},
	{"auto=format", ""},
}

func TestDifferentSpellings(t *testing.T) {
	for _, tt := range differentSpellings {
		if a, b := query(t, tt.a), query(t, tt.b); a == b {
			t.Errorf("Parse(%q) = Parse(%q) = %q, want two Recipes", tt.a, tt.b, a)
		}
	}
}

// Order never matters: each spelling, back to front, is the same Recipe.
func TestBackToFront(t *testing.T) {
	for _, group := range equalSpellings {
		for _, s := range group.spellings {
			if strings.HasPrefix(s, "/") {
				continue
			}
			pairs := strings.Split(s, "&")
			slices.Reverse(pairs)
			if got, want := query(t, strings.Join(pairs, "&")), query(t, s); got != want {
				t.Errorf("ParseQuery(%q) = %q, want %q as of %q", strings.Join(pairs, "&"), got, want, s)
			}
		}
	}
}

// Parsing what String spells gives the Recipe again.
func TestSpellingsRoundTrip(t *testing.T) {
	spellings := func(yield func(string) bool) {
		for _, group := range equalSpellings {
			if !yield(group.spellings[0]) {
				return
			}
		}
		for _, tt := range differentSpellings {
			if !yield(tt.a) || !yield(tt.b) {
				return
			}
		}
	}
	for s := range spellings {
		want := query(t, s)
		got, err := transform.Parser{}.ParseQuery(want.String())
		if err != nil || got.Recipe != want {
			t.Errorf("ParseQuery(%q) = %q, %v, want what %q gives", want, got.Recipe, err, s)
		}
	}
}
