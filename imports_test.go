package main_test

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// Packages of other modules, each with all below it.
const (
	govips       = "github.com/davidbyttow/govips/v2"
	goBMP        = "github.com/sergeymakinen/go-bmp"
	goICO        = "github.com/sergeymakinen/go-ico"
	backoff      = "github.com/cenkalti/backoff/v5"
	fasthttp     = "github.com/valyala/fasthttp"
	hdrHistogram = "github.com/HdrHistogram/hdrhistogram-go"
	kong         = "github.com/alecthomas/kong"
	lru          = "github.com/hashicorp/golang-lru/v2"
	mpb          = "github.com/vbauerster/mpb/v8"
	minio        = "github.com/minio/minio-go/v7"
	pigo         = "github.com/esimov/pigo"
	prometheus   = "github.com/prometheus/client_golang"
	redis        = "github.com/redis/go-redis/v9"
	ristretto    = "github.com/dgraph-io/ristretto/v2"
	otel         = "go.opentelemetry.io/otel"
	otlp         = "go.opentelemetry.io/proto/otlp"
	protobuf     = "google.golang.org/protobuf"
	landlock     = "github.com/landlock-lsm/go-landlock"
	seccomp      = "github.com/elastic/go-seccomp-bpf"
	sqlite       = "modernc.org/sqlite"
	thumbhash    = "github.com/galdor/go-thumbhash"
	blurHash     = "github.com/bbrks/go-blurhash"
	tusd         = "github.com/tus/tusd/v2"
	webhooks     = "github.com/standard-webhooks/standard-webhooks/libraries"
	websocket    = "github.com/coder/websocket"
	yaml         = "go.yaml.in/yaml/v3"
	xAny         = "golang.org/x"
	xExp         = "golang.org/x/exp" // whose slog tusd takes
	xSync        = "golang.org/x/sync"
	xImage       = "golang.org/x/image"
	xSys         = "golang.org/x/sys"
	xTime        = "golang.org/x/time"
)

// allowedImports is what each package may import besides the standard library. Main, which wires
// everything together, may import whatever the bans leave it.
var allowedImports = map[string][]string{
	"lightwell/config":                  {kong, yaml},
	"lightwell/link":                    {}, // nothing but the standard library: others take it along
	"lightwell/transform":               {},
	"lightwell/transform/engine":        {"lightwell/transform", "lightwell/transform/faces", "lightwell/transform/ssimulacra2", "lightwell/transform/svg", "C", govips, goBMP, goICO, blurHash, thumbhash, xAny},
	"lightwell/transform/faces":         {pigo},
	"lightwell/transform/ssimulacra2":   {},
	"lightwell/transform/svg":           {},
	"lightwell/tracing":                 {otel, xTime}, // nothing of ours: everybody may import it
	"lightwell/tracing/export":          {"lightwell/tracing", otel, otlp, prometheus, protobuf},
	"lightwell/transform/pool":          {"lightwell/tracing", "lightwell/transform", "lightwell/transform/pool/wire", lru, prometheus, xSys},
	"lightwell/transform/pool/wire":     {"lightwell/transform", xSys},
	"lightwell/transform/pool/pooltest": {},
	"lightwell/transform/pool/child": {"lightwell/transform", "lightwell/transform/engine",
		"lightwell/transform/pool/wire", landlock, seccomp, xSys},
	"lightwell/cache":           {"lightwell/origin/store", prometheus, redis, ristretto},
	"lightwell/cache/cachetest": {"lightwell/cache"},
	"lightwell/cache/redistest": {"lightwell/transform/pool/pooltest", redis},
	"lightwell/origin": {"lightwell/cache", "lightwell/origin/clients", "lightwell/link", "lightwell/origin/library", "lightwell/origin/problem", "lightwell/origin/requestid",
		"lightwell/origin/store", "lightwell/tracing", "lightwell/transform", fasthttp, prometheus, xSync},
	"lightwell/origin/clients":         {lru, xTime},
	"lightwell/origin/library":         {"lightwell/origin/store", "lightwell/tracing", "lightwell/transform", lru, xSync, xSys},
	"lightwell/origin/problem":         {"lightwell/origin/library", "lightwell/origin/store", "lightwell/transform"},
	"lightwell/origin/requestid":       {},
	"lightwell/origin/wiretest":        {"lightwell/link"},
	"lightwell/origin/store":           {minio, xSync, xSys},
	"lightwell/origin/store/s3test":    {"lightwell/origin/store", "lightwell/transform/pool/pooltest", minio},
	"lightwell/origin/store/storetest": {"lightwell/origin/store"},
	"lightwell/uploader": {"lightwell/origin/clients", "lightwell/origin/library", "lightwell/origin/problem", "lightwell/origin/requestid", "lightwell/origin/store",
		"lightwell/tracing", "lightwell/transform", "lightwell/uploader/console", "lightwell/uploader/fetch", "lightwell/uploader/queue", lru, prometheus, tusd, webhooks, websocket, xExp, xSync, xTime},
	"lightwell/uploader/cdn":                {"lightwell/tracing", minio},
	"lightwell/uploader/client":             {"lightwell/transform", backoff},
	"lightwell/uploader/client/show":        {"lightwell/uploader/client", mpb},
	"lightwell/uploader/locks/lockstest":    {},
	"lightwell/uploader/locks":              {xSys},
	"lightwell/uploader/console":            {},
	"lightwell/uploader/fetch":              {},
	"lightwell/uploader/queue":              {redis, sqlite, xSys},
	"lightwell/uploader/queue/queuetest":    {"lightwell/uploader/queue"},
	"lightwell/bench":                       {"lightwell/transform", fasthttp, hdrHistogram, mpb, xImage},
	"lightwell/bench/floor":                 {fasthttp},
	"lightwell/docs/contactsheet":           {"lightwell/docs/sheet"},
	"lightwell/docs/gallery":                {"lightwell/docs/sheet", "lightwell/link", "lightwell/transform", blurHash, thumbhash, xSync},
	"lightwell/docs/sheet":                  {},
	"lightwell/deploy/monitoring/dashboard": {},
}

