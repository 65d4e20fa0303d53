package config_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"

	"lightwell/config"
)

// cli has two commands with the settings, one with one setting alone, and
// one without any: its formats only share a setting's name.
type cli struct {
	Serve struct {
		config.Config
	} `cmd:""`
	Config struct {
		config.Config
	} `cmd:""`
	URL struct {
		PublicURL string `name:"public-url"`
		Target    string `name:"target"`
	} `cmd:""`
	Upload struct {
		Parallel int      `name:"parallel"`
		Formats  []string `name:"formats" setting:"-"`
	} `cmd:""`
}

// parse runs a fresh parser. The environment has something in it even when environ is empty, so
// that the test's own is never read.
func parse(t *testing.T, environ []string, args ...string) (*cli, config.Sources, error) {
	t.Helper()
	var c cli
	loader := config.Loader{Environ: append([]string{"HOME=/root"}, environ...)}
	parser, err := kong.New(&c, loader.Options()...)
	if err != nil {
		t.Fatal(err)
	}
	_, err = parser.Parse(args)
	return &c, loader.Sources(), err
}

// write puts a settings file into a fresh folder.
func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "lightwell.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestPrecedence(t *testing.T) {
	const inFile, inEnv, inFlag = "127.0.0.1:1", "127.0.0.1:2", "127.0.0.1:3"
	for _, tt := range []struct {
		file, env, flag bool
		want, source    string
	}{
		{false, false, false, "127.0.0.1:8080", "default"},
		{true, false, false, inFile, "file FILE:2"},
		{false, true, false, inEnv, "environment LIGHTWELL_LISTEN"},
		{true, true, false, inEnv, "environment LIGHTWELL_LISTEN"},
		{false, false, true, inFlag, "flag"},
		{true, false, true, inFlag, "flag"},
		{false, true, true, inFlag, "flag"},
		{true, true, true, inFlag, "flag"},
	} {
		path := write(t, "log-level: warn\n")
		if tt.file {
			path = write(t, "log-level: warn\nlisten: "+inFile+"\n")
		}
		args := []string{"serve", "--config", path}
		var environ []string
		if tt.env {
			environ = append(environ, "LIGHTWELL_LISTEN="+inEnv)
		}
		if tt.flag {
			args = append(args, "--listen="+inFlag)
		}
		c, sources, err := parse(t, environ, args...)
		if err != nil {
			t.Errorf("file %v, environment %v, flag %v: %v", tt.file, tt.env, tt.flag, err)
			continue
		}
		source := strings.ReplaceAll(sources.Of("listen"), path, "FILE")
		if c.Serve.Listen != tt.want || source != tt.source {
			t.Errorf("file %v, environment %v, flag %v: listen = %s from %s, want %s from %s",
				tt.file, tt.env, tt.flag, c.Serve.Listen, source, tt.want, tt.source)
		}
		if c.Serve.LogLevel != "warn" {
			t.Errorf("log-level = %s, want warn from the file", c.Serve.LogLevel)
		}
	}
}

// Every kind of value, in each place, also where it must undo what a lower place set.
func TestKinds(t *testing.T) {
	path := write(t, `
open: true
max-pixels: 50_000_000
read-timeout: 3s
cache-memory: 512MiB
formats: [jpeg, png]
ignore-params:
  - utm_*
  - "fbclid"
cors-origin: ""
`)
	for _, tt := range []struct {
		name    string
		environ []string
		args    []string
		want    config.Config
	}{
		{"file", nil, nil,
			config.Config{Open: true, MaxPixels: 50_000_000, ReadTimeout: 3 * time.Second, CacheMemory: 512 << 20,
				Formats: []string{"jpeg", "png"}, IgnoreParams: []string{"utm_*", "fbclid"}}},
		{"environment",
			[]string{"LIGHTWELL_OPEN=false", "LIGHTWELL_MAX_PIXELS=7", "LIGHTWELL_READ_TIMEOUT=1m", "LIGHTWELL_CACHE_MEMORY=auto",
				"LIGHTWELL_FORMATS=webp,gif", "LIGHTWELL_IGNORE_PARAMS=", "LIGHTWELL_CORS_ORIGIN=*"}, nil,
			config.Config{MaxPixels: 7, ReadTimeout: time.Minute, Formats: []string{"webp", "gif"}, CORSOrigin: "*"}},
		{"flags", []string{"LIGHTWELL_OPEN=true", "LIGHTWELL_FORMATS=webp,gif"},
			[]string{"--open=false", "--max-pixels=8", "--read-timeout=2s", "--cache-memory=1GB", "--formats=svg", "--formats=jxl",
				"--ignore-params=a,b", "--cors-origin=https://a.example"},
			config.Config{MaxPixels: 8, ReadTimeout: 2 * time.Second, CacheMemory: 1e9, Formats: []string{"svg", "jxl"},
				IgnoreParams: []string{"a", "b"}, CORSOrigin: "https://a.example"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			environ := append(tt.environ, "LIGHTWELL_CONFIG="+path)
			c, _, err := parse(t, environ, append([]string{"serve"}, tt.args...)...)
			if err != nil {
				t.Fatal(err)
			}
			got := c.Serve.Config
			if got.Open != tt.want.Open || got.MaxPixels != tt.want.MaxPixels || got.ReadTimeout != tt.want.ReadTimeout ||
				got.CacheMemory != tt.want.CacheMemory || got.CORSOrigin != tt.want.CORSOrigin ||
				!slices.Equal(got.Formats, tt.want.Formats) || !slices.Equal(got.IgnoreParams, tt.want.IgnoreParams) {
				t.Errorf("parse = %+v, want %+v", got, tt.want)
			}
		})
	}
}

