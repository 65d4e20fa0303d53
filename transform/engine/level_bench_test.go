package engine

import (
	"fmt"
	"maps"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"lightwell/transform"

	"github.com/davidbyttow/govips/v2/vips"
)

// What is measured of each photograph: w in pixels, and formats.
var (
	levelWidths  = []int{200, 400, 800}
	levelFormats = []string{"jpg", "webp", "avif"}
)

// levelCosts are CPU times of one photograph, each the least of some rounds, by what they are of.
type levelCosts map[string]time.Duration

func (c levelCosts) take(b *testing.B, what string, do func() error) {
	b.Helper()
	before := cpuTime(b)
	if err := do(); err != nil {
		b.Fatal(err)
	}
	if took := cpuTime(b) - before; c[what] == 0 || took < c[what] {
		c[what] = took
	}
}

// ratio is one time by another.
func (c levelCosts) ratio(a, b string) float64 { return float64(c[a]) / float64(c[b]) }

// BenchmarkLevels measures what levels cost and what they save, in CPU time, of each photograph, in turns with the same
// from the original. With LIGHTWELL_UPDATE set it writes docs/levels.md.
func BenchmarkLevels(b *testing.B) {
	all := photographs(b)
	seen, costs := map[string]transform.Inspection{}, map[string]levelCosts{}
	for name, data := range all {
		in, err := Inspect(data, transform.DefaultLimits, transform.DefaultLevels...)
		if err != nil {
			b.Fatal(err)
		}
		seen[name], costs[name] = in, levelCosts{}
	}
	for b.Loop() {
		for name, data := range all {
			costs[name].round(b, data, seen[name])
		}
	}
	table := levelTable{}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		table.add(b, name, all[name], seen[name], costs[name])
	}
	text := table.text()
	fmt.Printf("\n%s", text) // a log is cut off
	if os.Getenv("LIGHTWELL_UPDATE") != "" {
		if err := os.WriteFile("../../docs/levels.md", []byte(text), 0o644); err != nil {
			b.Fatal(err)
		}
	}
}

// round measures everything of a photograph once.
func (c levelCosts) round(b *testing.B, data []byte, in transform.Inspection) {
	c.take(b, "decode", func() error {
		img, err := open(data, opening{format: in.Source.Format}, transform.DefaultLimits)
		if err != nil {
			return err
		}
		defer img.Close()
		return decode(img, nil)
	})
	c.take(b, "prepare", func() error {
		img, err := open(data, opening{format: in.Source.Format}, transform.DefaultLimits)
		if err != nil {
			return err
		}
		defer img.Close()
		_, err = reduce(img, in.Source, in.Source.Levels(transform.DefaultLevels), len(data)/2)
		return err
	})
	for _, w := range levelWidths {
		for _, fm := range levelFormats {
			plan := plannedOf(b, in.Source, fmt.Sprintf("w=%d&fm=%s", w, fm))
			from, body := leveledPlan(plan, in.LevelFiles, data)
			if fm == "jpg" {
				c.take(b, fmt.Sprint("original ", w), func() error { return made(data, plan) })
				c.take(b, fmt.Sprint("level ", w), func() error { return made(body, from) })
			}
			c.take(b, fmt.Sprint("original ", w, fm), func() error { _, err := Render(data, Layers{}, &plan); return err })
			c.take(b, fmt.Sprint("level ", w, fm), func() error { _, err := Render(body, Layers{}, &from); return err })
			c.take(b, fmt.Sprint("bare original ", w, fm), func() error { return bare(data, plan) })
			c.take(b, fmt.Sprint("bare level ", w, fm), func() error { return bare(body, from) })
		}
	}
}

// made decodes and resizes, without an encoder.
func made(data []byte, plan transform.Plan) error {
	img, err := load(data, &plan)
	if err != nil {
		return err
	}
	defer img.Close()
	if err := compose(img, &plan, slices.Concat(reading, shaping)); err != nil {
		return err
	}
	return materialise(img)
}

// bare is the least that libvips does for a rendition: its thumbnail of a file, and the same encoder.
func bare(data []byte, plan transform.Plan) error {
	img, err := vips.NewThumbnailWithSizeFromBuffer(data, plan.Out.Width, plan.Out.Height, vips.InterestingNone, vips.SizeForce)
	if err != nil {
		return err
	}
	defer img.Close()
	_, err = (&writer{img: img}).write(plan.Encode)
	return err
}

