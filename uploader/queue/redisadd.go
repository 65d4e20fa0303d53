package queue

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
)

// Add implements Queue. The whole batch goes to Redis in one command, which holds up
// others as long as it runs: some milliseconds for MaxBatch small items.
func (r *Redis) Add(ctx context.Context, b Batch) (job string, err error) {
	if err := b.check(); err != nil {
		return "", fmt.Errorf("add to job %.80s: %w", b.Job.ID, err)
	}
	if b.Last && b.Job.Key != "" {
		job, err = r.addKeyed(ctx, b)
	} else {
		job, err = b.Job.ID, r.put(ctx, b, reservation{})
	}
	if err != nil {
		return "", fmt.Errorf("add to job %s: %w", b.Job.ID, err)
	}
	return job, nil
}

// addKeyed completes a job under its key, or finds the one that has been.
func (r *Redis) addKeyed(ctx context.Context, b Batch) (string, error) {
	var revoked int64
	for {
		held, err := r.reserve(ctx, b.Job, revoked)
		switch {
		case err != nil:
			return "", err
		case held.job != b.Job.ID:
			return held.job, r.beaten(ctx, b.Job)
		}
		err = r.put(ctx, b, held)
		if errors.Is(err, errRevoked) {
			revoked = held.token
			continue
		}
		if held.made && (errors.Is(err, ErrConflict) || errors.Is(err, ErrFull) || errors.Is(err, ErrEnded)) {
			r.release(ctx, b.Job, held)
		}
		return b.Job.ID, err
	}
}

// beaten leaves nothing of a job that came in while another of its key was completed.
func (r *Redis) beaten(ctx context.Context, j Job) error {
	got, err := r.run(ctx, scripts.forget, r.keysFor(j.ID, j.Class), j.ID, "beaten")
	if err != nil || got != int64(1) {
		return err
	}
	return r.clear(ctx, j.ID)
}

// put is Add after the key.
func (r *Redis) put(ctx context.Context, b Batch, held reservation) error {
	ids := idsOf(b)
	made, err := r.takeIDs(ctx, b.Job.ID, ids)
	if err == nil {
		err = r.putBatch(ctx, b, held)
	}
	if errors.Is(err, ErrConflict) || errors.Is(err, ErrFull) || errors.Is(err, ErrEnded) {
		r.leaveIDs(ctx, b.Job.ID, made)
	}
	return err
}

func (r *Redis) putBatch(ctx context.Context, b Batch, held reservation) error {
	j, last, token := b.Job, 0, ""
	if b.Last {
		last = 1
	}
	if held.token != 0 {
		token = fmt.Sprint(held.token)
	}
	keys := append(r.keysFor(j.ID, j.Class), r.revokedKey(j.ID))
	args := []any{j.ID, last, digest(b), token, held.until, int(j.Class), j.Info, j.Key, j.Print, j.Then}
	for _, i := range b.Items {
		args = append(args, i.ID, i.Work)
	}
	got, err := r.runDurably(ctx, scripts.add, keys, args...)
	if err != nil {
		return err
	}
	return wordError(got)
}

// digest is by what a last batch is known when it comes again.
func digest(b Batch) string {
	h := sha256.New()
	for _, i := range b.Items {
		io.WriteString(h, i.ID+"\n")
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}
