package bench

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"strings"
	"testing"
	"time"
)

// counts is a sample of so many requests that took a number of milliseconds more each.
func counts(requests, ms int, cpu time.Duration) Sample {
	t := newTally()
	for i := range requests {
		t.requests++
		record(t.latency, time.Duration((i+1)*ms)*time.Millisecond)
		record(t.service, time.Duration(ms)*time.Millisecond)
		t.bytes += 1000
	}
	t.hits, t.misses = requests/4, requests-requests/4
	return counted{tally: t, took: time.Second, use: &use{cpu: cpu, resident: 50e6}}.sample()
}

// madeUp is a report in which nothing depends on when and where.
func madeUp() *Report {
	r := newReport(&Suite{Server: Server{Name: "lightwell"}, Peers: []Peer{{Name: "other <&>"}}, Rounds: 2, Widths: []int{320}, Duration: time.Second})
	r.Began, r.Seconds = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), 12
	r.Machine = Machine{Cores: 2, CPU: "a processor", Kernel: "6.1", Go: "go1", OS: "linux", Arch: "amd64"}
	part := func(name, loop string) *Part {
		return &Part{Name: name, Loop: loop, Targets: []*Result{
			{Target: "lightwell", Rounds: []Sample{counts(100, 1, 100*time.Millisecond), counts(100, 1, 400*time.Millisecond)}},
			{Target: "other <&>", Rounds: []Sample{counts(100, 2, 200*time.Millisecond), counts(100, 2, 200*time.Millisecond)}},
		}}
	}
	warm := &stage{Scenario: &Scenario{Name: "warm", Parts: []*Part{part("closed loop", "closed"), part("open loop", "open")}}}
	warm.Parts[1].Rate = 100
	cold := &stage{whole: true, Scenario: &Scenario{Name: "cold", Notes: []string{"Something was left out."}, Parts: []*Part{part("320 jpg", "turn"), part("800 jpg", "turn")}}}
	score := 81.5
	cold.finish()
	cold.Parts[1].Targets[0].Total.Score = &score
	warm.finish()
	r.Scenarios = []Scenario{*warm.Scenario, *cold.Scenario}
	return r
}

