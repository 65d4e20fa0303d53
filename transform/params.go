package transform

import "slices"

// param is one parameter of the native grammar. The table drives the parser,
// the canonical spelling and the hint at what was meant.
type param struct {
	name    string
	aliases []string
	group   string
	accepts string // the values, for a person
	// parse reads a value into the draft; its error says what is wrong.
	parse func(d *draft, value string) error
	// spell is the canonical value, "" when it equals the default. Nil for what
	// is not part of the rendition.
	spell func(r Recipe) string
}

const (
	pixelsOrPart          = "2 to 8192 pixels, or a part of the source between 0 and 1"
	pixelsOrPartOfPicture = "2 to 8192 pixels, or a part of the picture between 0 and 1"
	pixels                = "1 to 8192 pixels"
	unit                  = "0 to 1"
	formatNames           = "jpg, pjpg, png, png8, webp, avif, gif, jxl, tiff, json, blurhash or thumbhash"
)

// params are the parameters that are built, in canonical order. It is filled by
// init, since the parsers refer to it.
var params []param

// byName finds a parameter by its name or an alias.
var byName = map[string]*param{}

func init() {
	params = slices.Concat(pictureParams(), layerParams(), fileParams())
	for i := range params {
		byName[params[i].name] = &params[i]
		for _, alias := range params[i].aliases {
			byName[alias] = &params[i]
		}
	}
}

