package transform_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"lightwell/transform"
)

// instructions are JSON, and the query that means the same.
var instructions = []struct{ json, query string }{
	{`{}`, ""},
	{" {\n} ", ""},
	{`{"resize":{}}`, ""},

	// By the names for people.
	{`{"resize":{"width":800}}`, "w=800"},
	{`{"resize":{"width":800,"height":600,"fit":"crop"}}`, "w=800&h=600&fit=crop"},
	{`{"resize":{"height":0.5}}`, "h=0.5"},
	{`{"resize":{"width":400,"fit":"crop","aspectRatio":"16:9","crop":"top,left","dpr":2,"enlarge":true}}`,
		"w=400&fit=crop&ar=16:9&crop=top,left&dpr=2&enlarge=1"},
	{`{"resize":{"width":9,"height":9,"fit":"crop","crop":["top","left"]}}`, "w=9&h=9&fit=crop&crop=top,left"},
	{`{"crop":{"x":10,"y":20,"width":300,"height":200}}`, "rect=10,20,300,200"},
	{`{"crop":{"height":200,"width":300,"y":"bottom","x":"center"}}`, "rect=center,bottom,300,200"},
	{`{"crop":{"x":0.5,"y":1.0,"width":300.0,"height":2e2}}`, "rect=0.5,1,300,200"},
	{`{"watermark":"logo.png"}`, "mark=logo.png"},
	{`{"watermark":{"image":"logo.png","position":"bottom-right","opacity":1}}`, "mark=logo.png"},
	{`{"watermark":{"image":"a","position":"top-left","opacity":0.5,"width":0.2,"height":40,"padding":8,"rotate":45}}`,
		"mark=a&mark-align=top,left&mark-alpha=50&mark-w=0.2&mark-h=40&mark-pad=8&mark-rot=45"},
	{`{"watermark":{"image":"a","position":"top"},"mark-tile":"grid","mark-x":-5}`, "mark=a&mark-align=top&mark-tile=grid&mark-x=-5"},
	{`{"rotate":90}`, "rot=90"},
	{`{"rotate":-90}`, "rot=-90"},
	{`{"background":"80ff0000"}`, "bg=80ff0000"},
	{`{"format":"webp"}`, "fm=webp"},
	{`{"format":"jpeg","quality":60}`, "fm=jpg&q=60"},
	{`{"format":"auto"}`, "auto=format"},
	{`{"format":"auto","fm":"png"}`, "auto=format&fm=png"},
	{`{"quality":80,"blur":20,"sharpen":10}`, "q=80&blur=20&sharp=10"},
	{`{"preset":"card","resize":{"width":5}}`, "preset=card&w=5"},

	// By the parameters' own.
	{`{"w":800,"h":"600","f":"crop","crop":"entropy"}`, "w=800&h=600&fit=crop&crop=entropy"},
	{`{"width":800,"height":600,"fit":"crop","crop":["bottom","right"]}`, "w=800&h=600&fit=crop&crop=bottom,right"},
	{`{"w":300,"h":200,"fit":"crop","crop":"focalpoint","fp-x":0.25,"fp-y":1,"fp-z":1.5}`, "w=300&h=200&fit=crop&crop=focalpoint&fp-x=0.25&fp-y=1&fp-z=1.5"},
	{`{"w":5000,"enlarge":true,"invert":false,"inv64":0}`, "refused"},
	{`{"w":5000,"enlarge":true,"invert":false}`, "w=5000&enlarge=1&invert=0"},
	{`{"rect":[0.5,"middle",30,40]}`, "rect=0.5,middle,30,40"},
	{`{"duotone":["000080","fa8072"],"duotone-alpha":50}`, "duotone=000080,fa8072&duotone-alpha=50"},
	{`{"auto":["format"],"fm":"pjpg"}`, "auto=format&fm=pjpg"},
	{`{"dl":"a, b & c.jpg","v":1}`, "dl=a%2C%20b%20%26%20c.jpg&v=1"},
	{`{"rot":1e1,"exp":-0}`, "rot=10&exp=0"},
	{`{"v":"\u00e9\ud83d\ude00"}`, "v=%C3%A9%F0%9F%98%80"},
}

// Instructions mean what the query means, to the last field of the request.
func TestInstructions(t *testing.T) {
	for _, tt := range instructions {
		in, err := transform.DecodeInstructions([]byte(tt.json))
		if tt.query == "refused" {
			if err == nil {
				t.Errorf("DecodeInstructions(%s) = %v, want an error", tt.json, in.Pairs)
			}
			continue
		}
		if err != nil {
			t.Errorf("DecodeInstructions(%s): %v", tt.json, err)
			continue
		}
		want, err := transform.Parser{}.ParseQuery(tt.query)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := (transform.Parser{}).Parse(in.Pairs); err != nil || got != want {
			t.Errorf("%s = %+v, %v, want %+v as of %s", tt.json, got, err, want, tt.query)
		}
	}
}

