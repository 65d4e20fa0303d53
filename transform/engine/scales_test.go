package engine

import (
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"lightwell/transform"
	"lightwell/transform/ssimulacra2"

	"github.com/davidbyttow/govips/v2/vips"
)

// What the scales are measured at.
var (
	scaleQs    = []int{20, 30, 40, 50, 60, 70, 75, 80, 85, 90, 95} // of JPEG
	scaleOwn   = []int{10, 20, 30, 40, 50, 55, 60, 65, 70, 75, 80, 85, 90, 95, 98}
	scaleWidth = 800
)

// specimen is a photograph at one width, to be written in many ways.
type specimen struct {
	img    *vips.ImageRef
	scorer *ssimulacra2.Reference
}

// specimens are all photographs at a width.
func specimens(b testing.TB, width int) (all []specimen) {
	b.Helper()
	for _, data := range photographs(b) {
		r, _ := render(b, data, fmt.Sprintf("w=%d&fm=png", width))
		img, err := open(r.Body, opening{format: transform.PNG}, transform.DefaultLimits)
		if err == nil {
			err = materialise(img)
		}
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(img.Close)
		scorer, err := ssimulacra2.NewReference(decodePicture(b, r.Body).nrgba())
		if err != nil {
			b.Fatal(err)
		}
		all = append(all, specimen{img, scorer})
	}
	return all
}

// outcome is how specimens come out in one way: means of scores, of the bytes' logarithms and of CPU times' logarithms.
type outcome struct {
	score, bytes, cpu float64
}

func outcomeOf(b testing.TB, all []specimen, e transform.Encode) (o outcome) {
	b.Helper()
	for _, s := range all {
		before := allCPUTime()
		body, err := save(s.img, savers[e.Format].name, append(savers[e.Format].options(e), "strip=true")...)
		took := allCPUTime() - before
		if err != nil {
			b.Fatal(err)
		}
		score, err := s.scorer.Score(decodePicture(b, body).nrgba())
		if err != nil {
			b.Fatal(err)
		}
		n := float64(len(all))
		o.score += score / n
		o.bytes += math.Log(float64(len(body))) / n
		o.cpu += math.Log(took.Seconds()) / n
	}
	return o
}

// ladder is the outcomes of qualities in ascending order.
type ladder struct {
	qualities []int
	outcomes  []outcome
}

func ladderOf(b testing.TB, all []specimen, e transform.Encode, qualities []int) (c ladder) {
	b.Helper()
	for _, q := range qualities {
		e.Quality = q
		o := outcomeOf(b, all, e)
		if n := len(c.outcomes); n > 0 && o.score <= c.outcomes[n-1].score { // noise at the ends
			continue
		}
		c.qualities, c.outcomes = append(c.qualities, q), append(c.outcomes, o)
	}
	return c
}

// at is the quality of a score, and what comes with it, between the two that were measured.
func (c ladder) at(score float64) (quality float64, o outcome) {
	i := slices.IndexFunc(c.outcomes, func(o outcome) bool { return o.score >= score })
	switch i {
	case -1:
		i = len(c.outcomes) - 1
	case 0:
		i = 1
	}
	from, to := c.outcomes[i-1], c.outcomes[i]
	t := (score - from.score) / (to.score - from.score)
	mix := func(a, b float64) float64 { return a + t*(b-a) }
	return mix(float64(c.qualities[i-1]), float64(c.qualities[i])), outcome{score, mix(from.bytes, to.bytes), mix(from.cpu, to.cpu)}
}

