package main_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// api sends JSON to the uploads' door.
func (p *process) api(method, path, body string) answer {
	p.t.Helper()
	return do(p.t, request(p.t, method, p.uploads+path, []byte(body), "Content-Type", "application/json"))
}

// eventually repeats a look until it finds what it is for.
func eventually(t testing.TB, within time.Duration, what string, found func() bool) {
	t.Helper()
	for end := time.Now().Add(within); !found(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("after %v there is still not: %s", within, what)
		}
	}
}

// A preset means what it was last said to mean, in every process within the metadata's life.
func TestAPresetIsMadeUsedReplacedAndDeleted(t *testing.T) {
	const life = 300 * time.Millisecond
	data := t.TempDir()
	p := serve(t, data, []string{"--metadata-life=" + life.String()})
	other := serve(t, data, []string{"--metadata-life=" + life.String()}) // over the same store
	id := p.upload(testdata(t, "photo.jpg"))
	made := p.api(http.MethodPost, "/process", `{"name":"card","instructions":{"resize":{"width":400,"height":300,"fit":"crop"},"format":"webp"}}`)
	if made.status != http.StatusCreated || !strings.Contains(string(made.body), `"params":"w=400&h=300&fit=crop&fm=webp"`) {
		t.Fatalf("POST /process of a preset = %d %s", made.status, made.body)
	}
	tag := func(at *process, params string) string {
		a := at.get("/image/" + id + params)
		if a.status != http.StatusOK {
			t.Fatalf("GET %s = %d %s", params, a.status, a.body)
		}
		return a.header.Get("ETag")
	}
	for _, tt := range []struct{ preset, explicit string }{
		{"?preset=card", "?w=400&h=300&fit=crop&fm=webp"},
		{"/preset=card/photo.webp", "?w=400&h=300&fit=crop&fm=webp"},
		{"?preset=card&width=200", "?w=200&h=300&fit=crop&fm=webp"},
		{"/fm=png,preset=card", "?w=400&h=300&fit=crop&fm=png"},
	} {
		explicit := p.get("/image/" + id + tt.explicit)
		got := p.get("/image/" + id + tt.preset)
		if !bytes.Equal(got.body, explicit.body) || got.header.Get("ETag") != explicit.header.Get("ETag") || got.header.Get("Server-Timing") != "cache;desc=memory" {
			t.Errorf("%s: %d bytes, %s, %s, want those of %s from memory", tt.preset, len(got.body), got.header.Get("ETag"), got.header.Get("Server-Timing"), tt.explicit)
		}
		if got.header.Get("Cache-Control") != "public, max-age=600" {
			t.Errorf("%s: Cache-Control = %q", tt.preset, got.header.Get("Cache-Control"))
		}
	}
	small, large := tag(p, "?w=50"), tag(p, "?w=400&h=300&fit=crop&fm=webp")
	if was := tag(other, "?preset=card"); was != large {
		t.Errorf("the other process has ETag %s, want %s", was, large)
	}
	if a := p.api(http.MethodPost, "/process", `{"name":"card","instructions":{"w":50}}`); a.status != http.StatusOK {
		t.Fatalf("POST /process of the preset again = %d %s, want 200", a.status, a.body)
	}
	if now := tag(p, "?preset=card"); now != small {
		t.Errorf("the process that was told has ETag %s, want %s at once", now, small)
	}
	eventually(t, 20*life, "the new meaning in the other process", func() bool { return tag(other, "?preset=card") == small })

	out, err := lightwell(t, nil, "explain", "--data="+data, "/image/"+id+"?preset=card&h=20&fit=scale")
	if err != nil || !strings.Contains(out, "preset     card: w=50") || !strings.Contains(out, "recipe     w=50&h=20&fit=scale") || strings.Contains(out, "inert") {
		t.Errorf("explain of a preset = %v\n%s", err, out)
	}
	if a := p.api(http.MethodDelete, "/presets/card", ""); a.status != http.StatusNoContent {
		t.Errorf("DELETE /presets/card = %d %s", a.status, a.body)
	}
	eventually(t, 20*life, "a 404 in the other process", func() bool {
		return other.get("/image/"+id+"?preset=card").status == http.StatusNotFound
	})
	a := p.get("/image/" + id + "?preset=card")
	if got := a.problem(); got.Status != 404 || got.Param != "preset" || !strings.Contains(got.Detail, `"card"`) || a.header.Get("Cache-Control") != "public, max-age=60" {
		t.Errorf("GET with a preset that is gone = %+v, %q", got, a.header.Get("Cache-Control"))
	}
}

