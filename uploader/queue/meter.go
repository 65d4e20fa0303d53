package queue

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"time"
)

// Spending is some of what somebody may use up in a day.
type Spending struct {
	// Name is whose: 1 to 64 letters, digits, dots, dashes and underscores.
	Name string
	// Day is when, as time.DateOnly. It is the caller's: all who share a meter should have
	// the same time, within their patience.
	Day string
	// ID says what it is spent on: 1 to 64 lower-case letters, digits and dots.
	ID string
	// N is how much: 0 to MaxSpent.
	N int64
}

// MaxSpent is the most that can be counted of one day.
const MaxSpent = 1 << 50

// MeterLife is how long after its day began a meter may forget it.
const MeterLife = 3 * 24 * time.Hour

// ErrSpent is the error of what is more than is left.
var ErrSpent = errors.New("that is more than is left of the day")

// Meter counts what is used up, by name and day, for all who share a queue. Its methods
// may be called from many goroutines and processes at once; each happens whole or not at
// all, and what changes something is durable when it returns nil. Errors wrap
// ErrUnavailable where no other is named.
type Meter interface {
	// Spend counts a spending, unless all of its name and day would then be more than
	// most. An id is counted once, with the largest N that it came with: so whoever heard
	// no answer, or does his work a second time, may say it again. It returns what is left
	// of most. Errors: ErrSpent, and then nothing is counted; ErrInvalid; ErrFull.
	Spend(ctx context.Context, s Spending, most int64) (left int64, err error)

	// Refund takes back all that was spent under an id; N does not count. It is no error if
	// that was nothing.
	Refund(ctx context.Context, s Spending) error

	// Spent is how much was spent of a name on a day.
	Spent(ctx context.Context, name, day string) (int64, error)
}

var namePattern = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)

// check refuses what breaks the rules of Spending.
func (s Spending) check() error {
	_, err := time.Parse(time.DateOnly, s.Day)
	switch {
	case !namePattern.MatchString(s.Name):
		return fmt.Errorf("%w: the name of a spending is %.80q", ErrInvalid, s.Name)
	case err != nil:
		return fmt.Errorf("%w: the day of a spending is %.80q", ErrInvalid, s.Day)
	case !validID(s.ID):
		return fmt.Errorf("%w: the id of a spending is %.80q, want %s", ErrInvalid, s.ID, idRule)
	case s.N < 0 || s.N > MaxSpent:
		return fmt.Errorf("%w: a spending is %d, want at most %d", ErrInvalid, s.N, int64(MaxSpent))
	}
	return nil
}
