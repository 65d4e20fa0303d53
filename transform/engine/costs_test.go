package engine

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"lightwell/transform"

	"golang.org/x/sys/unix"
)

// operations are what each parameter costs, on top of w=800, and why where that is
// about as much as all of w=800 or more.
var operations = []struct{ query, why string }{
	{"", ""},
	{"h=400&fit=crop", ""},
	{"h=400&fit=crop&crop=entropy", ""},
	{"h=400&fit=crop&crop=edges", ""},
	{"h=400&fit=crop&crop=focalpoint&fp-x=0.2&fp-z=2", ""},
	{"h=400&fit=crop&crop=faces", "the first time: a second, smaller decode and the search, which all sizes share"},
	{"h=400&fit=facearea&facepad=3", "as crop=faces"},
	{"trim=color&trim-tol=10", "the first time: every pixel of the original is decoded and looked at"},
	{"trim=auto", "the first time: every pixel of the original is decoded and looked at"},
	{"rect=1000,500,3000,2000", ""},
	{"h=800&fit=fill", ""},
	{"h=800&fit=fill&fill=blur", ""},
	{"rot=90", ""}, {"rot=10", ""}, {"rot=10&rot-type=pivot", ""}, {"flip=h", ""},
	{"bri=20", ""}, {"sat=20", ""}, {"vib=20", ""}, {"hue=30", ""}, {"sharp=20", ""},
	{"usm=50", ""}, {"blur=50", ""}, {"blur=500", ""},
	{"px=10", ""}, {"sepia=50", ""}, {"monochrome=336699", ""}, {"duotone=000080,fa8072", ""},
	{"pad=20", ""}, {"border=5,336699", ""}, {"border=5,336699&border-radius=20", ""}, {"mask=ellipse", ""}, {"mask=corners&corner-radius=40", ""},
	{"blend=ff8800", ""}, {"blend=ff8800&blend-mode=luminosity", "the mode mixes all channels together, in real numbers"}, {"txt=Lightwell&txt-size=80", ""}, {"txt=Lightwell&txt-size=80&txt-line=4&txt-shad=5", ""},
	{"max-bytes=30000", "the encoder, up to six times"},
	{"fm=pjpg", ""}, {"fm=webp", ""}, {"fm=png", "the encoder: nothing is lost, and all of it is deflated"}, {"fm=avif", "the encoder: AV1 searches for how to predict each block"}, {"fm=gif", "the encoder: a palette is made, and the picture dithered"},
}

// BenchmarkOperations measures the CPU time of each operation in turns with the
// plain w=800, of the largest photograph at hand. With LIGHTWELL_UPDATE set it
// writes docs/costs.md.
func BenchmarkOperations(b *testing.B) {
	path := "../../testdata/photo.jpg"
	if dir := os.Getenv("LIGHTWELL_CORPUS"); dir != "" {
		path = filepath.Join(dir, "photos/Kleiber_by_Lukas_Baubkus.jpg")
	}
	data, err := os.ReadFile(path)
	if err != nil {
		b.Fatal(err)
	}
	seen, err := Inspect(data, transform.DefaultLimits)
	if err != nil {
		b.Fatal(err)
	}
	s := seen.Source
	spent := make([][]float64, len(operations))
	for b.Loop() {
		for i, op := range operations {
			spent[i] = append(spent[i], cost(b, data, s, "w=800&"+op.query))
		}
	}
	var table strings.Builder
	plain := median(spent[0])
	fmt.Fprintf(&table, "| w=800 and | CPU ms | more | |\n| --- | ---: | ---: | --- |\n")
	for i, op := range operations {
		ms := median(spent[i])
		name := "nothing else"
		if op.query != "" {
			name = "`" + op.query + "`"
		}
		fmt.Fprintf(&table, "| %s | %.0f | %+.0f %% | %s |\n", name, ms, 100*(ms/plain-1), op.why)
	}
	fmt.Printf("\n%s, %d x %d\n%s", filepath.Base(path), s.Width, s.Height, table.String()) // a log is cut off
	if os.Getenv("LIGHTWELL_UPDATE") != "" {
		writeCosts(b, s, table.String())
	}
}

// cost is the CPU time of a search, if the query needs one, and a render.
func cost(b *testing.B, data []byte, s transform.Source, query string) float64 {
	b.Helper()
	req, err := transform.Parser{}.ParseQuery(query)
	if err != nil {
		b.Fatal(err)
	}
	r, _ := req.Recipe.Resolve(s, "", transform.AllFormats)
	before := cpuTime(b)
	var found transform.Found
	for _, search := range r.Searches(s) {
		one, err := Search(data, s, search, transform.DefaultLimits)
		if err != nil {
			b.Fatal(err)
		}
		found = found.Join(one)
	}
	plan, err := r.Plan(s, found, transform.DefaultLimits)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := Render(data, Layers{}, &plan); err != nil {
		b.Fatal(err)
	}
	return float64(cpuTime(b)-before) / float64(time.Millisecond)
}

func cpuTime(b *testing.B) time.Duration {
	b.Helper()
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_PROCESS_CPUTIME_ID, &t); err != nil {
		b.Fatal(err)
	}
	return time.Duration(t.Nano())
}

func median(of []float64) float64 {
	slices.Sort(of)
	return of[len(of)/2]
}

func writeCosts(b *testing.B, s transform.Source, table string) {
	b.Helper()
	text := fmt.Sprintf(`# What operations cost

CPU time of one rendition in milliseconds, from a JPEG of %d x %d pixels to JPEG, decoding, resizing and encoding included: the median of %d rounds in one run.
The machine matters; the column beside it, against the same without the operation, matters less. On a shared machine
a sixth up or down is noise. Marks cost what laying them over costs and a decode of their own; they are not in the table. Written by:

    LIGHTWELL_UPDATE=1 LIGHTWELL_CORPUS=... go test -run='^$' -bench=Operations -benchtime=9x ./transform/engine

%s`, s.Width, s.Height, b.N, table)
	if err := os.WriteFile("../../docs/costs.md", []byte(text), 0o644); err != nil {
		b.Fatal(err)
	}
}
