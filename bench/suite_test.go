package bench

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"image"
	"image/jpeg"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"lightwell/transform"
)

// small is a suite that takes little time.
func small(f *fake, peers ...Peer) *Suite {
	return &Suite{
		Server: f.server(), Peers: peers, Photos: []Photo{{"a.jpg", grey(120, 80)}, {"b.jpg", grey(120, 80)}},
		Widths: []int{60, 100, 5000}, SrcsetWidths: []int{30, 60}, Formats: []transform.Format{transform.JPEG, transform.AVIF}, Quality: 75,
		Rate: 500, Duration: 20 * time.Millisecond, Rounds: 2, Connections: 3, Clients: 8, Originals: 9, Skew: 1.1, Images: 5, Seed: 1,
	}
}

func grey(width, height int) []byte {
	var b bytes.Buffer
	jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, width, height)), nil)
	return b.Bytes()
}

func peer(t *testing.T, name, template string) Peer {
	t.Helper()
	parsed, err := ParseTemplate(template)
	if err != nil {
		t.Fatal(err)
	}
	return Peer{Name: name, Template: parsed}
}

// Every scenario is played, by each target in turn, and leaves nothing behind.
func TestSuite(t *testing.T) {
	log := &turns{}
	a, b := newFake(t, "a", log), newFake(t, "b", log)
	s := small(a, peer(t, "b", b.URL+"/image/{file}?w={w}&h={h}&fm={fm}&q={q}&n={nonce}"), peer(t, "files", b.URL+"/image/{rendition}?fm=jpg&w=3"))
	s.Formats = []transform.Format{transform.JPEG}
	s.Share = t.TempDir()
	s.Server.PID = os.Getpid()
	s.Score = func(reference, distorted *image.NRGBA) (float64, error) {
		if reference.Rect != distorted.Rect {
			return 0, errors.New("two sizes")
		}
		return 90, nil
	}
	report, err := s.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	report.WriteTable(&text)
	if report.Failures() != 0 {
		t.Errorf("%d requests failed\n%s", report.Failures(), &text)
	}
	wantParts := map[string]string{
		"warm": "closed loop: a b files, open loop: a b files", "cold": "all: a b, 60 jpg: a b, 100 jpg: a b",
		"srcset": "to the last: a b, to the first: a b, each: a b", "herd": "8 clients: a b", "zipf": "open loop: a b",
		"bulk": "one by one: a, an archive: a",
	}
	for _, sc := range report.Scenarios {
		if got := sc.summary(); got != wantParts[sc.Name] {
			t.Errorf("%s has the parts %s, want %s", sc.Name, got, wantParts[sc.Name])
		}
		for _, p := range sc.Parts {
			for _, result := range p.Targets {
				if len(result.Rounds) != 2 {
					t.Errorf("%s %s: %s has %d rounds, want 2", sc.Name, p.Name, result.Target, len(result.Rounds))
				}
				if hasCPU := result.Total.CPU != nil; hasCPU != (result.Target == "a" && p.Name != "to the first") {
					t.Errorf("%s %s: CPU time of %s is known: %v", sc.Name, p.Name, result.Target, hasCPU)
				}
			}
		}
	}
	for _, want := range []struct {
		scenario, part, target, what string
		is                           func(Sample) bool
	}{
		{"cold", "all", "a", "8 requests, none remembered", func(s Sample) bool { return s.Requests == 8 && *s.Hits == 0 }},
		{"cold", "60 jpg", "b", "a score", func(s Sample) bool { return s.Score != nil && *s.Score == 90 }},
		{"srcset", "each", "b", "8 requests", func(s Sample) bool { return s.Requests == 8 }},
		{"herd", "8 clients", "a", "16 requests, a render each round", func(s Sample) bool { return s.Requests == 16 && *s.Renders == 2 }},
		{"bulk", "an archive", "a", "10 images", func(s Sample) bool { return s.Requests == 10 }},
		{"zipf", "open loop", "a", "hits", func(s Sample) bool { return s.Hits != nil }},
	} {
		if got := find(report, want.scenario, want.part, want.target); got == nil || !want.is(got.Total) {
			t.Errorf("%s %s of %s = %+v, want %s", want.scenario, want.part, want.target, got, want.what)
		}
	}
	if len(a.tags) != 0 {
		t.Errorf("left behind: %v", a.tags)
	}
	for _, file := range []string{"a.jpg", "a-100.jpg", "zipf-0000008.jpg"} {
		if _, err := os.Stat(filepath.Join(s.Share, file)); err != nil {
			t.Errorf("not shared: %v", err)
		}
	}
	if shared, err := os.ReadFile(filepath.Join(s.Share, "a.jpg")); err != nil || bytes.Equal(shared, s.Photos[0].Body) {
		t.Errorf("the photograph is not made another for this run: %v", err)
	}
	checkPlots(t, report, "warm-latency.svg", "zipf-latency.svg", "cold-latency.svg") // CPU times may be too short to be seen
}

