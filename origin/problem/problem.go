// Package problem turns errors into HTTP answers: one table, for both doors, and
// RFC 9457 problem documents as the bodies.
package problem

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"strings"

	"lightwell/origin/library"
	"lightwell/origin/store"
	"lightwell/transform"
)

// ContentType is the media type of a Problem's JSON.
const ContentType = "application/problem+json"

// Problem is an answer that is an error.
type Problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail,omitempty"`
	Param  string `json:"param,omitempty"` // the parameter or field at fault
	// RetryAfter is for the header of that name, in seconds; 0 for none.
	RetryAfter int `json:"-"`
}

// New is a Problem with a status and words for a person.
func New(status int, detail string) Problem {
	return Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: detail}
}

// NoPreset is the answer to what names a preset that there is not.
func NoPreset(name string) Problem {
	p := New(http.StatusNotFound, fmt.Sprintf("There is no preset %.80q.", name))
	p.Param = "preset"
	return p
}

// NoLayer is the answer to what lays an image over another, by a parameter, that there is not, or
// not any more.
func NoLayer(param, image string) Problem {
	p := New(http.StatusNotFound, fmt.Sprintf("There is no %s %.80q.", param, image))
	p.Param = param
	return p
}

// Error makes a Problem an error, so that a function can refuse with a status.
func (p Problem) Error() string { return p.Detail }

// JSON is the document.
func (p Problem) JSON() []byte {
	body, err := json.Marshal(p)
	if err != nil { // strings and a number
		panic(err)
	}
	return append(body, '\n')
}

// table is searched from the top: a wrapped error may match several rows. Where
// detail is empty the error's own words are fit for strangers.
var table = []struct {
	err    error
	status int
	retry  int
	detail string
}{
	{library.ErrDeleted, http.StatusGone, 0, "This image has been deleted."},
	{store.ErrFull, http.StatusInsufficientStorage, 0, "There is no room left to store this."},
	{store.ErrArchived, http.StatusServiceUnavailable, 3600, "The original is in an archive class of the store, and must be restored there first."},
	{library.ErrUnavailable, http.StatusServiceUnavailable, 5, "The store does not answer. Nothing is lost; try again."},
	{library.ErrCursor, http.StatusBadRequest, 0, ""},
	{library.ErrName, http.StatusBadRequest, 0, ""},
	{fs.ErrNotExist, http.StatusNotFound, 0, "There is no such image."},
	{transform.ErrFormat, http.StatusUnsupportedMediaType, 0, ""},
	{transform.ErrLimit, http.StatusRequestEntityTooLarge, 0, ""},
	{transform.ErrSuspect, http.StatusUnprocessableEntity, 0, ""},
	{transform.ErrUndecodable, http.StatusUnprocessableEntity, 0, ""},
	{transform.ErrBusy, http.StatusServiceUnavailable, 1, "Too many images are being made at the moment."},
	{transform.ErrDeadline, http.StatusGatewayTimeout, 0, "Making this image took longer than is allowed."},
	{context.DeadlineExceeded, http.StatusGatewayTimeout, 0, "Making this image took longer than is allowed."},
	{context.Canceled, http.StatusRequestTimeout, 0, "The client left."}, // nobody reads this
	{transform.ErrMemory, http.StatusInternalServerError, 0, "Making this image took more memory than is allowed."},
	{transform.ErrCrash, http.StatusServiceUnavailable, 1, "What makes images ended while it made this one, twice. Try again."},
}

// From is the answer to an error. What the table does not know is a 500 that
// tells nothing; the log has the error.
func From(err error) Problem {
	if p, ok := errors.AsType[Problem](err); ok {
		return p
	}
	if param, ok := errors.AsType[*transform.ParamError](err); ok {
		p := New(http.StatusBadRequest, param.Error())
		p.Param = param.Param
		return p
	}
	for _, row := range table {
		if errors.Is(err, row.err) {
			p := New(row.status, row.detail)
			if p.Detail == "" {
				p.Detail = sentence(err, row.err)
			}
			p.RetryAfter = row.retry
			return p
		}
	}
	return New(http.StatusInternalServerError, "Something went wrong here.")
}

// sentence is an error's text from where it says what kind it is: what wraps that
// is for the log.
func sentence(err, kind error) string {
	text := err.Error()
	if at := strings.Index(text, kind.Error()); at > 0 {
		text = text[at:]
	}
	return strings.ToUpper(text[:1]) + text[1:] + "."
}
