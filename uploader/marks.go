package uploader

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"time"

	"lightwell/origin/library"
	"lightwell/origin/problem"
)

// setMark is PUT /marks/{name}: a name for an image that is there.
func (u *Uploader) setMark(w http.ResponseWriter, r *http.Request) error {
	name := r.PathValue("name")
	if !library.ValidName(name) {
		return bad("name", "%.80q cannot be a mark's name: %v.", name, library.ErrName)
	}
	members, err := readObject(w, r)
	if err != nil {
		return err
	}
	id, rest, err := takeText(members, "imageId")
	switch {
	case err != nil:
		return err
	case len(rest) > 0:
		return bad(rest[0].Name, "A mark has an imageId, and no %q.", rest[0].Name)
	case id == "":
		return bad("imageId", "A mark needs an imageId.")
	}
	if err := u.mayBeMark(r.Context(), id); err != nil {
		return err
	}
	m := library.Mark{Name: name, ImageID: id, Created: time.Now().UTC().Truncate(time.Millisecond)}
	replaced, err := u.Marks.SetMark(context.WithoutCancel(r.Context()), m)
	if err != nil {
		return err
	}
	u.audit(r.Context()).Info("mark kept", "mark", m.Name, "asset", m.ImageID)
	return created(w, replaced, "/marks/"+m.Name, m)
}

// mayBeMark refuses an image that is not there. It is the body that is at fault, and
// not the path: hence no 404.
func (u *Uploader) mayBeMark(ctx context.Context, id string) error {
	_, err := u.Library.Asset(ctx, id)
	state := ""
	switch {
	case errors.Is(err, library.ErrDeleted):
		state = "has been deleted"
	case errors.Is(err, fs.ErrNotExist):
		state = "does not exist"
	default:
		return err
	}
	p := problem.New(http.StatusUnprocessableEntity, fmt.Sprintf("The image %.80q %s.", id, state))
	p.Param = "imageId"
	return p
}

// mark is GET /marks/{name}.
func (u *Uploader) mark(w http.ResponseWriter, r *http.Request) error {
	m, err := u.Marks.Mark(r.Context(), r.PathValue("name"))
	if err != nil {
		return missing(err, "mark", r.PathValue("name"))
	}
	return answer(w, http.StatusOK, m)
}

// removeMark is DELETE /marks/{name}. The image stays.
func (u *Uploader) removeMark(w http.ResponseWriter, r *http.Request) error {
	return u.removeNamed(w, r, "mark", u.Marks.DeleteMark)
}

// MarkPage is a page of GET /marks.
type MarkPage struct {
	Marks []library.Mark `json:"marks"`
	Next  string         `json:"next,omitempty"`
}

// listMarks is GET /marks, in the order of names.
func (u *Uploader) listMarks(w http.ResponseWriter, r *http.Request) error {
	return named(w, r, u.Marks.Marks, func(marks []library.Mark, next string) any { return MarkPage{marks, next} })
}
