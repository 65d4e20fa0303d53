package bench

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Scenarios are the names of all, in the order in which they are played.
var Scenarios = []string{"warm", "cold", "srcset", "herd", "zipf", "bulk"}

var scenarios = map[string]scenario{
	"warm":   {name: "warm", setup: setupWarm},
	"cold":   {name: "cold", setup: setupCold},
	"srcset": {name: "srcset", setup: setupSrcset},
	"herd":   {name: "herd", setup: setupHerd},
	"zipf":   {name: "zipf", setup: setupZipf},
	"bulk":   {name: "bulk", setup: setupBulk},
}

// scenario is a kind of load.
type scenario struct {
	name  string
	setup func(ctx context.Context, r *run, s *stage) error
}

// stage is a scenario that is played: who takes part, and what they do in each round.
type stage struct {
	*Scenario
	targets []*target
	// before makes a target ready for a round; nil where there is nothing to do.
	before func(ctx context.Context, t *target, round int) error
	steps  []step
	// whole adds a first part that has all others in it.
	whole bool
}

// step is what all targets do in turn before any goes on to the next.
type step struct {
	parts []string // that are measured by it
	loop  string
	rate  float64 // of an open loop
	// do measures, and returns one for each part.
	do func(ctx context.Context, t *target, round int) ([]counted, error)
}

// measured is what do returns of one part.
func measured(c counted, err error) ([]counted, error) { return []counted{c}, err }

// stepWithin is how long a step without a time of its own may take: what is left then is errors.
const stepWithin = 5 * time.Minute

func (r *run) play(ctx context.Context, sc scenario) error {
	s := &stage{Scenario: &Scenario{Name: sc.name, Parts: []*Part{}}, targets: r.targets}
	r.Progress.Begin(sc.name + ": getting ready")
	err := sc.setup(ctx, r, s)
	if err == nil {
		r.Progress.Expect(r.Rounds * len(s.steps) * len(s.targets))
		err = r.rounds(ctx, s)
	}
	s.finish()
	r.report.Scenarios = append(r.report.Scenarios, *s.Scenario)
	return err
}

// rounds are A B A B: a step is taken by one target after the other.
func (r *run) rounds(ctx context.Context, s *stage) error {
	for round := range r.Rounds {
		for _, t := range s.targets {
			if s.before == nil {
				break
			}
			if err := s.before(ctx, t, round); err != nil {
				return fmt.Errorf("%s: %w", t.name, err)
			}
		}
		for _, step := range s.steps {
			for _, t := range s.targets {
				r.Progress.Begin(fmt.Sprintf("%s %s: %s, round %d of %d", s.Name, step.parts[0], t.name, round+1, r.Rounds))
				got, err := step.do(ctx, t, round)
				if err == nil {
					err = ctx.Err() // half a measurement is none
				}
				if err != nil {
					return fmt.Errorf("%s: %w", t.name, err)
				}
				for i, part := range step.parts {
					s.count(part, step, t, got[i])
				}
				r.Progress.Done()
			}
		}
	}
	return nil
}

// leaveOut takes targets out of a scenario, and says why.
func (s *stage) leaveOut(without func(*target) bool, why string) {
	s.targets = slices.DeleteFunc(slices.Clone(s.targets), func(t *target) bool {
		if !without(t) {
			return false
		}
		s.Notes = append(s.Notes, t.name+" is left out: "+why)
		return true
	})
}

// count keeps what a target did in a round.
func (s *stage) count(part string, of step, t *target, got counted) {
	i := slices.IndexFunc(s.Parts, func(p *Part) bool { return p.Name == part })
	if i < 0 {
		i = len(s.Parts)
		s.Parts = append(s.Parts, &Part{Name: part, Loop: of.loop, Rate: of.rate})
	}
	p := s.Parts[i]
	j := slices.IndexFunc(p.Targets, func(r *Result) bool { return r.Target == t.name })
	if j < 0 {
		j = len(p.Targets)
		p.Targets = append(p.Targets, &Result{Target: t.name})
	}
	p.Targets[j].Rounds = append(p.Targets[j].Rounds, got.sample())
}

// finish works out totals and ratios.
func (s *stage) finish() {
	if s.whole && len(s.Parts) > 1 {
		s.Parts = slices.Insert(s.Parts, 0, allOf(s.Parts))
	}
	for _, p := range s.Parts {
		for _, t := range p.Targets {
			all := t.Rounds[0].counted
			for _, sample := range t.Rounds[1:] {
				all = all.added(sample.counted)
			}
			t.Total = all.sample()
		}
		p.Ratios = p.ratios()
	}
}

// allOf is a part that has all parts in it, round by round.
func allOf(parts []*Part) *Part {
	all := &Part{Name: "all", Loop: parts[0].Loop}
	for i, first := range parts[0].Targets {
		result := &Result{Target: first.Target}
		for round := range first.Rounds {
			sum := first.Rounds[round].counted
			for _, p := range parts[1:] {
				if i < len(p.Targets) && round < len(p.Targets[i].Rounds) {
					sum = sum.added(p.Targets[i].Rounds[round].counted)
				}
			}
			result.Rounds = append(result.Rounds, sum.sample())
		}
		all.Targets = append(all.Targets, result)
	}
	return all
}
