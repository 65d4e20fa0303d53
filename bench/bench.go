// Package bench is the load suite: it measures what a running Lightwell does under loads that an
// image server meets, and what other image servers do under the same.
//
// A [Suite] says against what and how much. Each of its scenarios (warm, cold, srcset, herd, zipf,
// bulk) is some steps; every step is taken by each target in turn, A B A B, round after round, so
// that what else a machine does falls on all of them and ratios hold. What comes of it is a
// [Report], which is JSON, a table ([Report.WriteTable]) and plots ([Report.WriteSVG]).
//
// Nothing here knows the server from inside: it is asked over HTTP, and what it costs is read from
// /proc.
package bench

import (
	"context"
	"fmt"
	"image"
	"math/rand/v2"
	"time"

	"lightwell/transform"
)

// Suite is what to measure.
type Suite struct {
	Server    Server
	Peers     []Peer
	Scenarios []string // of Scenarios; empty for all of them
	Photos    []Photo  // originals; empty for two that are built in

	Widths       []int              // pixels, of renditions; those beyond a photograph's own are left out
	SrcsetWidths []int              // pixels, of a burst in srcset
	Formats      []transform.Format // of renditions
	Quality      int                // 0 to 100

	Rate        float64       // requests a second of open loops; 0 looks for one that is sensible
	Fixed       bool          // requests are due at even distances, and not at those of a Poisson process
	Duration    time.Duration // of a loop, for each target and round
	Rounds      int
	Connections int     // of loops and uploads
	Clients     int     // of a herd
	Originals   int     // of zipf
	Skew        float64 // of zipf: the exponent s, above 1
	Images      int     // of bulk, for each round
	Seed        uint64

	// Share is a folder that peers read: photographs, what zipf generates and warm renditions are
	// written there. Empty for none.
	Share string
	// Score says how much a picture is like another, in whatever unit; nil leaves scores out.
	Score func(reference, distorted *image.NRGBA) (float64, error)
	// Progress is told how it goes; nil for nobody.
	Progress Progress
}

// Progress is told how it goes, by one goroutine.
type Progress interface {
	// Expect says that so many more measurements are to come.
	Expect(more int)
	// Begin says what is being done now.
	Begin(what string)
	// Done says that a measurement has ended.
	Done()
}

type nobody struct{}

func (nobody) Expect(int)   {}
func (nobody) Begin(string) {}
func (nobody) Done()        {}

// run is a Suite that runs.
type run struct {
	*Suite
	targets []*target
	photos  []*photo
	nonce   uint64 // so that nothing of this run is there already
	report  *Report
}

// Run measures until all is done, or ctx is. The report has what was measured until then.
func (s *Suite) Run(ctx context.Context) (*Report, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	r := &run{Suite: s, nonce: rand.Uint64(), report: newReport(s)}
	if r.Progress == nil {
		r.Progress = nobody{}
	}
	defer r.report.end()
	if err := r.connect(ctx); err != nil {
		return r.report, err
	}
	defer r.leave()
	if err := r.bring(ctx); err != nil {
		return r.report, err
	}
	for _, name := range s.names() {
		if err := r.play(ctx, scenarios[name]); err != nil {
			return r.report, fmt.Errorf("%s: %w", name, err)
		}
	}
	return r.report, nil
}

// random is the same for the same seed, and another for each purpose.
func (s *Suite) random(purpose uint64) *rand.Rand {
	return rand.New(rand.NewPCG(s.Seed, purpose))
}

// Purposes of random numbers; those of rounds are so many further on.
const (
	forPictures = (iota + 1) << 32
	forArrivals
	forRequests
)
