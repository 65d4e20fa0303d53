package transform_test

import (
	"errors"
	"strings"
	"testing"

	"lightwell/transform"
)

// refused are query forms, the parameter that is at fault, and a part of the
// reason. A path form begins with a slash.
var refused = []struct{ spelling, param, reason string }{
	// Unknown.
	{"x=1", "x", "there is no such parameter"},
	{"wdith=800", "wdith", "did you mean w?"},
	{"widht=800", "widht", "did you mean w?"},
	{"heigth=800", "heigth", "did you mean h?"},
	{"heigh=800", "heigh", "did you mean h?"},
	{"W=800", "W", "did you mean w?"},
	{"WIDTH=800", "WIDTH", "did you mean w?"},
	{"Fit=crop", "Fit", "did you mean fit?"},
	{"fitt=crop", "fitt", "did you mean fit?"},
	{"corp=top", "corp", "did you mean crop?"},
	{"crops=top", "crops", "did you mean crop?"},
	{"maxw=5", "maxw", "did you mean max-w?"},
	{"min_h=5", "min_h", "did you mean min-h?"},
	{"max-widht=5", "max-widht", "did you mean max-w?"},
	{"dprr=2", "dprr", "did you mean dpr?"},
	{"blurr=2", "blurr", "did you mean blur?"},
	{"sharpen=2", "sharpen", "did you mean sharp?"},
	{"enlarg=1", "enlarg", "did you mean enlarge?"},
	{"rotate=90", "rotate", "did you mean rot"},
	{"rot_type=pivot", "rot_type", "did you mean rot-type?"},
	{"fp_x=0.5", "fp_x", "did you mean fp-x?"},
	{"autos=format", "autos", "did you mean auto?"},
	{"w =800", "w ", "did you mean w?"},
	{"zzzzzzzzzz=1", "zzzzzzzzzz", "there is no such parameter"},
	{"abcdefghijklmnopqrstuvwxyzabcdefghi=1", "abcdefghijklmnopqrstuvwxyzabcdefghi", "there is no such parameter"},
	{"hello", "hello", "there is no such parameter"},
	{"wx64=1", "wx64", "there is no such parameter"},
	{"w6464=ODAw", "w6464", "there is no such parameter"},
	{"%C3%A9=1", "é", "there is no such parameter"},
	{"utm_source=mail", "utm_source", "there is no such parameter"},
	{"ixlib64=YQ", "ixlib64", "there is no such parameter"},
	{"=800", "", "without a name"},
	{"/=800", "", "without a name"},
	{"=", "", "without a name"},
	{"=%", "", "percent-encoded"},
	{"/w=5,=%2", "", "percent-encoded"},

	// In the grammar, and not built.
	{"trim=auto", "trim", "not built yet"},
	{"trimtol=5", "trimtol", "not built yet"},
	{"fill=solid", "fill", "not built yet"},
	{"fill-color=red", "fill-color", "not built yet"},
	{"pad=5", "pad", "not built yet"},
	{"border=5,red", "border", "not built yet"},
	{"mask=ellipse", "mask", "not built yet"},
	{"sat=10", "sat", "not built yet"},
	{"usm=10", "usm", "not built yet"},
	{"sepia=10", "sepia", "not built yet"},
	{"px=10", "px", "not built yet"},
	{"mark=logo", "mark", "not built yet"},
	{"mark64=bG9nbw", "mark64", "not built yet"},
	{"markalign=top", "markalign", "not built yet"},
	{"blend=red", "blend", "not built yet"},
	{"blendmode=multiply", "blendmode", "not built yet"},
	{"bm=multiply", "bm", "not built yet"},
	{"txt=hello", "txt", "not built yet"},
	{"txt64=aGVsbG8", "txt64", "not built yet"},
	{"txtsize=12", "txtsize", "not built yet"},
	{"tsz=12", "tsz", "not built yet"},
	{"lossless=1", "lossless", "not built yet"},
	{"chromasub=444", "chromasub", "not built yet"},
	{"cs=srgb", "cs", "not built yet"},
	{"meta=keep", "meta", "not built yet"},
	{"max-bytes=1000", "max-bytes", "not built yet"},
	{"frame=1", "frame", "not built yet"},
	{"page=2", "page", "not built yet"},
	{"palette=json", "palette", "not built yet"},
	{"expires=1", "expires", "not built yet"},
	{"s=abc", "s", "not built yet"},
	{"preset=card", "preset", "not built yet"},
	{"fit=facearea&w=9&h=9", "fit", "not built yet"},
	{"crop=faces", "crop", "not built yet"},
	{"crop=top,faces", "crop", "not built yet"},
	{"fm=jxl", "fm", "not built yet"},
	{"fm=png8", "fm", "not built yet"},
	{"fm=json", "fm", "not built yet"},
	{"fm=blurhash", "fm", "not built yet"},
	{"auto=compress", "auto", "not built yet"},
	{"auto=format,compress", "auto", "not built yet"},

	// Others' names and values.
	{"upscale=1", "upscale", "not supported"},
	{"bg-remove=1", "bg-remove", "not supported"},
	{"ch=Width", "ch", "not supported"},
	{"htn=5", "htn", "not supported"},
	{"nr=5", "nr", "not supported"},
	{"skip=1", "skip", "not supported"},
	{"video-wave=1", "video-wave", "not supported"},
	{"faces=1", "faces", "not supported"},
	{"fp-debug=true", "fp-debug", "not supported"},
	{"fm=mp4", "fm", "not supported"},
	{"fm=jp2", "fm", "not supported"},
	{"auto=enhance", "auto", "not supported"},
	{"auto=format,redeye", "auto", "not supported"},

	// Given twice.
	{"w=800&w=800", "w", "twice"},
	{"w=800&w=900", "w", "twice"},
	{"w=800&width=800", "w", "twice"},
	{"width=800&h=5&w=800", "w", "twice"},
	{"w=800&w64=ODAw", "w", "twice"},
	{"w64=ODAw&width64=ODAw", "w", "twice"},
	{"h=0&height=0", "h", "twice"},
	{"f=crop&fit=crop", "fit", "twice"},
	{"or=6&orient=6", "orient", "twice"},
	{"rottype=pivot&rott=pivot", "rot-type", "twice"},
	{"max-w=5&max-width=5", "max-w", "twice"},
	{"dl=a&dl=b", "dl", "twice"},
	{"v=1&v=2", "v", "twice"},
	{"/w=800,w=800", "w", "twice"},

	// Out of a hard range.
	{"w=1", "w", "2 to 8192"},
	{"w=8193", "w", "2 to 8192"},
	{"w=1.5", "w", "2 to 8192"},
	{"w=800.5", "w", "2 to 8192"},
	{"h=1", "h", "2 to 8192"},
	{"h=99999", "h", "2 to 8192"},
	{"w=0.99999999999999999999999", "w", "2 to 8192"},
	{"dpr=0", "dpr", "0.1 to 5"},
	{"dpr=0.09", "dpr", "0.1 to 5"},
	{"dpr=5.01", "dpr", "0.1 to 5"},
	{"min-w=0", "min-w", "1 to 8192"},
	{"max-w=8193", "max-w", "1 to 8192"},
	{"min-h=8193", "min-h", "1 to 8192"},
	{"max-h=0", "max-h", "1 to 8192"},
	{"fp-x=1.01", "fp-x", "0 to 1"},
	{"fp-y=2", "fp-y", "0 to 1"},
	{"fp-z=0.9", "fp-z", "1 to 100"},
	{"fp-z=101", "fp-z", "1 to 100"},
	{"orient=9", "orient", "0 to 8"},
	{"orient=45", "orient", "90, 180 or 270"},
	{"orient=360", "orient", "0 to 8"},
	{"rect=0,0,0,5", "rect", "0 is not within 1"},
	{"rect=0,0,5,0", "rect", "0 is not within 1"},
	{"ar=1:8193&fit=crop", "ar", "1:8192"},
	{"ar=8193:1&fit=crop", "ar", "8192:1"},
	{"ar=0:1", "ar", "1:8192"},
	{"ar=1:0", "ar", "8192:1"},
	{"ar=0:0", "ar", "1:8192"},

	// No numbers.
	{"w=", "w", "not a number"},
	{"w", "w", "not a number"},
	{"/w", "w", "not a number"},
	{"w=abc", "w", "not a number"},
	{"w=800px", "w", "not a number"},
	{"w=1e3", "w", "not a number"},
	{"w=8E2", "w", "not a number"},
	{"w=0x10", "w", "not a number"},
	{"w=0x1p4", "w", "not a number"},
	{"w=%2B800", "w", "not a number"},
	{"w=+800", "w", "not a number"},
	{"/w=+800", "w", "not a number"},
	{"w=-800", "w", "not a number"},
	{"w=-0", "w", "not a number"},
	{"w=NaN", "w", "not a number"},
	{"w=Inf", "w", "not a number"},
	{"w=infinity", "w", "not a number"},
	{"w=1_000", "w", "not a number"},
	{"w=1,000", "w", "not a number"},
	{"w=1%2C000", "w", "not a number"},
	{"w=.", "w", "not a number"},
	{"w=1.2.3", "w", "not a number"},
	{"w=%20800", "w", "not a number"},
	{"w=800%20", "w", "not a number"},
	{"w=80%25", "w", "not a number"},
	{"w=50%", "w", "percent-encoded"},
	{"w=%D9%A8%D9%A0", "w", "not a number"}, // Arabic digits
	{"w=800%00", "w", "not a number"},
	{"w=800=900", "w", "not a number"},
	{"/w=800&h=600", "w", "not a number"},
	{"w=auto", "w", "not a number"},
	{"w=" + strings.Repeat("9", 40), "w", "2 to 8192"},
	{"w=" + strings.Repeat("9", 400), "w", "not a number"},
	{"dpr=1e0", "dpr", "not a number"},
	{"dpr=-1", "dpr", "not a number"},
	{"dpr=", "dpr", "not a number"},
	{"fp-x=-0.1", "fp-x", "not a number"},
	{"fp-x=half", "fp-x", "not a number"},
	{"rot=1e2", "rot", "not a number"},
	{"rot=--90", "rot", "not a number"},
	{"rot=-", "rot", "not a number"},
	{"rot=90deg", "rot", "not a number"},
	{"sharp=NaN", "sharp", "not a number"},
	{"sharp=", "sharp", "not a number"},
	{"q=high", "q", "not a whole number"},
	{"q=75.5", "q", "not a whole number"},
	{"q=75.0", "q", "not a whole number"},
	{"q=1e2", "q", "not a whole number"},
	{"q=", "q", "not a whole number"},
	{"q=%2B75", "q", "not a whole number"},
	{"blur=1.5", "blur", "not a whole number"},
	{"blur=--1", "blur", "not a whole number"},
	{"min-w=0.5", "min-w", "not a whole number"},
	{"max-h=-5", "max-h", "not a whole number"},
	{"orient=6.0", "orient", "0 to 8"},
	{"orient=-90", "orient", "0 to 8"},
	{"ar=16", "ar", "width:height"},
	{"ar=16:", "ar", "not a number"},
	{"ar=:9", "ar", "not a number"},
	{"ar=16:9:1", "ar", "not a number"},
	{"ar=16/9", "ar", "width:height"},
	{"ar=-16:9", "ar", "not a number"},
	{"ar=16x9", "ar", "width:height"},
	{"ar=", "ar", "width:height"},

	// Words.
	{"fit=", "fit", "clip, max, crop"},
	{"fit=cover", "fit", "clip, max, crop"},
	{"fit=Crop", "fit", "clip, max, crop"},
	{"fit=crop,clip", "fit", "clip, max, crop"},
	{"crop=", "crop", "top, bottom"},
	{"crop=center", "crop", "top, bottom"},
	{"crop=top,", "crop", "top, bottom"},
	{"crop=top, left", "crop", "top, bottom"},
	{"crop=top+left", "crop", "top, bottom"},
	{"crop=TOP", "crop", "top, bottom"},
	{"enlarge=2", "enlarge", "0 nor 1"},
	{"enlarge=", "enlarge", "0 nor 1"},
	{"enlarge=yes", "enlarge", "0 nor 1"},
	{"rot-type=crop", "rot-type", "straighten nor pivot"},
	{"rot-type=", "rot-type", "straighten nor pivot"},
	{"flip=", "flip", "h, v or hv"},
	{"flip=hh", "flip", "h, v or hv"},
	{"flip=h,v", "flip", "h, v or hv"},
	{"flip=H", "flip", "h, v or hv"},
	{"fm=", "fm", "jpg, pjpg, png"},
	{"fm=JPG", "fm", "jpg, pjpg, png"},
	{"fm=bmp", "fm", "jpg, pjpg, png"},
	{"fm=heic", "fm", "jpg, pjpg, png"},
	{"fm=auto", "fm", "jpg, pjpg, png"},
	{"fm=jpg,webp", "fm", "jpg, pjpg, png"},
	{"auto=", "auto", "format"},
	{"auto=format,", "auto", "format"},
	{"auto=webp", "auto", "format"},
	{"auto=format&auto=webp", "auto", "format"},

	// Rect.
	{"rect=", "rect", "x,y,width,height"},
	{"rect=1,2,3", "rect", "x,y,width,height"},
	{"rect=1,2,3,4,5", "rect", "x,y,width,height"},
	{"rect=1 2 3 4", "rect", "x,y,width,height"},
	{"rect=-1,0,5,5", "rect", "left, center or right"},
	{"rect=top,0,5,5", "rect", "left, center or right"},
	{"rect=0,left,5,5", "rect", "top, middle or bottom"},
	{"rect=0,center,5,5", "rect", "top, middle or bottom"},
	{"rect=middle,0,5,5", "rect", "left, center or right"},
	{"rect=,0,5,5", "rect", "left, center or right"},
	{"rect=0,0,5.5,5", "rect", "not a whole number"},
	{"rect=0,0,-5,5", "rect", "not a whole number"},
	{"rect=0,0,,5", "rect", "not a whole number"},
	{"rect=1.5,0,5,5", "rect", "whole pixels"},
	{"rect=0,99999999999,5,5", "rect", "whole pixels"},
	{"rect=1e2,0,5,5", "rect", "left, center or right"},

	// Colours.
	{"bg=", "bg", "CSS keyword"},
	{"bg=%23fff", "bg", "CSS keyword"},
	{"bg=ff", "bg", "CSS keyword"},
	{"bg=fffff", "bg", "CSS keyword"},
	{"bg=fffffff", "bg", "CSS keyword"},
	{"bg=fffffffff", "bg", "CSS keyword"},
	{"bg=ggg", "bg", "CSS keyword"},
	{"bg=0xff", "bg", "CSS keyword"},
	{"bg=-fffff", "bg", "CSS keyword"},
	{"bg=%2Bfffff", "bg", "CSS keyword"},
	{"bg=f_f_f_", "bg", "CSS keyword"},
	{"bg=redd", "bg", "CSS keyword"},
	{"bg=red ", "bg", "CSS keyword"},
	{"bg=rgb(1,2,3)", "bg", "CSS keyword"},
	{"bg=currentcolor", "bg", "CSS keyword"},
	{"bg=%C3%A91", "bg", "CSS keyword"},

	// Contradictory.
	{"crop=top,bottom", "crop", "opposite"},
	{"crop=left,top,right", "crop", "opposite"},
	{"crop=entropy,left,right", "crop", "opposite"},
	{"fit=crop&min-w=500&max-w=400", "min-w", "more than max-w"},
	{"max-w=400&fit=crop&min-w=401", "min-w", "more than max-w"},
	{"fit=crop&min-h=500&max-h=400", "min-h", "more than max-h"},

	// Encodings.
	{"w=%", "w", "percent-encoded"},
	{"w=%8", "w", "percent-encoded"},
	{"w=%zz", "w", "percent-encoded"},
	{"w=8%3", "w", "percent-encoded"},
	{"/w=%zz", "w", "percent-encoded"},
	{"h=5&%zz=800", "%zz", "percent-encoded"},
	{"%=800", "%", "percent-encoded"},
	{"/w=5,%g0=1", "%g0", "percent-encoded"},
	{"w64=ODAw=", "w64", "base64url"},
	{"w64=ODA=", "w64", "base64url"},
	{"w64=O", "w64", "base64url"},
	{"w64=***", "w64", "base64url"},
	{"w64=OD Aw", "w64", "base64url"},
	{"w64=OD%0AAw", "w64", "base64url"},
	{"w64=OD%0D%0AAw", "w64", "base64url"},
	{"w64=NR", "w64", "base64url"}, // NQ is 5, and the last two bits of R are no zeros
	{"bg64=Pz8%2F", "bg64", "base64url"},
	{"w64=", "w", "not a number"},
	{"width64=!", "width64", "base64url"},
	{"w64=YWJj", "w", "not a number"},
	{"fm64=bXA0", "fm", "not supported"},
}