// summary is parts with their targets.
func (s Scenario) summary() string {
	var parts []string
	for _, p := range s.Parts {
		text := p.Name + ":"
		for _, r := range p.Targets {
			text += " " + r.Target
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, ", ")
}

func find(r *Report, scenario, part, target string) *Result {
	for _, s := range r.Scenarios {
		for _, p := range s.Parts {
			for _, result := range p.Targets {
				if s.Name == scenario && p.Name == part && result.Target == target {
					return result
				}
			}
		}
	}
	return nil
}

// checkPlots wants these plots, each XML from its beginning to its end.
func checkPlots(t *testing.T, r *Report, names ...string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "plots")
	if err := r.WriteSVG(dir); err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		plot, err := os.Open(filepath.Join(dir, name))
		if err != nil {
			t.Error(err)
			continue
		}
		d := xml.NewDecoder(plot)
		for err == nil {
			_, err = d.Token()
		}
		plot.Close()
		if err != io.EOF {
			t.Errorf("%s is no XML: %v", name, err)
		}
	}
}

// Targets have their turns: the same step is taken by one after the other, in every round.
func TestTurns(t *testing.T) {
	log := &turns{}
	a, b := newFake(t, "a", log), newFake(t, "b", log)
	s := small(a, peer(t, "b", b.URL+"/image/x?w={w}&fm={fm}&n={nonce}"))
	s.Scenarios, s.Rounds = []string{"cold"}, 3
	if _, err := s.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	const steps = 4 // two widths and two formats
	if want := slices.Repeat([]string{"a", "b"}, 3*steps); !slices.Equal(log.names, want) {
		t.Errorf("turns = %q, want %q", log.names, want)
	}
}

// What is wrong with answers is counted, and told of.
func TestFaultsAreCounted(t *testing.T) {
	for _, tt := range []struct {
		scenario, want string
		spoil          func(path string, h http.Header, body []byte) []byte
	}{
		{"cold", "content type", func(_ string, h http.Header, b []byte) []byte { h.Set("Content-Type", "text/html"); return b }},
		{"cold", "was remembered", func(_ string, h http.Header, b []byte) []byte { h.Set("Server-Timing", "cache;desc=redis"); return b }},
		{"cold", "length", func(string, http.Header, []byte) []byte { return nil }},
		{"srcset", "connection", func(string, http.Header, []byte) []byte { panic(http.ErrAbortHandler) }},
	} {
		f := newFake(t, "a", &turns{})
		f.spoil = tt.spoil
		s := small(f)
		s.Scenarios, s.Rounds = []string{tt.scenario}, 1
		report, err := s.Run(t.Context())
		if err != nil {
			t.Errorf("%s, %s: %v", tt.scenario, tt.want, err)
			continue
		}
		result := find(report, tt.scenario, map[string]string{"cold": "all", "srcset": "each"}[tt.scenario], "a")
		if n := result.Total.Errors[tt.want]; n != 8 || report.Failures() < 8 {
			t.Errorf("%s: errors = %v, %d in all, want 8 of %q", tt.scenario, result.Total.Errors, report.Failures(), tt.want)
		}
		var text strings.Builder
		if report.WriteTable(&text); !strings.Contains(text.String(), "8 errors: "+tt.want) {
			t.Errorf("the table does not tell of %q:\n%s", tt.want, &text)
		}
	}
}

// A herd that is answered with different bytes is told of.
func TestHerdWantsTheSameBytes(t *testing.T) {
	f := newFake(t, "a", &turns{})
	n := 0
	f.spoil = func(_ string, _ http.Header, body []byte) []byte {
		f.mu.Lock()
		defer f.mu.Unlock()
		n++
		return append(body, byte(n))
	}
	s := small(f)
	s.Scenarios, s.Rounds = []string{"herd"}, 1
	report, err := s.Run(t.Context())
	if got := find(report, "herd", "8 clients", "a"); err != nil || got.Total.Errors["other bytes"] != 7 {
		t.Errorf("Run = %v, errors %v, want 7 of other bytes", err, got.Total.Errors)
	}
}

// An interruption ends everything at once, keeps what was measured, and leaves nothing behind.
func TestInterrupted(t *testing.T) {
	f := newFake(t, "a", &turns{})
	ctx, cancel := context.WithCancel(t.Context())
	hangs := make(chan struct{})
	t.Cleanup(func() { close(hangs) })
	f.spoil = func(_ string, _ http.Header, body []byte) []byte {
		cancel()
		<-hangs
		return body
	}
	s := small(f)
	s.Scenarios = []string{"cold"}
	report, err := s.Run(ctx)
	if !errors.Is(err, context.Canceled) || report == nil {
		t.Errorf("Run = %v, %v, want a report and that it was cancelled", report, err)
	}
	if len(f.tags) != 0 {
		t.Errorf("left behind: %v", f.tags)
	}
}
