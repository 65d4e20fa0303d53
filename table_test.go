package main_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"lightwell/origin/wiretest"
)

// What the image door's table of requests and answers says holds of the program, too, as
// far as that needs no failures that only a fake can have on demand.
func TestHTTPOfTheProgram(t *testing.T) {
	t.Parallel()
	flags := map[string][]string{
		"open": {"--ignore-params=utm_*"}, "private": {"--cors-origin=", "--corp="}, "one-site": {"--cors-origin=https://a.test", "--corp=same-site"},
		"signed": keys(firstKey), "widths": {"--unsigned=widths", "--unsigned-widths=320,640"},
	}
	running := map[string]wiretest.Door{}
	wiretest.Run(t, "origin/testdata/http", func(name string) (wiretest.Door, bool) {
		set, ok := flags[name]
		if !ok {
			return wiretest.Door{}, false
		}
		if _, known := running[name]; !known {
			p := serve(t, t.TempDir(), append(set, "--interim=off")) // which answers by what was asked before
			running[name] = wiretest.Door{Addr: strings.TrimPrefix(p.images, "http://"), Vars: p.tableImages()}
		}
		return running[name], true
	})
}

// tableImages uploads what the table's requests are for, and gives it names.
func (p *process) tableImages() map[string]string {
	p.t.Helper()
	photo := testdata(p.t, "mona-lisa.jpg")
	vars := map[string]string{
		"id": p.uploadAs(photo, "?name=Holiday.JPG&tags=red"), "logo": p.uploadAs(testdata(p.t, "basn6a08.png"), "?name=logo.png"),
		"drawing": p.uploadAs(testdata(p.t, "logo.svg"), "?name=drawing.svg"), "deleted": p.uploadAs(photo, ""),
		"absent": strings.Repeat("z", 26), "size": fmt.Sprint(len(photo)), "last": fmt.Sprint(len(photo) - 1),
	}
	for _, call := range []struct{ method, path, body string }{
		{http.MethodDelete, "/image/" + vars["deleted"], ""},
		{http.MethodPut, "/marks/logo.png", `{"imageId":"` + vars["logo"] + `"}`},
		{http.MethodPost, "/process", `{"name":"card","instructions":{"w":120}}`},
		{http.MethodPost, "/process", `{"name":"browser","instructions":{"w":120,"auto":"format"}}`},
		{http.MethodPost, "/process", `{"name":"square","instructions":{"w":20,"ar":"1:1","fit":"crop","max-w":50}}`},
	} {
		if a := p.api(call.method, call.path, call.body); a.status >= 300 {
			p.t.Fatalf("%s %s = %d %s", call.method, call.path, a.status, a.body)
		}
	}
	wiretest.Sign(vars, firstKey)
	return vars
}

// uploadAs uploads an image with options, and gives its id.
func (p *process) uploadAs(image []byte, options string) string {
	p.t.Helper()
	a := do(p.t, request(p.t, http.MethodPost, p.uploads+"/upload"+options, image, "Content-Type", "application/octet-stream"))
	var done struct{ ImageID string }
	if err := json.Unmarshal(a.body, &done); err != nil || a.status != http.StatusOK {
		p.t.Fatalf("POST /upload%s = %d %s", options, a.status, a.body)
	}
	return done.ImageID
}
