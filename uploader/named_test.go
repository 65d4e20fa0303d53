package uploader_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"lightwell/origin/library"
	"lightwell/uploader"
)

func TestPresets(t *testing.T) {
	d := openDoor(t)
	if got := d.get("/presets"); got.status != 200 || string(got.body) != `{"presets":[]}`+"\n" {
		t.Errorf("GET /presets of none = %d %s", got.status, got.body)
	}
	wantProblem(t, "GET of none", d.get("/presets/card"), 404, "", nil)
	wantProblem(t, "DELETE of none", d.do("DELETE", "/presets/card", ""), 404, "", nil)
	for i, tt := range []struct {
		instructions, params string
		status               int
	}{
		{`{"resize":{"width":400,"height":300,"fit":"crop"},"format":"auto"}`, "w=400&h=300&fit=crop&auto=format", 201},
		{`{"q":75,"width":5,"crop":"edges"}`, "w=5&crop=edges&q=75", 200},
	} {
		body := `{"name":"card","instructions":` + tt.instructions + `}`
		got := d.process(body)
		var p library.Preset
		if err := json.Unmarshal(got.body, &p); err != nil || got.status != tt.status {
			t.Fatalf("POST /process %s = %d %s, want %d", body, got.status, got.body, tt.status)
		}
		if p.Name != "card" || string(p.Instructions) != tt.instructions || p.Params != tt.params || p.Created.IsZero() {
			t.Errorf("POST /process %s = %s, want params %s", body, got.body, tt.params)
		}
		location := ""
		if i == 0 {
			location = "/presets/card"
		}
		if at := got.header.Get("Location"); at != location {
			t.Errorf("POST /process: Location = %q, want %q", at, location)
		}
		if again := d.get("/presets/card"); again.status != 200 || string(again.body) != string(got.body) {
			t.Errorf("GET /presets/card = %d %s, want %s", again.status, again.body, got.body)
		}
		var page uploader.PresetPage
		if list := d.get("/presets"); json.Unmarshal(list.body, &page) != nil || len(page.Presets) != 1 || page.Presets[0].Params != tt.params {
			t.Errorf("GET /presets = %s, want the one", list.body)
		}
	}
	if got := d.do("DELETE", "/presets/card", ""); got.status != 204 || len(got.body) > 0 {
		t.Errorf("DELETE = %d %s, want 204", got.status, got.body)
	}
	wantProblem(t, "GET of what is deleted", d.get("/presets/card"), 404, "", nil)
	wantProblem(t, "PUT", d.do("PUT", "/presets/card", "{}", jsonType), 405, "", map[string]string{"Allow": "DELETE, GET, HEAD"})
}

func TestRefusedPresets(t *testing.T) {
	d := openDoor(t)
	for _, tt := range []struct{ body, param string }{
		{`{"name":"card"}`, "instructions"},
		{`{"name":"card","instructions":null}`, "instructions"},
		{`{"name":"card","instructions":[{"w":5}]}`, "instructions"},
		{`{"name":"card","instructions":{}}`, "instructions"},
		{`{"name":"card","instructions":{"w":5},"w":5}`, "w"},
		{`{"name":"card","w":5}`, "w"},
		{`{"name":"card","instructions":{"w":5},"instructions":{"w":5}}`, "instructions"},
		{`{"name":"card","instructions":{"w":1}}`, "w"},
		{`{"name":"card","instructions":{"resize":{"width":1}}}`, "resize.width"},
		{`{"name":"card","instructions":{"resize":{"widht":5}}}`, "resize.widht"},
		{`{"name":"card","instructions":{"preset":"other"}}`, "preset"},
		{`{"name":"card","instructions":{"preset":"card","w":5}}`, "preset"},
		{`{"name":"card","instructions":{"hologram":true}}`, "hologram"},
		{`{"name":"","instructions":{"w":5}}`, "name"},
		{`{"name":".card","instructions":{"w":5}}`, "name"},
		{`{"name":"a/b","instructions":{"w":5}}`, "name"},
		{`{"name":"../assets/x","instructions":{"w":5}}`, "name"},
		{`{"name":"0123456789abcdefghjkmnpqrs","instructions":{"w":5}}`, "name"},
		{`{"name":"` + strings.Repeat("a", 65) + `","instructions":{"w":5}}`, "name"},
		{`{"name":5,"instructions":{"w":5}}`, "name"},
	} {
		wantProblem(t, "POST /process "+tt.body, d.process(tt.body), 400, tt.param, nil)
	}
	d.nothingKept("refused presets")
}

