// Package cdn runs what deploy/cdn has for CDNs that are not to be had here: CloudFront's function and Cloudflare's Worker
// in node, and the VCL of Fastly in an interpreter of that. All are held to one table.
package cdn

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"

	"lightwell/transform"
)

const function = "../../cdn/cloudfront-accept.js"

// value is a header or a parameter as CloudFront hands it over: the first in Value, and all in MultiValue where there
// are several.
type value struct {
	Value      string  `json:"value"`
	MultiValue []value `json:"multiValue,omitempty"`
}

type request struct {
	Method      string           `json:"method"`
	URI         string           `json:"uri"`
	Querystring map[string]value `json:"querystring"`
	Headers     map[string]value `json:"headers"`
}

type event struct {
	Version string  `json:"version"`
	Request request `json:"request"`
}

// answer is what a function returns: the request, or a response in its place.
type answer struct {
	request
	StatusCode int `json:"statusCode"`
}

// eventOf is a request as CloudFront shows it: parameters as they were written, and apart from the path.
func eventOf(target string, accept ...string) event {
	path, query, _ := strings.Cut(target, "?")
	r := request{Method: "GET", URI: path, Querystring: map[string]value{}, Headers: map[string]value{"host": {Value: "img.example.com"}}}
	for pair := range strings.SplitSeq(query, "&") {
		if name, text, _ := strings.Cut(pair, "="); name != "" {
			r.Querystring[name] = value{Value: text}
		}
	}
	if len(accept) > 0 {
		is := value{Value: accept[0]}
		for _, line := range accept {
			is.MultiValue = append(is.MultiValue, value{Value: line})
		}
		if len(accept) == 1 {
			is.MultiValue = nil
		}
		r.Headers["accept"] = is
	}
	return event{"1.0", r}
}

// run has node run the function over all events at once.
func run(t *testing.T, events []event) []answer {
	t.Helper()
	in, err := json.Marshal(events)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("node", "run.js", function)
	cmd.Stdin = bytes.NewReader(in)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("this test needs node: %v", err)
	}
	var answers []answer
	if err := json.Unmarshal(out, &answers); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return answers
}

// accepts are Accept headers, in one line or several, and what is left of them where the URL has auto=format.
var accepts = []struct {
	lines []string
	want  string
}{
	{nil, "*/*"},
	{[]string{""}, "*/*"},
	{[]string{"*/*"}, "*/*"},
	{[]string{"image/*"}, "*/*"},
	{[]string{"image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8"}, "image/avif,image/webp,*/*"},
	{[]string{"image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5"}, "image/avif,image/webp,*/*"},
	{[]string{"image/webp,image/png,image/svg+xml,image/*;q=0.8,video/*;q=0.8,*/*;q=0.5"}, "image/webp,*/*"},
	{[]string{"image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5"}, "*/*"},
	{[]string{"image/avif"}, "image/avif,*/*"},
	{[]string{"image/webp", "image/avif"}, "image/avif,image/webp,*/*"},
	{[]string{"text/html", "image/webp;q=0", "image/avif"}, "image/avif,*/*"},
	{[]string{"image/AVIF;q=0, image/WebP"}, "image/webp,*/*"},
	{[]string{"image/avif ; q=0.000 ,image/webp;q=0.1"}, "image/webp,*/*"},
	{[]string{"image/avif;q=0.0"}, "*/*"},
	{[]string{"image/avif;q=0.01,image/webp;q=0"}, "image/avif,*/*"},
	{[]string{"image/avif;Q=0,image/webp;Q=0"}, "*/*"},
	{[]string{"image/webp;q=1,image/jxl,image/avif;q=0.9"}, "image/avif,image/webp,*/*"},
	{[]string{"image/webp;q=0.001"}, "image/webp,*/*"},
	{[]string{strings.Repeat("image/png,", 500) + "image/avif"}, "image/avif,*/*"},
}

