package config_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"lightwell/config"
)

func yamlOf(t *testing.T, c config.Config, sources config.Sources) string {
	t.Helper()
	var out bytes.Buffer
	if err := c.WriteYAML(&out, sources); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestWriteYAML(t *testing.T) {
	path := write(t, "data: /srv/images\n")
	c, sources, err := parse(t, []string{"LIGHTWELL_MAX_BYTES=64KB"}, "config", "--config", path, "--open")
	if err != nil {
		t.Fatal(err)
	}
	got := yamlOf(t, c.Config.Config, sources)
	for _, want := range []string{
		"# Addresses and storage\nlisten: 127.0.0.1:8080 # default\n",
		"# config: " + path + " # flag\n",
		"data: /srv/images # file " + path + ":1\n",
		"max-bytes: 64KB # environment LIGHTWELL_MAX_BYTES\n",
		"open: true # flag\n",
		"public-url: \"\" # default\n",
		"cors-origin: '*' # default\n",
		"cache-memory: auto # default\n",
		"tombstone-life: 720h # default\n",
		"write-timeout: 1m # default\n",
		"idle-timeout: 1m # default\n",
		"metadata-life: 10s # default\n",
		"formats: [jpeg, png, gif, webp, avif, heic, tiff, svg, jxl, bmp, ico] # default\n",
		"ignore-params: [] # default\n",
	} {
		if !strings.Contains("\n"+got, "\n"+want) {
			t.Errorf("WriteYAML = \n%s\nwant in it %q", got, want)
		}
	}
}

// A secret is never shown.
func TestWriteYAMLKeepsSecrets(t *testing.T) {
	c, sources, err := parse(t, []string{"LIGHTWELL_CALLBACK_SECRET=whsec_abc"}, "config")
	if err != nil {
		t.Fatal(err)
	}
	want := "# callback-secret: (not shown) # environment LIGHTWELL_CALLBACK_SECRET\n"
	if got := yamlOf(t, c.Config.Config, sources); strings.Contains(got, "whsec_abc") || !strings.Contains(got, want) {
		t.Errorf("WriteYAML = \n%s\nwant in it %q", got, want)
	}
}

// Nor is one of several, wherever it came from and however it is printed.
func TestTokensAreNotShown(t *testing.T) {
	const one, two = "web:0123456789abcdef:upload:1GiB", "app:fedcba9876543210"
	for _, args := range [][]string{
		{"--tokens=" + one + "," + two},
		{"--tokens=" + one, "--tokens=" + two},
		{"--config", write(t, "tokens:\n  - "+one+"\n  - "+two+"\n")},
		{"--config", write(t, "tokens: ["+one+", "+two+"]\n")},
		{"--config", write(t, "tokens: "+one+","+two+"\n")},
	} {
		c, sources, err := parse(t, nil, append([]string{"config"}, args...)...)
		if err != nil || len(c.Config.Tokens) != 2 || string(c.Config.Tokens[0]) != one || string(c.Config.Tokens[1]) != two {
			t.Errorf("%q: %d tokens, %v, want the two", args, len(c.Config.Tokens), err)
			continue
		}
		text := yamlOf(t, c.Config.Config, sources)
		want := "\n# tokens: [(not shown), (not shown)] # " + sources.Of("tokens") + "\n"
		if !strings.Contains(text, want) {
			t.Errorf("WriteYAML = \n%s\nwant in it %q", text, want)
		}
		encoded, err := json.Marshal(c.Config.Config)
		for _, shown := range []string{text, string(encoded), fmt.Sprintf("%v %+v %#v %q", c.Config.Tokens, c.Config.Config, c.Config.Config, c.Config.Tokens)} {
			if err != nil || strings.Contains(shown, "0123456789abcdef") || strings.Contains(shown, "fedcba9876543210") {
				t.Errorf("%q: a secret is shown (%v) in %s", args, err, shown)
			}
		}
	}
}

// What is written is read again as the same settings, whatever is in them.
func TestWriteYAMLRoundTrip(t *testing.T) {
	for _, args := range [][]string{
		nil,
		{"--open", "--listen=:80", "--upload-listen=0.0.0.0:81", "--admin-listen=[::]:9090"},
		{"--cache-memory=1234567", "--max-bytes=1000000", "--pool-memory=3GiB", "--metadata-life=1ms", "--sweep-grace=0s"},
		{"--read-timeout=1h0m1s", "--write-timeout=1h1m", "--idle-timeout=100m", "--drain-timeout=1.5s"},
		{"--formats=jpeg", "--ignore-params=utm_*,no,null,~,123", "--cors-origin=", "--corp="},
		{"--data= # not a comment: 'it' \"is\" a\\folder", "--public-url=https://a.example/#x"},
		{"--data=null"}, {"--data=true"}, {"--data=0x10"}, {"--data=1_0"}, {"--data=- a"}, {"--data=a\nb\tc"}, {"--data=ünï"},
		{"--data=" + strings.Repeat("a long folder ", 50)},
		{"--ignore-params=a\\,b,c"},
		{"--unsigned=widths", "--unsigned-widths=900,80", "--originals=open"},
	} {
		c, sources, err := parse(t, nil, append([]string{"config"}, args...)...)
		if err != nil {
			t.Errorf("%q: %v", args, err)
			continue
		}
		text := yamlOf(t, c.Config.Config, sources)
		again, _, err := parse(t, nil, "config", "--config", write(t, text))
		if err != nil {
			t.Errorf("%q: what WriteYAML wrote is refused: %v\n%s", args, err, text)
			continue
		}
		again.Config.File = ""
		for _, field := range reflect.ValueOf(&again.Config.Config).Elem().Fields() {
			if field.Kind() == reflect.Slice && field.Len() == 0 { // written down, an empty list is not nil any more
				field.SetZero()
			}
		}
		if !reflect.DeepEqual(again.Config.Config, c.Config.Config) {
			t.Errorf("%q: round trip = %+v, want %+v\n%s", args, again.Config.Config, c.Config.Config, text)
		}
	}
}

func TestWriteMarkdown(t *testing.T) {
	var out bytes.Buffer
	if err := config.WriteMarkdown(&out); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if want := reflect.TypeFor[config.Config]().NumField() + 2; len(lines) != want {
		t.Errorf("WriteMarkdown has %d lines, want %d: one for each setting and a head", len(lines), want)
	}
	if want := "| `upload-listen` | `LIGHTWELL_UPLOAD_LISTEN` | `127.0.0.1:8081` | Address that takes uploads."; !strings.Contains(out.String(), want) {
		t.Errorf("WriteMarkdown = \n%s\nwant in it %q", out.String(), want)
	}
	for _, line := range lines {
		if strings.Count(line, "|") != 5 || strings.Contains(line, "|  |") {
			t.Errorf("WriteMarkdown has the line %q, want four cells with something in each", line)
		}
	}
}
