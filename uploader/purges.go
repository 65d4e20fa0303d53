package uploader

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"lightwell/tracing"
	"lightwell/uploader/queue"
)

// CDN is told what to forget.
type CDN interface {
	// Batches are what Purge is called with for the images of these ids, and for those of these
	// tags, whose ids are ofTags.
	Batches(ids, tags, ofTags []string) [][]string
	// Purge has one batch forgotten.
	// The reference tells it from every other time.
	Purge(ctx context.Context, batch []string, reference string) error
}

// Purges tells a CDN of purges, at least twice: at once, and when the last origin knows that could not be
// told. One of those may have filled the CDN again with what was to be forgotten.
type Purges struct {
	CDN CDN
	// Life is how long an origin may answer with what it knew: it believes that for a while, and a
	// request may then take its time.
	Life time.Duration
	// Patience is how long it is tried to tell a CDN.
	Patience time.Duration
	Log      *slog.Logger
}

// Do sends one batch.
func (p *Purges) Do(ctx context.Context, c queue.Claim) (outcome, error) {
	var e errand
	if err := json.Unmarshal(c.Item.Work, &e); err != nil {
		return outcome{}, fmt.Errorf("read the errand of item %s: %w", c.Item.ID, err)
	}
	began := time.Now()
	reference := fmt.Sprintf("%s-%d", c.Item.ID, c.Item.Attempts)
	if err := p.tell(ctx, e.Purge, reference); err != nil {
		return outcome{}, err
	}
	p.Log.Info("CDN purged", "names", len(e.Purge), "first", e.Purge[0], "attempt", c.Item.Attempts)
	if left := p.Life - began.Sub(c.Job.Created); left > 0 {
		return outcome{}, later(left)
	}
	return outcome{}, nil
}

func (p *Purges) tell(ctx context.Context, batch []string, reference string) (err error) {
	ctx, span := tracing.StartAs(ctx, tracing.Client, "purge")
	defer func() { endSpan(span, err) }()
	return p.CDN.Purge(ctx, batch, reference)
}

// Again is as for callbacks.
func (p *Purges) Again(c queue.Claim) (time.Duration, bool) {
	return backoff(c.Item.Attempts, time.Minute), time.Since(c.Job.Created) < p.Patience
}

// later is the error of what has gone well, and is to be done once more after so long.
type later time.Duration

func (l later) Error() string { return fmt.Sprintf("once more in %v", time.Duration(l)) }

// errand is what an item of class Callback asks for: a delivery, or a purge.
type errand struct {
	Purge []string        `json:"purge,omitempty"`
	Trace tracing.Carried `json:"trace,omitzero"` // as an order's
}

// Errands does the items of class Callback.
type Errands struct {
	*Callbacks
	// Purges is nil where there is no CDN to tell.
	Purges *Purges
}

// errNoCDN is why a purge cannot be sent that another process has asked for.
var errNoCDN = errors.New("this process does not know the CDN")

// Do implements Doer.
func (e *Errands) Do(ctx context.Context, c queue.Claim) (outcome, error) {
	switch {
	case !isPurge(c):
		return e.Callbacks.Do(ctx, c)
	case e.Purges == nil:
		return outcome{}, errNoCDN
	}
	return e.Purges.Do(ctx, c)
}

// Again implements Doer.
func (e *Errands) Again(c queue.Claim) (time.Duration, bool) {
	if isPurge(c) && e.Purges != nil {
		return e.Purges.Again(c)
	}
	return e.Callbacks.Again(c)
}

func isPurge(c queue.Claim) bool {
	var e errand
	return json.Unmarshal(c.Item.Work, &e) == nil && len(e.Purge) > 0
}
