package transform_test

import (
	"errors"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"lightwell/transform"
)

// seedQueries are for the fuzz tests, beside the tables of spellings.
func seedQueries(f *testing.F, sign string, add func(string)) {
	for _, group := range equalSpellings {
		for _, s := range group.spellings {
			if p, ok := strings.CutPrefix(s, "/"); ok == (sign == "/") {
				add(p)
			}
		}
	}
	for _, tt := range refused {
		if p, ok := strings.CutPrefix(tt.spelling, "/"); ok == (sign == "/") {
			add(p)
		}
	}
}

// nameless matches a value without a name, the only mistake that names nothing.
var nameless = regexp.MustCompile(`(^|[&,])=`)

// checkParsed is what must hold of whatever was parsed out of pairs.
func checkParsed(t *testing.T, in string, pairs []transform.Pair, req transform.Request, err error) {
	t.Helper()
	if err != nil {
		var bad *transform.ParamError
		if !errors.As(err, &bad) {
			t.Fatalf("Parse(%q) = %v, want a ParamError", in, err)
		}
		if bad.Reason == "" || bad.Param == "" && !nameless.MatchString(in) {
			t.Fatalf("Parse(%q) = %q, %q, want a name and a reason", in, bad.Param, bad.Reason)
		}
		return
	}
	spelled := req.String()
	again, err := transform.Parser{}.ParseQuery(spelled)
	if err != nil || again.Recipe != req.Recipe {
		t.Fatalf("ParseQuery(%q) = %+v, %v, want %+v, as of %q", spelled, again.Recipe, err, req.Recipe, in)
	}
	if got := again.String(); got != spelled {
		t.Fatalf("String(%q) = %q, want the same", spelled, got)
	}
	rng := rand.New(rand.NewPCG(uint64(len(in)), uint64(len(pairs))))
	rng.Shuffle(len(pairs), func(i, j int) { pairs[i], pairs[j] = pairs[j], pairs[i] })
	shuffled, err := transform.Parser{}.Parse(pairs)
	if err != nil || shuffled.Recipe != req.Recipe {
		t.Fatalf("Parse(%q) = %q, %v, want %q, as of %q in another order", pairs, shuffled.Recipe, err, spelled, in)
	}
	checkResolved(t, spelled, req.Recipe)
}

// checkResolved resolves for sources and clients of all kinds: the result is
// concrete, spells itself, and does not change when it is resolved again.
func checkResolved(t *testing.T, spelled string, r transform.Recipe) {
	t.Helper()
	for _, s := range []transform.Source{
		still(transform.JPEG, 300, 200), withAlpha(transform.PNG, 300, 200), withAlpha(transform.SVG, 300, 200), oriented(transform.HEIC, 300, 200, 6),
	} {
		for _, accept := range []string{acceptAll, acceptOld} {
			got, varies := r.Resolve(s, accept, transform.AllFormats)
			if got == (transform.Recipe{}) { // the original: nothing was asked for that shows
				bare := r
				bare.Background, bare.Quality = transform.Color{}, 0
				bare.Lossless, bare.Chroma, bare.Colors, bare.Progressive = false, transform.AutoChroma, 0, false
				bare.Page, bare.Frame, bare.Motion, bare.Meta, bare.Space = 0, 0, transform.Motion{}, transform.MetaStrip, transform.SpaceSRGB
				if bare.Trim.Mode == transform.TrimAlpha && !s.Alpha {
					bare.Trim = transform.Trim{}
				}
				if bare != (transform.Recipe{}) || varies {
					t.Fatalf("Resolve(%q, %v, %q) = the original, %v", spelled, s.Format, accept, varies)
				}
				continue
			}
			if varies != r.AutoFormat || got.AutoFormat || !got.Format.Writable() {
				t.Fatalf("Resolve(%q, %v, %q) = %q, %v, want one format, and to vary only by auto", spelled, s.Format, accept, got, varies)
			}
			parsable := got
			parsable.Among = 0 // which no URL has
			again, err := transform.Parser{}.ParseQuery(parsable.String())
			if err != nil || again.Recipe != parsable {
				t.Fatalf("ParseQuery(%q) = %q, %v, want the same, as of %q resolved for %v", got, again.Recipe, err, spelled, s.Format)
			}
			if twice, _ := got.Resolve(s, accept, transform.AllFormats); twice != got {
				t.Fatalf("Resolve(%q, %v) = %q, want the same", got, s.Format, twice)
			}
		}
	}
}