func TestConfigFlagBeatsEnvironment(t *testing.T) {
	c, sources, err := parse(t, []string{"LIGHTWELL_CONFIG=/nowhere.yaml"}, "serve", "--config", write(t, "log-format: json"))
	if err != nil {
		t.Fatal(err)
	}
	if c.Serve.LogFormat != "json" || sources.Of("config") != "flag" {
		t.Errorf("log-format = %s, config from %s; want json, flag", c.Serve.LogFormat, sources.Of("config"))
	}
}

func TestRefusedSources(t *testing.T) {
	for _, tt := range []struct {
		name    string
		file    string
		environ []string
		want    []string
	}{
		{"unknown key", "log-level: info\nuplod-listen: x", nil, []string{`FILE:2: "uplod-listen" is no setting; did you mean upload-listen?`}},
		{"unlike any key", "completely-different: x", nil, []string{`FILE:1: "completely-different" is no setting`}},
		{"unknown variable", "", []string{"LIGHTWELL_UPLOADLISTEN=x"},
			[]string{"environment variable LIGHTWELL_UPLOADLISTEN is no setting of Lightwell; did you mean LIGHTWELL_UPLOAD_LISTEN?"}},
		{"both", "lisen: x", []string{"LIGHTWELL_DATE=x"}, []string{"LIGHTWELL_DATA?", "did you mean listen?"}},
		{"port as one might guess", "", []string{"LIGHTWELL_PORT=8080"}, []string{"LIGHTWELL_PORT is no setting"}},
		{"bad values", "max-bytes: 5 apples\nopen: maybe", []string{"LIGHTWELL_READ_TIMEOUT=soon"}, []string{
			`max-bytes (file FILE:1): "5 apples" is not a size`,
			`open (file FILE:2): bool value must be`,
			`read-timeout (environment LIGHTWELL_READ_TIMEOUT): expected duration but got "soon"`}},
		{"twice", "listen: a\nlisten: b", nil, []string{"FILE:2: listen is set twice, first in file FILE:1"}},
		{"no value", "data:", nil, []string{`FILE:1: data has no value`}},
		{"list for a word", "data: [a, b]", nil, []string{`FILE:1: data must be a single value`}},
		{"mapping for a list", "formats: {a: b}", nil, []string{`FILE:1: formats must be a list of words`}},
		{"hole in a list", "formats: [jpeg, ]\nignore-params: [null]", nil, []string{`FILE:2: ignore-params must be a list of words`}},
		{"itself", "config: other.yaml", nil, []string{`FILE:1: config cannot be set in the file`}},
		{"no mapping", "- listen", nil, []string{`FILE: line 1: settings are lines`}},
		{"two documents", "listen: a\n---\nlisten: b", nil, []string{`FILE: there is more than one`}},
		{"no YAML", "listen: [", nil, []string{`FILE: yaml: line 1`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := write(t, tt.file)
			_, _, err := parse(t, tt.environ, "serve", "--config", path)
			if err == nil {
				t.Fatalf("parse of %q, %v = nil error, want %q", tt.file, tt.environ, tt.want)
			}
			for _, want := range tt.want {
				if got := strings.ReplaceAll(err.Error(), path, "FILE"); !strings.Contains(got, want) {
					t.Errorf("parse of %q, %v = error %q, want in it %q", tt.file, tt.environ, got, want)
				}
			}
		})
	}
}

