package uploader

import (
	"encoding/json"
	"fmt"
	"time"

	"lightwell/origin/problem"
	"lightwell/tracing"
	"lightwell/uploader/queue"
)

// order is what the uploader keeps of a job in the queue: what goes for all its items.
type order struct {
	// Single is an upload of one image: its job has the image's id.
	Single       bool              `json:"single,omitempty"`
	Tags         []string          `json:"tags,omitempty"`
	Instructions []json.RawMessage `json:"instructions,omitempty"` // renditions to make
	Accepted     time.Time         `json:"accepted"`
	// Token is the name of whose it is: what is fetched counts as its bytes.
	Token string `json:"token,omitempty"`
	// Lock is as an incoming upload's.
	Lock string `json:"lock,omitempty"`
	// Trace is the span that it was queued in, where that is traced.
	Trace tracing.Carried `json:"trace,omitzero"`
}

// task is what one item asks for. Its image's id is the item's, and its bytes are
// those that were accepted under that id, unless there is a URL to fetch them from: then, and
// where they came directly into the store, a worker is the first to see them.
type task struct {
	// Image is one that is there already, of which renditions are to be made: the item
	// makes none.
	Image        string            `json:"image,omitempty"`
	Name         string            `json:"name,omitempty"`
	Hash         string            `json:"hash,omitempty"` // SHA-256 of the accepted bytes, in hex; empty where they were not seen
	Bytes        int64             `json:"bytes,omitempty"`
	URL          string            `json:"url,omitempty"`
	Tags         []string          `json:"tags,omitempty"`         // beside those of the order
	Instructions []json.RawMessage `json:"instructions,omitempty"` // instead of those of the order
	// Direct is that the bytes came directly into the store, and Announced the SHA-256 that they
	// are to have, in hex, where it is known.
	Direct    bool   `json:"direct,omitempty"`
	Announced string `json:"announced,omitempty"`
	// Refused is why it was not accepted: the item is there to say so.
	Refused *problem.Problem `json:"refused,omitempty"`
}

// unseen tells whether a worker is the first to see the bytes.
func (t task) unseen() bool { return t.URL != "" || t.Direct }

// accepted tells whether bytes were accepted for the task.
func (t task) accepted() bool { return t.URL == "" && t.Image == "" && t.Refused == nil }

// counted is the bytes that count for a token.
func (t task) counted() int64 {
	if t.Refused != nil {
		return 0
	}
	return t.Bytes
}

// outcome is how an item went.
type outcome struct {
	URL        string           `json:"url,omitempty"`        // of the first rendition, or of the image
	Renditions []string         `json:"renditions,omitempty"` // URLs, where several were asked for
	Refused    *problem.Problem `json:"refused,omitempty"`
	RetryAfter int              `json:"retryAfter,omitempty"` // of Refused, in seconds
}

// refusal is the outcome of what was refused.
func refusal(p problem.Problem) outcome { return outcome{Refused: &p, RetryAfter: p.RetryAfter} }

// encode is a record for the queue.
func encode(v any) ([]byte, error) {
	data, err := json.Marshal(v)
	if err == nil && len(data) > queue.MaxRecord {
		err = bad("", "What is said of the upload has %d bytes; there is room for %d.", len(data), queue.MaxRecord)
	}
	return data, err
}

func orderOf(j queue.Job) (o order, err error) {
	if err := json.Unmarshal(j.Info, &o); err != nil {
		return o, fmt.Errorf("read the order of job %s: %w", j.ID, err)
	}
	return o, nil
}

func taskOf(i queue.Item) (t task, err error) {
	if err := json.Unmarshal(i.Work, &t); err != nil {
		return t, fmt.Errorf("read the task of item %s: %w", i.ID, err)
	}
	return t, nil
}

// outcomeOf is how an item went; nothing is said of one that has not ended.
func outcomeOf(i queue.Item) (o outcome) {
	if len(i.Result) > 0 && json.Unmarshal(i.Result, &o) == nil {
		if o.Refused != nil {
			o.Refused.RetryAfter = o.RetryAfter
		}
		return o
	}
	return outcome{}
}
