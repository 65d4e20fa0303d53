package uploader

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"net/url"
	"os"
	"strconv"

	"lightwell/origin/library"
	"lightwell/origin/problem"
	"lightwell/transform"
)

// readObject reads a request's body, which must be a JSON object and small. There
// are no options beside it.
func readObject(w http.ResponseWriter, r *http.Request) ([]transform.Member, error) {
	return readObjectUpTo(w, r, transform.MaxInstructions)
}

// readObjectUpTo is readObject of so many bytes at most.
func readObjectUpTo(w http.ResponseWriter, r *http.Request, most int) ([]transform.Member, error) {
	if r.URL.RawQuery != "" {
		return nil, problem.New(http.StatusBadRequest, "There are no query parameters here: what is asked for stands in the body.")
	}
	mediaType, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || mediaType != "application/json" {
		w.Header().Set("Connection", "close")
		return nil, problem.New(http.StatusUnsupportedMediaType, "The body is JSON, and its Content-Type must say application/json.")
	}
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, int64(most)))
	if err != nil {
		w.Header().Set("Connection", "close")
		return nil, objectError(err)
	}
	return transform.ReadMembersUpTo(most, "body", data)
}

// objectError says why a body of JSON could not be read.
func objectError(err error) error {
	if over, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return problem.New(http.StatusRequestEntityTooLarge, fmt.Sprintf("The body may have at most %d bytes.", over.Limit))
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return problem.New(http.StatusRequestTimeout, "The body did not arrive in time.")
	}
	return fmt.Errorf("%w: %w", problem.New(http.StatusBadRequest, "The body ends before it is whole."), err)
}

// parsePage reads the query of a listing by name.
func parsePage(raw string) (after string, limit int, err error) {
	values, err := url.ParseQuery(raw)
	if err != nil {
		return "", 0, problem.New(http.StatusBadRequest, "The query is not encoded properly.")
	}
	limit = defaultPage
	for name, list := range values {
		switch {
		case len(list) > 1:
			return "", 0, bad(name, "%s is given twice.", name)
		case name == "cursor":
			if after = list[0]; after != "" && !library.ValidName(after) {
				return "", 0, bad(name, "The cursor is not one that a page of this listing gave out.")
			}
		case name == "limit":
			if limit, err = strconv.Atoi(list[0]); err != nil || limit < 1 || limit > maxPage {
				return "", 0, bad(name, "limit is a number from 1 to %d.", maxPage)
			}
		default:
			return "", 0, bad(name, "There is no parameter %q: cursor and limit are known.", name)
		}
	}
	return after, limit, nil
}

// removeNamed is DELETE of what has a name.
func (u *Uploader) removeNamed(w http.ResponseWriter, r *http.Request, kind string, remove func(context.Context, string) error) error {
	name := r.PathValue("name")
	if err := remove(r.Context(), name); err != nil {
		return missing(err, kind, name)
	}
	u.audit(r.Context()).Info(kind+" deleted", kind, name)
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// missing says of what kind there is nothing of a name.
func missing(err error, kind, name string) error {
	if errors.Is(err, fs.ErrNotExist) {
		return problem.New(http.StatusNotFound, fmt.Sprintf("There is no %s %.80q.", kind, name))
	}
	return err
}

// named reads a page of a listing by name, and makes what is said of it. A page of
// nothing is an empty list, and not null.
func named[T any](w http.ResponseWriter, r *http.Request, list func(ctx context.Context, after string, limit int) ([]T, string, error), page func([]T, string) any) error {
	after, limit, err := parsePage(r.URL.RawQuery)
	if err != nil {
		return err
	}
	records, next, err := list(r.Context(), after, limit)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, page(append([]T{}, records...), next))
}
