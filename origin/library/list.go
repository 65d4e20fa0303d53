package library

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"
)

// Query asks for assets, newest first. Zero fields do not restrict.
type Query struct {
	Tag    string
	Since  time.Time // created then or later
	Until  time.Time // created before
	Cursor string    // Page.Next of the page before
	Limit  int       // assets a page, at least 1
}

// Page is a part of a listing. Next is empty on the last.
type Page struct {
	Assets []Asset
	Next   string
}

// ErrCursor is the error of a cursor that no page gave out.
var ErrCursor = errors.New("the cursor is not one that a page gave out")

// List finds assets by their markers. Deleted ones do not show.
func (l *Library) List(ctx context.Context, q Query) (Page, error) {
	after, err := decodeCursor(q.Cursor)
	if err != nil {
		return Page{}, err
	}
	w := &lister{Library: l, q: q, after: after}
	if q.Tag != "" {
		if after != "" && !strings.HasPrefix(after, tagPrefix(q.Tag)) {
			return Page{}, ErrCursor
		}
		_, err = w.folder(ctx, tagPrefix(q.Tag))
	} else {
		if after != "" && !strings.HasPrefix(after, timeIndex) {
			return Page{}, ErrCursor
		}
		err = w.days(ctx)
	}
	if errors.Is(err, ErrCursor) {
		return Page{}, ErrCursor
	}
	if err != nil {
		return Page{}, unavailable(ctx, fmt.Errorf("list assets: %w", err))
	}
	return w.page, nil
}

// lister collects one page.
type lister struct {
	*Library
	q     Query
	after string // the marker after which the page begins
	last  string // the marker of the last asset taken
	page  Page
}

// days goes through the index by time, a day at a time, from the newest to the
// oldest there is.
func (w *lister) days(ctx context.Context) error {
	oldest, err := w.oldestDay(ctx)
	if err != nil || oldest.IsZero() {
		return err
	}
	if w.q.Since.After(oldest) {
		oldest = w.q.Since.UTC().Truncate(24 * time.Hour)
	}
	newest := time.Now().UTC().Add(24 * time.Hour) // another machine's clock may be ahead
	day := newest
	if !w.q.Until.IsZero() && w.q.Until.Before(day) {
		day = w.q.Until.UTC()
	}
	if w.after != "" {
		date, _, _ := strings.Cut(strings.TrimPrefix(w.after, timeIndex), "/")
		// A day far ahead would be a walk of years to today.
		if day, err = time.Parse(time.DateOnly, date); err != nil || day.After(newest) {
			return ErrCursor
		}
	}
	for day = day.Truncate(24 * time.Hour); !day.Before(oldest); day = day.AddDate(0, 0, -1) {
		if full, err := w.folder(ctx, dayPrefix(day)); full || err != nil {
			return err
		}
		w.after = ""
	}
	return nil
}

func (w *lister) oldestDay(ctx context.Context) (time.Time, error) {
	for info, err := range w.store.List(ctx, timeIndex, "") {
		if err != nil {
			return time.Time{}, err
		}
		date, _, _ := strings.Cut(strings.TrimPrefix(info.Name, timeIndex), "/")
		return time.Parse(time.DateOnly, date)
	}
	return time.Time{}, nil
}

// folder takes the assets of one folder of markers, and is true when the page is
// full and there is at least one more.
func (w *lister) folder(ctx context.Context, prefix string) (full bool, err error) {
	for info, err := range w.store.List(ctx, prefix, w.after) {
		if err != nil {
			return false, err
		}
		a, err := w.load(ctx, markerID(info.Name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return false, err
		}
		if !a.Deleted.IsZero() || !w.q.covers(a.Created) {
			continue
		}
		if len(w.page.Assets) == w.q.Limit {
			w.page.Next = base64.RawURLEncoding.EncodeToString([]byte(w.last))
			return true, nil
		}
		w.page.Assets = append(w.page.Assets, a)
		w.last = info.Name
	}
	return false, nil
}

func (q Query) covers(t time.Time) bool {
	return !t.Before(q.Since) && (q.Until.IsZero() || t.Before(q.Until))
}

func decodeCursor(cursor string) (string, error) {
	name, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		return "", ErrCursor
	}
	if len(name) > 0 && !strings.HasPrefix(string(name), "index/") {
		return "", ErrCursor
	}
	return string(name), nil
}