func TestMarks(t *testing.T) {
	d := openDoor(t)
	one, two, gone := d.upload(), d.upload(), d.upload()
	if got := d.do("DELETE", "/image/"+gone, ""); got.status != 204 {
		t.Fatalf("DELETE = %d", got.status)
	}
	put := func(name, body string) response {
		t.Helper()
		return d.do("PUT", "/marks/"+name, body, jsonType)
	}
	if got := d.get("/marks"); got.status != 200 || string(got.body) != `{"marks":[]}`+"\n" {
		t.Errorf("GET /marks of none = %d %s", got.status, got.body)
	}
	for _, tt := range []struct {
		id     string
		status int
	}{{one, 201}, {two, 200}, {two, 200}} {
		got := put("logo.png", `{"imageId":"`+tt.id+`"}`)
		var m library.Mark
		if err := json.Unmarshal(got.body, &m); err != nil || got.status != tt.status || m.Name != "logo.png" || m.ImageID != tt.id || m.Created.IsZero() {
			t.Errorf("PUT /marks/logo.png = %d %s, want %d and %s", got.status, got.body, tt.status, tt.id)
		}
		if again := d.get("/marks/logo.png"); again.status != 200 || string(again.body) != string(got.body) {
			t.Errorf("GET /marks/logo.png = %d %s, want %s", again.status, again.body, got.body)
		}
	}
	for _, tt := range []struct {
		name, body string
		status     int
		param      string
	}{
		{"a", `{}`, 400, "imageId"},
		{"a", ``, 400, "body"},
		{"a", `{"imageId":5}`, 400, "imageId"},
		{"a", `{"imageId":"` + one + `","opacity":1}`, 400, "opacity"},
		{"a", `{"imageId":"` + one + `","imageId":"` + one + `"}`, 400, "imageId"},
		{"a", `{"imageId":"` + gone + `"}`, 422, "imageId"},
		{"a", `{"imageId":"` + library.NewID() + `"}`, 422, "imageId"},
		{"a", `{"imageId":"logo.png"}`, 422, "imageId"},
		{"a%2Fb", `{"imageId":"` + one + `"}`, 400, "name"},
		{".a", `{"imageId":"` + one + `"}`, 400, "name"},
		{one, `{"imageId":"` + one + `"}`, 400, "name"},
	} {
		wantProblem(t, fmt.Sprintf("PUT /marks/%s %s", tt.name, tt.body), put(tt.name, tt.body), tt.status, tt.param, nil)
	}
	wantProblem(t, "GET of another", d.get("/marks/a"), 404, "", nil)
	wantProblem(t, "DELETE of another", d.do("DELETE", "/marks/a", ""), 404, "", nil)
	if got := d.do("DELETE", "/marks/logo.png", ""); got.status != 204 {
		t.Errorf("DELETE = %d, want 204", got.status)
	}
	wantProblem(t, "GET of what is deleted", d.get("/marks/logo.png"), 404, "", nil)
	if got := d.get("/status/" + two); got.status != 200 {
		t.Errorf("GET /status of the image = %d, want 200", got.status)
	}
}

func TestNamesComeInPages(t *testing.T) {
	d := openDoor(t)
	id := d.upload()
	for i := range 7 {
		if got := d.process(fmt.Sprintf(`{"name":"p%d","instructions":{"w":5}}`, i)); got.status != 201 {
			t.Fatalf("POST /process = %d %s", got.status, got.body)
		}
		if got := d.do("PUT", fmt.Sprintf("/marks/p%d", i), `{"imageId":"`+id+`"}`, jsonType); got.status != 201 {
			t.Fatalf("PUT = %d %s", got.status, got.body)
		}
	}
	for _, path := range []string{"/presets", "/marks"} {
		var names []string
		next := ""
		for range 3 {
			var page struct {
				Presets, Marks []struct{ Name string }
				Next           string
			}
			got := d.get(path + "?limit=3&cursor=" + next)
			if err := json.Unmarshal(got.body, &page); err != nil || got.status != 200 {
				t.Fatalf("GET %s = %d %s", path, got.status, got.body)
			}
			for _, named := range append(page.Presets, page.Marks...) {
				names = append(names, named.Name)
			}
			next = page.Next
		}
		if got := strings.Join(names, " "); got != "p0 p1 p2 p3 p4 p5 p6" || next != "" {
			t.Errorf("GET %s in pages = %s, next %q", path, got, next)
		}
		for query, param := range map[string]string{
			"limit=0": "limit", "limit=1001": "limit", "limit=x": "limit", "limit=1&limit=2": "limit",
			"cursor=..": "cursor", "tag=x": "tag", "cursor=%zz": "",
		} {
			wantProblem(t, "GET "+path+"?"+query, d.get(path+"?"+query), 400, param, nil)
		}
	}
}

// Without the store there are no presets and marks, and no 404 either.
func TestNamesAndADeadStore(t *testing.T) {
	d := openDoorOver(t, deadStore{})
	retry := map[string]string{"Retry-After": "5"}
	for _, request := range [][3]string{
		{"GET", "/presets", ""}, {"GET", "/presets/a", ""}, {"DELETE", "/presets/a", ""}, {"POST", "/process", `{"name":"a","instructions":{"w":5}}`},
		{"GET", "/marks", ""}, {"GET", "/marks/a", ""}, {"DELETE", "/marks/a", ""}, {"PUT", "/marks/a", `{"imageId":"` + library.NewID() + `"}`},
		{"POST", "/process", `{"imageId":"` + library.NewID() + `","w":5}`}, {"POST", "/process", `{"imageId":"` + library.NewID() + `","preset":"a"}`},
	} {
		got := d.do(request[0], request[1], request[2], jsonType)
		wantProblem(t, request[0]+" "+request[1], got, 503, "", retry)
	}
}
