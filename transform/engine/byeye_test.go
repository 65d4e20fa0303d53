package engine

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	"lightwell/transform"
	"lightwell/transform/ssimulacra2"
)

// looked is a photograph at one size, and what came of it in one format.
type looked struct {
	name      string
	plan      transform.Plan
	data      []byte
	reference *ssimulacra2.Reference
	score     float64 // by eye
	bytes     int
	took      float64 // CPU time of the rendition by eye beyond that with a fixed quality, in milliseconds
}

func (l *looked) render(t testing.TB, plan transform.Plan) (score float64, bytes int, took time.Duration) {
	t.Helper()
	before := allCPUTime()
	r, err := Render(l.data, Layers{}, &plan)
	took = allCPUTime() - before
	if err != nil {
		t.Fatal(err)
	}
	if score, err = l.reference.Score(decodePicture(t, r.Body).nrgba()); err != nil {
		t.Fatal(err)
	}
	return score, len(r.Body), took
}

// lookedAt are all photographs with auto=compress at a width in a format.
func lookedAt(t testing.TB, width int, fm string) (all []*looked) {
	t.Helper()
	photos := photographs(t)
	for _, name := range slices.Sorted(maps.Keys(photos)) {
		data := photos[name]
		s, err := sourceOf(data)
		if err != nil {
			t.Fatal(err)
		}
		exact := plannedOf(t, s, fmt.Sprintf("w=%d&fm=png", width))
		r, err := Render(data, Layers{}, &exact)
		if err != nil {
			t.Fatal(err)
		}
		l := &looked{name: name, data: r.Body}
		if l.reference, err = ssimulacra2.NewReference(decodePicture(t, r.Body).nrgba()); err != nil {
			t.Fatal(err)
		}
		l.plan = planned(t, r.Body, "auto=compress&fm="+fm)
		var took, fixed time.Duration
		l.score, l.bytes, took = l.render(t, l.plan)
		_, _, fixed = l.render(t, l.at(60))
		l.took = float64(took-fixed) / float64(time.Millisecond)
		all = append(all, l)
	}
	return all
}

// at is the plan with a fixed quality.
func (l *looked) at(q float64) transform.Plan {
	plan := l.plan
	plan.Encode = plan.Encode.WithQ(q)
	plan.Encode.Score = 0
	return plan
}

// worst is the lowest score.
func worst(all []*looked) float64 {
	return slices.MinFunc(all, func(a, b *looked) int { return int(math.Copysign(1, a.score-b.score)) }).score
}

// fixedFor is the lowest fixed q with which no photograph has less than a score, and the geometric mean of what the
// bytes by eye are by those.
func fixedFor(t testing.TB, all []*looked, least float64) (q int, ratio float64) {
	t.Helper()
	q = 20 + sort.Search(79, func(i int) bool {
		for _, l := range all {
			if score, _, _ := l.render(t, l.at(float64(20+i))); score < least {
				return false
			}
		}
		return true
	})
	for _, l := range all {
		_, bytes, _ := l.render(t, l.at(float64(q)))
		ratio += math.Log(float64(l.bytes)/float64(bytes)) / float64(len(all))
	}
	return q, math.Exp(ratio)
}

// By eye, photographs take at least 12 % fewer bytes than with one quality for all with which the worst of them looks
// as it does by eye; and they come out near the floor, few below. (With a quality for each that gives exactly the floor,
// it would be 15 %: these twelve are much alike.)
func TestCompressByEye(t *testing.T) {
	for _, fm := range []string{"jpg", "webp"} {
		all := lookedAt(t, 640, fm)
		least := worst(all)
		q, ratio := fixedFor(t, all, least)
		var lines strings.Builder
		mean, took := 0.0, 0.0
		for _, l := range all {
			mean += l.score / float64(len(all))
			took += l.took / float64(len(all))
			fmt.Fprintf(&lines, "\n%s: %.1f, %d bytes", l.name, l.score, l.bytes)
		}
		t.Logf("%s: scores %.1f in the mean, %.1f at least; %.2f of the bytes of q=%d, which has that least; %.0f ms of CPU more than with q=60%s", fm, mean, least, ratio, q, took, lines.String())
		if floor := 70.0; mean < floor-1 || least < floor-3 || mean > floor+3 {
			t.Errorf("%s: scores %.1f in the mean, %.1f at least; want about %v", fm, mean, least, floor)
		}
		if len(all) > 1 && ratio > 0.88 {
			t.Errorf("%s: %.2f of the bytes of a fixed quality, want at most 0.88", fm, ratio)
		}
	}
}
