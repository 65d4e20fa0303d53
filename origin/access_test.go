package origin_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"lightwell/link"
	"lightwell/origin"
	"lightwell/origin/library"
	"lightwell/transform"
)

const (
	oldKey = "old-0123456789abcdef"
	newKey = "new-0123456789abcdef"
)

// openSigned is a door that asks for signatures, with the photo behind it.
func openSigned(t *testing.T, access origin.Access) *door {
	t.Helper()
	d := openDoorWith(t, settings{handler: func(h *origin.Handler) { h.Access = access }, library: library.Config{Life: 0, Entries: 10}})
	d.photo()
	return d
}

func signed(key string, params ...string) string { return built(link.Builder{Key: key}, params...) }

func built(b link.Builder, params ...string) string {
	var pairs []link.Pair
	for _, p := range params {
		name, value, _ := strings.Cut(p, "=")
		pairs = append(pairs, link.Pair{Name: name, Value: value})
	}
	return b.URL(photoID, pairs...)
}

// wantForbidden wants the one answer to all that is not allowed.
func (d *door) wantForbidden(what, uri string) {
	d.t.Helper()
	const body = `{"type":"about:blank","title":"Forbidden","status":403,"detail":"This URL has no valid signature, or its time is over."}` + "\n"
	got := d.get(uri, withID)
	if got.status != 403 || string(got.body) != body {
		d.t.Errorf("%s: GET %s = %d %s, want 403 %s", what, uri, got.status, got.body, body)
		return
	}
	wantHeaders(d.t, what, got, common.with(headers{
		"Content-Type": "application/problem+json", "Cache-Control": "no-store", "Content-Length": fmt.Sprint(len(body)),
	}))
}

func (d *door) wantServed(what, uri string) response {
	d.t.Helper()
	got := d.get(uri)
	if got.status != 200 {
		d.t.Errorf("%s: GET %s = %d %s, want 200", what, uri, got.status, got.body)
	}
	return got
}

func TestSignatures(t *testing.T) {
	d := openSigned(t, origin.Access{Keys: []string{newKey, oldKey}, Unsigned: origin.UnsignedNone})
	image := "/image/" + photoID
	s := link.Sign(newKey, image, []link.Pair{{Name: "w", Value: "400"}, {Name: "rect", Value: "1,2,300,200"}, {Name: "dl", Value: "a b"}})
	for what, uri := range map[string]string{
		"as built":                 signed(newKey, "w=400", "fm=webp"),
		"by the other key":         signed(oldKey, "w=400", "fm=webp"),
		"an original":              signed(newKey),
		"information":              link.Builder{Key: newKey}.Info(photoID),
		"in the path":              built(link.Builder{Key: newKey, Path: true}, "w=400", "fm=webp"),
		"with a name":              built(link.Builder{Key: newKey, Path: true}, "w=400", "fm=webp") + "/any.jpg",
		"an original in the path":  built(link.Builder{Key: newKey, Path: true}),
		"sorted by a CDN":          image + "?dl=a%20b&rect=1%2C2%2C300%2C200&s=" + s + "&w=400",
		"encoded by a CDN":         image + "?%77=%34%30%30&dl=a+b&rect=1,2,300,200&s=" + s,
		"from query to path":       image + "/s=" + s + ",dl=a%20b,w=400,rect=1%2c2%2C300%2C200",
		"in both":                  image + "/w=400,dl=a%20b/x.jpg?rect=1,2,300,200&s=" + s,
		"with what is ignored":     image + "?w=400&dl=a+b&rect=1,2,300,200&ixlib=js&utm_source=x&s=" + s,
		"with ampersands to spare": image + "?&w=400&&dl=a+b&rect=1,2,300,200&s=" + s + "&",
		"with a scheme":            "http://images.test" + image + "?w=400&dl=a+b&rect=1,2,300,200&s=" + s,
		"by another name":          signed(newKey, "width64=NDAw"),
		"with auto":                signed(newKey, "auto=format", "auto=format"),
		"with the version":         signed(newKey, "w=400", "v=7"),
	} {
		d.wantServed(what, uri)
		d.wantServed(what+" again", uri)
	}
	renders, opens := d.renderer.count(), d.library.opens()
	for len(d.library.asked) > 0 {
		<-d.library.asked
	}
	good := signed(newKey, "w=400")
	for what, uri := range map[string]string{
		"missing":             image + "?w=400&fm=webp",
		"an original":         image,
		"information":         "/info/" + photoID,
		"the same by fm":      image + "?fm=json",
		"a palette":           image + "?palette=css",
		"a hash":              image + "?fm=blurhash",
		"empty":               image + "?w=400&s=",
		"junk":                image + "?w=400&s=%00",
		"wrong":               image + "?w=400&s=" + strings.Repeat("A", 43),
		"cut":                 good[:len(good)-1],
		"twice":               good + good[strings.Index(good, "&s="):],
		"of another width":    strings.Replace(good, "w=400", "w=401", 1),
		"of another spelling": strings.Replace(good, "w=400", "width=400", 1),
		"of another asset":    strings.Replace(good, photoID, absentID, 1),
		"of information":      strings.Replace(good, "/image/", "/info/", 1),
		"with more":           good + "&fm=webp",
		"with a preset":       good + "&preset=card",
		"with a mark":         good + "&mark=logo",
		"with less":           strings.Replace(good, "w=400&", "", 1),
		"by a third key":      signed("third-0123456789abcdef", "w=400"),
		"a bad time":          signed(newKey, "w=400", "expires=tomorrow"),
		"two times":           signed(newKey, "w=400", "expires=9999999999", "expires=9999999999"),
		"a time that is over": signed(newKey, "w=400", "expires=1"),
		"a time by its alias": signed(newKey, "w=400", "expires64=MQ"),
		"nothing there":       "/image/" + absentID,
		"nothing there, with": strings.Replace(image+"?w=5", photoID, absentID, 1),
		"an unknown preset":   image + "?preset=nothing",
	} {
		d.wantForbidden(what, uri)
	}
	if n, m := d.renderer.count()-renders, d.library.opens()-opens; n+m+len(d.library.asked) > 0 {
		t.Errorf("refusals made %d renditions, opened %d originals and looked for %d assets, want none", n, m, len(d.library.asked))
	}
	if got := d.get(image + "?colour=red&s=x"); got.status != 400 {
		t.Errorf("a mistake in an unsigned URL = %d, want 400", got.status)
	}
	if got := d.get(link.Builder{Key: newKey}.URL(absentID)); got.status != 404 {
		t.Errorf("a signed URL of nothing = %d, want 404", got.status)
	}
}