// leveledPlan is a plan with the file that it is carried out on: the original's where no level serves it.
func leveledPlan(plan transform.Plan, files []transform.LevelFile, data []byte) (transform.Plan, []byte) {
	var levels []transform.Level
	for _, file := range files {
		levels = append(levels, file.Level)
	}
	if level, ok := plan.Level(levels); ok {
		return plan.From(level), files[slices.Index(levels, level)].Body
	}
	return plan, data
}

// levelTable gathers what is measured of photographs.
type levelTable struct {
	rows   []string
	logs   map[string]float64 // sums of logarithms of ratios
	bytes  float64            // sum of the shares of levels
	photos int
}

func (t *levelTable) add(b *testing.B, name string, data []byte, in transform.Inspection, c levelCosts) {
	if t.logs == nil {
		t.logs = map[string]float64{}
	}
	t.photos++
	total := int64(0)
	for _, l := range in.Levels {
		total += l.Bytes
	}
	share := float64(total) / float64(len(data))
	t.bytes += share
	row := fmt.Sprintf("| %s | %d x %d | %.2f | %.2f |", name, in.Source.Width, in.Source.Height, share, c.ratio("prepare", "decode"))
	t.logs["prepare"] += math.Log(c.ratio("prepare", "decode"))
	for _, w := range levelWidths {
		t.logs[fmt.Sprint(w)] += math.Log(c.ratio(fmt.Sprint("level ", w), fmt.Sprint("original ", w)))
		row += fmt.Sprintf(" %.2f |", c.ratio(fmt.Sprint("level ", w), fmt.Sprint("original ", w)))
		for _, fm := range levelFormats {
			t.logs[fmt.Sprint(w, fm)] += math.Log(c.ratio(fmt.Sprint("level ", w, fm), fmt.Sprint("original ", w, fm)))
			for _, from := range bareFrom {
				t.logs[fmt.Sprint("bare ", from, w, fm)] += math.Log(c.ratio(fmt.Sprint(from, " ", w, fm), fmt.Sprint("bare ", from, " ", w, fm)))
			}
		}
	}
	scores := ""
	for _, w := range levelWidths {
		if q, ok := levelQualityOf(b, data, in, fmt.Sprintf("w=%d", w)); ok {
			scores += fmt.Sprintf(" %+.2f |", -q.score)
		} else {
			scores += " |"
		}
	}
	t.rows = append(t.rows, row+scores)
}

func (t *levelTable) mean(of string) float64 { return math.Exp(t.logs[of] / float64(t.photos)) }

func (t *levelTable) text() string {
	var s strings.Builder
	s.WriteString(`# What levels cost, and what they save

CPU time in one process, each the least of some rounds, as ratios: what preparing the levels takes by decoding the original once, and what
decoding and resizing takes from a level by the same from the original. Bytes are of all levels by those of the original; points are of SSIMULACRA 2 (of 100), of
the JPEG with q=75 made from a level less that of the one made from the original. Without a level (blank points) the original is decoded in both cases. Written by:

    LIGHTWELL_UPDATE=1 LIGHTWELL_CORPUS=... go test -run='^$' -bench=Levels -benchtime=5x ./transform/engine

| photograph | pixels | bytes | preparing | 200 px | 400 px | 800 px | points 200 | 400 | 800 |
| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
`)
	for _, row := range t.rows {
		fmt.Fprintln(&s, row)
	}
	fmt.Fprintf(&s, "| **mean** | | %.2f | %.2f |", t.bytes/float64(t.photos), t.mean("prepare"))
	for _, w := range levelWidths {
		fmt.Fprintf(&s, " %.2f |", t.mean(fmt.Sprint(w)))
	}
	s.WriteString(" | | |\n\nWhole renditions, encoder included, from a level by the same from the original (geometric means):\n\n")
	t.byFormat(&s, "")
	for _, from := range bareFrom {
		fmt.Fprintf(&s, "\nWhole renditions from the %s, by what libvips alone takes for it: vips_thumbnail and the same encoder.\n\n", from)
		t.byFormat(&s, "bare "+from)
	}
	return s.String()
}

// bareFrom is what libvips alone is compared with.
var bareFrom = []string{"level", "original"}

// byFormat writes means of ratios as a table.
func (t *levelTable) byFormat(s *strings.Builder, of string) {
	s.WriteString("| | 200 px | 400 px | 800 px |\n| --- | ---: | ---: | ---: |\n")
	for _, fm := range levelFormats {
		fmt.Fprintf(s, "| %s |", fm)
		for _, w := range levelWidths {
			fmt.Fprintf(s, " %.2f |", t.mean(fmt.Sprint(of, w, fm)))
		}
		fmt.Fprintln(s)
	}
}