// pictureParams are those of the picture itself, in the order of the pipeline's documentation.
func pictureParams() []param {
	return []param{
		{"w", []string{"width"}, "size", pixelsOrPart,
			func(d *draft, v string) error { return parseLength(v, &d.Width) },
			func(r Recipe) string { return number(float64(r.Width)) }},
		{"h", []string{"height"}, "size", pixelsOrPart,
			func(d *draft, v string) error { return parseLength(v, &d.Height) },
			func(r Recipe) string { return number(float64(r.Height)) }},
		{"fit", []string{"f"}, "size", "clip, max, crop, fill, fillmax, clamp, scale, min or facearea",
			parseFit, spellFit},
		{"ar", nil, "size", "width:height, as in 16:9",
			func(d *draft, v string) error { return parseAspect(v, &d.Aspect) }, spellAspect},
		{"crop", nil, "size", "a list of top, bottom, left, right, faces, focalpoint, entropy and edges; what follows faces is for where there are none",
			parseCrop, func(r Recipe) string { return r.Crop.String() }},
		{"facepad", nil, "size", "1 to 10 times the size of the faces",
			func(d *draft, v string) error { return parseClamped(v, 1, mostFacePadding, &d.FacePad) },
			func(r Recipe) string { return number(r.FacePad) }},
		{"faceindex", nil, "size", "1 for the largest face, 2 for the next, and so on",
			func(d *draft, v string) error { return parseWhole(v, 1, mostFaces, &d.FaceIndex) },
			func(r Recipe) string { return integer(r.FaceIndex) }},
		{"trim", nil, "trim", "auto, color, alpha or colorunlessalpha",
			parseTrim, func(r Recipe) string { return r.Trim.Mode.String() }},
		{"trim-color", []string{"trimcolor"}, "trim", "a colour; that of the top left pixel where it is not given",
			func(d *draft, v string) (err error) { d.Trim.Color, err = ParseColor(v); return err },
			func(r Recipe) string { return r.Trim.Color.String() }},
		{"trim-tol", []string{"trimtol"}, "trim", "0 to 255",
			func(d *draft, v string) error { return parseClamped(v, 0, 255, &d.Trim.Tolerance) },
			func(r Recipe) string { return number(r.Trim.Tolerance) }},
		{"trim-md", []string{"trimmd"}, "trim", "0 to 255; 11 where it is not given",
			func(d *draft, v string) error { return parseClamped(v, 0, 255, &d.Trim.Mean) }, spellTrimMean},
		{"trim-sd", []string{"trimsd"}, "trim", "0 to 255; 10 where it is not given",
			func(d *draft, v string) error { return parseClamped(v, 0, 255, &d.Trim.Deviation) }, spellTrimDeviation},
		{"trim-alpha", nil, "trim", "0 to 255",
			func(d *draft, v string) error { return parseClamped(v, 0, 255, &d.Trim.Alpha) },
			func(r Recipe) string { return number(r.Trim.Alpha) }},
		{"trim-pad", []string{"trimpad"}, "trim", "-200 to 200 pixels",
			func(d *draft, v string) error { return parseWhole(v, -200, 200, &d.Trim.Pad) },
			func(r Recipe) string { return integer(r.Trim.Pad) }},
		{"rect", nil, "size", "x,y,width,height in pixels of the upright original; x and y may be a part, or left, center, right and top, middle, bottom",
			func(d *draft, v string) error { return parseRect(v, &d.Rect) }, spellRect},
		{"min-w", []string{"min-width"}, "size", pixels,
			func(d *draft, v string) error { return parseInt(v, 1, 8192, &d.MinWidth) },
			func(r Recipe) string { return integer(r.MinWidth) }},
		{"min-h", []string{"min-height"}, "size", pixels,
			func(d *draft, v string) error { return parseInt(v, 1, 8192, &d.MinHeight) },
			func(r Recipe) string { return integer(r.MinHeight) }},
		{"max-w", []string{"max-width"}, "size", pixels,
			func(d *draft, v string) error { return parseInt(v, 1, 8192, &d.MaxWidth) },
			func(r Recipe) string { return integer(r.MaxWidth) }},
		{"max-h", []string{"max-height"}, "size", pixels,
			func(d *draft, v string) error { return parseInt(v, 1, 8192, &d.MaxHeight) },
			func(r Recipe) string { return integer(r.MaxHeight) }},
		{"fp-x", nil, "size", unit,
			func(d *draft, v string) error { return parseFocal(v, &d.Focal.X) },
			func(r Recipe) string { return spellFocal(r, r.Focal.X) }},
		{"fp-y", nil, "size", unit,
			func(d *draft, v string) error { return parseFocal(v, &d.Focal.Y) },
			func(r Recipe) string { return spellFocal(r, r.Focal.Y) }},
		{"fp-z", nil, "size", "1 to 100 times; above 10 counts as 10",
			parseZoom, func(r Recipe) string { return number(r.Focal.Zoom) }},
		{"dpr", nil, "size", "0.1 to 5",
			func(d *draft, v string) error { return parseFloat(v, 0.1, 5, &d.DPR) },
			func(r Recipe) string { return number(r.DPR) }},
		{"enlarge", nil, "size", "0 or 1",
			func(d *draft, v string) error { return parseBool(v, &d.Enlarge) }, spellEnlarge},
		{"orient", []string{"or"}, "turn", "0 for the source's own, 1 to 8 as EXIF has them, or 90, 180, 270",
			parseOrient, func(r Recipe) string { return integer(r.Orient) }},
		{"rot", nil, "turn", "0 to 359 degrees clockwise",
			parseRotate, func(r Recipe) string { return number(r.Rotate) }},
		{"rot-type", []string{"rottype", "rott"}, "turn", "straighten or pivot",
			parseRotType, spellRotType},
		{"flip", nil, "turn", "h, v or hv", parseFlip, spellFlip},
		{"bg", nil, "canvas", "a colour: 3, 4, 6 or 8 hex digits (alpha first), or a CSS keyword",
			parseBackground, func(r Recipe) string { return r.Background.String() }},
		{"fill", nil, "canvas", "solid or blur", parseFill, spellFill},
		{"fill-color", []string{"fillcolor"}, "canvas", "a colour",
			func(d *draft, v string) (err error) { d.Fill.Color, err = ParseColor(v); return err },
			func(r Recipe) string { return r.Fill.Color.String() }},
		{"mask", nil, "canvas", "ellipse or corners", parseMask, spellMask},
		{"corner-radius", nil, "canvas", oneOrFour,
			parseCornerRadius, func(r Recipe) string { return r.Mask.Corners.String() }},
		{"mask-bg", []string{"maskbg"}, "canvas", "a colour",
			func(d *draft, v string) (err error) { d.Mask.Background, err = ParseColor(v); return err },
			func(r Recipe) string { return r.Mask.Background.String() }},
		{"pad", nil, "canvas", "0 to 8192 pixels",
			func(d *draft, v string) error { return parseWhole(v, 0, mostPadding, &d.pad.all) }, spellPad},
		padSide(topSide), padSide(rightSide), padSide(bottomSide), padSide(leftSide),
		{"border", nil, "canvas", borderForm, parseBorder, spellBorder},
		borderSide(topSide), borderSide(rightSide), borderSide(bottomSide), borderSide(leftSide),
		{"border-radius", nil, "canvas", oneOrFour,
			func(d *draft, v string) error { return parseCorners(v, &d.Border.Radius) },
			func(r Recipe) string { return r.Border.Radius.String() }},
		{"border-radius-inner", nil, "canvas", oneOrFour,
			func(d *draft, v string) error { return parseCorners(v, &d.Border.Inner) },
			func(r Recipe) string { return r.Border.Inner.String() }},
		{"exp", nil, "adjust", "-100 to 100",
			func(d *draft, v string) error { return parseWhole(v, -100, 100, &d.Adjust.Exposure) },
			func(r Recipe) string { return integer(r.Adjust.Exposure) }},
		{"bri", nil, "adjust", "-100 to 100",
			func(d *draft, v string) error { return parseWhole(v, -100, 100, &d.Adjust.Brightness) },
			func(r Recipe) string { return integer(r.Adjust.Brightness) }},
		{"con", nil, "adjust", "-100 to 100",
			func(d *draft, v string) error { return parseWhole(v, -100, 100, &d.Adjust.Contrast) },
			func(r Recipe) string { return integer(r.Adjust.Contrast) }},
		{"gam", nil, "adjust", "-100 to 100",
			func(d *draft, v string) error { return parseWhole(v, -100, 100, &d.Adjust.Gamma) },
			func(r Recipe) string { return integer(r.Adjust.Gamma) }},
		{"shad", nil, "adjust", "0 to 100",
			func(d *draft, v string) error { return parseClamped(v, 0, 100, &d.Adjust.Shadows) },
			func(r Recipe) string { return number(r.Adjust.Shadows) }},
		{"high", nil, "adjust", "-100 to 0",
			func(d *draft, v string) error { return parseWhole(v, -100, 0, &d.Adjust.Highlights) },
			func(r Recipe) string { return integer(r.Adjust.Highlights) }},
		{"invert", []string{"inv"}, "adjust", "0 or 1",
			func(d *draft, v string) error { return parseBool(v, &d.Adjust.Invert) },
			func(r Recipe) string { return flag(r.Adjust.Invert) }},
		{"sat", nil, "adjust", "-100 to 100",
			func(d *draft, v string) error { return parseWhole(v, -100, 100, &d.Adjust.Saturation) },
			func(r Recipe) string { return integer(r.Adjust.Saturation) }},
		{"hue", nil, "adjust", "0 to 360 degrees", parseHue, func(r Recipe) string { return integer(r.Adjust.Hue) }},
		{"vib", nil, "adjust", "-100 to 100",
			func(d *draft, v string) error { return parseWhole(v, -100, 100, &d.Adjust.Vibrance) },
			func(r Recipe) string { return integer(r.Adjust.Vibrance) }},
		{"sharp", nil, "adjust", "0 to 100",
			func(d *draft, v string) error { return parseClamped(v, 0, 100, &d.Sharpen) },
			func(r Recipe) string { return number(r.Sharpen) }},
		{"usm", nil, "adjust", "-100 to 100",
			func(d *draft, v string) error { return parseWhole(v, -100, 100, &d.Unsharp.Amount) },
			func(r Recipe) string { return integer(r.Unsharp.Amount) }},
		{"usmrad", nil, "adjust", "0 to 500 pixels; 2.5 where it is not given",
			func(d *draft, v string) error { return parseClamped(v, 0, 500, &d.Unsharp.Radius) }, spellUnsharpRadius},
		{"blur", nil, "style", "0 to 2000",
			parseBlur, func(r Recipe) string { return integer(r.Blur) }},
		{"px", nil, "style", "0 to 100 pixels",
			func(d *draft, v string) error { return parseWhole(v, 0, 100, &d.Style.Pixelate) },
			func(r Recipe) string { return integer(r.Style.Pixelate) }},
		{"sepia", nil, "style", "0 to 100",
			func(d *draft, v string) error { return parseWhole(v, 0, 100, &d.Style.Sepia) },
			func(r Recipe) string { return integer(r.Style.Sepia) }},
		{"monochrome", []string{"mono"}, "style", "a colour, whose alpha is the strength",
			func(d *draft, v string) (err error) { d.Style.Monochrome, err = ParseColor(v); return err },
			func(r Recipe) string { return r.Style.Monochrome.String() }},
		{"duotone", nil, "style", twoColors, parseDuotone, spellDuotone},
		{"duotone-alpha", nil, "style", "0 to 100",
			func(d *draft, v string) error { return parseInt(v, 0, 100, &d.Style.DuotoneAlpha) }, spellDuotoneAlpha},
	}
}

