package origin_test

import (
	"encoding/json"
	"strings"
	"testing"

	"lightwell/origin"
	"lightwell/origin/library"
	"lightwell/transform"
)

// known are facts of a photograph that says where it was taken.
var known = transform.Facts{
	Placeholder: "k0oGLQaSVsN0BVhn2oq2Z5SQUQcZ", BlurHash: "LGF5]+Yk^6#M@-5c,1J5@[or[Q6.",
	Palette: transform.NewPalette(map[transform.RGB]int{{R: 200, G: 30, B: 30}: 3, {B: 90}: 1}),
	Profile: "Display P3",
	Exif:    &transform.Exif{Make: "Lumen", Model: "One", FNumber: 2.8},
	GPS:     &transform.GPS{Latitude: 46.5, Longitude: -7.25},
}

// well is a photo of which all is known.
func (d *door) well() library.Asset {
	d.t.Helper()
	return d.add(library.Asset{ID: photoID, Name: "Holiday.JPG", Tags: []string{"red"}, Facts: known}, photoBody)
}

func TestReports(t *testing.T) {
	d := openDoor(t)
	photo := d.well()
	const year, minutes = "public, max-age=31536000, immutable", "public, max-age=10"
	image := "/image/" + photoID
	for _, tt := range []struct{ uri, contentType, life, body string }{
		{image + "?fm=blurhash", "text/plain; charset=utf-8", year, known.BlurHash},
		{image + "?fm=thumbhash&w=5", "text/plain; charset=utf-8", year, known.Placeholder},
		{image + "/palette=css,colors=1,prefix=p", "text/css; charset=utf-8", year, ".p-fg-1 { color:#c81e1e; }\n.p-bg-1 { background-color:#c81e1e; }\n.p-fg-vibrant { color:#c81e1e; }\n.p-bg-vibrant { background-color:#c81e1e; }\n.p-fg-vibrant-dark { color:#00005a; }\n.p-bg-vibrant-dark { background-color:#00005a; }\n"},
		{image + "?fm=json", "application/json", minutes, ""},
		{"/info/" + photoID, "application/json", minutes, ""},
		{image + "?palette=json", "application/json", year, ""},
	} {
		for _, method := range []string{"GET", "HEAD"} {
			whole := d.get(tt.uri, withID)
			if tt.body == "" {
				tt.body = string(whole.body)
			}
			got := d.do(method, tt.uri, withID)
			want := ofReport(photo, tt.contentType, tt.life, tt.body)
			wantHeaders(t, method+" "+tt.uri, got, want.with(headers{"Content-Length": got.header.Get("Content-Length")}))
			if got.status != 200 || string(whole.body) != tt.body || method == "HEAD" && len(got.body) > 0 {
				t.Errorf("%s %s = %d %q, want %q", method, tt.uri, got.status, got.body, tt.body)
			}
			if again := d.do(method, tt.uri, withID, "If-None-Match: "+got.header.Get("ETag")); again.status != 304 || len(again.body) > 0 || again.header.Get("Cache-Control") != tt.life {
				t.Errorf("%s %s again = %d %q", method, tt.uri, again.status, again.body)
			}
		}
	}
	if d.renderer.count() > 0 {
		t.Errorf("for what is known %d renditions were made", d.renderer.count())
	}
}

// Where a picture was taken is told where the operator says so, and nowhere else.
func TestPositionsAreTold(t *testing.T) {
	for _, allowed := range []bool{false, true} {
		d := openDoorWith(t, settings{service: func(s *origin.Service) { s.Positions = allowed }})
		d.well()
		for _, uri := range []string{"/info/" + photoID, "/image/" + photoID + "?fm=json"} {
			got := d.get(uri)
			var told origin.Info
			if err := json.Unmarshal(got.body, &told); err != nil {
				t.Fatalf("GET %s = %s: %v", uri, got.body, err)
			}
			if told.Profile != "Display P3" || told.Exif == nil || told.Exif.FNumber != 2.8 || told.DominantColor == nil || told.DominantColor.String() != "#c81e1e" || len(told.Palette) != 2 {
				t.Errorf("GET %s = %s, want what is known", uri, got.body)
			}
			if (told.GPS != nil) != allowed || strings.Contains(string(got.body), "46.5") != allowed {
				t.Errorf("GET %s tells the position: %v, want %v", uri, told.GPS != nil, allowed)
			}
		}
	}
}

// What could not be found out is missing, and not an empty answer.
func TestUnknownIsNotFound(t *testing.T) {
	d := openDoor(t)
	d.photo()
	for _, query := range []string{"fm=blurhash", "fm=thumbhash"} {
		wantProblem(t, query, d.get("/image/"+photoID+"?"+query, withID), 404, "public, max-age=60", "", nil)
	}
}