// A ban holds whatever the table above says. A name that ends in /... is a package and all below it.
type ban struct {
	imported string
	except   []string // who may import it
	why      string
}

var bans = []ban{
	{"lightwell/config", []string{"lightwell"}, "settings are loaded once, in main"},
	{"lightwell/transform/engine", []string{"lightwell", "lightwell/transform/pool/child"}, "images are decoded in the pool's children only"},
	{"lightwell/origin", []string{"lightwell", "lightwell/origin/..."}, "the push side does not know the pull side"},
	{"lightwell/uploader/...", []string{"lightwell", "lightwell/uploader/..."}, "the pull side does not know the push side"},
	{"C", []string{"lightwell/transform/engine"}, "the engine is the only cgo package"},
	{"lightwell/tracing/export", []string{"lightwell"}, "where traces go is main's affair"},
	{otel + "/...", []string{"lightwell/tracing/..."}, "others know spans by package tracing"},
	{govips + "/...", []string{"lightwell/transform/engine"}, "only the engine knows libvips"},
}

// violations says what is wrong with the imports of a package.
func violations(pkg string, imports []string) []string {
	allowed, known := allowedImports[pkg]
	isMain := pkg == "lightwell"
	if !known && !isMain {
		return []string{fmt.Sprintf("%s is not in the table of allowed imports", pkg)}
	}
	var wrong []string
	for _, imported := range imports {
		for _, b := range bans {
			if matches(b.imported, imported) && !matchesAny(b.except, pkg) {
				wrong = append(wrong, fmt.Sprintf("%s imports %s: %s", pkg, imported, b.why))
			}
		}
		if !isMain && !isStandard(imported) && !isAllowed(allowed, imported) {
			wrong = append(wrong, fmt.Sprintf("%s imports %s: not in its list", pkg, imported))
		}
	}
	return wrong
}

// matches tells whether name is the pattern, or below it where the pattern ends in /...
func matches(pattern, name string) bool {
	base, below := strings.CutSuffix(pattern, "/...")
	return name == base || below && strings.HasPrefix(name, base+"/")
}

func matchesAny(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return matches(p, name) })
}

