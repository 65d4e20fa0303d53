package engine

// reference is one operation and the picture that ImageMagick made of it, which is
// testdata/reference/want/NAME.png. To add one: a line here and one in make.sh there.
type reference struct {
	name, source, query string
	tolerance           perceived
	// mistaken are queries a little off, as a mistake would be: what they make must be
	// told from the reference. With a space, the first word is another source.
	mistaken []string
}

var references = []reference{
	// Size.
	{"w", "scene.png", "w=120", resized, []string{"w=120&flip=h"}},
	{"h", "scene.png", "h=60", resized, nil},
	{"w-part", "scene.png", "w=0.6", resized, nil},
	{"clip", "scene.png", "w=100&h=100", resized, nil},
	{"max", "scene.png", "w=100&h=40&fit=max", resized, nil},
	{"scale", "scene.png", "w=100&h=100&fit=scale", resized, []string{"w=100&h=100&fit=crop"}},
	{"rect", "scene.png", "rect=40,30,120,90", exact, []string{"rect=41,30,120,90", "rect=40,31,120,90"}},
	{"rect-parts", "scene.png", "rect=0.25,0.5,100,60", exact, []string{"rect=0.255,0.5,100,60", "rect=0.25,0.495,100,60"}},
	{"rect-end", "scene.png", "rect=right,bottom,100,80", exact, []string{"rect=139,80,100,80", "rect=140,79,100,80"}},
	{"rect-middle", "scene.png", "rect=center,middle,101,80", exact, []string{"rect=70,40,101,80", "rect=69,41,101,80"}},
	{"rect-over", "scene.png", "rect=150,100,200,200", exact, []string{"rect=149,99,90,60"}},
	{"rect-w", "scene.png", "rect=60,40,150,100&w=90", resized, []string{"rect=62,40,150,100&w=90", "rect=60,42,150,100&w=90"}},
	{"rect-small", "scene.png", "rect=100,60,60,40&w=150", exact, []string{"rect=101,60,60,40"}},
	{"enlarge", "scene.png", "rect=100,60,60,40&w=150&enlarge=1", resized, []string{"rect=101,60,60,40&w=150&enlarge=1"}},
	{"dpr-2", "scene.png", "w=70&dpr=2", resized, nil},
	{"dpr-half", "scene.png", "w=200&dpr=0.5", resized, nil},

	// fit=crop.
	{"crop", "scene.png", "w=100&h=100&fit=crop", resized, []string{"w=100&h=100&fit=crop&crop=focalpoint&fp-x=0.507"}},
	{"crop-left", "scene.png", "w=100&h=100&fit=crop&crop=left", resized, []string{"w=100&h=100&fit=crop"}},
	{"crop-right", "scene.png", "w=100&h=100&fit=crop&crop=right", resized, []string{"w=100&h=100&fit=crop"}},
	{"crop-wide", "scene.png", "w=150&h=50&fit=crop", resized, []string{"w=150&h=50&fit=crop&crop=focalpoint&fp-y=0.51"}},
	{"crop-top", "scene.png", "w=150&h=50&fit=crop&crop=top,left", resized, []string{"w=150&h=50&fit=crop"}},
	{"crop-bottom", "scene.png", "w=150&h=50&fit=crop&crop=right,bottom", resized, []string{"w=150&h=50&fit=crop"}},
	{"focal", "scene.png", "w=60&h=100&fit=crop&crop=focalpoint&fp-x=0.6", resized, []string{"w=60&h=100&fit=crop&crop=focalpoint&fp-x=0.607"}},
	{"focal-edge", "scene.png", "w=60&h=100&fit=crop&crop=focalpoint&fp-x=0.1", resized, []string{"w=60&h=100&fit=crop&crop=focalpoint&fp-x=0.21"}},
	{"focal-zoom", "scene.png", "w=100&h=80&fit=crop&crop=focalpoint&fp-x=0.3&fp-y=0.4&fp-z=1.5", resized, []string{
		"w=100&h=80&fit=crop&crop=focalpoint&fp-x=0.3&fp-y=0.4&fp-z=1.6", "w=100&h=80&fit=crop&crop=focalpoint&fp-x=0.31&fp-y=0.4&fp-z=1.5"}},
	{"focal-small", "scene.png", "w=100&h=100&fit=crop&crop=focalpoint&fp-x=0.3&fp-y=0.4&fp-z=2", exact, []string{
		"w=100&h=100&fit=crop&crop=focalpoint&fp-x=0.3&fp-y=0.41&fp-z=2"}},
	{"ar", "scene.png", "w=80&ar=1:1&fit=crop", resized, []string{"w=80&ar=1:1&fit=crop&crop=left"}},
	{"ar-h", "scene.png", "h=70&ar=16:9&fit=crop", resized, []string{"h=70&ar=16:9&fit=crop&crop=top"}},
	{"ar-alone", "scene.png", "ar=1:1&fit=crop", exact, []string{"ar=1:1&fit=crop&crop=focalpoint&fp-x=0.505"}},
	{"min-w", "scene.png", "w=0.25&min-w=100&h=50&fit=crop", resized, nil},
	{"max-w", "scene.png", "w=0.5&max-w=70&h=100&fit=crop", resized, nil},
	{"min-h", "scene.png", "w=100&h=0.25&min-h=90&fit=crop", resized, nil},
	{"max-h", "scene.png", "w=140&h=0.9&max-h=60&fit=crop", resized, nil},
	{"min", "scene.png", "rect=100,60,60,40&w=100&h=100&fit=min&enlarge=1", exact, []string{"rect=100,60,60,40&w=100&h=100&fit=min&crop=left"}},
	{"enlarge-crop", "scene.png", "rect=100,60,60,40&w=100&h=100&fit=crop&enlarge=1", resized, []string{"rect=101,60,60,40&w=100&h=100&fit=crop&enlarge=1"}},

	// Padding and transparency.
	{"fill", "scene.png", "w=100&h=100&fit=fill&bg=204060", resized, []string{"w=100&h=100&fit=fill&bg=204070"}},
	{"fill-white", "scene.png", "w=140&h=60&fit=fill", resized, []string{"w=140&h=60&fit=fill&bg=fafafa"}},
	{"fillmax", "scene.png", "rect=100,60,60,40&w=100&h=100&fit=fillmax&enlarge=1&bg=204060", exact, []string{"rect=101,60,60,40&w=100&h=100&fit=fill&bg=204060"}},
	{"fill-small", "scene.png", "rect=100,60,60,40&w=100&h=100&fit=fill&enlarge=1&bg=204060", resized, []string{"rect=101,60,60,40&w=100&h=100&fit=fill&enlarge=1&bg=204060"}},
	{"clamp", "scene.png", "w=100&h=100&fit=clamp", resized, []string{"w=100&h=100&fit=fill"}},
	{"alpha-fill", "cutout.png", "w=80&h=80&fit=fill", resized, []string{"w=80&h=80&fit=fill&bg=fff"}},
	{"fill-bg", "cutout.png", "w=80&h=80&fit=fill&bg=336699", resized, []string{"w=80&h=80&fit=fill&bg=336690"}},
	{"bg", "cutout.png", "bg=ff8800", blended, []string{"bg=ff8c00", "bg=ff8800&flip=h"}},
	{"bg-white", "cutout.png", "fm=jpg&q=100", blendedJPEG, []string{"bg=fff6f6"}},
	{"alpha", "cutout.png", "fm=png", exact, []string{"bg=000"}},
	{"alpha-bg", "cutout.png", "bg=80ff8800", blended, []string{"bg=86ff8800"}},
	{"alpha-w", "cutout.png", "w=60", resized, []string{"w=60&bg=fff"}},
	{"alpha-png", "../basn6a08.png", "fm=png", exact, nil},

	// Turning. What is beside a mistaken orientation is every other one, by its size.
	{"exif", "sideways.jpg", "fm=png", exact, nil},
	{"orient-1", "sideways.jpg", "orient=1", exact, nil},
	{"orient-2", "sideways.jpg", "orient=2", exact, nil},
	{"orient-3", "sideways.jpg", "orient=180", exact, nil},
	{"orient-4", "sideways.jpg", "orient=4", exact, nil},
	{"orient-5", "sideways.jpg", "orient=5", exact, nil},
	{"orient-6", "sideways.jpg", "orient=90", exact, nil},
	{"orient-7", "sideways.jpg", "orient=7", exact, nil},
	{"orient-8", "sideways.jpg", "orient=270", exact, nil},
	{"exif-rect", "sideways.jpg", "rect=50,20,60,80", exact, []string{"rect=51,20,60,80", "rect=50,21,60,80"}},
	{"exif-crop", "sideways.jpg", "w=90&h=60&fit=crop&crop=top", resized, []string{"w=90&h=60&fit=crop"}},
	{"flip-h", "scene.png", "w=120&flip=h", resized, nil},
	{"flip-v", "scene.png", "w=120&flip=v", resized, nil},
	{"flip-hv", "scene.png", "w=120&flip=hv", resized, nil},
	{"rot-90", "scene.png", "w=120&rot=90", resized, nil},
	{"rot-180", "chart.png", "rot=180", exact, nil},
	{"rot-270", "scene.png", "w=120&rot=-90", resized, nil},
	{"flip-rot", "scene.png", "w=120&rot=90&flip=h", resized, nil},
	{"straighten", "chart.png", "rot=10", straightened, []string{"rot=10.5", "rot=9.5"}},
	{"straighten-back", "chart.png", "rot=335", straightened, []string{"rot=336", "rot=334"}},
	{"straighten-quarter", "chart.png", "rot=100", straightened, []string{"rot=101", "rot=99"}},
	{"pivot", "chart.png", "rot=20&rot-type=pivot&bg=204060", pivoted, []string{"rot=20&rot-type=pivot&bg=204068"}},
	{"pivot-half", "chart.png", "rot=200&rot-type=pivot", pivoted, nil},
	{"alpha-pivot", "cutout.png", "rot=30&rot-type=pivot", pivoted, []string{"rot=30&rot-type=pivot&bg=fff"}},

	// Tones.
	{"exp", "chart.png", "exp=40", exact, []string{"exp=39", "exp=41"}},
	{"exp-down", "chart.png", "exp=-60", exact, []string{"exp=-59", "exp=-61"}},
	{"bri", "chart.png", "bri=20", exact, []string{"bri=19", "bri=21"}},
	{"bri-down", "chart.png", "bri=-30", exact, []string{"bri=-29", "bri=-31"}},
	{"con", "chart.png", "con=20", exact, []string{"con=19", "con=21"}},
	{"con-down", "chart.png", "con=-50", exact, []string{"con=-49", "con=-51"}},
	{"gam", "chart.png", "gam=40", exact, []string{"gam=39", "gam=41"}},
	{"gam-down", "chart.png", "gam=-40", exact, []string{"gam=-39", "gam=-41"}},
	{"shad", "chart.png", "shad=80", exact, []string{"shad=78", "shad=82"}},
	{"high", "chart.png", "high=-80", exact, []string{"high=-77", "high=-83"}},
	{"invert", "chart.png", "invert=1", exact, nil},
	{"tones", "chart.png", "exp=20&bri=-5&con=10&gam=-20&shad=40&high=-40&invert=1", exact, []string{
		"exp=20&bri=-5&con=10&gam=-20&shad=40&high=-43&invert=1", "exp=20&bri=-5&con=11&gam=-20&shad=40&high=-40&invert=1"}},

	// Colours.
	{"sat", "chart.png", "sat=50", exact, []string{"sat=48", "sat=52"}},
	{"sat-down", "chart.png", "sat=-60", exact, []string{"sat=-59", "sat=-61"}},
	{"sat-none", "chart.png", "sat=-100", exact, []string{"sat=-99"}},
	{"hue", "chart.png", "hue=40", exact, []string{"hue=39", "hue=41"}},
	{"hue-back", "chart.png", "hue=250", exact, []string{"hue=249", "hue=251"}},
	{"sat-hue", "chart.png", "sat=-30&hue=120", exact, []string{"sat=-31&hue=120", "sat=-30&hue=121"}},
	{"vib", "chart.png", "vib=80", filtered, []string{"vib=78", "vib=82"}},
	{"vib-down", "chart.png", "vib=-60", filtered, []string{"vib=-59", "vib=-61"}},

	// Sharpness.
	{"sharp", "chart.png", "sharp=20", filtered, []string{"sharp=14", "sharp=27"}},
	{"sharp-more", "chart.png", "sharp=60", filtered, []string{"sharp=40", "sharp=90"}},
	{"usm", "chart.png", "usm=60", filtered, []string{"usm=55", "usm=65", "usm=60&usmrad=3"}},
	{"usm-wide", "chart.png", "usm=60&usmrad=8", filtered, []string{"usm=55&usmrad=8", "usm=60&usmrad=7"}},
	{"usm-back", "chart.png", "usm=-60", filtered, []string{"usm=-55", "usm=-65", "usm=-60&usmrad=2"}},

	// Style.
	{"blur", "chart.png", "blur=20", filtered, []string{"blur=18", "blur=23"}},
	{"blur-least", "chart.png", "blur=5", filtered, []string{"blur=4", "blur=8"}},
	{"blur-wide", "chart.png", "blur=120", blurredWide, []string{"blur=110", "blur=130"}},
	{"alpha-blur", "cutout.png", "blur=30", filtered, []string{"blur=28", "blur=32"}},
	{"px", "chart.png", "px=8", exact, []string{"px=9"}},
	{"px-cut", "chart.png", "px=7", exact, []string{"px=6"}},
	{"sepia", "chart.png", "sepia=100", exact, []string{"sepia=98"}},
	{"sepia-half", "chart.png", "sepia=40", exact, []string{"sepia=38", "sepia=42"}},
	{"monochrome", "chart.png", "monochrome=336699", exact, []string{"monochrome=fa336699"}},
	{"monochrome-part", "chart.png", "monochrome=80336699", exact, []string{"monochrome=84336699"}},
	{"duotone", "chart.png", "duotone=000080,fa8072", exact, []string{"duotone=000080,fa8072&duotone-alpha=98"}},
	{"duotone-part", "chart.png", "duotone=000080,fa8072&duotone-alpha=40", exact, []string{"duotone=000080,fa8072&duotone-alpha=38"}},
	{"alpha-sepia", "cutout.png", "sepia=100", exact, []string{"sepia=98"}},
	{"alpha-bri", "cutout.png", "bri=20", exact, []string{"bri=19"}},

	// Output.
	{"jpg-20", "scene.png", "rect=40,20,160,120&fm=jpg&q=20", exact, []string{"rect=40,20,160,120&fm=jpg&q=21"}},
	{"jpg-75", "scene.png", "rect=40,20,160,120&fm=jpg", exact, []string{"rect=40,20,160,120&fm=jpg&q=74"}},
	{"jpg-95", "scene.png", "rect=40,20,160,120&fm=pjpg&q=95", exact, []string{"rect=40,20,160,120&fm=jpg&q=94"}},
	{"webp", "scene.png", "rect=40,20,160,120&fm=webp&q=76", exact, []string{"rect=40,20,160,120&fm=webp&q=74"}},
	{"gif", "scene.png", "rect=40,20,160,120&fm=gif", quantised, []string{"rect=40,20,160,120&fm=gif&con=5"}},
	{"avif", "scene.png", "rect=40,20,160,120&fm=avif", lossy, []string{"rect=40,20,160,120&fm=avif&q=60"}},
	{"avif-q", "scene.png", "rect=40,20,160,120&fm=avif&q=95", nearlyLossless, []string{"rect=40,20,160,120&fm=avif&q=90"}},
	{"whole", "scene.png", "rect=40,20,160,120&fm=png", exact, nil},

	// Colour spaces and large files.
	{"p3", "../photo-p3.jpg", "w=150", reduced, []string{"../photo.jpg w=150&sat=5"}},
	{"adobergb", "../photo-adobergb.jpg", "w=150", reduced, []string{"../photo.jpg w=150&sat=5"}},
	{"shrink", "../photo.jpg", "w=120", resized, []string{"../photo-p3.jpg w=120&bri=1"}},
	{"shrink-crop", "../photo.jpg", "w=60&h=100&fit=crop&crop=right", resized, []string{"w=60&h=100&fit=crop"}},
	{"shrink-rect", "../photo.jpg", "rect=801,701,1200,900&w=120", reduced, []string{"rect=806,701,1200,900&w=120", "rect=801,706,1200,900&w=120"}},
	{"sixteen-bits", "../basn2c16.png", "fm=png", blended, []string{"bri=1"}},

	// Canvas.
	{"pad", "scene.png", "rect=40,20,160,120&pad=15&bg=204060", exact, []string{"rect=40,20,160,120&pad=15&bg=204062"}},
	{"pad-sides", "scene.png", "rect=40,20,160,120&pad-left=20&pad-top=5&bg=204060", exact, []string{"rect=40,20,160,120&pad-right=20&pad-top=5&bg=204060"}},
	{"pad-w", "scene.png", "w=120&pad=10&bg=204060", resized, []string{"w=120&pad=11&bg=204060"}},
	{"border", "scene.png", "rect=40,20,160,120&border=6,336699", exact, []string{"rect=40,20,160,120&border=7,336699"}},
	{"border-sides", "scene.png", "rect=40,20,160,120&border=6,336699&border-left=0&border-top=10", exact, []string{"rect=40,20,160,120&border=6,336699&border-left=0&border-top=9"}},
	{"fill-solid", "scene.png", "w=100&h=100&fit=fill&fill=solid&fill-color=602040", resized, []string{"w=100&h=100&fit=fill&fill=solid&fill-color=602050"}},
	{"fill-blur", "scene.png", "w=100&h=100&fit=fill&fill=blur", blurredWide, []string{"w=100&h=100&fit=fill&fill=blur&blur=10"}},
	{"alpha-ellipse", "scene.png", "rect=40,20,160,120&mask=ellipse", masked, []string{"rect=40,20,160,120&mask=corners&corner-radius=60"}},
	{"mask-bg", "scene.png", "rect=40,20,160,120&mask=ellipse&mask-bg=204060", masked, []string{"rect=40,20,160,120&mask=ellipse&mask-bg=204064"}},
	{"alpha-corners", "scene.png", "rect=40,20,160,120&mask=corners&corner-radius=30", masked, []string{"rect=40,20,160,120&mask=corners&corner-radius=33"}},

	// Several at once.
	{"card", "scene.png", "w=100&h=100&fit=crop&crop=right&con=20&sat=-40", resized, []string{"w=100&h=100&fit=crop&crop=right&con=22&sat=-40"}},
	{"poster", "scene.png", "rect=40,20,160,120&w=120&rot=90&flip=h&sepia=60", resized, []string{"rect=40,20,160,120&w=120&rot=90&flip=h&sepia=56"}},
	{"blur-dpr", "scene.png", "w=60&dpr=2&blur=15", resized, []string{"w=120&blur=15"}},
	{"side-card", "sideways.jpg", "rect=10,30,100,100&w=80&bri=10", resized, []string{"rect=10,30,100,100&w=80&bri=12"}},
	{"alpha-card", "cutout.png", "w=60&flip=h&hue=90", resized, []string{"w=60&flip=h&hue=94"}},
	{"print", "scene.png", "w=120&exp=25&usm=50&usmrad=1", resized, []string{"w=120&exp=25&usm=30&usmrad=1"}},
	{"stamp", "scene.png", "w=100&h=100&fit=fill&bg=204060&monochrome=c85028", resized, []string{"w=100&h=100&fit=fill&bg=204060&monochrome=c85034"}},
}
