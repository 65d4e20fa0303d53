package uploader

import (
	"errors"
	"io/fs"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"lightwell/origin/library"
	"lightwell/origin/problem"
	"lightwell/uploader/queue"
)

// complete is POST /upload/{id}/complete: the bytes have come, and are to be an image. It may be called
// again at any time, and answers the same as long as the upload's job is remembered.
func (u *Uploader) complete(w http.ResponseWriter, r *http.Request, id string) error {
	signature, async, err := parseComplete(r.URL.RawQuery)
	if err != nil {
		return err
	}
	j, err := u.promised(r.Context(), id)
	switch {
	case errors.Is(err, queue.ErrNotFound):
		in, err := u.begun(r.Context(), id)
		if errors.Is(err, fs.ErrNotExist) {
			return u.completedBefore(w, r, id, signature)
		}
		if err == nil {
			err = u.completeFirst(r, id, in, signature)
		}
		if err != nil {
			return err
		}
		u.audit(r.Context()).Info("upload accepted", "job", id, "bulk", false)
	case err != nil:
		return err
	default:
		if err := completes(j, signature); err != nil {
			return err
		}
	}
	if async {
		return answer(w, http.StatusAccepted, processingOf(id, id))
	}
	return u.answerInTime(w, r, id, processingOf(id, id), func(item queue.Item) (any, error) {
		return u.ended(r.Context(), item)
	})
}

// completeFirst promises an upload that is not promised yet.
func (u *Uploader) completeFirst(r *http.Request, id string, in incoming, signature string) error {
	if signature != "" && !in.opens(signature) {
		return wrongSignature
	}
	err := u.takeUp(r.Context(), id, in)
	switch {
	case !errors.Is(err, errNoBytes):
		return err
	case time.Now().Before(in.Expires):
		return problem.New(http.StatusConflict, "The image has not come yet: it is to be sent first.")
	}
	u.abandon(r.Context(), id)
	return problem.New(http.StatusGone, "The upload has expired, and the image had not come.")
}

var wrongSignature = problem.New(http.StatusForbidden, "The signature is not that of the upload.")

// completes refuses to tell of an upload that is promised already whoever has no signature of it, and takes nothing
// but one image for one.
func completes(j queue.Job, signature string) error {
	if j.State == queue.Open { // a bulk that is coming in
		return noUpload(j.ID)
	}
	o, err := orderOf(j)
	switch {
	case err != nil:
		return err
	case !o.Single:
		return noUpload(j.ID)
	case signature != "" && !opens(signature, o.Lock):
		return wrongSignature
	}
	return nil
}

// completedBefore is for an upload whose job is not remembered any more: there is its image, or nothing. Nor is
// its signature remembered, so it is told of to those who need none.
func (u *Uploader) completedBefore(w http.ResponseWriter, r *http.Request, id, signature string) error {
	if signature != "" && len(u.Access.Tokens) > 0 {
		return noUpload(id)
	}
	a, err := u.Library.Asset(r.Context(), id)
	if errors.Is(err, fs.ErrNotExist) {
		return noUpload(id)
	}
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, u.completed(a))
}

// parseComplete reads the query of POST /upload/{id}/complete.
func parseComplete(raw string) (signature string, async bool, err error) {
	values, err := url.ParseQuery(raw)
	if err != nil {
		return "", false, problem.New(http.StatusBadRequest, "The query is not encoded properly.")
	}
	for name, list := range values {
		switch {
		case len(list) > 1:
			return "", false, bad(name, "%s is given twice.", name)
		case name == signatureParam:
			signature = list[0]
		case name == "async":
			if async, err = strconv.ParseBool(list[0]); err != nil {
				return "", false, bad("async", "async is true or false.")
			}
		default:
			return "", false, bad(name, "There is no parameter %q: signature and async are known.", name)
		}
	}
	return signature, async, nil
}

// signatureParam is the query parameter, and the field of a form, that stands for a token.
const signatureParam = "signature"

// hasSignature tells whether a request has one. Whoever serves it finds out whether it is good.
func hasSignature(r *http.Request) bool { return r.URL.Query().Get(signatureParam) != "" }

// onUpload is a handler of what has an upload's id in its path.
func (u *Uploader) onUpload(do func(w http.ResponseWriter, r *http.Request, id string) error) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		id := r.PathValue("id")
		if !library.ValidID(id) {
			return noUpload(id)
		}
		return do(w, r, id)
	}
}