// A watermark is the parameters of marks, whatever those can do.
func TestWatermarkInstructions(t *testing.T) {
	for _, tt := range []struct{ json, want string }{
		{`{"watermark":"logo.png"}`, "mark=logo.png"},
		{`{"watermark":{"image":"logo.png"}}`, "mark=logo.png"},
		{`{"watermark":{"position":"bottom-right","opacity":0.5,"width":0.2,"image":"0123456789abcdefghjkmnpqrs"}}`,
			"mark-align=bottom,right mark-alpha=50 mark-w=0.2 mark=0123456789abcdefghjkmnpqrs"},
		{`{"watermark":{"image":"a","position":"center","opacity":1,"height":40,"padding":8,"rotate":45}}`,
			"mark=a mark-align=middle,center mark-alpha=100 mark-h=40 mark-pad=8 mark-rot=45"},
		{`{"watermark":{"image":"a","position":"left","opacity":0.555}}`, "mark=a mark-align=middle,left mark-alpha=56"},
		{`{"watermark":{"image":"a","position":"top","opacity":0}}`, "mark=a mark-align=top,center mark-alpha=0"},
		{`{"mark":"a","mark-align":["top","left"],"mark-tile":"grid"}`, "mark=a mark-align=top,left mark-tile=grid"},
	} {
		in, err := transform.DecodeInstructions([]byte(tt.json))
		var got []string
		for _, pair := range in.Pairs {
			got = append(got, pair.Name+"="+pair.Value)
		}
		if err != nil || strings.Join(got, " ") != tt.want {
			t.Errorf("DecodeInstructions(%s) = %q, %v, want %q", tt.json, got, err, tt.want)
		}
	}
}