// targets are URLs, and whether answers to them may depend on Accept.
var targets = []struct {
	url   string
	looks bool
}{
	{"/image/0123456789abcdefghjkmnpqrs?w=80&auto=format", true},
	{"/image/0123456789abcdefghjkmnpqrs?auto=format%2Ccompress&w=80", true},
	{"/image/0123456789abcdefghjkmnpqrs?preset=card", true},
	{"/image/0123456789abcdefghjkmnpqrs?auto64=Zm9ybWF0", true},
	{"/image/0123456789abcdefghjkmnpqrs/w=80,auto=format/photo.jpg", true},
	{"/image/0123456789abcdefghjkmnpqrs/preset=card", true},
	{"/image/0123456789abcdefghjkmnpqrs", false},
	{"/image/0123456789abcdefghjkmnpqrs?w=80&fm=webp", false},
	{"/image/0123456789abcdefghjkmnpqrs?", false},
	{"/image/0123456789abcdefghjkmnpqrs/w=80,fm=avif", false},
	{"/info/0123456789abcdefghjkmnpqrs", false},
}

func TestAcceptBecomesOneOfFour(t *testing.T) {
	var events []event
	for _, a := range accepts {
		for _, target := range targets {
			events = append(events, eventOf(target.url, a.lines...))
		}
	}
	answers := run(t, events)
	four := map[string]bool{}
	for i, a := range accepts {
		for j, target := range targets {
			got, want := answers[i*len(targets)+j], a.want
			if !target.looks {
				want = "*/*"
			}
			four[got.Headers["accept"].Value] = true
			if is := got.Headers["accept"]; is.Value != want || len(is.MultiValue) > 0 {
				t.Errorf("%s with %.80q: Accept becomes %+v, want %s", target.url, a.lines, is, want)
			}
		}
	}
	if len(four) != 4 {
		t.Errorf("Accept becomes %v, want four values", four)
	}
}

// The rest of a request is as it came: what is signed is the URL.
func TestOnlyAcceptIsChanged(t *testing.T) {
	sent := eventOf("/image/0123456789abcdefghjkmnpqrs?w=80&auto=format&s=a%2Bb", "image/avif")
	got := run(t, []event{sent})[0]
	if got.URI != sent.Request.URI || len(got.Querystring) != 3 || got.Querystring["s"].Value != "a%2Bb" || got.Headers["host"].Value != "img.example.com" {
		t.Errorf("handler(%+v) = %+v", sent.Request, got.request)
	}
}

// Origins are not asked for what they have not.
func TestOtherPathsAreNotFound(t *testing.T) {
	paths := []string{"/", "", "/favicon.ico", "/images/a", "/image", "/IMAGE/a", "/upload", "//image/a", "/metrics", "/x/image/a"}
	var events []event
	for _, path := range paths {
		events = append(events, eventOf(path+"?auto=format", "image/avif"))
	}
	for i, got := range run(t, events) {
		if got.StatusCode != 404 {
			t.Errorf("handler(%s) = %+v, want 404", paths[i], got)
		}
	}
}

// What is left of Accept gets a client what its whole header would have got it, but for preferences by q-value among
// the formats that it takes, of which a browser has none.
func TestNobodyGetsAnotherFormat(t *testing.T) {
	all := transform.AllFormats
	for _, a := range accepts {
		whole := strings.Join(a.lines, ",")
		if prefers := strings.Contains(whole, "webp;q=1") || strings.Contains(whole, "q=0.0") || strings.Contains(whole, "q=0.1"); prefers {
			continue
		}
		want := transform.ParseAccept(all, []byte(whole)).Negotiate(transform.JPEG)
		if got := transform.ParseAccept(all, []byte(a.want)).Negotiate(transform.JPEG); got != want {
			t.Errorf("%.80q gets %s, and what is left of it, %s, gets %s", whole, want, a.want, got)
		}
	}
}

// CloudFront takes 10 KB of code (its quotas).
func TestTheFunctionIsSmallEnough(t *testing.T) {
	code, err := os.ReadFile(function)
	if err != nil || len(code) > 10<<10 {
		t.Errorf("the function has %d bytes: %v", len(code), err)
	}
}