func FuzzParseQuery(f *testing.F) {
	seedQueries(f, "", func(s string) { f.Add(s) })
	f.Fuzz(func(t *testing.T, in string) {
		req, err := transform.Parser{}.ParseQuery(in)
		pairs, _ := transform.QueryPairs(in)
		checkParsed(t, in, pairs, req, err)
	})
}

func FuzzParsePath(f *testing.F) {
	seedQueries(f, "/", func(s string) { f.Add(s) })
	f.Fuzz(func(t *testing.T, in string) {
		req, err := transform.Parser{}.ParsePath(in)
		pairs, _ := transform.PathPairs(in)
		checkParsed(t, in, pairs, req, err)
	})
}

func FuzzAccept(f *testing.F) {
	for _, tt := range negotiations {
		if len(tt.accept) < 1000 { // longer ones are minimised for ever
			f.Add(tt.accept, uint8(tt.fallback-1))
		}
	}
	f.Add("image/avif;q=1\v;q=0", uint8(0))
	f.Fuzz(func(t *testing.T, accept string, n uint8) {
		fallback := transform.Format(n%12 + 1)
		got := transform.Negotiate(accept, fallback, transform.AllFormats)
		if want := negotiated(accept, fallback); got != want {
			t.Fatalf("Negotiate(%q, %v) = %v, want %v", accept, fallback, got, want)
		}
		for f := transform.JPEG; f <= transform.PDF; f++ {
			if got, want := transform.ParseAccept(transform.AllFormats, []byte(accept)).Negotiate(f), negotiated(accept, f); got != want {
				t.Fatalf("ParseAccept(%q).Negotiate(%v) = %v, want %v", accept, f, got, want)
			}
		}
		if got == fallback {
			return
		}
		if got != transform.AVIF && got != transform.WebP {
			t.Fatalf("Negotiate(%q, %v) = %v, want avif, webp or the fallback", accept, fallback, got)
		}
		if !wanted(accept, got.ContentType()) {
			t.Fatalf("Negotiate(%q, %v) = %v, which is not wanted by any element", accept, fallback, got)
		}
	})
}

// negotiated is the outcome as the rules are written down: every range by its name in a
// map, the most specific one deciding.
func negotiated(accept string, fallback transform.Format) transform.Format {
	ranges := map[string]float64{}
	for element := range strings.SplitSeq(accept, ",") {
		parts := strings.Split(element, ";")
		name := asciiLower(strings.Trim(parts[0], " \t"))
		if q, ok := weightOf(parts[1:]); ok && strings.Contains(name, "/") {
			ranges[name] = max(q, ranges[name])
		}
	}
	best, most := fallback, 0.0
	for _, name := range []string{"*/*", "image/*", fallback.ContentType()} {
		if q, ok := ranges[name]; ok {
			most = q
		}
	}
	for _, f := range []transform.Format{transform.WebP, transform.AVIF} {
		if q := ranges[f.ContentType()]; q > 0 && q >= most {
			best, most = f, q
		}
	}
	return best
}

func asciiLower(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}, s)
}

func weightOf(parameters []string) (q float64, ok bool) {
	for _, p := range parameters {
		name, value, _ := strings.Cut(p, "=")
		if !strings.EqualFold(strings.Trim(name, " \t"), "q") {
			continue
		}
		m := weight.FindStringSubmatch("q=" + strings.Trim(value, " \t"))
		if m == nil {
			return 0, false
		}
		q, err := strconv.ParseFloat(m[1], 64)
		return q, err == nil
	}
	return 1, true
}

// weight is the grammar of q in RFC 9110, section 12.4.2, laxer about spaces.
var weight = regexp.MustCompile(`(?i)^[ \t]*q[ \t]*=[ \t]*(0(\.[0-9]{0,3})?|1(\.0{0,3})?)[ \t]*$`)

// wanted tells whether an element of an Accept header names a type and has no
// q, or one above zero.
func wanted(accept, contentType string) bool {
	return slices.ContainsFunc(strings.Split(accept, ","), func(element string) bool {
		parts := strings.Split(element, ";")
		if !strings.EqualFold(strings.Trim(parts[0], " \t"), contentType) {
			return false
		}
		for _, part := range parts[1:] {
			if m := weight.FindStringSubmatch(part); m != nil {
				return strings.ContainsAny(m[1], "123456789")
			}
		}
		return true
	})
}

