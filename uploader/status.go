package uploader

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"strconv"

	"lightwell/origin/library"
	"lightwell/origin/problem"
	"lightwell/uploader/queue"
)

// Status is the answer to GET /status/{jobId}: how a job stands, and a page of its
// images.
type Status struct {
	Status    string       `json:"status"`
	JobID     string       `json:"jobId,omitempty"` // of one image, only while its job is remembered
	Total     int          `json:"total"`
	Completed int          `json:"completed"`
	Failed    int          `json:"failed"`
	Cancelled int          `json:"cancelled,omitempty"`
	URLs      []string     `json:"urls"` // of the page's images that are done
	Items     []ItemStatus `json:"items"`
	Next      string       `json:"next,omitempty"` // cursor of the next page
}

// ItemStatus is how one image of a job stands.
type ItemStatus struct {
	Name       string           `json:"name,omitempty"`
	Status     string           `json:"status"`
	ImageID    string           `json:"imageId"`
	URL        string           `json:"url,omitempty"`
	Renditions []string         `json:"renditions,omitempty"`
	Error      *problem.Problem `json:"error,omitempty"`
}

// ImageStatus is the answer to GET /status/{imageId}: a job of that image alone, and
// what an upload that waits would have been told.
type ImageStatus struct {
	Status
	ImageID    string           `json:"imageId"`
	Message    string           `json:"message,omitempty"`
	URL        string           `json:"url,omitempty"`
	Renditions []string         `json:"renditions,omitempty"`
	Error      *problem.Problem `json:"error,omitempty"`
	*Facts
}

// stateOf is the word for a state in answers: what waits and what runs are processing.
func stateOf(s queue.State) string {
	switch s {
	case queue.Completed, queue.Failed, queue.Cancelled:
		return string(s)
	}
	return "processing"
}

// status is GET /status/{id}.
func (u *Uploader) status(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	index, limit, err := parseStatusPage(r.URL.RawQuery)
	if err != nil {
		return err
	}
	if !library.ValidID(id) {
		return noStatus(id)
	}
	j, items, err := u.Queue.Get(r.Context(), id, index, limit)
	switch {
	case errors.Is(err, queue.ErrNotFound):
		return u.imageStatus(w, r, id)
	case err != nil:
		return err
	case j.State == queue.Open: // nothing is promised yet
		return noStatus(id)
	}
	single, err := isSingle(j)
	switch {
	case err != nil:
		return err
	case wantsSocket(r):
		return u.socket(w, r, j.ID, index)
	case wantsEvents(r):
		return u.events(w, r, j, index)
	case single || j.ID != id:
		return u.itemStatus(w, r, id)
	}
	return answer(w, http.StatusOK, statusOf(j, items, index))
}

func isSingle(j queue.Job) (bool, error) {
	o, err := orderOf(j)
	return o.Single, err
}

func noStatus(id string) error {
	return problem.New(http.StatusNotFound, fmt.Sprintf("There is no upload %.40q.", id))
}

func statusOf(j queue.Job, items []queue.Item, index int) Status {
	s := Status{
		Status: endOf(j), JobID: j.ID, Total: j.Total, Completed: j.Finished.Completed,
		Failed: j.Finished.Failed, Cancelled: j.Finished.Cancelled, URLs: []string{}, Items: []ItemStatus{},
	}
	for _, item := range items {
		s.add(itemOf(item))
	}
	if next := index + len(items); len(items) > 0 && next < j.Total {
		s.Next = strconv.Itoa(next)
	}
	return s
}

// endOf is the word for a job's state. One that is cancelled is over when what was begun
// is, and was not if there was nothing left to cancel.
func endOf(j queue.Job) string {
	switch {
	case j.State != queue.Cancelled:
		return stateOf(j.State)
	case j.Ended.IsZero():
		return "processing"
	case j.Finished.Cancelled > 0:
		return string(queue.Cancelled)
	case j.Finished.Completed > 0:
		return string(queue.Completed)
	}
	return string(queue.Failed)
}

func (s *Status) add(item ItemStatus) {
	s.Items = append(s.Items, item)
	if item.URL != "" {
		s.URLs = append(s.URLs, item.URL)
	}
}