// refusedInstructions are JSON, the member at fault, and a part of the reason.
var refusedInstructions = []struct{ json, param, reason string }{
	// The document.
	{``, "instructions", "not JSON"},
	{`{`, "instructions", "not JSON"},
	{`{"w":1}{}`, "instructions", "not JSON"},
	{`{"w":8} x`, "instructions", "not JSON"},
	{`{"w":8,}`, "instructions", "not JSON"},
	{`[]`, "instructions", "a list, and must be an object"},
	{`null`, "instructions", "null, and must be an object"},
	{`"w=8"`, "instructions", "a string"},
	{"{\"v\":\"\xff\"}", "instructions", "UTF-8"},
	{`{"v":"` + strings.Repeat("x", transform.MaxInstructions) + `"}`, "instructions", "more than 16384 bytes"},
	{`{"resize":{"width":` + strings.Repeat(`[`, 5000) + strings.Repeat(`]`, 5000) + `}}`, "resize.width", "a list, and must be a number"},
	{strings.Repeat(`{"resize":`, 1400) + `1` + strings.Repeat(`}`, 1400), "resize.resize", "no such member"},

	// Names.
	{`{"resize":{"widht":800}}`, "resize.widht", "did you mean width?"},
	{`{"resize":{"Width":800}}`, "resize.Width", "did you mean width?"},
	{`{"resize":{"w":800}}`, "resize.w", "no such member"},
	{`{"resize":{"width":800,"width":800}}`, "resize.width", "twice"},
	{`{"w":800,"w":800}`, "w", "twice"},
	{`{"w":800,"\u0077":800}`, "w", "twice"},
	{`{"resize":{"width":800},"w":800}`, "w", "resize.width gives the same already"},
	{`{"w":800,"width":800}`, "width", "w gives the same already"},
	{`{"fm":"webp","format":"avif"}`, "format", "fm gives the same already"},
	{`{"resize":{"crop":"top"},"crop":"left"}`, "crop", "resize.crop gives the same already"},
	{`{"rect":"1,2,3,4","crop":{"x":1,"y":2,"width":3,"height":4}}`, "crop", "rect gives the same already"},
	{`{"risize":{"width":800}}`, "risize", "did you mean resize?"},
	{`{"qualty":80}`, "qualty", "did you mean quality?"},
	{`{"watermrak":"x"}`, "watermrak", "did you mean watermark?"},
	{`{"maxw":5}`, "maxw", "did you mean max-w?"},
	{`{"w64":"ODAw"}`, "w64", "no such member"},
	{`{"ixlib":"js"}`, "ixlib", "no such member"},
	{`{"":1}`, "", "no such member"},
	{`{"imageId":"x"}`, "imageId", "no such member"},
	{`{"crop":{"x":1,"y":2,"width":3,"heigth":4}}`, "crop.heigth", "did you mean height?"},
	{`{"watermark":{"image":"a","positon":"top"}}`, "watermark.positon", "did you mean position?"},
	{`{"resize":{"resize":{}}}`, "resize.resize", "no such member"},

	// Kinds.
	{`{"resize":800}`, "resize", "a number, and must be an object"},
	{`{"resize":null}`, "resize", "null, and must be an object"},
	{`{"resize":{"width":"800"}}`, "resize.width", "a string, and must be a number"},
	{`{"resize":{"width":null}}`, "resize.width", "null, and must be a number"},
	{`{"resize":{"width":{"px":800}}}`, "resize.width", "an object, and must be a number"},
	{`{"resize":{"enlarge":1}}`, "resize.enlarge", "a number, and must be true or false"},
	{`{"resize":{"fit":true}}`, "resize.fit", "true or false, and must be a string"},
	{`{"crop":{"x":1,"y":2,"width":"3","height":4}}`, "crop.width", "must be a number"},
	{`{"crop":{"x":1,"y":2,"width":3}}`, "crop.height", "missing"},
	{`{"crop":{}}`, "crop.x", "missing"},
	{`{"crop":{"x":1,"y":2,"width":3,"width":3,"height":4}}`, "crop.width", "twice"},
	{`{"crop":true}`, "crop", "true is not a list of top"},
	{`{"crop":[]}`, "crop", "empty"},
	{`{"crop":[["top"]]}`, "crop", "a list is in the list"},
	{`{"crop":[true]}`, "crop", "in the list"},
	{`{"crop":[null]}`, "crop", "null is in the list"},
	{`{"w":true}`, "w", "true is not 2 to 8192"},
	{`{"q":true}`, "q", "true is not 0 to 100"},
	{`{"dl":true}`, "dl", "true is not a file name"},
	{`{"v":false}`, "v", "false is not any text"},
	{`{"expires":1735689600}`, "expires", "of one URL"},
	{`{"w":5,"s":"abc"}`, "s", "of one URL"},
	{`{"w":null}`, "w", "null"},
	{`{"w":{}}`, "w", "an object"},
	{`{"w":1e400}`, "w", "not a number that can be held"},
	{`{"w":[1e400]}`, "w", "not a number that can be held"},
	{`{"format":true}`, "format", "must be a string"},
	{`{"watermark":5}`, "watermark", "must be an object"},
	{`{"watermark":{}}`, "watermark.image", "missing"},
	{`{"watermark":"a","mark-base":"https://example.com"}`, "mark-base", "not supported"},
	{`{"watermark":"a","mark":"b"}`, "mark", "watermark gives the same"},
	{`{"watermark":{"width":0.2}}`, "watermark.image", "missing"},
	{`{"watermark":{"image":"a","position":"top,left"}}`, "watermark.position", "top-left"},
	{`{"watermark":{"image":"a","opacity":50}}`, "watermark.opacity", "0 to 1"},
	{`{"watermark":{"image":"a","opacity":-0.1}}`, "watermark.opacity", "0 to 1"},
	{`{"watermark":{"image":"a","opacity":"0.5"}}`, "watermark.opacity", "must be a number"},

	// Values that the parser refuses, by the member that gave them.
	{`{"resize":{"width":1}}`, "resize.width", "2 to 8192"},
	{`{"resize":{"width":99999}}`, "resize.width", "2 to 8192"},
	{`{"resize":{"fit":"cover"}}`, "resize.fit", "is not clip"},
	{`{"crop":{"x":"1,2","y":0,"width":3,"height":4}}`, "crop", "x,y,width,height"},
	{`{"crop":{"x":-1,"y":0,"width":3,"height":4}}`, "crop", "neither a number"},
	{`{"quality":"high"}`, "quality", "must be a number"},
	{`{"format":"bmp"}`, "format", "is not jpg"},
	{`{"width":"wide"}`, "width", "not a number"},
	{`{"min-w":9,"max-w":5}`, "min-w", "more than max-w"},
	{`{"preset":"../x"}`, "preset", "not a name"},
	{`{"upscale":true}`, "upscale", "not supported"},
	{`{"blend":"hello"}`, "blend", "neither a colour"},
}

