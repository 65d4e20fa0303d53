package bench

import (
	"encoding/json"
	"fmt"
	"io"
	"time"
)

// Schema is the version of a Report's JSON. It is raised when a member changes its meaning or goes.
const Schema = 1

// Report is what was measured. docs/bench.md describes its JSON.
type Report struct {
	Schema    int        `json:"schema"`
	Began     time.Time  `json:"began"`
	Seconds   float64    `json:"seconds"` // that all of it took
	Machine   Machine    `json:"machine"` // that made the load
	Settings  Settings   `json:"settings"`
	Scenarios []Scenario `json:"scenarios"`
	Notes     []string   `json:"notes,omitempty"`
}

// Settings are those of the Suite.
type Settings struct {
	Targets      []string `json:"targets"` // Lightwell first
	Photos       []string `json:"photos"`
	Widths       []int    `json:"widths"`
	SrcsetWidths []int    `json:"srcsetWidths"`
	Formats      []string `json:"formats"`
	Quality      int      `json:"quality"`
	Rate         float64  `json:"rate"` // 0 where it was looked for
	Arrivals     string   `json:"arrivals"`
	Duration     float64  `json:"duration"` // seconds
	Rounds       int      `json:"rounds"`
	Connections  int      `json:"connections"`
	Clients      int      `json:"clients"`
	Originals    int      `json:"originals"`
	Skew         float64  `json:"skew"`
	Images       int      `json:"images"`
	Seed         uint64   `json:"seed"`
}

// Scenario is what came of one.
type Scenario struct {
	Name  string   `json:"name"`
	Notes []string `json:"notes,omitempty"` // what was left out, and why
	Parts []*Part  `json:"parts"`
}

// Part is one thing that was measured, of each target.
type Part struct {
	Name    string    `json:"name"`
	Loop    string    `json:"loop"`           // open, closed, turn or burst
	Rate    float64   `json:"rate,omitempty"` // requests a second, of an open loop
	Targets []*Result `json:"targets"`
	Ratios  []Ratio   `json:"ratios,omitempty"`
}

// Result is a Part of one target: all rounds together, and each.
type Result struct {
	Target string   `json:"target"`
	Total  Sample   `json:"total"`
	Rounds []Sample `json:"rounds"`
}

// Sample is what was counted. Members that are not known are missing.
type Sample struct {
	Requests  int            `json:"requests"`         // that were due; in bulk images
	Errors    map[string]int `json:"errors,omitempty"` // of these, by kind
	Seconds   float64        `json:"seconds"`          // that it took
	PerSecond float64        `json:"perSecond"`        // right answers
	Bytes     int64          `json:"bytes,omitempty"`  // of bodies
	Latency   *Latency       `json:"latency,omitempty"`
	// Service counts from when requests were sent, where Latency counts from when they were due.
	Service *Latency `json:"service,omitempty"`
	CPU     *float64 `json:"cpuMs,omitempty"`         // of the server, milliseconds a request
	Memory  int64    `json:"residentBytes,omitempty"` // of the server's processes at most
	Hits    *float64 `json:"hitRatio,omitempty"`      // where answers say whether they were remembered
	Renders *int     `json:"renders,omitempty"`       // by the server's own count
	Score   *float64 `json:"score,omitempty"`         // mean of the pictures

	counted
}

// counted is what a Sample is made from, so that samples can be added.
type counted struct {
	tally  *tally
	took   time.Duration
	use    *use
	scores []float64
	made   *int
}

// sample works out what was counted.
func (c counted) sample() Sample {
	t := c.tally
	s := Sample{Requests: t.requests, Errors: t.faults(), Seconds: c.took.Seconds(), Bytes: t.bytes, Renders: c.made, counted: c}
	right := t.requests - t.failures()
	s.PerSecond = float64(right) / max(c.took.Seconds(), 1e-9)
	s.Latency, s.Service = latencyOf(t.latency), latencyOf(t.service)
	if c.use != nil && t.requests > 0 {
		ms := c.use.cpu.Seconds() * 1000 / float64(t.requests)
		s.CPU, s.Memory = &ms, c.use.resident
	}
	if known := t.hits + t.misses; known > 0 {
		ratio := float64(t.hits) / float64(known)
		s.Hits = &ratio
	}
	if len(c.scores) > 0 {
		mean := 0.0
		for _, score := range c.scores {
			mean += score / float64(len(c.scores))
		}
		s.Score = &mean
	}
	return s
}

// added is two samples as one.
func (c counted) added(o counted) counted {
	sum := counted{tally: merged([]*tally{c.tally, o.tally}), took: c.took + o.took, scores: append(c.scores[:len(c.scores):len(c.scores)], o.scores...)}
	if c.use != nil && o.use != nil {
		sum.use = &use{cpu: c.use.cpu + o.use.cpu, resident: max(c.use.resident, o.use.resident)}
	}
	if c.made != nil && o.made != nil {
		made := *c.made + *o.made
		sum.made = &made
	}
	return sum
}

func newReport(s *Suite) *Report {
	r := &Report{Schema: Schema, Began: time.Now().UTC(), Machine: thisMachine(), Scenarios: []Scenario{}, Settings: Settings{
		Targets: []string{s.Server.Name}, Photos: []string{}, Widths: s.Widths, SrcsetWidths: s.SrcsetWidths, Quality: s.Quality,
		Rate: s.Rate, Arrivals: "poisson", Duration: s.Duration.Seconds(), Rounds: s.Rounds, Connections: s.Connections,
		Clients: s.Clients, Originals: s.Originals, Skew: s.Skew, Images: s.Images, Seed: s.Seed,
	}}
	if s.Fixed {
		r.Settings.Arrivals = "fixed"
	}
	for _, p := range s.Peers {
		r.Settings.Targets = append(r.Settings.Targets, p.Name)
	}
	for _, f := range s.Formats {
		r.Settings.Formats = append(r.Settings.Formats, fm(f))
	}
	return r
}

func (r *Report) end() { r.Seconds = time.Since(r.Began).Seconds() }

func (r *Report) note(format string, args ...any) {
	r.Notes = append(r.Notes, fmt.Sprintf(format, args...))
}

// Failures is how many requests were not answered as they should be.
func (r *Report) Failures() (n int) {
	for _, s := range r.Scenarios {
		for _, p := range s.Parts {
			for _, t := range p.Targets {
				n += t.Total.failures()
			}
		}
	}
	return n
}

// failures is how many requests were not answered as they should be.
func (s Sample) failures() (n int) {
	for _, count := range s.Errors {
		n += count
	}
	return n
}

// WriteJSON writes the report, for programs.
func (r *Report) WriteJSON(out io.Writer) error {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false) // names and URLs are to be read; nothing here is HTML
	encoder.SetIndent("", "  ")
	return encoder.Encode(r)
}