// isAllowed takes packages of this module as they are written, those of others with all below them.
func isAllowed(allowed []string, name string) bool {
	return slices.ContainsFunc(allowed, func(a string) bool {
		return a == name || !strings.HasPrefix(a, "lightwell/") && strings.HasPrefix(name, a+"/")
	})
}

// isStandard tells the standard library by the first element of the path, which has no dot there.
func isStandard(name string) bool {
	first, _, _ := strings.Cut(name, "/")
	return first != "lightwell" && first != "C" && !strings.Contains(first, ".")
}

// TestImports keeps the direction of the imports: down only, and never across.
func TestImports(t *testing.T) {
	list := exec.Command("go", "list", "-e", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "./...")
	list.Env = append(os.Environ(), "CGO_ENABLED=1") // or files that import C would not be seen
	list.Stderr = os.Stderr
	out, err := list.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	packages := 0
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		packages++
		for _, wrong := range violations(fields[0], fields[1:]) {
			t.Error(wrong)
		}
	}
	if packages < 2 {
		t.Errorf("go list = %q, want the packages of the module", out)
	}
}

func TestViolations(t *testing.T) {
	for _, tt := range []struct {
		pkg, imports string
		want         []string // parts of the violations, in order
	}{
		{"lightwell", "fmt lightwell/config lightwell/origin lightwell/uploader lightwell/transform/engine " + kong, nil},
		{"lightwell", "C", []string{"only cgo package"}},
		{"lightwell", govips + "/vips", []string{"only the engine knows libvips"}},
		{"lightwell/config", "os " + kong + " " + yaml, nil},
		{"lightwell/config", "lightwell/transform", []string{"lightwell/transform: not in its list"}},
		{"lightwell/transform", "fmt math crypto/sha256", nil},
		{"lightwell/transform", xSync + "/errgroup", []string{"not in its list"}},
		{"lightwell/transform/engine", "C unsafe lightwell/transform golang.org/x/image/math/f64 " + govips + "/vips", nil},
		{"lightwell/transform/engine", "lightwell/transform/pool", []string{"not in its list"}},
		{"lightwell/transform/pool", "lightwell/transform lightwell/transform/pool/wire " + xSys + "/unix " + prometheus + "/prometheus", nil},
		{"lightwell/transform/pool", "lightwell/transform/engine", []string{"pool's children only", "not in its list"}},
		{"lightwell/transform/pool", "lightwell/transform/pool/child", []string{"not in its list"}},
		{"lightwell/transform/pool/child", "lightwell/transform/engine", nil},
		{"lightwell/transform/pool/child", "lightwell/tracing", []string{"lightwell/tracing: not in its list"}},
		{"lightwell/origin", "lightwell/tracing/export", []string{"main's affair", "not in its list"}},
		{"lightwell/origin", "lightwell/tracing " + otel + "/trace", []string{"by package tracing", "not in its list"}},
		{"lightwell/link", "lightwell/transform", []string{"lightwell/transform: not in its list"}},
		{"lightwell/cache", "lightwell/config", []string{"loaded once", "not in its list"}},
		{"lightwell/origin", "lightwell/origin/library " + fasthttp + " " + xSync + "/singleflight", nil},
		{"lightwell/origin", "lightwell/uploader", []string{"does not know the push side", "not in its list"}},
		{"lightwell/origin/library", "lightwell/uploader/queue", []string{"does not know the push side", "not in its list"}},
		{"lightwell/uploader", "lightwell/origin", []string{"does not know the pull side", "not in its list"}},
		{"lightwell/uploader", "lightwell/origin/library lightwell/uploader/queue", nil},
		{"lightwell/uploader", "github.com/valyala/fasthttputil", []string{"not in its list"}},
		{"lightwell/origin", "github.com/valyala/fasthttprouter", []string{"not in its list"}},
		{"lightwell/helpers", "fmt", []string{"lightwell/helpers is not in the table"}},
	} {
		got := violations(tt.pkg, strings.Fields(tt.imports))
		same := slices.EqualFunc(got, tt.want, func(g, w string) bool { return strings.Contains(g, w) })
		if !same {
			t.Errorf("violations(%s, %s) = %q, want %q", tt.pkg, tt.imports, got, tt.want)
		}
	}
}
