package uploader

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"time"

	"lightwell/origin/library"
	"lightwell/origin/problem"
	"lightwell/tracing"
	"lightwell/uploader/queue"
)

// Incoming keeps uploads that do not come in one request to POST /upload, until they are taken up.
type Incoming interface {
	Begin(ctx context.Context, id string, record []byte) error
	Begun(ctx context.Context, id string) ([]byte, error)
	Bring(ctx context.Context, id string, bytes io.Reader, n int64) error
	Brought(ctx context.Context, id string) (int64, error)
	TakeUp(ctx context.Context, id string) error
	BringPart(ctx context.Context, id string, offset int64, file *os.File, n int64) error
	Parts(ctx context.Context, id string) ([]library.Part, error)
	Join(ctx context.Context, id string, parts []library.Part, n int64) error
	Abandon(ctx context.Context, id string) error
}

// incoming is what is kept of an upload that is to come: what was said of it when it began.
type incoming struct {
	Name         string            `json:"name,omitempty"`
	Tags         []string          `json:"tags,omitempty"`
	Instructions []json.RawMessage `json:"instructions,omitempty"`
	Callback     string            `json:"callback,omitempty"`
	Token        string            `json:"token,omitempty"` // the name of whose it is
	terms
	// Lock is the SHA-256 of the signature that the upload's URLs have, in hex. None fits an
	// empty one.
	Lock string `json:"lock,omitempty"`
	// Expires is when it must have begun to come, or where it comes in parts, have ended.
	Expires time.Time `json:"expires"`
	// Parts is that it comes in parts.
	Parts bool `json:"parts,omitempty"`
}

// terms are what an upload will be, as far as it is known beforehand.
type terms struct {
	ContentType string `json:"contentType,omitempty"`
	Bytes       int64  `json:"bytes,omitempty"`
	SHA256      string `json:"sha256,omitempty"` // in hex
}

func incomingOf(o options, token string) incoming {
	return incoming{Name: o.name, Tags: o.tags, Instructions: o.instructions, Callback: o.callback, Token: token}
}

// begin keeps what is known of an upload.
func (u *Uploader) begin(ctx context.Context, id string, in incoming) error {
	record, err := encode(in) // which is to fit into the queue later
	if err != nil {
		return err
	}
	return u.Incoming.Begin(ctx, id, record)
}

// begun is what is known of an upload. The error wraps fs.ErrNotExist.
func (u *Uploader) begun(ctx context.Context, id string) (in incoming, err error) {
	record, err := u.Incoming.Begun(ctx, id)
	if err != nil {
		return in, err
	}
	if err := json.Unmarshal(record, &in); err != nil {
		return in, fmt.Errorf("read what is known of upload %s: %w", id, err)
	}
	return in, nil
}

// opens tells whether a signature is that of an upload.
func (in incoming) opens(signature string) bool { return opens(signature, in.Lock) }

func opens(signature, lock string) bool {
	return lock != "" && subtle.ConstantTimeCompare([]byte(lockOf(signature)), []byte(lock)) == 1
}

func lockOf(signature string) string {
	sum := sha256.Sum256([]byte(signature))
	return hex.EncodeToString(sum[:])
}

// promised is the job of an upload that has been promised already. ErrNotFound.
func (u *Uploader) promised(ctx context.Context, id string) (queue.Job, error) {
	j, _, err := u.Queue.Get(ctx, id, 0, 0)
	if err == nil && j.ID != id {
		err = queue.ErrNotFound
	}
	return j, err
}

// known tells whether an upload has been promised already.
func (u *Uploader) known(ctx context.Context, id string) (bool, error) {
	_, err := u.promised(ctx, id)
	if errors.Is(err, queue.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// takeUp promises an upload whose bytes have come. What else may be wrong with them, a worker finds
// out. It may be called again, and by several at once: the upload is promised once, and it is one of
// the bytes that were there that count, whole. Errors wrap errNoBytes.
func (u *Uploader) takeUp(ctx context.Context, id string, in incoming) (err error) {
	ctx, span := tracing.StartAs(ctx, tracing.Producer, "enqueue")
	defer func() { endSpan(span, err) }()
	// Whether the client still listens does not matter any more.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), commitWait)
	defer cancel()
	n, err := u.Incoming.Brought(ctx, id)
	if errors.Is(err, fs.ErrNotExist) {
		return u.unlessKnown(ctx, id)
	}
	if err != nil {
		return err
	}
	t := task{Name: in.Name, Bytes: n, Direct: true, Announced: in.SHA256, Refused: u.unlike(n, in)}
	job, err := jobOf(id, in, span.Carry())
	if err != nil {
		return err
	}
	work, err := encode(t)
	if err != nil {
		return err
	}
	spent, err := u.Quota.spend(ctx, in.Token, job.ID, t.counted())
	if err != nil {
		return err
	}
	// From here on what was spent stays so, as it costs no more when this is done again.
	if t.Refused == nil {
		err = u.Incoming.TakeUp(ctx, id)
	}
	if errors.Is(err, fs.ErrNotExist) { // somebody else was faster, and it is done
		return u.unlessKnown(ctx, id)
	}
	if err == nil {
		_, err = u.addPaid(ctx, queue.Batch{Job: job, Items: []queue.Item{{ID: id, Work: work}}, Last: true}, spent)
	}
	return err
}

// unlessKnown is errNoBytes for an upload that has not been promised.
func (u *Uploader) unlessKnown(ctx context.Context, id string) error {
	known, err := u.known(ctx, id)
	if known || err != nil {
		return err
	}
	return errNoBytes
}

// errNoBytes is the error of an upload that is taken up before it has come.
var errNoBytes = errors.New("the bytes have not come")

// jobOf is the job of a single upload.
func jobOf(id string, in incoming, trace tracing.Carried) (j queue.Job, err error) {
	j = queue.Job{ID: id, Class: queue.Awaited}
	if in.Callback != "" {
		if j.Then, err = encode(delivery{URL: in.Callback, Trace: trace}); err != nil {
			return j, err
		}
	}
	j.Info, err = encodeOrder(order{Single: true, Tags: in.Tags, Instructions: in.Instructions, Accepted: time.Now(), Token: in.Token, Lock: in.Lock}, trace)
	return j, err
}

// unlike is why so many bytes are not what was announced; nil where they may be.
func (u *Uploader) unlike(n int64, in incoming) *problem.Problem {
	var p problem.Problem
	switch {
	case n > u.MaxBytes:
		p = u.tooLarge()
	case in.Bytes != 0 && n != in.Bytes:
		p = sizeError(n, in)
	default:
		return nil
	}
	return &p
}

// noUpload says that there is nothing under an id.
func noUpload(id string) error {
	return problem.New(http.StatusNotFound, fmt.Sprintf("There is no upload %.40q: it has expired, or never was.", id))
}