// Without keys a signature says nothing; with them a wrong one is refused, whatever would go without.
func TestSignaturesWhereNoneIsNeeded(t *testing.T) {
	d := openSigned(t, origin.Access{})
	d.wantServed("a signature without keys", signed("whatever", "w=400"))
	d.wantForbidden("a time that is over", built(link.Builder{}, "w=400", "expires=1"))
	for _, access := range []origin.Access{
		{Keys: []string{newKey}},
		{Keys: []string{newKey}, Unsigned: origin.UnsignedWidths, Widths: []int{400}, Originals: true},
	} {
		d := openSigned(t, access)
		for _, params := range []string{"w=400", "auto=format"} {
			d.wantServed("none", built(link.Builder{}, params))
			d.wantServed("a right one", signed(newKey, params))
			d.wantForbidden("a wrong one", signed(oldKey, params))
		}
		d.wantServed("an original", built(link.Builder{}))
		d.wantServed("information", "/info/"+photoID)
	}
}

// everyParam is a value for each parameter, so that none is left out when there is another.
func everyParam(t *testing.T) map[string]string {
	t.Helper()
	values := map[string]string{
		"w": "400", "h": "300", "mark-w": "40", "mark-h": "40", "fit": "crop", "ar": "16:9", "crop": "top", "trim": "auto", "rect": "0,0,100,100", "flip": "h", "fill": "blur",
		"mask": "ellipse", "duotone": "red,blue", "mark": photoID, "mark-align": "top", "mark-fit": "crop", "mark-tile": "grid", "fm": "webp",
		"auto": "format", "dl": "x", "v": "1", "preset": "card", "expires": "9999999999", "s": "x", "rot-type": "pivot", "border": "5,red",
		"max-bytes": "5000", "palette": "json", "prefix": "p", "chromasub": "444", "cs": "p3", "meta": "keep", "trim-color": "red", "bg": "red", "fill-color": "red", "mask-bg": "red", "monochrome": "red", "high": "-5", "fp-x": "0.2", "fp-y": "0.2",
		"blend": "red", "blend-mode": "screen", "blend-align": "top", "blend-fit": "crop", "blend-crop": "top", "blend-w": "40", "blend-h": "40", "blend-size": "inherit",
		"txt-align": "top", "txt-clip": "start", "txt-color": "red", "txt-fit": "max", "txt-font": "serif", "txt-line-color": "red",
	}
	for _, doc := range transform.ParamDocs() {
		if values[doc.Name] == "" {
			values[doc.Name] = "1"
		}
		if _, err := (transform.Parser{}).Parse([]transform.Pair{{Name: doc.Name, Value: values[doc.Name]}}); err != nil {
			t.Fatalf("the test has no value for %s: %v", doc.Name, err)
		}
	}
	return values
}

