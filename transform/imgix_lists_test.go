package transform_test

import "strings"

// reason is why a parameter of imgix is not built.
type reason string

const (
	generative reason = "needs a generative model"
	video      reason = "is about video"
	obscuring  reason = "obscures faces or licence plates"
	elsewhere  reason = "is not in the grammar"
)

// says is what the refusal tells a person.
func (reason) says() string { return "not supported" }

// notBuilt are the parameters that are refused, by their reason.
var notBuilt = reasons(map[reason]string{
	generative: `bg-remove bg-remove-fallback bg-remove-fg-type bg-remove-semi-transparency bg-remove-transparency-threshold
		bg-replace bg-replace-fallback bg-replace-neg-prompt fill-gen-fallback fill-gen-neg-prompt fill-gen-pos fill-gen-prompt
		fill-gen-seed object-removal-negative-prompt object-removal-prompt object-removal-rect object-removal-seed
		upscale upscale-fallback`,
	video: `interval skip video-bitrate video-clip-duration video-clip-end video-clip-start video-codec video-generate-subtitles
		video-renditions video-spritesheet-columns video-spritesheet-format video-spritesheet-h video-spritesheet-interval
		video-spritesheet-smart-crop video-spritesheet-w video-subtitle-translations video-thumbnail video-wave video-wave-align
		video-wave-amplitude video-wave-bg-color video-wave-color video-wave-h video-wave-mode video-wave-pad video-wave-scale
		video-wave-split video-wave-thickness video-wave-w video-wave-x video-wave-y`,
	obscuring: "face-blur face-pixel lp-blur",
	elsewhere: `blend-color border-stroke-color border-stroke-size ch dpi faces fill-gradient-cs fill-gradient-linear
		fill-gradient-linear-direction fill-gradient-radial fill-gradient-radial-radius fill-gradient-radial-x
		fill-gradient-radial-y fill-gradient-type fp-debug grid-colors grid-size htn iptc mark-base mark-if-min-height mark-if-min-width
		nr nrs pdf-annotation rasterize-bypass svg-sanitize transparency`,
})

// notBuiltValues are values of built parameters that are refused.
var notBuiltValues = reasons(map[reason]string{
	generative: "auto=enhance auto=redeye fill=gen fill=generative",
	video:      "fm=mp4 fm=webm fm=spritesheet",
	elsewhere:  "auto=true fm=jp2 fm=jxr fm=png32 fill=gradient",
})

func reasons(names map[reason]string) map[string]reason {
	byName := map[string]reason{}
	for why, list := range names {
		for _, name := range strings.Fields(list) {
			byName[name] = why
		}
	}
	return byName
}

const aBlend = "blend=0123456789abcdefghjkmnpqrs"

// contexts are queries that meet a parameter's condition, so that its value counts.
var contexts = map[string]string{
	"ar":    "w=800&fit=crop",
	"crop":  "w=80&h=60&fit=crop",
	"dpr":   "w=80",
	"fit":   "w=80&h=60",
	"fp-x":  "w=80&h=60&fit=crop&crop=focalpoint",
	"fp-y":  "w=80&h=60&fit=crop&crop=focalpoint",
	"fp-z":  "w=80&h=60&fit=crop&crop=focalpoint",
	"max-h": "w=0.5&h=0.5&fit=crop", "max-w": "w=0.5&h=0.5&fit=crop",
	"min-h": "w=0.5&h=0.5&fit=crop", "min-w": "w=0.5&h=0.5&fit=crop",
	"duotone-alpha": "duotone=red,blue",
	"q":             "fm=jpg",
	"rot-type":      "rot=10",
	"usmrad":        "usm=20",
	"lossless":      "fm=webp",
	"colorquant":    "fm=png8",
	"colors":        "palette=json",
	"prefix":        "palette=css",

	"fill": "w=80&h=60&fit=fill", "fill-color": "w=80&h=60&fit=fill&fill=solid",
	"border-top": "border=9,red", "border-right": "border=9,red", "border-bottom": "border=9,red", "border-left": "border=9,red",
	"border-radius": "border=9,red", "border-radius-inner": "border=9,red",
	"mask-bg": "mask=ellipse", "corner-radius": "mask=corners",
	"trim-color": "trim=color", "trim-tol": "trim=color", "trim-pad": "trim=color", "trim-md": "trim=auto", "trim-sd": "trim=auto", "trim-alpha": "trim=alpha",
	"facepad": "fit=facearea&w=80&h=60", "faceindex": "fit=facearea&w=80&h=60",
	"blend-align": aBlend, "blend-alpha": aBlend, "blend-fit": aBlend + "&blend-w=20&blend-h=30", "blend-h": aBlend, "blend-w": aBlend, "blend-mode": aBlend,
	"blend-pad": aBlend + "&blend-align=top", "blend-x": aBlend, "blend-y": aBlend, "blend-size": aBlend, "blend-crop": aBlend + "&blend-size=inherit",
	"mark-align": "mark=logo", "mark-alpha": "mark=logo", "mark-fit": "mark=logo&mark-w=20&mark-h=30", "mark-h": "mark=logo", "mark-w": "mark=logo",
	"mark-pad": "mark=logo", "mark-rot": "mark=logo", "mark-scale": "mark=logo", "mark-tile": "mark=logo", "mark-x": "mark=logo", "mark-y": "mark=logo",
	"txt-align": "txt=a", "txt-clip": "txt=a", "txt-color": "txt=a", "txt-fit": "txt=a", "txt-font": "txt=a", "txt-lead": "txt=a", "txt-line": "txt=a",
	"txt-line-color": "txt=a&txtline=2", "txt-pad": "txt=a", "txt-shad": "txt=a", "txt-size": "txt=a", "txt-track": "txt=a", "txt-width": "txt=a",
	"txt-x": "txt=a", "txt-y": "txt=a",
}