// BenchmarkScales measures which quality of each encoder gives the score of a JPEG of each q, and what efforts take and
// save. With LIGHTWELL_UPDATE set it writes docs/scales.md; the scales in transform/encode.go are copied from there.
func BenchmarkScales(b *testing.B) {
	start := time.Now()
	var s strings.Builder
	s.WriteString(`# One scale of quality

SSIMULACRA 2 of twelve photographs at 800 pixels, each encoder with the effort that it has here: which quality of its own gives the mean score of a JPEG with q, and
the bytes by that JPEG's (geometric mean). Then efforts: bytes and CPU time at the score of q=75, by those of the effort that is used. Written by:

    LIGHTWELL_UPDATE=1 LIGHTWELL_CORPUS=... go test -run='^$' -bench=Scales -benchtime=1x ./transform/engine

`)
	all := specimens(b, scaleWidth)
	jpeg := ladderOf(b, all, transform.Encode{Format: transform.JPEG}, scaleQs)
	fmt.Fprint(&s, "| q | score |")
	rule := "| ---: | ---: |"
	var ladders []ladder
	formats := []transform.Format{transform.WebP, transform.AVIF, transform.JXL}
	for _, f := range formats {
		e := transform.Recipe{Format: f}.Encode()
		ladders = append(ladders, ladderOf(b, all, e, scaleOwn))
		fmt.Fprintf(&s, " %v | bytes |", f)
		rule += " ---: | ---: |"
	}
	fmt.Fprintf(&s, "\n%s\n", rule)
	for i, q := range jpeg.qualities {
		fmt.Fprintf(&s, "| %d | %.1f |", q, jpeg.outcomes[i].score)
		for _, c := range ladders {
			own, o := c.at(jpeg.outcomes[i].score)
			fmt.Fprintf(&s, " %.1f | %.2f |", own, math.Exp(o.bytes-jpeg.outcomes[i].bytes))
		}
		fmt.Fprintln(&s)
	}
	s.WriteString("\n| format | effort | 200 px: bytes | CPU ms | 400 px: bytes | CPU ms | 800 px: bytes | CPU ms | 1600 px: bytes | CPU ms |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n")
	efforts(b, &s)
	fmt.Printf("\n%s\n%v\n", s.String(), time.Since(start))
	if os.Getenv("LIGHTWELL_UPDATE") != "" {
		if err := os.WriteFile("../../docs/scales.md", []byte(s.String()), 0o644); err != nil {
			b.Fatal(err)
		}
	}
}

// efforts tells of each effort, at four widths, at the score of q=75.
func efforts(b *testing.B, s *strings.Builder) {
	tried := []struct {
		format  transform.Format
		efforts []int
		around  []int
	}{
		{transform.WebP, []int{0, 1, 2, 3, 4, 5, 6}, []int{72, 80, 88, 94}}, {transform.AVIF, []int{0, 1, 2, 3, 4}, []int{55, 65, 75, 85}}, {transform.JXL, []int{3, 4, 5, 6, 7}, []int{70, 80, 90}},
	}
	widths := []int{200, 400, 800, 1600}
	cells := map[string]outcome{}
	for _, width := range widths {
		all := specimens(b, width)
		target := outcomeOf(b, all, transform.Encode{Format: transform.JPEG, Quality: 75}).score
		for _, t := range tried {
			for _, effort := range t.efforts {
				e := transform.Encode{Format: t.format, Effort: effort}
				if t.format == transform.AVIF && width == 1600 && effort > 3 {
					continue // a minute each
				}
				_, cells[fmt.Sprint(t.format, effort, width)] = ladderOf(b, all, e, t.around).at(target)
			}
		}
	}
	for _, t := range tried {
		used := transform.Recipe{Format: t.format}.Encode().Effort
		for _, effort := range t.efforts {
			fmt.Fprintf(s, "| %v | %d |", t.format, effort)
			for _, width := range widths {
				o, ok := cells[fmt.Sprint(t.format, effort, width)]
				if !ok {
					fmt.Fprint(s, " | |")
					continue
				}
				base := cells[fmt.Sprint(t.format, used, width)]
				fmt.Fprintf(s, " %.3f | %.0f |", math.Exp(o.bytes-base.bytes), 1000*math.Exp(o.cpu))
			}
			fmt.Fprintln(s)
		}
	}
}