func itemOf(item queue.Item) ItemStatus {
	s := ItemStatus{Status: stateOf(item.State), ImageID: item.ID}
	if t, err := taskOf(item); err == nil {
		s.Name = t.Name
		if t.Image != "" {
			s.ImageID = t.Image
		}
	}
	switch done := outcomeOf(item); item.State {
	case queue.Completed:
		s.URL, s.Renditions = done.URL, done.Renditions
	case queue.Failed:
		s.Error = done.Refused
	}
	return s
}

// itemStatus says how one image stands that the queue knows.
func (u *Uploader) itemStatus(w http.ResponseWriter, r *http.Request, id string) error {
	j, item, err := u.Queue.Find(r.Context(), id)
	if err != nil {
		return err
	}
	one := itemOf(item)
	s := imageStatusOf(one)
	if j.ID == id || len(u.Access.Tokens) == 0 {
		s.JobID = j.ID // an image's id is in pages, and would show all that came with it
	}
	switch item.State {
	case queue.Completed:
		a, err := u.Library.Asset(r.Context(), one.ImageID)
		if err != nil {
			return err
		}
		facts := u.factsOf(a)
		s.Facts = &facts
	case queue.Waiting, queue.Running:
		s.Message = processingOf(one.ImageID, id).Message
	}
	return answer(w, http.StatusOK, s)
}

// imageStatusOf is the status of a job of one image.
func imageStatusOf(one ItemStatus) ImageStatus {
	s := ImageStatus{ImageID: one.ImageID, URL: one.URL, Renditions: one.Renditions, Error: one.Error}
	s.Status = Status{Status: one.Status, Total: 1, URLs: []string{}}
	switch one.Status {
	case string(queue.Completed):
		s.Completed = 1
	case string(queue.Failed):
		s.Failed = 1
	case string(queue.Cancelled):
		s.Cancelled = 1
	}
	s.add(one)
	return s
}

// imageStatus is for an image whose job is not remembered: it is there, or it is not.
func (u *Uploader) imageStatus(w http.ResponseWriter, r *http.Request, id string) error {
	a, err := u.Library.Asset(r.Context(), id)
	if errors.Is(err, fs.ErrNotExist) {
		return noStatus(id)
	}
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, u.doneStatus(a, u.url(id, "")))
}

func (u *Uploader) doneStatus(a library.Asset, url string) ImageStatus {
	s := imageStatusOf(ItemStatus{Name: a.Name, Status: string(queue.Completed), ImageID: a.ID, URL: url})
	facts := u.factsOf(a)
	s.Facts = &facts
	return s
}

// cancel is DELETE /status/{jobId}.
func (u *Uploader) cancel(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	j, _, err := u.Queue.Get(r.Context(), id, 0, 0)
	switch {
	case errors.Is(err, queue.ErrNotFound), err == nil && (j.ID != id || j.State == queue.Open):
		return noStatus(id)
	case err != nil:
		return err
	}
	err = u.Queue.Cancel(r.Context(), id)
	if errors.Is(err, queue.ErrEnded) {
		return problem.New(http.StatusConflict, "This upload has ended: there is nothing to cancel.")
	}
	if err != nil {
		return err
	}
	u.audit(r.Context()).Info("job cancelled", "job", id)
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// parseStatusPage reads the query of GET /status.
func parseStatusPage(raw string) (index, limit int, err error) {
	values, err := url.ParseQuery(raw)
	if err != nil {
		return 0, 0, problem.New(http.StatusBadRequest, "The query is not encoded properly.")
	}
	limit = maxPage
	for name, list := range values {
		switch {
		case len(list) > 1:
			return 0, 0, bad(name, "%s is given twice.", name)
		case name == "cursor" && list[0] == "": // the first page
		case name == "cursor":
			if index, err = strconv.Atoi(list[0]); err != nil || index < 0 {
				return 0, 0, bad(name, "The cursor is not one that a page of this status gave out.")
			}
		case name == "limit":
			if limit, err = strconv.Atoi(list[0]); err != nil || limit < 1 || limit > maxPage {
				return 0, 0, bad(name, "limit is a number from 1 to %d.", maxPage)
			}
		default:
			return 0, 0, bad(name, "There is no parameter %q: cursor and limit are known.", name)
		}
	}
	return index, limit, nil
}