// What goes unsigned is told by what the parameters are: no alias, suffix or form gets by.
func TestUnsignedParameters(t *testing.T) {
	for _, tt := range []struct {
		access  origin.Access
		allowed string
		with    string // what is allowed by itself
	}{
		{origin.Access{Unsigned: origin.UnsignedNone}, "", ""},
		{origin.Access{Unsigned: origin.UnsignedPresets}, "preset", "preset=card"},
		{origin.Access{Unsigned: origin.UnsignedWidths, Widths: []int{400, 800}}, "w fm auto dpr preset", "w=400"},
	} {
		d := openSigned(t, tt.access)
		d.preset(d.library.Library, "card", "w=100&h=100&fit=crop")
		for name, value := range everyParam(t) {
			spellings := []string{name}
			for _, doc := range transform.ParamDocs() {
				if doc.Name == name {
					spellings = append(spellings, doc.Aliases...)
				}
			}
			for _, spelling := range spellings {
				allowed := strings.Contains(" "+tt.allowed+" ", " "+name+" ")
				forms := []string{spelling + "=" + value, spelling + "64=" + base64.RawURLEncoding.EncodeToString([]byte(value))}
				if name == "s" {
					forms = forms[:1] // there is no s64
				}
				for _, form := range forms {
					alone := allowed && name != "dpr" // which by itself is the original
					d.wantAllowed(alone, "/image/"+photoID+"?"+form)
					d.wantAllowed(alone, "/image/"+photoID+"/"+strings.ReplaceAll(form, ",", "%2C")+"/x.jpg")
					if tt.with != "" && !strings.HasPrefix(tt.with, name+"=") {
						d.wantAllowed(allowed, "/image/"+photoID+"?"+tt.with+"&"+form)
						d.wantAllowed(allowed, "/image/"+photoID+"/"+strings.ReplaceAll(form, ",", "%2C")+"?"+tt.with)
					}
				}
			}
		}
	}
}

func (d *door) wantAllowed(allowed bool, uri string) {
	d.t.Helper()
	want := 403
	if allowed {
		want = 200
	}
	if got := d.get(uri); got.status != want {
		d.t.Errorf("GET %s = %d %s, want %d", uri, got.status, got.body, want)
	}
}

// There are as many renditions as widths, formats and densities, and no more.
func TestUnsignedWidths(t *testing.T) {
	access := origin.Access{Unsigned: origin.UnsignedWidths, Widths: []int{200, 400, 700}}
	d := openSigned(t, access)
	photo, err := d.library.Asset(t.Context(), photoID)
	if err != nil {
		t.Fatal(err)
	}
	for query, want := range map[string]string{
		"w=200": "w=200", "w=2": "w=200", "w=201": "w=400", "w=400": "w=400", "w=401": "w=700", "w=700": "w=700", "w=8192": "w=700",
		"w64=MjAx": "w=400", "width=201&fm=webp": "w=400&fm=webp", "fm=webp": "w=700&fm=webp", "auto=format": "w=700&auto=format", "dpr=2&fm=png": "w=700&dpr=2&fm=png",
		"w=100&dpr=1.001": "w=200&dpr=2", "w=100&dpr=2": "w=200&dpr=2", "w=100&dpr=2.5": "w=200&dpr=3", "w=100&dpr=1": "w=200", "w=100&dpr64=Mw": "w=200&dpr=3",
	} {
		_, key := rendition(t, photo, photoBody, want, "")
		if got := d.get("/image/" + photoID + "?" + query); got.status != 200 || got.header.Get("ETag") != `"`+key+`"` {
			t.Errorf("GET ?%s = %d with %s, want what ?%s is: %q", query, got.status, got.header.Get("ETag"), want, key)
		}
	}
	for _, query := range []string{"w=0.5", "w=0", "w=100&dpr=0.99", "w=100&dpr=3.01", "w=100&dpr=5", "dpr=5&fm=webp", "dpr=2", "", "v=1", "h=100", "w=100&h=100", "w=100&q=80"} {
		d.wantForbidden(query, "/image/"+photoID+"?"+query)
	}
	if got := d.get("/image/" + photoID + "?w=100&w=200"); got.status != 400 {
		t.Errorf("two widths = %d, want 400", got.status)
	}
}

