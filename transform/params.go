package transform

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
	params = []param{
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
		{"mark", []string{"m"}, "watermark", "an image's id, or the name of a mark",
			parseMark, func(r Recipe) string { return r.Mark.Image }},
		{"mark-align", []string{"markalign", "ma"}, "watermark", alignWords + ", and top,left of tiles",
			parseMarkAlign, spellMarkAlign},
		{"mark-alpha", []string{"markalpha", "malph"}, "watermark", "1 to 100",
			func(d *draft, v string) error { return parseWhole(v, 1, 100, &d.Mark.Alpha) },
			func(r Recipe) string { return integer(r.Mark.Alpha) }},
		{"mark-fit", []string{"markfit", "mf"}, "watermark", "clip, crop, fill, max or scale",
			func(d *draft, v string) error { return parseLayerFit(markFits, v, &d.Mark.Fit) },
			func(r Recipe) string { return r.Mark.spellFit() }},
		{"mark-w", []string{"markw", "mw"}, "watermark", pixelsOrPartOfPicture,
			func(d *draft, v string) error { return parseLength(v, &d.Mark.Width) },
			func(r Recipe) string { return number(float64(r.Mark.Width)) }},
		{"mark-h", []string{"markh", "mh"}, "watermark", pixelsOrPartOfPicture,
			func(d *draft, v string) error { return parseLength(v, &d.Mark.Height) },
			func(r Recipe) string { return number(float64(r.Mark.Height)) }},
		{"mark-scale", []string{"markscale", "ms"}, "watermark", "0 to 100 percent of the picture's sides",
			func(d *draft, v string) error { return parseWhole(v, 0, 100, &d.Mark.Scale) },
			func(r Recipe) string { return integer(r.Mark.Scale) }},
		{"mark-pad", []string{"markpad", "mp"}, "watermark", "0 to 8192 pixels; 5 where it is not given",
			func(d *draft, v string) error { return parseWhole(v, 0, mostPadding, &d.Mark.Pad) }, spellMarkPad},
		{"mark-x", []string{"markx", "mx"}, "watermark", offsetRange,
			func(d *draft, v string) error { return parseOffset(v, &d.Mark.X) },
			func(r Recipe) string { return r.Mark.X.String() }},
		{"mark-y", []string{"marky", "my"}, "watermark", offsetRange,
			func(d *draft, v string) error { return parseOffset(v, &d.Mark.Y) },
			func(r Recipe) string { return r.Mark.Y.String() }},
		{"mark-rot", nil, "watermark", "0 to 359 degrees clockwise",
			func(d *draft, v string) error { return parseAngle(v, &d.Mark.Rotate) },
			func(r Recipe) string { return number(r.Mark.Rotate) }},
		{"mark-tile", []string{"marktile", "mtile"}, "watermark", "grid", parseMarkTile, spellMarkTile},
		{"blend", []string{"b"}, "blend", "a colour, or an image's id",
			parseBlend, spellBlend},
		{"blend-mode", []string{"blendmode", "bm"}, "blend", blendModes + "; overlay where it is not given", parseBlendMode, spellBlendMode},
		{"blend-alpha", []string{"blendalpha", "balph"}, "blend", "0 to 100", parseBlendAlpha,
			func(r Recipe) string { return integer(r.Blend.Alpha) }},
		{"blend-align", []string{"blendalign", "ba"}, "blend", "a list of top, middle, bottom, left, center, right; the middle where it is not given",
			func(d *draft, v string) (err error) { d.Blend.Align, err = parseAlign(v); return err },
			func(r Recipe) string { return r.Blend.spellAlign(Align{}) }},
		{"blend-fit", []string{"blendfit", "bf"}, "blend", "clamp, clip, crop, scale or max",
			func(d *draft, v string) error { return parseLayerFit(blendFits, v, &d.Blend.Fit) },
			func(r Recipe) string { return r.Blend.spellFit() }},
		{"blend-crop", []string{"blendcrop", "bc"}, "blend", "a list of top, bottom, left, right and faces; what follows faces is for where there are none",
			parseBlendCrop, func(r Recipe) string { return r.Blend.Crop.String() }},
		{"blend-w", []string{"blendw", "bw"}, "blend", pixelsOrPartOfPicture,
			func(d *draft, v string) error { return parseLength(v, &d.Blend.Width) },
			func(r Recipe) string { return number(float64(r.Blend.Width)) }},
		{"blend-h", []string{"blendh", "bh"}, "blend", pixelsOrPartOfPicture,
			func(d *draft, v string) error { return parseLength(v, &d.Blend.Height) },
			func(r Recipe) string { return number(float64(r.Blend.Height)) }},
		{"blend-x", []string{"blendx", "bx"}, "blend", offsetRange,
			func(d *draft, v string) error { return parseOffset(v, &d.Blend.X) },
			func(r Recipe) string { return r.Blend.X.String() }},
		{"blend-y", []string{"blendy", "by"}, "blend", offsetRange,
			func(d *draft, v string) error { return parseOffset(v, &d.Blend.Y) },
			func(r Recipe) string { return r.Blend.Y.String() }},
		{"blend-pad", []string{"blendpad", "bp"}, "blend", "0 to 8192 pixels",
			func(d *draft, v string) error { return parseWhole(v, 0, mostPadding, &d.Blend.Pad) },
			func(r Recipe) string { return integer(r.Blend.Pad) }},
		{"blend-size", []string{"blendsize", "bs"}, "blend", "inherit: as large as the picture", parseBlendSize, spellBlendSize},
		{"txt", []string{"t"}, "text", textAccepts, parseText, func(r Recipe) string { return r.Text.String }},
		{"txt-align", []string{"txtalign", "ta"}, "text", alignWords, parseTextAlign, spellTextAlign},
		{"txt-clip", []string{"txtclip", "tcl"}, "text", "a list of one of start, middle, end, and ellipsis", parseTextClip, spellTextClip},
		{"txt-color", []string{"txtcolor", "txt-clr", "txtclr", "tc"}, "text", "a colour; black where it is not given",
			func(d *draft, v string) (err error) { d.Text.Color, err = ParseColor(v); return err },
			func(r Recipe) string { return r.Text.Color.String() }},
		{"txt-fit", []string{"txtfit"}, "text", "max", parseTextFit, spellTextFit},
		{"txt-font", []string{"tf", "txtfont"}, "text", fontAccepts,
			parseFont, func(r Recipe) string { return r.Text.Font.String() }},
		{"txt-lead", []string{"txtlead"}, "text", "0 to 1000 pixels between lines",
			func(d *draft, v string) error { return parseWhole(v, 0, mostSpacing, &d.Text.Lead) },
			func(r Recipe) string { return integer(r.Text.Lead) }},
		{"txt-line", []string{"txtline", "tl"}, "text", "0 to 100 pixels of outline",
			func(d *draft, v string) error { return parseWhole(v, 0, mostOutline, &d.Text.Line) },
			func(r Recipe) string { return integer(r.Text.Line) }},
		{"txt-line-color", []string{"txtlinecolor", "txt-line-clr", "txtlineclr"}, "text", "a colour; white where it is not given",
			func(d *draft, v string) (err error) { d.Text.LineColor, err = ParseColor(v); return err },
			func(r Recipe) string { return r.Text.LineColor.String() }},
		{"txt-pad", []string{"txtpad", "tp"}, "text", "0 to 8192 pixels; 10 where it is not given",
			func(d *draft, v string) error { return parseWhole(v, 0, mostPadding, &d.Text.Pad) },
			func(r Recipe) string { return r.Text.spellUnless(defaultTextPad, r.Text.Pad) }},
		{"txt-shad", []string{"txtshad", "tsh"}, "text", "0 to 10",
			func(d *draft, v string) error { return parseClamped(v, 0, mostShadow, &d.Text.Shadow) },
			func(r Recipe) string { return number(r.Text.Shadow) }},
		{"txt-size", []string{"tsz", "txtsize"}, "text", "1 to 2000 pixels; 12 where it is not given",
			func(d *draft, v string) error { return parseWhole(v, 1, mostTextSize, &d.Text.Size) },
			func(r Recipe) string { return r.Text.spellUnless(defaultTextSize, r.Text.Size) }},
		{"txt-track", []string{"txttrack", "tt"}, "text", "-4 to 1000 pixels between letters",
			func(d *draft, v string) error { return parseWhole(v, leastTrack, mostSpacing, &d.Text.Track) },
			func(r Recipe) string { return integer(r.Text.Track) }},
		{"txt-width", []string{"txtwidth"}, "text", "0 to 8192 pixels",
			func(d *draft, v string) error { return parseWhole(v, 0, mostSide, &d.Text.Width) },
			func(r Recipe) string { return integer(r.Text.Width) }},
		{"txt-x", []string{"txtx"}, "text", offsetRange,
			func(d *draft, v string) error { return parseOffset(v, &d.Text.X) },
			func(r Recipe) string { return r.Text.X.String() }},
		{"txt-y", []string{"txty"}, "text", offsetRange,
			func(d *draft, v string) error { return parseOffset(v, &d.Text.Y) },
			func(r Recipe) string { return r.Text.Y.String() }},
		{"frame", nil, "animation", "1 for the first frame, 2 for the next, and so on",
			func(d *draft, v string) error { return parseWhole(v, 1, mostPages, &d.Frame) },
			func(r Recipe) string { return integer(r.Frame) }},
		{"anim", nil, "animation", "0 for the first frame alone, or 1", parseAnim, nil},
		{"loop", nil, "animation", "0 for without end, or how often it is shown", parseLoop, func(r Recipe) string { return r.Motion.Loop.String() }},
		{"reverse", nil, "animation", "0 or 1",
			func(d *draft, v string) error { return parseBool(v, &d.Motion.Reverse) },
			func(r Recipe) string { return flag(r.Motion.Reverse) }},
		{"fps", nil, "animation", "1 to 60 frames a second at most",
			func(d *draft, v string) error { return parseWhole(v, 1, mostFPS, &d.Motion.FPS) },
			func(r Recipe) string { return integer(r.Motion.FPS) }},
		{"page", nil, "document", "1 for the first page, 2 for the next, and so on",
			func(d *draft, v string) error { return parseWhole(v, 1, mostPages, &d.Page) },
			func(r Recipe) string { return integer(r.Page) }},
		{"fm", nil, "output", formatNames, parseFm, spellFm},
		{"q", nil, "output", "0 to 100", parseQuality, func(r Recipe) string { return integer(r.Quality) }},
		{"lossless", nil, "output", "0 or 1; for webp, avif and jxl",
			func(d *draft, v string) error { return parseBool(v, &d.Lossless) },
			func(r Recipe) string { return flag(r.Lossless) }},
		{"chromasub", nil, "output", "420 or 444; for jpg and avif", parseChroma, func(r Recipe) string { return r.Chroma.String() }},
		{"cs", nil, "output", "srgb, p3, origin or strip", parseSpace, spellSpace},
		{"meta", nil, "output", "strip, copyright or keep", parseMeta, spellMeta},
		{"jpg-progressive", []string{"jpeg-progressive"}, "output", "0 or 1", parseProgressive, spellProgressive},
		{"colorquant", nil, "output", "2 to 256 colours; for png8 and gif", parseColors, func(r Recipe) string { return integer(r.Colors) }},
		{"max-bytes", nil, "output", "100 to 1073741824 bytes", parseMaxBytes, func(r Recipe) string { return integer(r.MaxBytes) }},
		{"auto", nil, "auto", "a list of format and compress", parseAuto, spellAuto},
		{"palette", nil, "palette", "json or css, in place of a picture", parsePalette, nil},
		{"colors", nil, "palette", "0 to 16 colours of the palette; 6 where it is not given",
			func(d *draft, v string) error { return parseWhole(v, 0, MostSwatches, &d.Report.Colors) }, nil},
		{"prefix", nil, "palette", "how the names of a palette's classes begin; image where it is not given", parsePrefix, nil},
		{"dl", nil, "output", "a file name", parseDownload, nil},
		{"v", nil, "access", "any text; it only changes the URL",
			func(*draft, string) error { return nil }, nil},
		{"preset", nil, "access", "the name of a preset, whose parameters apply where the URL does not give them", parsePreset, nil},
		{"expires", nil, "access", "Unix seconds: from then on the URL is refused", parseExpires, nil},
		{"s", nil, "access", "the signature of the URL", parseSignature, nil},
	}
	for i := range params {
		byName[params[i].name] = &params[i]
		for _, alias := range params[i].aliases {
			byName[alias] = &params[i]
		}
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
