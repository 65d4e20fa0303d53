package uploader

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"lightwell/origin/problem"
	"lightwell/tracing"
	"lightwell/uploader/fetch"
	"lightwell/uploader/queue"

	webhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

// delivery is what an item of class Callback asks for: to tell somebody that the job
// that it follows has ended.
type delivery struct {
	URL   string          `json:"url"`
	Trace tracing.Carried `json:"trace,omitzero"` // as an order's
}

// Event is the body of a webhook (Standard Webhooks 1.0).
type Event struct {
	Type      string    `json:"type"` // upload.completed, upload.failed or upload.cancelled
	Timestamp time.Time `json:"timestamp"`
	Data      Status    `json:"data"` // the first page of the job
}

// Callbacks tells those who asked for it that a job has ended: at least once.
type Callbacks struct {
	Queue  queue.Queue
	Client *fetch.Client
	// Secret signs; nil for no signatures.
	Secret *webhooks.Webhook
	// Patience is how long after the end it is tried.
	Patience time.Duration
	Log      *slog.Logger
}

// followed is the job that a callback's job follows.
func followed(j queue.Job) string { return strings.TrimSuffix(j.ID, queue.Following) }

// Do sends the event of a job. As Standard Webhooks advises, only a status of 2xx is
// success, and only 410 Gone ends the trying early: a 404 may be a deployment's mistake,
// and redirects are not followed. An address that is not allowed is not tried again, either.
func (cb *Callbacks) Do(ctx context.Context, c queue.Claim) (outcome, error) {
	var d delivery
	if err := json.Unmarshal(c.Item.Work, &d); err != nil {
		return outcome{}, fmt.Errorf("read the delivery of item %s: %w", c.Item.ID, err)
	}
	id := followed(c.Job)
	j, items, err := cb.Queue.Get(ctx, id, 0, maxPage)
	if err != nil {
		return outcome{}, err
	}
	s := statusOf(j, items, 0)
	body, err := jsonOf(Event{Type: "upload." + s.Status, Timestamp: j.Ended.UTC(), Data: s})
	if err != nil {
		return outcome{}, err
	}
	header, err := cb.sign(id, time.Now(), body)
	if err != nil {
		return outcome{}, err
	}
	if err := cb.post(ctx, d.URL, header, body); err != nil {
		if errors.Is(err, fetch.ErrForbidden) || errors.Is(err, fetch.ErrGone) {
			return outcome{}, problem.New(http.StatusUnprocessableEntity, "The callback cannot be sent: "+err.Error()+".")
		}
		return outcome{}, err
	}
	cb.Log.Info("callback sent", "job", id, "attempt", c.Item.Attempts)
	return outcome{}, nil
}

func (cb *Callbacks) post(ctx context.Context, address string, header http.Header, body []byte) (err error) {
	ctx, span := tracing.StartAs(ctx, tracing.Client, "callback")
	defer func() { endSpan(span, err) }()
	span.Pass(header)
	return cb.Client.Post(ctx, address, header, bytes.NewReader(body))
}

// sign makes the headers of a message. Its id is the job's, however often it is sent.
func (cb *Callbacks) sign(id string, now time.Time, body []byte) (http.Header, error) {
	header := http.Header{"Content-Type": {"application/json"}}
	header.Set("webhook-id", id)
	header.Set("webhook-timestamp", strconv.FormatInt(now.Unix(), 10))
	if cb.Secret != nil {
		signature, err := cb.Secret.Sign(id, now, body)
		if err != nil {
			return nil, fmt.Errorf("sign a callback: %w", err)
		}
		header.Set("webhook-signature", signature)
	}
	return header, nil
}

// Undo has nothing to take back.
func (cb *Callbacks) Undo(context.Context, queue.Claim) {}

// Settled has nothing to let go.
func (cb *Callbacks) Settled(context.Context, queue.Claim) {}

// Again is later and later, up to an hour, for as long as there is patience.
func (cb *Callbacks) Again(c queue.Claim) (time.Duration, bool) {
	return backoff(c.Item.Attempts, time.Hour), time.Since(c.Job.Created) < cb.Patience
}