// A preset is what the operator made it, but no way to the original.
func TestUnsignedPresets(t *testing.T) {
	d := openSigned(t, origin.Access{Unsigned: origin.UnsignedWidths, Widths: []int{200}})
	d.preset(d.library.Library, "card", "w=333&h=100&fit=crop&dpr=1.5")
	d.preset(d.library.Library, "plain", "v=1")
	d.preset(d.library.Library, "red", "bg=red")
	photo, err := d.library.Asset(t.Context(), photoID)
	if err != nil {
		t.Fatal(err)
	}
	for query, want := range map[string]string{
		"preset=card":          "w=333&h=100&fit=crop&dpr=1.5",
		"preset=card&w=150":    "w=200&h=100&fit=crop&dpr=1.5",
		"preset=card&dpr=1.2":  "w=333&h=100&fit=crop&dpr=2",
		"preset=plain&w=100":   "w=200",
		"preset=plain&fm=webp": "fm=webp",
	} {
		_, key := rendition(t, photo, photoBody, want, "")
		for range 2 {
			if got := d.get("/image/" + photoID + "?" + query); got.status != 200 || got.header.Get("ETag") != `"`+key+`"` {
				t.Errorf("GET ?%s = %d with %s, want what ?%s is: %q", query, got.status, got.header.Get("ETag"), want, key)
			}
		}
	}
	for _, query := range []string{"preset=plain", "preset=red", "preset=card&dpr=4", "preset=card&h=5"} {
		d.wantForbidden(query, "/image/"+photoID+"?"+query)
	}
	d.preset(d.library.Library, "card", "v=2")
	d.wantForbidden("a preset that has become the original", "/image/"+photoID+"?preset=card")
}

// The time of a URL is looked at for every request, and nothing is kept beyond it.
func TestExpiry(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	d := openDoorWith(t, settings{handler: func(h *origin.Handler) {
		h.Access = origin.Access{Keys: []string{newKey}, Unsigned: origin.UnsignedNone}
		h.Now = func() time.Time { return now }
	}})
	d.photo()
	d.preset(d.library.Library, "card", "w=100")
	start := now
	until := link.Builder{Key: newKey, Expires: start.Add(1000 * time.Second)}
	urls := map[string]int{ // and the longest life
		built(until, "w=400"):       1000,
		built(until):                1000,
		built(until, "preset=card"): 600,
		until.Info(photoID):         10,
		built(link.Builder{Key: newKey, Path: true, Expires: until.Expires}, "w=400", "fm=webp"): 1000,
	}
	for _, at := range []struct {
		since time.Duration
		left  int
	}{{0, 1000}, {500 * time.Second, 500}, {995*time.Second + 1, 4}, {999*time.Second + 1, 0}} {
		now = start.Add(at.since)
		for uri, most := range urls {
			got := d.wantServed("before the time", uri)
			if life, want := got.header.Get("Cache-Control"), fmt.Sprintf("public, max-age=%d, must-revalidate", min(most, at.left)); life != want {
				t.Errorf("%v after the start, %s: Cache-Control = %s, want %s", at.since, uri, life, want)
			}
			if same := d.get(uri, "If-None-Match: "+got.header.Get("ETag")); got.header.Get("ETag") != "" && (same.status != 304 || same.header.Get("Cache-Control") != got.header.Get("Cache-Control")) {
				t.Errorf("%s with its ETag = %d, %s, want 304 with the same life", uri, same.status, same.header.Get("Cache-Control"))
			}
		}
	}
	for _, since := range []time.Duration{1000 * time.Second, 1001 * time.Second} {
		now = start.Add(since)
		for uri := range urls {
			d.wantForbidden("after the time", uri)
		}
	}
	now = start
	far := built(link.Builder{Key: newKey, Expires: start.AddDate(100, 0, 0)}, "w=400")
	if life := d.wantServed("a far time", far).header.Get("Cache-Control"); life != "public, max-age=31536000, must-revalidate" {
		t.Errorf("a URL that ends in a hundred years: Cache-Control = %s, want a year", life)
	}
	a, b := d.get(far), d.get(signed(newKey, "w=400"))
	if a.header.Get("ETag") != b.header.Get("ETag") || d.renderer.count() != 3 {
		t.Errorf("ETags %s with and %s without a time, %d renditions, want one ETag and 3 renditions", a.header.Get("ETag"), b.header.Get("ETag"), d.renderer.count())
	}
}
