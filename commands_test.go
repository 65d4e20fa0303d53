package main_test

import (
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

func lightwell(t *testing.T, env []string, args ...string) (string, error) {
	t.Helper()
	cmd := exec.Command(binary, args...)
	cmd.Env = append(env, "PATH=/usr/bin")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func TestExplainSaysWhatAURLMeans(t *testing.T) {
	t.Parallel()
	p := serve(t, t.TempDir(), nil)
	id := p.upload(testdata(t, "photo.jpg"))
	etag := p.get("/image/" + id + "?h=400&w=400&fit=crop&fm=webp").header.Get("ETag")
	out, err := lightwell(t, nil, "explain", "--data="+p.data, p.images+"/image/"+id+"?h=400&w=400&fit=crop&q=75&flip=h&flip=v")
	if err == nil || !strings.Contains(out, "flip: it is given twice") {
		t.Errorf("explain of a repeated parameter = %v, %s", err, out)
	}
	out, err = lightwell(t, nil, "explain", "--data="+p.data, p.images+"/image/"+id+"?h=400&w=400&fit=crop&q=75&fm=webp&fp-x=.2")
	if err != nil {
		t.Fatalf("explain: %v\n%s", err, out)
	}
	for _, line := range []string{
		`asset +` + id, `recipe +w=400&h=400&fit=crop&fm=webp`, `source +jpeg, 3072 x 2048 upright, orientation 1, 1 frames`,
		`resolved +w=400&h=400&fit=crop&fm=webp`, `varies +false`, `inert +q=75 fp-x=.2`, `output +400 x 400 image/webp`, `level +1024\.jpg`,
		`engine +vips 8`, `key +` + strings.Trim(etag, `"`),
	} {
		if !regexp.MustCompile(`(?m)^` + line).MatchString(out) {
			t.Errorf("explain has no line %q:\n%s", line, out)
		}
	}
	for _, told := range []string{"/info/" + id, "/image/" + id + "?palette=css"} {
		if out, err := lightwell(t, nil, "explain", "--data="+p.data, told); err != nil || !strings.Contains(out, "told ") || strings.Contains(out, "key ") {
			t.Errorf("explain of %s = %v, want that something is told\n%s", told, err, out)
		}
	}
	out, err = lightwell(t, nil, "explain", "--source=100x50.gif", "/image/"+id+"?w=50&auto=format", "--accept=image/webp")
	if err != nil || !strings.Contains(out, "50 x 25 image/webp") || !strings.Contains(out, "varies     true") {
		t.Errorf("explain without the asset = %v\n%s", err, out)
	}
}

// What is found in the pixels is told, and is what the server found.
func TestExplainLooksIntoThePixels(t *testing.T) {
	t.Parallel()
	p := serve(t, t.TempDir(), nil)
	id := p.upload(testdata(t, "mona-lisa.jpg"))
	for _, tt := range []struct{ query, line string }{
		{"w=200&h=100&fit=crop&crop=faces", `faces +1\d\d x 1\d\d at 1\d\d,8\d$`},
		{"w=200&h=100&fit=facearea", `faces +1\d\d x 1\d\d at 1\d\d,8\d$`},
		{"w=200&trim=color", `trimmed +none$`},
	} {
		got := p.get("/image/" + id + "?" + tt.query)
		out, err := lightwell(t, nil, "explain", "--data="+p.data, "/image/"+id+"?"+tt.query)
		key := `(?m)^key +` + strings.Trim(got.header.Get("ETag"), `"`)
		if err != nil || got.status != 200 || !regexp.MustCompile(`(?m)^`+tt.line).MatchString(out) || !regexp.MustCompile(key).MatchString(out) {
			t.Errorf("%s: %d; explain = %v, want lines %q and %q\n%s", tt.query, got.status, err, tt.line, key, out)
		}
	}
	out, err := lightwell(t, nil, "explain", "--source=400x300.jpeg", "/image/"+id+"?w=50&trim=color")
	if err != nil || !strings.Contains(out, "50 x 38 image/jpeg") {
		t.Errorf("explain without the asset = %v\n%s", err, out)
	}
}

func TestConfigSaysWhereEachValueCameFrom(t *testing.T) {
	out, err := lightwell(t, []string{"LIGHTWELL_MAX_BYTES=7MiB"}, "config", "--listen=127.0.0.1:1")
	for _, line := range []string{"listen: 127.0.0.1:1 # flag", "max-bytes: 7MiB # environment LIGHTWELL_MAX_BYTES", "data: ./data # default"} {
		if err != nil || !strings.Contains(out, "\n"+line+"\n") {
			t.Errorf("config has no line %q (%v):\n%s", line, err, out)
		}
	}
}