// spelledAs are parameters that the canonical spelling has by another's name.
var spelledAs = map[string]string{"border-top": "border"}

// difference is where a parameter is otherwise here, by design.
type difference struct {
	says  string // the refusal, or
	means string // the value that it counts as
	why   string
}

const notGiven = "(another picture than without it)"

// otherwise are the differences by what is sent.
var otherwise = map[string]difference{
	"w=1.0": {says: "2 to 8192", why: "all of a side is asked for by not asking"},
	"h=1.0": {says: "2 to 8192", why: "all of a side is asked for by not asking"},

	"bg=imgixorange":                  {says: "CSS keyword", why: "a brand's colour"},
	"bg=imgixblue":                    {says: "CSS keyword", why: "a brand's colour"},
	"monochrome=imgixorange":          {says: "CSS keyword", why: "a brand's colour"},
	"monochrome=imgixblue":            {says: "CSS keyword", why: "a brand's colour"},
	"duotone=imgixorange,imgixorange": {says: "CSS keyword", why: "a brand's colour"},
	"duotone=imgixblue,imgixblue":     {says: "CSS keyword", why: "a brand's colour"},

	"fill-color=imgixorange": {says: "CSS keyword", why: "a brand's colour"},
	"fill-color=imgixblue":   {says: "CSS keyword", why: "a brand's colour"},
	"trim-color=imgixorange": {says: "CSS keyword", why: "a brand's colour"},
	"trim-color=imgixblue":   {says: "CSS keyword", why: "a brand's colour"},
	"mask-bg=imgixorange":    {says: "CSS keyword", why: "a brand's colour"},
	"mask-bg=imgixblue":      {says: "CSS keyword", why: "a brand's colour"},
	"border=100,imgixorange": {says: "CSS keyword", why: "a brand's colour"},
	"border=1,imgixblue":     {says: "CSS keyword", why: "a brand's colour"},

	"fill-color=fff": {means: notGiven, why: "without it, bg is what pads"},
	"mask-bg=fff":    {means: notGiven, why: "without it, bg or nothing is outside the mask"},
	"mask=x":         {says: "neither ellipse nor corners", why: "a mask by its address is not supported: nothing is fetched"},

	"blend=imgixorange": {says: "neither a colour nor an image's id", why: "a brand's colour"},
	"blend=imgixblue":   {says: "neither a colour nor an image's id", why: "a brand's colour"},
	"blend=x":           {says: "neither a colour nor an image's id", why: "nothing is fetched: an image is one that is kept here"},
	"blend-w=1.0":       {says: "2 to 8192", why: "as with w"},
	"blend-h=1.0":       {says: "2 to 8192", why: "as with h"},
	"blend-x=-1":        {means: "-1", why: "a layer may stick out"},
	"blend-y=-1":        {means: "-1", why: "a layer may stick out"},
	"blend-x=0":         {means: notGiven, why: "without it, blend-align says where"},
	"blend-y=0":         {means: notGiven, why: "without it, blend-align says where"},

	"mark-w=1.0":      {says: "2 to 8192", why: "as with w"},
	"mark-h=1.0":      {says: "2 to 8192", why: "as with h"},
	"mark-x=-1":       {means: "-1", why: "a mark may stick out"},
	"mark-y=-1":       {means: "-1", why: "a mark may stick out"},
	"mark-rot=-0.01":  {means: "359.99", why: "as with rot"},
	"mark-rot=359.01": {means: "359.01", why: "as with rot"},

	"txt-color=imgixorange":      {says: "CSS keyword", why: "a brand's colour"},
	"txt-color=imgixblue":        {says: "CSS keyword", why: "a brand's colour"},
	"txt-line-color=imgixorange": {says: "CSS keyword", why: "a brand's colour"},
	"txt-line-color=imgixblue":   {says: "CSS keyword", why: "a brand's colour"},
	"txt-x=0":                    {means: notGiven, why: "a place at the edge; without it, txt-align says where"},
	"txt-y=0":                    {means: notGiven, why: "a place at the edge; without it, txt-align says where"},

	"bg=fff": {means: notGiven, why: "without bg, transparency is kept where the format can"},

	"cs=adobergb1998":      {says: "not supported", why: "no browser needs it: what it can hold is in Display P3"},
	"cs=tinysrgb":          {says: "not supported", why: "sRGB is what is meant without any profile"},
	"chromasub=422":        {says: "not supported", why: "the encoder has no such setting"},
	"chromasub=420":        {means: notGiven, why: "without it, JPEGs of a high quality keep all colours"},
	"loop=0":               {means: notGiven, why: "without it, as often as the source says"},
	"frame=x":              {says: "not a whole number", why: "frames are counted"},
	"jpg-progressive=true": {means: notGiven, why: "without it, JPEGs are baseline: they decode faster"},

	"rot=-0.01":  {means: "359.99", why: "any angle is taken, a turn more or less being the same"},
	"rot=359.01": {means: "359.01", why: "any angle is taken, a turn more or less being the same"},

	"prefix=":        {says: "1 to 64 letters", why: "a class has a name"},
	"prefix=cat.jpg": {says: "1 to 64 letters", why: "a full stop ends the name of a class"},

	"dpr=0":    {says: "0.1 to 5", why: "nothing times a size is none"},
	"dpr=0.74": {means: "0.74", why: "the range is wider: 0.1 to 5"},
}