// What /process says is completed is there: a GET of its URL renders nothing more.
func TestProcessedRenditionsAreHits(t *testing.T) {
	p := serve(t, t.TempDir(), nil)
	id := p.upload(testdata(t, "photo.jpg"))
	if a := p.api(http.MethodPost, "/process", `{"name":"thumb","instructions":{"resize":{"width":120,"height":120,"fit":"crop"}}}`); a.status != http.StatusCreated {
		t.Fatalf("POST /process of a preset = %d %s", a.status, a.body)
	}
	for _, tt := range []struct{ instructions, explicit, accept, contentType string }{
		{`"resize":{"width":300},"rotate":90,"quality":60`, "?width=300&rot=90&q=60", "", "image/jpeg"},
		{`"crop":{"x":100,"y":100,"width":800,"height":600},"w":200,"format":"webp"`, "?rect=100,100,800,600&w=200&fm=webp", "", "image/webp"},
		{`"w":210,"format":"auto"`, "?w=210&auto=format", "image/avif,image/webp,*/*", "image/avif"},
		{`"preset":"thumb","blur":40`, "/blur=40,preset=thumb", "", "image/jpeg"},
	} {
		got := p.api(http.MethodPost, "/process", fmt.Sprintf(`{"imageId":"%s",%s}`, id, tt.instructions))
		var done struct{ Status, ImageID, URL string }
		if err := json.Unmarshal(got.body, &done); err != nil || got.status != http.StatusOK || done.Status != "completed" || done.ImageID != id {
			t.Fatalf("POST /process %s = %d %s", tt.instructions, got.status, got.body)
		}
		renders := p.metric("lightwell_renders_total", "")
		rendition := do(t, request(t, http.MethodGet, done.URL, nil, "Accept", tt.accept))
		explicit := p.get("/image/"+id+tt.explicit, "Accept", tt.accept)
		if rendition.status != http.StatusOK || rendition.header.Get("Content-Type") != tt.contentType || rendition.header.Get("Server-Timing") != "cache;desc=memory" {
			t.Errorf("GET %s = %d %s, %s, want %s from memory", done.URL, rendition.status, rendition.header.Get("Content-Type"), rendition.header.Get("Server-Timing"), tt.contentType)
		}
		if rendition.header.Get("ETag") != explicit.header.Get("ETag") || !strings.Contains(rendition.header.Get("Cache-Control"), "immutable") {
			t.Errorf("GET %s has ETag %s, %q, want that of %s, immutable", done.URL, rendition.header.Get("ETag"), rendition.header.Get("Cache-Control"), tt.explicit)
		}
		if n := p.metric("lightwell_renders_total", ""); n != renders {
			t.Errorf("GET %s rendered %v times more", done.URL, n-renders)
		}
	}
	if n := p.metric("lightwell_renders_total", ""); n != 4 {
		t.Errorf("%v renders for 4 renditions", n)
	}
}

// What takes longer than the wait is answered at once, ends well, and is a hit then.
func TestASlowProcessGoesOn(t *testing.T) {
	t.Parallel()
	p := serve(t, t.TempDir(), []string{"--sync-wait=1ms"})
	var accepted struct{ ImageID string }
	if a := p.post(testdata(t, "photo.jpg")); a.status != http.StatusAccepted || json.Unmarshal(a.body, &accepted) != nil {
		t.Fatalf("POST /upload = %d %s, want 202", a.status, a.body)
	}
	id := accepted.ImageID
	eventually(t, 30*time.Second, "stored", func() bool {
		return do(t, request(t, http.MethodGet, p.images+"/info/"+id, nil)).status == http.StatusOK
	})
	got := p.api(http.MethodPost, "/process", `{"imageId":"`+id+`","w":1500,"format":"avif"}`)
	var job struct{ JobID string }
	if got.status != http.StatusAccepted || !strings.Contains(string(got.body), `"status":"processing"`) || json.Unmarshal(got.body, &job) != nil {
		t.Fatalf("POST /process = %d %s, want 202", got.status, got.body)
	}
	var state struct{ Status, URL string }
	eventually(t, 30*time.Second, "completed", func() bool {
		json.Unmarshal(do(t, request(t, http.MethodGet, p.uploads+"/status/"+job.JobID, nil)).body, &state)
		return state.Status == "completed"
	})
	rendition := do(t, request(t, http.MethodGet, state.URL, nil))
	if !strings.HasSuffix(state.URL, "?w=1500&fm=avif") || rendition.header.Get("Server-Timing") != "cache;desc=memory" {
		t.Errorf("GET %s = %d, %s, want it from memory", state.URL, rendition.status, rendition.header.Get("Server-Timing"))
	}

	// One that is under way ends before the server does.
	children := p.children()
	if got := p.api(http.MethodPost, "/process", `{"imageId":"`+id+`","w":1600,"format":"avif"}`); got.status != http.StatusAccepted {
		t.Errorf("POST /process = %d %s, want 202", got.status, got.body)
	}
	p.stop()
	wantGone(t, children)
}

// What /process refuses, and what a real render process refuses, names the member.
func TestProcessSaysWhatIsWrong(t *testing.T) {
	p := serve(t, t.TempDir(), []string{"--render-deadline=150ms", "--attempts=1"})
	id := p.upload(testdata(t, "photo.jpg"))
	for _, tt := range []struct {
		members string
		status  int
		param   string
	}{
		{`"resize":{"widht":800}`, 400, "resize.widht"},
		{`"crop":{"x":9000,"y":9000,"width":10,"height":10}`, 400, "crop"},
		{`"preset":"none"`, 404, "preset"},
		{`"w":3000,"format":"avif","blur":1999`, 504, ""},
	} {
		got := p.api(http.MethodPost, "/process", `{"imageId":"`+id+`",`+tt.members+`}`)
		if doc := got.problem(); got.status != tt.status || doc.Param != tt.param || doc.Detail == "" {
			t.Errorf("POST /process %s = %d %s, want %d of %q", tt.members, got.status, got.body, tt.status, tt.param)
		}
	}
}

func TestAMarkIsANameForAnImage(t *testing.T) {
	data := t.TempDir()
	p := serve(t, data, nil)
	id := p.upload(testdata(t, "logo.svg"))
	if a := p.api(http.MethodPut, "/marks/logo.png", `{"imageId":"`+id+`"}`); a.status != http.StatusCreated {
		t.Fatalf("PUT /marks/logo.png = %d %s", a.status, a.body)
	}
	p.stop()
	p = serve(t, data, nil)
	if a := p.api(http.MethodGet, "/marks", ""); a.status != http.StatusOK || !strings.Contains(string(a.body), `{"name":"logo.png","imageId":"`+id+`"`) {
		t.Errorf("GET /marks after a restart = %d %s", a.status, a.body)
	}
}