func TestRefusedInstructions(t *testing.T) {
	for _, tt := range refusedInstructions {
		in, err := transform.DecodeInstructions([]byte(tt.json))
		if err == nil {
			_, err = transform.Parser{}.Parse(in.Pairs)
			err = in.Blame(err)
		}
		var bad *transform.ParamError
		if !errors.As(err, &bad) || bad.Param != tt.param || !strings.Contains(bad.Reason, tt.reason) {
			t.Errorf("%.100s: %v, want a ParamError of %q that says %q", tt.json, err, tt.param, tt.reason)
		}
	}
}

// Whatever is decoded is a URL's pairs: it can be spelled as a query, parses to the
// same, and a mistake names a member that is there.
func FuzzInstructions(f *testing.F) {
	for _, tt := range instructions {
		f.Add(tt.json)
	}
	for _, tt := range refusedInstructions {
		if len(tt.json) < 1000 { // longer ones are minimised for ever
			f.Add(tt.json)
		}
	}
	f.Fuzz(func(t *testing.T, in string) {
		decoded, err := transform.DecodeInstructions([]byte(in))
		var bad *transform.ParamError
		if err != nil {
			if !errors.As(err, &bad) || bad.Reason == "" {
				t.Fatalf("DecodeInstructions(%q) = %v, want a ParamError", in, err)
			}
			return
		}
		req, err := transform.Parser{}.Parse(decoded.Pairs)
		if err != nil {
			if !errors.As(decoded.Blame(err), &bad) || bad.Param == "" || bad.Reason == "" {
				t.Fatalf("Parse of %q = %v, want a ParamError", in, err)
			}
			return
		}
		spelled := transform.SpellPairs(decoded.Pairs)
		again, err := transform.Parser{}.ParseQuery(spelled)
		if err != nil || again != req {
			t.Fatalf("ParseQuery(%q) = %+v, %v, want %+v as of %q", spelled, again, err, req, in)
		}
		if pairs, err := transform.QueryPairs(spelled); err != nil || transform.SpellPairs(pairs) != spelled {
			t.Fatalf("SpellPairs(%q) = %q, want the same", spelled, transform.SpellPairs(pairs))
		}
		delivered, err := transform.Parser{}.ParseQuery(req.Query())
		if req.Preset = ""; err != nil || delivered != req {
			t.Fatalf("ParseQuery(%q) = %+v, %v, want %+v as of %q", req.Query(), delivered, err, req, in)
		}
	})
}

func TestOverlay(t *testing.T) {
	for _, tt := range []struct{ above, below, want string }{
		{"", "", ""},
		{"w=1", "", "w=1"},
		{"", "w=1&h=2", "w=1&h=2"},
		{"w=1", "w=2&h=2", "w=1&h=2"},
		{"width=1", "w=2&h=2", "w=1&h=2"},
		{"w=1", "width=2", "w=1"},
		{"w64=MQ", "w=2&fm=webp", "w=1&fm=webp"},
		{"auto=format", "auto=compress&auto=x", "auto=format"},
		{"mono=red", "monochrome=blue&px=2", "px=2&monochrome=red"},
		{"fit=max", "fit=crop&crop=top", "fit=max&crop=top"},
		{"v=2", "w=5&v=1", "w=5&v=2"},
	} {
		above, err1 := transform.QueryPairs(tt.above)
		below, err2 := transform.QueryPairs(tt.below)
		if err := errors.Join(err1, err2); err != nil {
			t.Fatal(err)
		}
		before := slices.Clone(above)
		if got := transform.SpellPairs(transform.Overlay(above, below)); got != tt.want {
			t.Errorf("Overlay(%q, %q) = %q, want %q", tt.above, tt.below, got, tt.want)
		}
		if !slices.Equal(above, before) {
			t.Errorf("Overlay(%q, %q) changed what it got to %q", tt.above, tt.below, above)
		}
	}
}

// What has no effect by itself is spelled all the same: with other pairs over it, it
// may have one.
func TestSpellPairs(t *testing.T) {
	for in, want := range map[string]string{
		"":                           "",
		"crop=top":                   "crop=top",
		"q=75&fit=max&enlarge=1":     "fit=max&enlarge=1&q=75",
		"h=1&width=2":                "w=2&h=1",
		"fm64=d2VicA":                "fm=webp",
		"dl=a%20b%26c,d%2Be&w=5":     "w=5&dl=a%20b%26c,d%2Be",
		"utm_source=x&w=5&ixlib=js1": "w=5",
		"mono=red&preset=a.b":        "monochrome=red&preset=a.b",
	} {
		pairs, err := transform.QueryPairs(in)
		if err != nil {
			t.Fatal(err)
		}
		if got := transform.SpellPairs(pairs); got != want {
			t.Errorf("SpellPairs(%q) = %q, want %q", in, got, want)
		}
	}
}