func FuzzPlan(f *testing.F) {
	sides := [][2]uint16{{3000, 2000}, {1, 1}, {1, 5000}, {5000, 1}, {65535, 1}, {101, 67}, {9999, 9999}}
	for i, tt := range plans {
		f.Add(tt.query, uint16(tt.width), uint16(tt.height), uint8(tt.orientation), uint8(i))
	}
	for i, group := range equalSpellings {
		side := sides[i%len(sides)]
		if s := group.spellings[0]; !strings.HasPrefix(s, "/") {
			f.Add(s, side[0], side[1], uint8(i), uint8(i))
		}
	}
	f.Fuzz(func(t *testing.T, in string, width, height uint16, orientation, format uint8) {
		req, err := transform.Parser{}.ParseQuery(in)
		if err != nil {
			return
		}
		s := transform.Source{
			Format: transform.Format(format%12 + 1), Width: int(width), Height: int(height),
			Orientation: int(orientation%8 + 1), Frames: 1, Alpha: format >= 128,
		}
		r, _ := req.Resolve(s, acceptAll, transform.AllFormats)
		if r == (transform.Recipe{}) {
			return
		}
		limits := transform.DefaultLimits
		// The mark is of the source's shape turned, and another format.
		logo := withAlpha(transform.Format(format/16%12+1), int(height), int(width))
		p, err := r.Plan(s, transform.Found{Mark: logo, Blend: logo}, limits)
		var bad *transform.ParamError
		switch {
		case err == nil:
			checkPlan(t, r, s, p)
		case limits.Check(s) != nil: // and so the mark
		case !errors.As(err, &bad) || bad.Param == "" || bad.Reason == "":
			t.Fatalf("Plan(%q, %+v) = %v, want a ParamError", r, s, err)
		}
	})
}

