package pool

import (
	"errors"
	"fmt"
	"testing"

	"lightwell/transform"
)

func TestSuspects(t *testing.T) {
	wrapped := func(err error) error { return fmt.Errorf("render: %w", err) }
	for _, test := range []struct {
		name string
		do   func(*Suspects)
		hash string
		key  string
		want error
	}{
		{"nothing happened", func(*Suspects) {}, "h", "k", nil},
		{"intake that crashed, once", func(s *Suspects) { s.Inspected("h", wrapped(transform.ErrCrash)) }, "h", "", transform.ErrSuspect},
		{"intake that took too long, once", func(s *Suspects) { s.Inspected("h", wrapped(transform.ErrDeadline)) }, "h", "any", transform.ErrSuspect},
		{"intake that took too much, once", func(s *Suspects) { s.Inspected("h", wrapped(transform.ErrMemory)) }, "h", "any", transform.ErrSuspect},
		{"intake of another file", func(s *Suspects) { s.Inspected("h", transform.ErrCrash) }, "g", "", nil},
		{"intake refused for itself", func(s *Suspects) { s.Inspected("h", transform.ErrUndecodable) }, "h", "", nil},
		{"intake that found no child", func(s *Suspects) { s.Inspected("h", transform.ErrBusy) }, "h", "", nil},
		{"a crash in serving", func(s *Suspects) { s.Rendered("h", "k", transform.ErrCrash) }, "h", "k", nil},
		{"two crashes in serving", func(s *Suspects) {
			s.Rendered("h", "k", transform.ErrCrash)
			s.Rendered("h", "other", wrapped(transform.ErrCrash))
		}, "h", "third", transform.ErrSuspect},
		{"a rendition too slow twice", func(s *Suspects) {
			s.Rendered("h", "k", transform.ErrDeadline)
			s.Rendered("h", "k", transform.ErrMemory)
		}, "h", "k", transform.ErrSuspect},
		{"another of the same photograph", func(s *Suspects) {
			s.Rendered("h", "k", transform.ErrDeadline)
			s.Rendered("h", "k", transform.ErrDeadline)
			s.Rendered("h", "l", transform.ErrMemory)
		}, "h", "l", nil},
		{"success", func(s *Suspects) { s.Rendered("h", "k", nil); s.Rendered("h", "k", nil) }, "h", "k", nil},
	} {
		s := NewSuspects()
		test.do(s)
		if err := s.Check(test.hash, test.key); !errors.Is(err, test.want) || (err == nil) != (test.want == nil) {
			t.Errorf("%s: Check = %v, want %v", test.name, err, test.want)
		}
	}
}
