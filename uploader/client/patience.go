package client

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// errUnreachable is a server to which there was no way for all of the patience.
var errUnreachable = errors.New("the server cannot be reached")

const (
	longestPause = 15 * time.Second
	// faultTries is how often the server may fail at one request with a 500: what fails at these
	// bytes will most likely fail again.
	faultTries = 3
)

// patience says when, and whether, something that failed is tried again.
type patience struct {
	pauses *backoff.ExponentialBackOff
	lasts  time.Duration
	until  time.Time
	faults int
}

func (r *run) patience() *patience {
	p := &patience{pauses: backoff.NewExponentialBackOff(), lasts: r.Patience}
	p.pauses.InitialInterval, p.pauses.MaxInterval = r.Pause, longestPause
	p.renew()
	return p
}

// renew begins anew, after something has come of it.
func (p *patience) renew() {
	p.pauses.Reset()
	p.until, p.faults = time.Now().Add(p.lasts), 0
}

// wait waits until a request may be tried again that ended so. Its error says that it is not, and
// why: the server's *Problem, errUnreachable, or the cause of ctx.
func (p *patience) wait(ctx context.Context, rep reply, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if _, ok := errors.AsType[local](err); ok {
		return err
	}
	after := p.pauses.NextBackOff()
	if err == nil {
		if refusal := problemIn(rep); !p.passes(refusal) {
			return refusal
		}
		if asked := retryAfter(rep); asked > after {
			after = asked + rand.N(asked/10+p.pauses.InitialInterval) // not all that were told so at once
		}
	}
	if time.Now().Add(after).After(p.until) {
		if at, ok := errors.AsType[*url.Error](err); ok {
			err = at.Err // the rest is our address
		}
		if err != nil {
			return fmt.Errorf("%w: %w", errUnreachable, err)
		}
		return problemIn(rep)
	}
	return sleep(ctx, after)
}

// passes tells whether a refusal may be another answer the next time.
func (p *patience) passes(refusal *Problem) bool {
	if refusal.Param != "" { // as of an address that the server cannot fetch: that is a 502
		return false
	}
	switch refusal.Status {
	case http.StatusInternalServerError:
		p.faults++
		return p.faults < faultTries
	case http.StatusRequestTimeout, http.StatusLocked, http.StatusTooManyRequests,
		http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// reach finds out whether there is an upload door, before anything is begun.
func (r *run) reach(ctx context.Context) error {
	p := r.patience()
	p.until = time.Now().Add(min(p.lasts, 3*time.Second))
	for {
		rep, err := r.once(ctx, call{method: http.MethodHead, path: "/upload"})
		switch {
		case err == nil && rep.status == http.StatusNotFound:
			return fmt.Errorf("there is no upload door at %s", r.Server)
		case err == nil && rep.status/100 == 3:
			return problemIn(rep)
		case err == nil: // most likely that a HEAD is not served
			return nil
		}
		if err := p.wait(ctx, reply{}, err); err != nil {
			return err
		}
	}
}
