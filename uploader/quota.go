package uploader

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"time"

	"lightwell/origin/problem"
	"lightwell/uploader/queue"
)

// Quota holds tokens to their bytes a day. What counts is what is accepted, or fetched:
// an upload is spent as one, after its last byte and before it is promised. So what is
// refused or broken off needs no giving back, wherever a process dies, and no two uploads
// can both have the last bytes. Before that the meter is only looked at, so that what
// cannot fit is refused early.
type Quota struct {
	// Meter counts for all who share it. It may be nil where nobody has a limit.
	Meter queue.Meter
	// Most is the bytes of a day by a token's name. Who is not in it has no limit.
	Most map[string]int64
	// Now is the time; nil for time.Now.
	Now func() time.Time
}

func (q *Quota) now() time.Time {
	if q.Now != nil {
		return q.Now().UTC()
	}
	return time.Now().UTC()
}

// spend counts n bytes of an id against a token, or refuses them.
func (q *Quota) spend(ctx context.Context, token, id string, n int64) (queue.Spending, error) {
	s := queue.Spending{Name: token, Day: q.now().Format(time.DateOnly), ID: id, N: n}
	most, limited := q.Most[token]
	if !limited || n == 0 {
		return s, nil
	}
	_, err := q.Meter.Spend(ctx, s, most)
	if errors.Is(err, queue.ErrSpent) {
		err = q.over(most)
	}
	return s, err
}

// refund gives back what was spent in vain. If it cannot, the day has less, and not more.
func (u *Uploader) refund(ctx context.Context, s queue.Spending) {
	if _, limited := u.Quota.Most[s.Name]; !limited {
		return
	}
	if err := u.Quota.Meter.Refund(ctx, s); err != nil {
		u.Log.Warn("bytes of an upload that was not accepted stay counted", "token", s.Name, "bytes", s.N, "error", err)
	}
}

// least is the fewest bytes of images that a request can bring, by its own account. An
// archive may have anything in it, and a form more beside its files than in them. What is
// too large on any day is left to those who say so.
func (u *Uploader) least(r *http.Request) int64 {
	mediaType, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case isImage(mediaType) && r.ContentLength <= u.MaxBytes:
		return max(1, r.ContentLength)
	case mediaType == "multipart/form-data" && r.ContentLength <= u.BulkBytes+formOverhead:
		return max(1, r.ContentLength-formOverhead-int64(u.BulkItems)*partOverhead)
	}
	return 1
}

// fetched counts an image that was fetched. An item that is done twice counts once.
func (q *Quota) fetched(ctx context.Context, token, item string, t task) error {
	if t.URL == "" {
		return nil
	}
	_, err := q.spend(ctx, token, item, t.Bytes)
	return err
}

func (q *Quota) over(most int64) error {
	now := q.now()
	midnight := now.Truncate(24 * time.Hour).Add(24 * time.Hour)
	p := problem.New(http.StatusTooManyRequests, fmt.Sprintf("The token may bring %d bytes in a day, and fewer are left. A day begins at midnight UTC.", most))
	p.RetryAfter = int(midnight.Sub(now)/time.Second) + 1
	return fmt.Errorf("%w: %w", p, errQuota)
}

// errQuota is what refusals of bytes wrap, beside their answer.
var errQuota = errors.New("the bytes of the day are used up")

// allowance is what an upload has found left of its token's day.
type allowance struct {
	quota *Quota
	token string
	most  int64
	// unasked is that nothing is refused early: there is no limit; or the upload has an
	// Idempotency-Key, and may be the repetition of one that was accepted.
	unasked bool
	looked  bool
	left    int64
}

func (q *Quota) allowance(token, key string) *allowance {
	most, limited := q.Most[token]
	return &allowance{quota: q, token: token, most: most, unasked: !limited || key != ""}
}

// fits refuses so many bytes if there are fewer. What is left is looked at again before
// anything is refused: a day may have begun.
func (a *allowance) fits(ctx context.Context, n int64) error {
	if a.unasked || a.looked && n <= a.left {
		return nil
	}
	spent, err := a.quota.Meter.Spent(ctx, a.token, a.quota.now().Format(time.DateOnly))
	if err != nil {
		return err
	}
	a.looked, a.left = true, a.most-spent
	if n > a.left {
		return a.quota.over(a.most)
	}
	return nil
}

// spendingID is what an upload is counted under: its job, or where it may be repeated
// what tells it from others, so that on the same day its repetition costs nothing, and
// has its answer even when nothing is left.
func spendingID(j queue.Job) string {
	if j.Key == "" {
		return j.ID
	}
	sum := sha256.Sum256([]byte(j.Key + "\n" + j.Print))
	return hex.EncodeToString(sum[:])
}

// refundable tells whether nothing was accepted under a spending's id, now that its job
// was not. With a key and the same print another may have been.
func refundable(j queue.Job, err error) bool {
	return errors.Is(err, queue.ErrConflict) || j.Key == "" && errors.Is(err, queue.ErrFull)
}

// keyOf makes an Idempotency-Key a token's own: no key has a space in it.
func keyOf(token, key string) string {
	if token == "" || key == "" {
		return key
	}
	return token + " " + key
}
