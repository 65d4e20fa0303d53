package queue

import (
	"fmt"
	"regexp"
	"strings"
)

const idRule = "1 to 64 lower-case letters, digits and dots, and no " + Following + " at the end"

var idPattern = regexp.MustCompile(`^[a-z0-9.]{1,64}$`)

func validID(id string) bool { return idPattern.MatchString(id) && !strings.HasSuffix(id, Following) }

// check refuses what breaks the rules of Job, Item and Batch.
func (b Batch) check() error {
	j := b.Job
	switch {
	case !validID(j.ID):
		return fmt.Errorf("%w: the job's id is %.80q, want %s", ErrInvalid, j.ID, idRule)
	case j.Class < Awaited || j.Class > Callback:
		return fmt.Errorf("%w: the class is %d, want %d to %d", ErrInvalid, j.Class, Awaited, Callback)
	case len(j.Info) > MaxRecord || len(j.Then) > MaxRecord:
		return fmt.Errorf("%w: the job has an Info of %d bytes and a Then of %d, want at most %d", ErrInvalid, len(j.Info), len(j.Then), MaxRecord)
	case len(b.Items) > MaxBatch:
		return fmt.Errorf("%w: a batch has %d items, want at most %d", ErrInvalid, len(b.Items), MaxBatch)
	}
	seen := make(map[string]bool, len(b.Items))
	for _, i := range b.Items {
		switch {
		case !validID(i.ID):
			return fmt.Errorf("%w: an item's id is %.80q, want %s", ErrInvalid, i.ID, idRule)
		case len(i.Work) > MaxRecord:
			return fmt.Errorf("%w: the work of item %s has %d bytes, want at most %d", ErrInvalid, i.ID, len(i.Work), MaxRecord)
		case seen[i.ID]:
			return fmt.Errorf("item %s comes twice: %w", i.ID, ErrConflict)
		}
		seen[i.ID] = true
	}
	return nil
}