// foreign are names that other services have and this grammar has not.
var foreign = nameSet(`bg-remove bg-remove-fallback bg-remove-fg-type bg-remove-semi-transparency bg-remove-transparency-threshold
background-remove background-removal-semi-transparency bg-replace bg-replace-fallback bg-replace-neg-prompt
background-replace background-replace-negative-prompt
ch dpi exp-x face-blur face-pixel face-pixelate faces fill-gen fill-gen-fallback fill-gen-neg-prompt fill-gen-pos fill-gen-prompt fill-gen-seed
fill-generative-fallback fill-generative-negative-prompt fill-generative-position fill-generative-prompt fill-generative-seed
fill-gradient-cs fill-gradient-linear fill-gradient-linear-direction fill-gradient-radial fill-gradient-radial-radius
fill-gradient-radial-x fill-gradient-radial-y fill-gradient-type
fp-debug grid-colors grid-size htn interval iptc lp-blur license-plate-blur mark-if-min-height mark-if-min-width nr nrs
object-removal-prompt object-removal-negative-prompt object-removal-rect object-removal-seed
pdf-annotation annotation rasterize-bypass skip svg-sanitize transparency upscale upscale-fallback border-stroke-color border-stroke-size
video-generate video-bitrate video-clip-duration video-clip-end video-clip-start video-codec video-generate-subtitles video-renditions
video-spritesheet-columns video-spritesheet-format video-spritesheet-h video-spritesheet-interval video-spritesheet-smart-crop video-spritesheet-w
video-subtitle-translations video-thumbnail video-wave video-wave-align video-wave-amplitude video-wave-bg-color video-wave-color video-wave-h
video-wave-mode video-wave-pad video-wave-scale video-wave-split video-wave-thickness video-wave-w video-wave-x video-wave-y`)

// blendColor is what this grammar has as a value of blend.
var blendColor = nameSet(`blend-color blendcolor blend-clr blendclr`)

// markBase is the one parameter of imgix's marks that this grammar has not.
var markBase = nameSet(`mark-base markbase mb`)

// ParamDoc describes one parameter for the documentation.
type ParamDoc struct {
	Name, Group, Accepts string
	Aliases              []string
}

// ParamDocs lists the parameters that are built, in canonical order.
func ParamDocs() []ParamDoc {
	docs := make([]ParamDoc, len(params))
	for i, p := range params {
		docs[i] = ParamDoc{Name: p.name, Group: p.group, Accepts: p.accepts, Aliases: p.aliases}
	}
	return docs
}
