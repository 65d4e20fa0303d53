package uploader

import (
	"context"
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

// remove is DELETE /image/{id}.
func (u *Uploader) remove(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	err := u.Library.Delete(r.Context(), id)
	if errors.Is(err, fs.ErrNotExist) {
		err = u.removePromised(r.Context(), id, err)
	}
	if err == nil || errors.Is(err, library.ErrDeleted) { // when the CDN could not be told, the client comes again
		if err := u.tellCDN(r.Context(), []string{id}, nil, nil); err != nil {
			return err
		}
	}
	if err != nil {
		return err
	}
	u.audit(r.Context()).Info("image deleted", "asset", id)
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// removePromised keeps an image that is promised from becoming one. Where nobody has
// promised it the error stays as it is.
func (u *Uploader) removePromised(ctx context.Context, id string, missing error) error {
	if !library.ValidID(id) {
		return missing
	}
	j, item, err := u.Queue.Find(ctx, id)
	if errors.Is(err, queue.ErrNotFound) {
		return missing
	}
	if err != nil {
		return err
	}
	t, err := taskOf(item)
	if err != nil {
		return err
	}
	if j.State == queue.Open || t.Image != "" || item.State == queue.Failed || item.State == queue.Cancelled {
		return missing
	}
	return u.Library.Bury(ctx, id)
}

// Images is a page of GET /images.
type Images struct {
	Images []Completed `json:"images"`
	Next   string      `json:"next,omitempty"`
}

const (
	defaultPage = 100
	maxPage     = 1000
)

// list is GET /images: assets by time, newest first, or by tag.
func (u *Uploader) list(w http.ResponseWriter, r *http.Request) error {
	q, err := parseQuery(r.URL.RawQuery)
	if err != nil {
		return err
	}
	page, err := u.Library.List(r.Context(), q)
	if errors.Is(err, library.ErrCursor) {
		return bad("cursor", "The cursor is not one that a page of this listing gave out.")
	}
	if err != nil {
		return err
	}
	images := Images{Images: []Completed{}, Next: page.Next}
	for _, a := range page.Assets {
		images.Images = append(images.Images, u.completed(a))
	}
	return answer(w, http.StatusOK, images)
}

func parseQuery(raw string) (library.Query, error) {
	q := library.Query{Limit: defaultPage}
	values, err := url.ParseQuery(raw)
	if err != nil {
		return q, problem.New(http.StatusBadRequest, "The query is not encoded properly.")
	}
	for name, list := range values {
		if len(list) > 1 {
			return q, bad(name, "%s is given twice.", name)
		}
		if err := setQuery(&q, name, list[0]); err != nil {
			return q, err
		}
	}
	return q, nil
}

func setQuery(q *library.Query, name, value string) (err error) {
	switch name {
	case "tag":
		if value == "" || len(value) > maxTag {
			return bad(name, "A tag has 1 to %d bytes.", maxTag)
		}
		q.Tag = value
	case "since":
		q.Since, err = time.Parse(time.RFC3339, value)
	case "until":
		q.Until, err = time.Parse(time.RFC3339, value)
	case "cursor":
		q.Cursor = value
	case "limit":
		q.Limit, err = strconv.Atoi(value)
		if err != nil || q.Limit < 1 || q.Limit > maxPage {
			return bad(name, "limit is a number from 1 to %d.", maxPage)
		}
	default:
		return bad(name, "There is no parameter %q: tag, since, until, cursor and limit are known.", name)
	}
	if err != nil {
		return bad(name, "%s is a time such as 2006-01-02T15:04:05Z.", name)
	}
	return nil
}