func TestRefused(t *testing.T) {
	for _, tt := range refused {
		var err error
		if p, ok := strings.CutPrefix(tt.spelling, "/"); ok {
			_, err = transform.Parser{}.ParsePath(p)
		} else {
			_, err = transform.Parser{}.ParseQuery(tt.spelling)
		}
		var bad *transform.ParamError
		if !errors.As(err, &bad) {
			t.Errorf("Parse(%q) = %v, want a ParamError of %q", tt.spelling, err, tt.param)
			continue
		}
		if bad.Param != tt.param || !strings.Contains(bad.Reason, tt.reason) {
			t.Errorf("Parse(%q) = %q, %q, want %q, %q", tt.spelling, bad.Param, bad.Reason, tt.param, tt.reason)
		}
		if got, want := err.Error(), bad.Param+": "+bad.Reason; got != want {
			t.Errorf("Parse(%q).Error() = %q, want %q", tt.spelling, got, want)
		}
	}
}

// Beyond a suggested range a value counts as the range's end.
func TestClamped(t *testing.T) {
	tests := []struct{ query, want string }{
		{"q=101", "q=100"},
		{"q=1000", "q=100"},
		{"q=99999999999999999999", "q=100"},
		{"q=0", "q=1"},
		{"q=-1", "q=1"},
		{"q=-99999999999999999999", "q=1"},
		{"blur=2001", "blur=2000"},
		{"blur=99999999999999999999", "blur=2000"},
		{"blur=-1", ""},
		{"sharp=100.1", "sharp=100"},
		{"sharp=99999999999999999999", "sharp=100"},
		{"sharp=-0.1", ""},
		{"w=9&h=9&fit=crop&crop=focalpoint&fp-z=10.5", "w=9&h=9&fit=crop&crop=focalpoint&fp-z=10"},
		{"w=9&h=9&fit=crop&crop=focalpoint&fp-z=100", "w=9&h=9&fit=crop&crop=focalpoint&fp-z=10"},
		{"rot=360", ""},
		{"rot=361", "rot=1"},
		{"rot=-1", "rot=359"},
		{"rot=36000000000000000000", ""},
		// What is beyond no image is beyond all alike.
		{"rect=0,0,99999999999,5", "rect=0,0,2147483647,5"},
	}
	for _, tt := range tests {
		if got := query(t, tt.query).String(); got != tt.want {
			t.Errorf("String(%q) = %q, want %q", tt.query, got, tt.want)
		}
	}
}

