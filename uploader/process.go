package uploader

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"runtime/debug"
	"time"

	"lightwell/origin/library"
	"lightwell/origin/problem"
	"lightwell/transform"
)

// Processed is the answer to POST /process of an image, once the rendition is there.
type Processed struct {
	Status  string `json:"status"`
	ImageID string `json:"imageId"`
	URL     string `json:"url"`
}

// Processing is the answer while the rendition is being made.
type Processing struct {
	Status  string `json:"status"`
	ImageID string `json:"imageId"`
	Message string `json:"message"`
}

func processingOf(id string) Processing {
	return Processing{Status: "processing", ImageID: id, Message: "Image is being processed, check /status/" + id}
}

// maxQuery is the most bytes of a rendition's query. The images' door takes 16 KiB of
// URL and headers together.
const maxQuery = 8 << 10

// process is POST /process: it makes a rendition of an image, or a preset.
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
	in, err := transform.InstructionsOf(rest)
	if err != nil {
		return err
	}
	req, err := requestOf(r.Context(), u.Presets, in)
	if err != nil {
		return err
	}
	a, err := u.Library.Asset(r.Context(), id)
	if err != nil {
		return err
	}
	return u.makeRendition(w, r, a, req, in)
}

// requestOf is what instructions mean, with those of the preset that they name.
func requestOf(ctx context.Context, presets Presets, in transform.Instructions) (transform.Request, error) {
	if len(in.Pairs) == 0 {
		return transform.Request{}, bad("instructions", "Nothing is asked for.")
	}
	req, err := transform.Parser{}.Parse(in.Pairs)
	if err != nil || req.Preset == "" {
		return req, in.Blame(err)
	}
	preset, err := presets.Preset(ctx, req.Preset)
	if errors.Is(err, fs.ErrNotExist) {
		return req, problem.NoPreset(req.Preset)
	}
	if err != nil {
		return req, err
	}
	below, err := preset.Pairs()
	if err != nil {
		return req, err
	}
	req, err = transform.Parser{}.Parse(transform.Overlay(in.Pairs, below))
	return req, in.Blame(err)
}

// makeRendition has a rendition made and waits for it, for a while.
func (u *Uploader) makeRendition(w http.ResponseWriter, r *http.Request, a library.Asset, req transform.Request, in transform.Instructions) error {
	url, query := u.imageURL(a.ID), req.Query()
	if len(query) > maxQuery {
		return bad("instructions", "They make a query of %d bytes; a URL has room for %d.", len(query), maxQuery)
	}
	if query != "" {
		url += "?" + query
	}
	if err := u.enter(w); err != nil {
		return err
	}
	p := &processing{url: url, done: make(chan struct{})}
	u.processing.Go(func() {
		defer u.leave()
		defer close(p.done)
		p.err = in.Blame(u.prepare(context.WithoutCancel(r.Context()), a, req))
	})
	wait := time.NewTimer(u.SyncWait)
	defer wait.Stop()
	select {
	case <-p.done:
		if p.err != nil {
			return p.err
		}
		return answer(w, http.StatusOK, Processed{Status: "completed", ImageID: a.ID, URL: url})
	case <-wait.C:
		u.slow.keep(a.ID, p)
		return answer(w, http.StatusAccepted, processingOf(a.ID))
	}
}

// prepare is Prepare, where a panic is an error: it is not on the request's own
// goroutine.
func (u *Uploader) prepare(ctx context.Context, a library.Asset, req transform.Request) (err error) {
	defer func() {
		if p := recover(); p != nil {
			u.Log.Error("panic while processing", "asset", a.ID, "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("process asset %s: panic: %v", a.ID, p)
		}
	}()
	return u.Prepare(ctx, a, req)
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