// The JSON is what docs/bench.md says. With LIGHTWELL_UPDATE=1 in the environment the test writes it.
func TestJSON(t *testing.T) {
	var got bytes.Buffer
	report := madeUp()
	report.Scenarios[0].Parts = report.Scenarios[0].Parts[1:] // which says all that there is to say
	report.Scenarios[1].Parts = nil
	if err := report.WriteJSON(&got); err != nil {
		t.Fatal(err)
	}
	const golden = "testdata/report.json"
	if os.Getenv("LIGHTWELL_UPDATE") == "1" {
		if err := os.WriteFile(golden, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil || !bytes.Equal(got.Bytes(), want) {
		t.Errorf("the JSON differs from %s (%v); LIGHTWELL_UPDATE=1 writes it. It is\n%s", golden, err, &got)
	}
	var again Report
	decoder := json.NewDecoder(&got)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&again); err != nil || again.Schema != Schema || again.Failures() != 0 {
		t.Errorf("the JSON read again: %v, schema %d", err, again.Schema)
	}
	var text strings.Builder
	if err := again.WriteTable(&text); err != nil || !strings.Contains(text.String(), "open loop") {
		t.Errorf("the table of a report that was read: %v\n%s", err, &text)
	}
}

func TestRatios(t *testing.T) {
	r := madeUp()
	want := map[string]Ratio{
		"cpu": {Mean: 1, Min: 0.5, Max: 2}, "p50": {Mean: 0.5, Min: 0.5, Max: 0.5}, "p99": {Mean: 0.5, Min: 0.5, Max: 0.5},
		"bytes": {Mean: 1, Min: 1, Max: 1}, "perSecond": {Mean: 1, Min: 1, Max: 1},
	}
	got := r.Scenarios[0].Parts[0].Ratios
	if len(got) != len(want) {
		t.Errorf("%d ratios, want %d", len(got), len(want))
	}
	for _, g := range got {
		w := want[g.Measure]
		near := func(a, b float64) bool { return math.Abs(a-b) < 0.002 }
		if !near(g.Mean, w.Mean) || !near(g.Min, w.Min) || !near(g.Max, w.Max) || len(g.Rounds) != 2 {
			t.Errorf("ratio %s = %+v, want %+v", g.Measure, g, w)
		}
	}
	if n := len(r.Scenarios[0].Parts[1].Ratios); n != 4 {
		t.Errorf("an open loop has %d ratios, want 4: its rate is nobody's merit", n)
	}
	if got := geometricMean([]float64{0.25, 4, 8}); math.Abs(got-2) > 1e-12 {
		t.Errorf("geometricMean(0.25, 4, 8) = %v, want 2", got)
	}
	unknown := &Part{Loop: "turn", Targets: []*Result{{Rounds: []Sample{{}}}, {Target: "b", Rounds: []Sample{{}}}}}
	if got := unknown.ratios(); got != nil {
		t.Errorf("ratios of nothing = %v, want none", got)
	}
}

// All parts together are their sums, round by round.
func TestWhole(t *testing.T) {
	all := madeUp().Scenarios[1].Parts[0]
	if all.Name != "all" || len(all.Targets) != 2 || len(all.Targets[1].Rounds) != 2 {
		t.Fatalf("the first part is %+v, want all of two targets and two rounds", all)
	}
	if got := all.Targets[0].Rounds[1]; got.Requests != 200 || *got.CPU != 4 || got.Seconds != 2 {
		t.Errorf("round 2 of all = %+v, want 200 requests of 4 ms in 2 s", got)
	}
	if got := all.Targets[0].Total; got.Requests != 400 || *got.CPU != 2.5 || *got.Hits != 0.25 {
		t.Errorf("the total of all = %+v, want 400 requests of 2.5 ms", got)
	}
}

func TestTable(t *testing.T) {
	var text strings.Builder
	if err := madeUp().WriteTable(&text); err != nil {
		t.Fatal(err)
	}
	const want = `2 cores, a processor, Linux 6.1, go1; 2 rounds in turn, seed 0

warm
  PART             TARGET     REQUESTS  ERRORS   /S  CPU MS  P50 MS  P99 MS  P99.9 MS  MAX MS    KB   HITS  MEMORY MB
  closed loop      lightwell       200       0  100    2.50    50.0    99.0       100     100  1.00  0.250       50.0
                   other <&>       200       0  100    2.00     100     198       200     200  1.00  0.250       50.0
`
	if !strings.HasPrefix(text.String(), want) {
		t.Errorf("the table is\n%s\nwant one that begins with\n%s", &text, want)
	}
	for _, want := range []string{"open loop 100/s", "1.00 (0.500 to 2.00)", "Something was left out.", "81.5"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("the table lacks %q", want)
		}
	}
}

func TestPlots(t *testing.T) {
	r := madeUp()
	checkPlots(t, r, "warm-latency.svg", "cold-cpu.svg", "cold-latency.svg")
	if plots := r.plots(); len(plots) != 3 || strings.Contains(plots["cold-cpu.svg"], ">all<") {
		t.Errorf("%d plots, want 3, and no bar of all", len(plots))
	}
	r.Scenarios[0].Parts[1].Targets = nil
	if _, ok := r.plots()["warm-latency.svg"]; ok {
		t.Error("there is a plot of nothing")
	}
}

func TestLatency(t *testing.T) {
	if latencyOf(newHistogram()) != nil {
		t.Error("there is a latency of nothing")
	}
	h := newHistogram()
	for i := range 1000 {
		record(h, time.Duration(i+1)*time.Millisecond)
	}
	record(h, 2*longest)
	l := latencyOf(h)
	if l.Count != 1001 || math.Abs(l.P50-500) > 2 || math.Abs(l.P99-991) > 2 || l.Max < 599e3 {
		t.Errorf("latency = %+v", l)
	}
	if last := l.Curve[len(l.Curve)-1]; last.Percent != 99.9 || l.Curve[0].MS < 0.999 {
		t.Errorf("the curve goes from %v to %v, want from 1 ms to the last percentile with something beyond it", l.Curve[0], last)
	}
}