// The ends of a hard range are within it.
func TestEndsOfRanges(t *testing.T) {
	for _, q := range []string{
		"w=2", "w=8192", "h=2", "h=8192", "w=0.0001", "h=0.9999", "dpr=0.1&w=9", "dpr=5&w=9", "fit=crop&min-w=1", "fit=crop&max-w=8192",
		"fit=crop&ar=1:8192", "fit=crop&ar=8192:1", "orient=0", "orient=8", "rot=359.999", "rot=0.001", "q=1", "q=100", "blur=1", "sharp=0.1",
		"fit=crop&w=9&h=9&crop=focalpoint&fp-x=0&fp-y=1", "fit=crop&w=9&h=9&crop=focalpoint&fp-z=1", "rect=0,0,1,1", "rect=2147483647,0,1,1",
		"fit=crop&min-w=5&max-w=5", "fit=crop&min-h=5&max-h=5",
	} {
		if _, err := (transform.Parser{}).ParseQuery(q); err != nil {
			t.Errorf("ParseQuery(%q): %v, want no error", q, err)
		}
	}
}

// A name is ignored when it or its beginning is listed, and then may repeat.
func TestIgnore(t *testing.T) {
	p := transform.Parser{Ignore: []string{"utm_*", "fbclid"}}
	want := query(t, "w=800")
	for _, q := range []string{
		"w=800&utm_source=a", "utm_source=a&utm_source=b&w=800", "w=800&fbclid=x", "utm_=&w=800", "ixlib=a&ixlib=b&w=800", "utm_medium64=%21&w=800",
	} {
		if got, err := p.ParseQuery(q); err != nil || got.Recipe != want {
			t.Errorf("ParseQuery(%q) = %q, %v, want %q", q, got.Recipe, err, want)
		}
	}
	for _, q := range []string{"fbclid2=x", "xutm_=1", "utm=1", "UTM_source=1"} {
		var bad *transform.ParamError
		if _, err := p.ParseQuery(q); !errors.As(err, &bad) {
			t.Errorf("ParseQuery(%q) = %v, want a ParamError", q, err)
		}
	}
}
