package uploader

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"lightwell/tracing"
	"lightwell/uploader/queue"
)

// commit promises the upload: from here on it is nobody's to take back. It returns the
// id of its job, which is that of an earlier one with the same Idempotency-Key.
func (in *intake) commit() (_ string, err error) {
	job := queue.Job{ID: in.job, Class: queue.Bulk}
	switch {
	case in.count == 0:
		return "", bad("file", "There is no image in the upload.")
	case in.bulk && in.refused == in.count:
		return "", in.why
	case !in.bulk && in.first.refused != nil:
		return "", *in.first.refused
	case !in.bulk:
		in.begin()
		job = queue.Job{ID: in.job, Class: queue.Awaited}
		if in.opts.name != "" {
			in.first.name = in.opts.name
		}
		if err := in.accept(in.job, in.first); err != nil {
			return "", err
		}
	}
	if err := in.accepted(); err != nil {
		return "", err
	}
	ctx, span := tracing.StartAs(in.ctx, tracing.Producer, "enqueue")
	defer func() { endSpan(span, err) }()
	span.Text("lightwell.job", job.ID)
	if err := in.describe(&job, span.Carry()); err != nil {
		return "", err
	}
	// It is all here: whether the client still listens does not matter any more.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), commitWait)
	defer cancel()
	spent, err := in.u.Quota.spend(ctx, in.allowed.token, spendingID(job), in.taken)
	if err != nil {
		return "", err
	}
	id, err := in.u.addPaid(ctx, queue.Batch{Job: job, Items: in.pending, Last: true}, spent)
	in.settled = err == nil && id == job.ID || err != nil && !errors.Is(err, queue.ErrFull) && !errors.Is(err, queue.ErrConflict)
	return id, err
}

// addPaid puts the last batch of a job into the queue, or gives back what was spent on it.
func (u *Uploader) addPaid(ctx context.Context, b queue.Batch, spent queue.Spending) (job string, err error) {
	job, err = u.Queue.Add(ctx, b)
	if refundable(b.Job, err) {
		u.refund(ctx, spent)
	}
	return job, err
}

const commitWait = 30 * time.Second

// describe says of a job what goes for all its images.
func (in *intake) describe(job *queue.Job, trace tracing.Carried) (err error) {
	if in.opts.key != "" {
		fmt.Fprintf(in.print, "%q %q %q %q\n", in.nameOf(), in.opts.tags, plain(in.opts.instructions), in.opts.callback)
		job.Key, job.Print = in.opts.key, hex.EncodeToString(in.print.Sum(nil))
	}
	if in.opts.callback != "" {
		if job.Then, err = encode(delivery{URL: in.opts.callback, Trace: trace}); err != nil {
			return err
		}
	}
	job.Info, err = encodeOrder(order{Single: !in.bulk, Tags: in.opts.tags, Instructions: in.opts.instructions, Accepted: time.Now(), Token: tokenName(in.ctx)}, trace)
	return err
}

// nameOf is the name of what is not a bulk.
func (in *intake) nameOf() string {
	if in.first == nil {
		return in.opts.name
	}
	return in.first.name
}

// plain is instructions without the blanks that mean nothing.
func plain(instructions []json.RawMessage) (all []string) {
	for _, one := range instructions {
		var text bytes.Buffer
		if json.Compact(&text, one) != nil {
			text.Write(one) // it was read before
		}
		all = append(all, text.String())
	}
	return all
}

// abandon takes back what was not promised. What it cannot, a sweep does.
func (in *intake) abandon() {
	in.accepted() // whatever it says, it is over
	if in.first != nil {
		in.first.close()
	}
	if in.job == "" || in.settled {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(in.ctx), commitWait)
	defer cancel()
	in.u.drop(ctx, in.job)
	for _, item := range in.pending {
		in.u.discard(ctx, item.ID)
	}
	for _, id := range in.kept {
		in.u.discard(ctx, id)
	}
}

// drop forgets a job that is still open, and what was accepted for it.
func (u *Uploader) drop(ctx context.Context, job string) {
	for index := 0; ; {
		_, items, err := u.Queue.Get(ctx, job, index, queue.MaxBatch)
		if err != nil || len(items) == 0 {
			break
		}
		for _, item := range items {
			u.discard(ctx, item.ID)
		}
		index += len(items)
	}
	if err := u.Queue.Cancel(ctx, job); err != nil && !errors.Is(err, queue.ErrNotFound) {
		u.Log.Warn("an upload that was broken off is left to the sweep", "job", job, "error", err)
	}
}

func (u *Uploader) discard(ctx context.Context, id string) {
	if err := u.Library.Discard(ctx, id); err != nil {
		u.Log.Warn("accepted bytes are left to the sweep", "item", id, "error", err)
	}
}
