package main_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"
)

const (
	firstKey  = "first-0123456789abcdef"
	secondKey = "second-0123456789abcdef"
	anyID     = "0123456789abcdefghjkmnpqrs"
)

func keys(list ...string) []string { return []string{"--signing-keys=" + strings.Join(list, ",")} }

// urlOf is what lightwell url prints, signed with a key.
func urlOf(t *testing.T, p *process, key string, args ...string) string {
	t.Helper()
	env := []string{"LIGHTWELL_SIGNING_KEYS=" + key, "LIGHTWELL_PUBLIC_URL=" + p.images}
	out, err := lightwell(t, env, append([]string{"url"}, args...)...)
	if err != nil {
		t.Fatalf("lightwell url %q: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(out)
}

func (p *process) wantStatus(what, url string, status int) answer {
	p.t.Helper()
	a := do(p.t, request(p.t, http.MethodGet, url, nil))
	if a.status != status {
		p.t.Errorf("%s: GET %s = %d %s, want %d", what, url, a.status, a.body, status)
	}
	return a
}

// A key is changed without a URL that breaks: the new one is put first, and the old one goes when
// its URLs have.
func TestKeysAreRotated(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	p := serve(t, data, keys(firstKey))
	var done struct{ ImageID, URL, Srcset string }
	if err := json.Unmarshal(p.post(testdata(t, "photo.jpg")).body, &done); err != nil || done.URL == "" {
		t.Fatalf("an upload has no URL: %v", err)
	}
	id := done.ImageID
	p.wantStatus("the URL of the answer", done.URL, 200)
	for entry := range strings.SplitSeq(done.Srcset, ", ") {
		url, _, _ := strings.Cut(entry, " ")
		p.wantStatus("the srcset of the answer", url, 200)
	}
	old := strings.TrimPrefix(urlOf(t, p, firstKey, id, "w=100"), p.images)
	next := strings.TrimPrefix(urlOf(t, p, secondKey, id, "w=100"), p.images)
	p.wantStatus("the first key", p.images+old, 200)
	p.wantStatus("a key to come", p.images+next, 403)
	p.wantStatus("no key", p.images+"/image/"+id+"?w=100", 403)
	p.stop()

	p = serve(t, data, keys(secondKey, firstKey))
	p.wantStatus("the first key, with both", p.images+old, 200)
	p.wantStatus("the second key, with both", p.images+next, 200)
	if got := p.get(strings.TrimPrefix(urlOf(t, p, firstKey, id), p.images)); got.status != 200 {
		t.Errorf("an original by the first key = %d, want 200", got.status)
	}
	made := do(t, request(t, http.MethodPost, p.uploads+"/process", []byte(`{"imageId":"`+id+`","w":100}`), "Content-Type", "application/json"))
	if want := p.images + next; !strings.Contains(strings.ReplaceAll(string(made.body), `\u0026`, "&"), want) {
		t.Errorf("POST /process = %s, want the URL that the second key signs, %s", made.body, want)
	}
	p.stop()

	p = serve(t, data, keys(secondKey))
	p.wantStatus("the first key when it is gone", p.images+old, 403)
	p.wantStatus("the second key", p.images+next, 200)
	p.stop()
	if strings.Contains(p.logged(), secondKey) || strings.Contains(p.logged(), next[strings.Index(next, "s=")+2:]) {
		t.Error("the log has a key or a signature")
	}
}

// What a CDN makes of a URL keeps its signature, and so does the other form; it ends when it says.
func TestSignedURLsOnTheirWay(t *testing.T) {
	t.Parallel()
	p := serve(t, t.TempDir(), append(keys(firstKey), "--unsigned=widths", "--unsigned-widths=100,200"))
	id := regexp.MustCompile(`"imageId":"(.{26})"`).FindStringSubmatch(string(p.post(testdata(t, "photo.jpg")).body))[1]
	built := urlOf(t, p, firstKey, id, "rect=0,0,300,200", "w=150", "dl=a b.jpg")
	s := built[strings.Index(built, "&s=")+3:]
	image := p.images + "/image/" + id
	one := p.wantStatus("as built", built, 200)
	for what, url := range map[string]string{
		"sorted and encoded anew": image + "?dl=a+b%2Ejpg&rect=0%2c0%2C300,200&s=" + s + "&w=150",
		"in the path":             image + "/w=150,s=" + s + ",rect=0%2C0%2C300%2C200,dl=a%20b.jpg/x.jpg",
		"built in the path":       urlOf(t, p, firstKey, "--path", id, "dl=a b.jpg", "rect=0,0,300,200", "w=150"),
		"built of instructions":   urlOf(t, p, firstKey, id, `{"crop":{"x":0,"y":0,"width":300,"height":200},"resize":{"width":150},"dl":"a b.jpg"}`),
	} {
		if a := p.wantStatus(what, url, 200); a.header.Get("ETag") != one.header.Get("ETag") {
			t.Errorf("%s: ETag = %s, want %s", what, a.header.Get("ETag"), one.header.Get("ETag"))
		}
	}
	p.wantStatus("information", urlOf(t, p, firstKey, "--info", id), 200)
	p.wantStatus("unsigned information", p.images+"/info/"+id, 403)
	p.wantStatus("an unsigned original", image, 403)
	p.wantStatus("an unsigned width", image+"?w=150", 200)
	p.wantStatus("an unsigned height", image+"?h=150", 403)
	for url := range strings.SplitSeq(urlOf(t, p, firstKey, "--srcset", "--size=300x200", id, "fit=max"), ", ") {
		p.wantStatus("a srcset", strings.Fields(url)[0], 200)
	}

	short := urlOf(t, p, firstKey, "--expires-in=3s", id, "w=10")
	life := p.wantStatus("a short life", short, 200).header.Get("Cache-Control")
	if !regexp.MustCompile(`^public, max-age=[0-3], must-revalidate$`).MatchString(life) {
		t.Errorf("a URL of 3 s: Cache-Control = %q, want no longer", life)
	}
	deadline := time.Now().Add(20 * time.Second)
	for p.get(strings.TrimPrefix(short, p.images)).status == 200 {
		if time.Now().After(deadline) {
			t.Fatal("a URL of 3 s goes on")
		}
		time.Sleep(100 * time.Millisecond)
	}
	p.wantStatus("after its time", short, 403)
}

func TestURLCommand(t *testing.T) {
	env := []string{"LIGHTWELL_SIGNING_KEYS=" + firstKey}
	for _, tt := range []struct {
		args []string
		want string // a pattern; of an error where there is no URL
	}{
		{[]string{"--base=https://h", anyID, "w=5"}, `^https://h/image/` + anyID + `\?w=5&s=.{43}\n$`},
		{[]string{"--public-url=https://p/x", anyID}, `^https://p/x/image/` + anyID + `\?s=.{43}\n$`},
		{[]string{anyID, "w=5", "--path", "--expires-in=1h"}, `^http://127.0.0.1:8080/image/` + anyID + `/w=5,expires=[0-9]{10},s=.{43}\n$`},
		{[]string{anyID, "expires=9999999999"}, `\?expires=9999999999&s=.{43}\n$`},
		{[]string{anyID, "--picture", "--size=300x200", "--alt=<b>", "fit=max"}, `(?s)^<picture>.*width="300" height="200" alt="&lt;b&gt;".*</picture>\n$`},
		{[]string{anyID, "--srcset", "w=50"}, `dpr=2&s=.{43} 2x, `},
		{[]string{"short"}, `"short" is not an image's id`},
		{[]string{anyID, "widht=5"}, `widht: there is no such parameter; did you mean w\?`},
		{[]string{anyID, `{"resize":{"width":1}}`}, `resize.width: 1 is not 2 to 8192`},
		{[]string{anyID, "s=abc"}, `s: it is what this command makes`},
		{[]string{anyID, "expires=9999999999", "--expires-in=1h"}, `expires: --expires-in says the same`},
		{[]string{anyID, "--expires-in=-1h"}, `is over already`},
		{[]string{anyID, "--signing-keys=short"}, `signing-keys \(flag\): entry 1`},
		{[]string{anyID, "--signing-keys=", "--expires-in=1h"}, `needs signing-keys`},
		{[]string{anyID, "--srcset", "--size=300"}, `--size=300 is not of the form`},
		{[]string{anyID, "--info", "w=5"}, `--info has no parameters`},
		{[]string{anyID, "--srcset", "--picture"}, `one at a time`},
	} {
		out, err := lightwell(t, env, append([]string{"url"}, tt.args...)...)
		if wrong := !strings.Contains(tt.want, ".{43}") && !strings.Contains(tt.want, "picture"); (err != nil) != wrong || !regexp.MustCompile(tt.want).MatchString(out) {
			t.Errorf("url %q = %v, %s, want %s", tt.args, err, out, tt.want)
		}
		if strings.Contains(out, firstKey) {
			t.Errorf("url %q tells the key:\n%s", tt.args, out)
		}
	}
}

func TestExplainSaysWhoMayHaveIt(t *testing.T) {
	t.Parallel()
	signed, err := lightwell(t, nil, "url", "--base=", "--signing-keys="+firstKey, anyID, "w=50", "expires=9999999999")
	if err != nil {
		t.Fatal(err)
	}
	signed = strings.TrimSpace(signed)
	for _, tt := range []struct {
		flags []string
		url   string
		lines []string
	}{
		{keys(firstKey), signed, []string{"access +the signature is right", "expires +2286-11-20T17:46:39Z, over: false", "recipe +w=50"}},
		{keys(secondKey, firstKey), signed, []string{"access +the signature is right"}},
		{keys(secondKey), signed, []string{`access +refused \(403\): the signature is wrong`, "recipe +w=50"}},
		{keys(secondKey), "/image/" + anyID, []string{`access +refused \(403\): it needs a signature`}},
		{nil, signed, []string{"access +open to everybody"}},
		{nil, "/image/" + anyID + "?expires=1&w=5", []string{"expires +1970-01-01T00:00:01Z, over: true"}},
		{[]string{"--unsigned=widths"}, "/image/" + anyID + "?w=50", []string{"access +needs no signature", "recipe +w=320"}},
	} {
		out, err := lightwell(t, nil, append([]string{"explain", "--source=1000x1000.jpeg", tt.url}, tt.flags...)...)
		for _, line := range tt.lines {
			if err != nil || !regexp.MustCompile(`(?m)^`+line+`$`).MatchString(out) {
				t.Errorf("explain %q %s = %v, want a line %q\n%s", tt.flags, tt.url, err, line, out)
			}
		}
	}
}

// Images are open to nobody by accident, and keys are not shown.
func TestServeRefusesToServeStrangers(t *testing.T) {
	for _, tt := range []struct {
		flags []string
		want  string
	}{
		{nil, "listen (flag): 0.0.0.0:0 is not a loopback address, and anybody who reaches it could use it: set signing-keys (LIGHTWELL_SIGNING_KEYS), or unsigned (LIGHTWELL_UNSIGNED)"},
		{[]string{"--originals=open"}, "listen (flag): 0.0.0.0:0 is not a loopback address"},
		{keys("short-" + firstKey[:9]), "signing-keys (flag): entry 1: it is not 16"},
		{[]string{"--unsigned=presets", "--open"}, "unsigned (flag): presets restricts nothing"},
	} {
		out, err := lightwell(t, nil, append([]string{"serve", "--listen=0.0.0.0:0", "--data=" + t.TempDir(), "--admin-listen=127.0.0.1:0"}, tt.flags...)...)
		if err == nil || !strings.Contains(out, tt.want) || strings.Contains(out, firstKey[:9]) {
			t.Errorf("serve %q = %v, want %q\n%s", tt.flags, err, tt.want, out)
		}
	}
	out, err := lightwell(t, []string{"LIGHTWELL_SIGNING_KEYS=" + firstKey + "," + secondKey}, "config")
	if want := fmt.Sprintf("\n# signing-keys: [%[1]s, %[1]s] # environment LIGHTWELL_SIGNING_KEYS\n", "(not shown)"); err != nil || !strings.Contains(out, want) {
		t.Errorf("config = %v, want %q\n%s", err, want, out)
	}
	for _, flags := range [][]string{keys(firstKey), {"--unsigned=presets"}, {"--unsigned=widths"}, {"--open"}} {
		serve(t, t.TempDir(), append([]string{"--listen=0.0.0.0:0"}, flags...)).stop()
	}
}
