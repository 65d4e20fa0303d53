package uploader

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"lightwell/origin/library"
	"lightwell/tracing"
	"lightwell/transform"
	"lightwell/uploader/queue"
)

// Processed is the answer to POST /process of an image, once the rendition is there.
type Processed struct {
	Status  string `json:"status"`
	ImageID string `json:"imageId"`
	URL     string `json:"url"`
}

// Processing is the answer while the image is being processed, or a rendition of it.
type Processing struct {
	Status  string `json:"status"`
	ImageID string `json:"imageId"`
	JobID   string `json:"jobId,omitempty"` // of POST /process
	Message string `json:"message"`
}

// processingOf says that a job is not done: that of an upload has the image's own id.
func processingOf(image, job string) Processing {
	p := Processing{Status: "processing", ImageID: image, Message: "Image is being processed, check /status/" + job}
	if job != image {
		p.JobID = job
	}
	return p
}

// process is POST /process: it has a rendition of an image made, or keeps a preset.
func (u *Uploader) process(w http.ResponseWriter, r *http.Request) error {
	members, err := readObject(w, r)
	if err != nil {
		return err
	}
	id, rest, err := takeText(members, "imageId")
	if err != nil {
		return err
	}
	name, others, err := takeText(members, "name")
	switch {
	case err != nil:
		return err
	case id != "" && name != "":
		return bad("name", "imageId asks for a rendition and name for a preset: one of them is too many.")
	case name != "":
		return u.addPreset(w, r, name, others)
	case id == "":
		return bad("imageId", "Neither imageId nor name is given: the one asks for a rendition, the other for a preset.")
	}
	return u.processImage(w, r, id, rest)
}

// processImage has a rendition made, and waits for it, for a while. What can be seen
// to be wrong is refused before it is an item in the queue.
func (u *Uploader) processImage(w http.ResponseWriter, r *http.Request, image string, members []transform.Member) error {
	in, err := transform.InstructionsOf(members)
	if err != nil {
		return err
	}
	if _, err := requestOf(r.Context(), u.Presets, in); err != nil {
		return err
	}
	if _, err := u.Library.Asset(r.Context(), image); err != nil {
		return err
	}
	if err := u.enter(w); err != nil {
		return err
	}
	defer u.leave()
	job, err := u.promiseRendition(r.Context(), image, members)
	if err != nil {
		return err
	}
	return u.answerInTime(w, r, job, processingOf(image, job), func(item queue.Item) (any, error) {
		if err := endedBadly(item); err != nil {
			return nil, err
		}
		return Processed{Status: "completed", ImageID: image, URL: outcomeOf(item).URL}, nil
	})
}

// promiseRendition makes a rendition an item of a job of its own.
func (u *Uploader) promiseRendition(ctx context.Context, image string, members []transform.Member) (job string, err error) {
	ctx, span := tracing.StartAs(ctx, tracing.Producer, "enqueue")
	defer func() { endSpan(span, err) }()
	job = library.NewID()
	instructions, err := transform.ObjectOf(members)
	if err != nil {
		return "", err
	}
	work, err := encode(task{Image: image, Instructions: []json.RawMessage{instructions}})
	if err != nil {
		return "", err
	}
	info, err := encodeOrder(order{Single: true, Accepted: time.Now()}, span.Carry())
	if err != nil {
		return "", err
	}
	return u.Queue.Add(ctx, queue.Batch{
		Job:   queue.Job{ID: job, Class: queue.Awaited, Info: info},
		Items: []queue.Item{{ID: job, Work: work}}, Last: true,
	})
}

// takeText takes a string that must not be empty out of an object's members. It is ""
// where there is no such member.
func takeText(members []transform.Member, name string) (value string, rest []transform.Member, err error) {
	for _, m := range members {
		if m.Name != name {
			rest = append(rest, m)
		} else if json.Unmarshal(m.Value, &value) != nil || value == "" {
			return "", nil, bad(name, "%s is a string, and not an empty one.", name)
		}
	}
	return value, rest, nil
}
