package bench

import (
	"errors"
	"fmt"
	"slices"
)

// names are the scenarios to play, in the order in which they are asked for.
func (s *Suite) names() []string {
	if len(s.Scenarios) == 0 {
		return Scenarios
	}
	return s.Scenarios
}

// check finds what cannot be measured before anything is.
func (s *Suite) check() error {
	return errors.Join(s.checkNumbers(), s.checkRenditions(), s.checkNames(), s.checkPeers())
}

func (s *Suite) checkNumbers() error {
	var errs []error
	for _, n := range []struct {
		name               string
		value, least, most float64
	}{
		{"rate", s.Rate, 0, 1e6},
		{"duration", s.Duration.Seconds(), 0.01, 3600},
		{"rounds", float64(s.Rounds), 1, 1000},
		{"connections", float64(s.Connections), 1, 4096},
		{"clients", float64(s.Clients), 1, 4096},
		{"originals", float64(s.Originals), 1, 1e6},
		{"images", float64(s.Images), 1, 1e6},
		{"quality", float64(s.Quality), 0, 100},
		{"skew", s.Skew, 1.001, 10},
	} {
		if !(n.value >= n.least && n.value <= n.most) {
			errs = append(errs, fmt.Errorf("%s: %v is not from %v to %v", n.name, n.value, n.least, n.most))
		}
	}
	return errors.Join(errs...)
}

func (s *Suite) checkRenditions() error {
	var errs []error
	for name, widths := range map[string][]int{"widths": s.Widths, "srcset-widths": s.SrcsetWidths} {
		if len(widths) == 0 {
			errs = append(errs, fmt.Errorf("%s: there are none", name))
		}
		for _, w := range widths {
			if w < 2 || w > 8192 {
				errs = append(errs, fmt.Errorf("%s: %d is not from 2 to 8192", name, w))
			}
		}
	}
	if len(s.Formats) == 0 {
		errs = append(errs, errors.New("formats: there are none"))
	}
	for _, f := range s.Formats {
		if !f.Writable() {
			errs = append(errs, fmt.Errorf("formats: no renditions are made in %s", f))
		}
	}
	return errors.Join(errs...)
}

func (s *Suite) checkNames() error {
	var errs []error
	for _, name := range s.Scenarios {
		if !slices.Contains(Scenarios, name) {
			errs = append(errs, fmt.Errorf("%q is no scenario: there are %s", name, listed(Scenarios)))
		}
	}
	return errors.Join(errs...)
}

func (s *Suite) checkPeers() error {
	var errs []error
	names := map[string]bool{s.Server.Name: true}
	for _, p := range s.Peers {
		if names[p.Name] {
			errs = append(errs, fmt.Errorf("peer %s: there are two of this name", p.Name))
		}
		names[p.Name] = true
		switch {
		case p.Template.has("rendition") && s.Share == "":
			errs = append(errs, fmt.Errorf("peer %s: {rendition} needs a folder to share, in which it is written", p.Name))
		case p.Template.has("file") && s.Share == "" && len(s.Photos) == 0:
			errs = append(errs, fmt.Errorf("peer %s: it has to have the photographs: name a folder with photographs that it reads, or one to share", p.Name))
		}
	}
	return errors.Join(errs...)
}