func TestMissingFile(t *testing.T) {
	_, _, err := parse(t, nil, "serve", "--config=/nowhere/lightwell.yaml")
	if err == nil || !strings.Contains(err.Error(), "read settings: open /nowhere/lightwell.yaml") {
		t.Errorf("parse = %v, want an error that names the file", err)
	}
}

func TestEmptyFiles(t *testing.T) {
	for _, text := range []string{"", "# nothing\n", "---\n", "null"} {
		if _, _, err := parse(t, nil, "serve", "--config", write(t, text)); err != nil {
			t.Errorf("parse of file %q = %v, want no error", text, err)
		}
	}
}

func TestVariablesOfOthers(t *testing.T) {
	_, _, err := parse(t, []string{
		"LIGHTWELL_CORPUS=/corpus",
		"LIGHTWELL_SERVICE_HOST=10.0.0.1",
		"LIGHTWELL_SERVICE_PORT=8080",
		"LIGHTWELL_SERVICE_PORT_IMAGES=8080",
		"LIGHTWELL_PORT=tcp://10.0.0.1:8080",
		"LIGHTWELL_PORT_8080_TCP=tcp://10.0.0.1:8080",
		"LIGHTWELL_PORT_8080_TCP_ADDR=10.0.0.1",
		"LIGHTWELL_UPLOADER_SERVICE_HOST=10.0.0.2",
		"LIGHTWELL_UPLOADER_PORT=tcp://10.0.0.2:8081",
	}, "serve")
	if err != nil {
		t.Errorf("parse = %v, want no error", err)
	}
}

func TestCommandsWithFewerSettings(t *testing.T) {
	environ := []string{"LIGHTWELL_PUBLIC_URL=https://img.example.com"}
	c, _, err := parse(t, environ, "url")
	if err != nil || c.URL.PublicURL != "https://img.example.com" {
		t.Errorf("public-url of the url command = %q, %v; want the environment's", c.URL.PublicURL, err)
	}
	c, _, err = parse(t, []string{"LIGHTWELL_NONSENSE=1", "LIGHTWELL_CONFIG=/nowhere", "LIGHTWELL_FORMATS=png"}, "upload", "--parallel=3")
	if err != nil || len(c.Upload.Formats) != 0 {
		t.Errorf("a command without settings = %v, formats %v, want no error and none", err, c.Upload.Formats)
	}
}

func TestSourcesAreACopy(t *testing.T) {
	var c cli
	loader := config.Loader{Environ: []string{}}
	parser, err := kong.New(&c, loader.Options()...)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parser.Parse([]string{"serve", "--open"}); err != nil {
		t.Fatal(err)
	}
	loader.Sources()["open"] = "changed"
	if want := (config.Sources{"open": "flag"}); !maps.Equal(loader.Sources(), want) {
		t.Errorf("Sources = %v, want %v", loader.Sources(), want)
	}
	if _, err := parser.Parse([]string{"serve"}); err != nil || len(loader.Sources()) != 0 {
		t.Errorf("after a second Parse: Sources = %v, %v; want none", loader.Sources(), err)
	}
}

func Example() {
	var cli struct {
		Serve struct {
			config.Config
		} `cmd:"" help:"Serve images and take uploads."`
		Config struct {
			config.Config
		} `cmd:"" help:"Print the settings and where each came from."`
	}
	loader := config.Loader{Environ: []string{"LIGHTWELL_LOG_LEVEL=debug", "LIGHTWELL_LISTEN=127.0.0.1:1"}}
	parser, err := kong.New(&cli, append(loader.Options(), kong.Name("lightwell"))...)
	if err != nil {
		fmt.Println(err)
		return
	}
	kctx, err := parser.Parse([]string{"serve", "--listen=0.0.0.0:80"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(kctx.Command())
	fmt.Println(cli.Serve.LogLevel, "from", loader.Sources().Of("log-level"))
	fmt.Println(cli.Serve.Validate(loader.Sources()))
	// Output:
	// serve
	// debug from environment LIGHTWELL_LOG_LEVEL
	// listen (flag): 0.0.0.0:80 is not a loopback address, and anybody who reaches it could use it: set signing-keys (LIGHTWELL_SIGNING_KEYS), or unsigned (LIGHTWELL_UNSIGNED) to presets or widths, listen on 127.0.0.1, or allow everybody with --open (LIGHTWELL_OPEN=true)
}