// checkPlan is what must hold of every plan: each area lies in what it is cut
// from or laid on, and the result is within the limits.
func checkPlan(t *testing.T, r transform.Recipe, s transform.Source, p transform.Plan) {
	t.Helper()
	fail := func(what string) {
		t.Helper()
		t.Fatalf("Plan(%q, %+v) = %+v: %s", r, s, p, what)
	}
	inside := func(a transform.Area, width, height int) bool {
		return a.X >= 0 && a.Y >= 0 && a.Width >= 1 && a.Height >= 1 && a.X+a.Width <= width && a.Y+a.Height <= height
	}
	limits := transform.DefaultLimits
	region := transform.Size{Width: s.Width, Height: s.Height}
	if p.Region != (transform.Area{}) {
		if !inside(p.Region, s.Width, s.Height) {
			fail("the region is not in the source")
		}
		region = transform.Size{Width: p.Region.Width, Height: p.Region.Height}
	}
	scaled := p.Scaled // upright from here
	if p.Orientation >= 5 {
		scaled = transform.Size{Width: scaled.Height, Height: scaled.Width}
	}
	if scaled.Width < 1 || scaled.Height < 1 {
		fail("nothing is left by scaling")
	}
	if float64(scaled.Width)*float64(scaled.Height) > float64(max(4*limits.OutputPixels, s.Width*s.Height)) {
		fail("too much is made on the way")
	}
	image := scaled
	if p.Window != (transform.Area{}) {
		if !inside(p.Window, scaled.Width, scaled.Height) {
			fail("the window is not in the scaled image")
		}
		image = transform.Size{Width: p.Window.Width, Height: p.Window.Height}
	}
	if p.Canvas != (transform.Area{}) {
		if !inside(transform.Area{X: p.Canvas.X, Y: p.Canvas.Y, Width: image.Width, Height: image.Height}, p.Canvas.Width, p.Canvas.Height) {
			fail("the canvas does not hold the image")
		}
		image = transform.Size{Width: p.Canvas.Width, Height: p.Canvas.Height}
	}
	if p.Turn == 90 || p.Turn == 270 {
		image = transform.Size{Width: image.Height, Height: image.Width}
	}
	picture := transform.Size{Width: p.Out.Width - p.Pad[1] - p.Pad[3], Height: p.Out.Height - p.Pad[0] - p.Pad[2]}
	switch {
	case p.Turn%90 != 0 || p.Turn < 0 || p.Turn > 270 || p.Angle < -45 || p.Angle > 45:
		fail("the turn is out of range")
	case p.Angle == 0 && picture != image:
		fail("the result is not what is made")
	case p.Straight != (transform.Area{}) && (p.Straight.Width != picture.Width || p.Straight.Height != picture.Height):
		fail("what is straightened has not the size of the result")
	case p.Straight != (transform.Area{}) && (p.Straight.Width > image.Width || p.Straight.Height > image.Height):
		fail("what is straightened is larger than the image")
	}
	for _, shape := range []struct {
		transform.Shape
		of transform.Size
	}{{p.Mask.Inner, picture}, {p.Mask.Outer, picture}, {p.Border.Inner, p.Out}, {p.Border.Outer, p.Out}} {
		if shape.Shape != (transform.Shape{}) && !inside(shape.Area, shape.of.Width, shape.of.Height) {
			fail("a shape is not in what it is cut out of")
		}
		if r := shape.Radii; r[0].X+r[1].X > float64(shape.Width)+1e-6 || r[1].Y+r[2].Y > float64(shape.Height)+1e-6 {
			fail("the radii are longer than the sides")
		}
	}
	if p.Out.Width < 1 || p.Out.Height < 1 || p.Out.Width > limits.OutputSide || p.Out.Height > limits.OutputSide || p.Out.Width*p.Out.Height > limits.OutputPixels {
		fail("the result is not within the limits")
	}
	if !r.Enlarge && r.Fit != transform.FitScale && p.Straight == (transform.Area{}) && (p.Scaled.Width > region.Width || p.Scaled.Height > region.Height) {
		fail("it is enlarged")
	}
	switch p.Shrink {
	case 1:
	case 2, 4, 8:
		if p.Scaled.Width*p.Shrink*2 > region.Width || p.Scaled.Height*p.Shrink*2 > region.Height {
			fail("the loader leaves too little to the resampler")
		}
		if s.Format != transform.JPEG && s.Format != transform.WebP {
			fail("the loader cannot shrink")
		}
	default:
		fail("the loader cannot shrink by that")
	}
	if (p.Mark != nil) != (r.Mark.Image != "") {
		fail("there is a mark for a recipe without, or none for one with")
	}
	if m := p.Mark; m != nil {
		side := max(p.Out.Width, p.Out.Height, m.Plan.Out.Width, m.Plan.Out.Height)
		most := max(side+8192*5, 8192*5) // an offset, at the largest dpr
		switch {
		case m.Plan.Out.Width < 1 || m.Plan.Out.Height < 1 || m.Plan.Out.Width > limits.OutputSide || m.Plan.Out.Height > limits.OutputSide || m.Plan.Out.Width*m.Plan.Out.Height > limits.OutputPixels:
			fail("the mark is not within the limits")
		case m.Alpha < 1 || m.Alpha > 100 || m.X < -most || m.X > most || m.Y < -most || m.Y > most:
			fail("the mark's place or opacity is out of range")
		case r.Mark.Tile != (m.StepX > 0) || r.Mark.Tile && (m.StepX < m.Plan.Out.Width || m.StepY < m.Plan.Out.Height):
			fail("the tiles overlap")
		}
	}
	if (p.Text != nil) != (r.Text.String != "") {
		fail("there is a text for a recipe without, or none for one with")
	}
	if x := p.Text; x != nil {
		switch {
		case x.Size <= 0 || x.Size > float64(limits.OutputSide) || x.Size*float64(len([]rune(x.Text))) > 500_001:
			fail("the letters are too large")
		case x.Room.Width < 1 || x.Room.Height < 1 || x.Room.Width > 8192*5+limits.OutputSide:
			fail("the room of the text is out of range")
		case x.Families == "" || !x.Color.Set || (x.Line > 0) != x.LineColor.Set || x.Spacing(x.Size) < -x.Size/3:
			fail("the text is not worked out")
		}
	}
	if p.Encode.Format != r.Format || p.Encode.Format.Lossy() != (p.Encode.Quality > 0) || p.Encode.Quality > 100 || p.Blur < 0 || p.Sharpen < 0 {
		fail("the rest is out of range")
	}
}
