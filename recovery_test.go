package main_test

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// recovery is how long after its worker was killed an item was begun again.
type recovery struct {
	took    []time.Duration // in ascending order
	longest time.Duration   // from the beginning of an item to its end
	lapsed  int             // items that were begun again although their workers lived
}

func (r recovery) most() time.Duration   { return r.quantile(1) }
func (r recovery) median() time.Duration { return r.quantile(0.5) }

func (r recovery) quantile(q float64) time.Duration {
	if len(r.took) == 0 {
		return 0
	}
	return r.took[int(q*float64(len(r.took)-1))]
}

var (
	begunLine   = regexp.MustCompile(`^time=(\S+) .* msg="an item is begun" job=\S+ item=(\S+) attempt=(\d+)`)
	doneLine    = regexp.MustCompile(`^time=(\S+) .* msg=(?:"image stored" asset|"an item failed" job=\S+ item|"callback sent" job)=(\S+)`)
	retriedLine = regexp.MustCompile(` msg="an item is tried again" job=\S+ item=(\S+) attempt=(\d+)`)
)

type attempt struct {
	item   string
	number int
}

// recoveries reads them from what workers logged.
func recoveries(lives []life) (r recovery) {
	type claim struct{ begun, killed time.Time }
	claims := map[attempt]claim{}
	for _, l := range lives {
		open := map[string]time.Time{}
		for line := range strings.Lines(l.log) {
			if m := begunLine.FindStringSubmatch(line); m != nil {
				n, _ := strconv.Atoi(m[3])
				open[m[2]] = logTime(m[1])
				claims[attempt{m[2], n}] = claim{logTime(m[1]), l.end}
			} else if m := doneLine.FindStringSubmatch(line); m != nil && !open[m[2]].IsZero() {
				r.longest = max(r.longest, logTime(m[1]).Sub(open[m[2]]))
			} else if m := retriedLine.FindStringSubmatch(line); m != nil { // given back, and not lost
				n, _ := strconv.Atoi(m[2])
				delete(claims, attempt{m[1], n})
			}
		}
	}
	for a, c := range claims {
		switch next, taken := claims[attempt{a.item, a.number + 1}]; {
		case !taken:
		case c.killed.IsZero() || next.begun.Before(c.killed):
			r.lapsed++
		default:
			r.took = append(r.took, next.begun.Sub(c.killed))
		}
	}
	slices.Sort(r.took)
	return r
}

func logTime(text string) time.Time {
	at, _ := time.Parse(time.RFC3339, text)
	return at
}

func TestRecoveries(t *testing.T) {
	at := func(second string) string { return "time=2026-01-01T00:00:" + second + "Z level=DEBUG msg=" }
	killed := life{end: logTime("2026-01-01T00:00:02Z"), log: at("00.100") + `"an item is begun" job=j item=a attempt=1` + "\n" +
		at("00.600") + `"image stored" asset=a` + "\n" +
		at("01.000") + `"an item is begun" job=j item=b attempt=1` + "\n" +
		at("01.100") + `"an item is begun" job=j item=c attempt=1` + "\n" +
		at("01.200") + `"an item is tried again" job=j item=c attempt=1` + "\n"}
	lives := life{log: at("03.250") + `"an item is begun" job=j item=b attempt=2` + "\n" +
		at("03.300") + `"an item is begun" job=j item=c attempt=2` + "\n"}
	got := recoveries([]life{killed, lives})
	if len(got.took) != 1 || got.most() != 1250*time.Millisecond || got.longest != 500*time.Millisecond || got.lapsed != 0 {
		t.Errorf("recoveries = %+v, want one of 1.25s, and an item of 0.5s", got)
	}
}
