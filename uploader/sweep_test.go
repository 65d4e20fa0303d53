package uploader_test

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"lightwell/origin/library"
	"lightwell/uploader"
	"lightwell/uploader/queue"
)

// acceptedBytes are bytes that were accepted under ids, so long ago.
type acceptedBytes struct {
	age  map[string]time.Duration
	gone []string
}

func (a *acceptedBytes) Discard(_ context.Context, id string) error {
	a.gone = append(a.gone, id)
	return nil
}

func (a *acceptedBytes) Asset(_ context.Context, id string) (library.Asset, error) {
	return library.Asset{}, fmt.Errorf("asset %s: %w", id, fs.ErrNotExist)
}

func (a *acceptedBytes) Accepted(_ context.Context, id string) (*os.File, error) {
	return nil, fmt.Errorf("what was accepted as %s: %w", id, fs.ErrNotExist)
}

func (a *acceptedBytes) AcceptedFor(_ context.Context, least time.Duration, show func(string, time.Time, time.Duration) error) error {
	for id, age := range a.age {
		if age >= least {
			if err := show(id, time.Now().Add(-age), age); err != nil {
				return err
			}
		}
	}
	return nil
}

// older is a queue that was made earlier than it was.
type older struct {
	*queue.SQLite
	by time.Duration
}

func (o older) Born() time.Time { return o.SQLite.Born().Add(-o.by) }

// What has ended goes; what waits stays, and so does what may be on its way into the
// queue, or was promised by one that is lost.
func TestSweep(t *testing.T) {
	q := openQueue(t)
	for _, id := range []string{"waits", "ended"} {
		if _, err := q.Add(t.Context(), queue.Batch{Job: queue.Job{ID: id, Class: queue.Bulk}, Items: []queue.Item{{ID: id}}, Last: true}); err != nil {
			t.Fatal(err)
		}
	}
	if err := q.Cancel(t.Context(), "ended"); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		born time.Duration // ago
		want []string
	}{
		{0, []string{"ended"}},
		{time.Hour, []string{"ended", "late"}},
		{24 * time.Hour, []string{"ended", "lost", "late"}},
	} {
		a := &acceptedBytes{age: map[string]time.Duration{
			"waits": 2 * time.Hour, "ended": time.Second, "coming": queue.OpenLife / 2, "late": 2 * queue.OpenLife, "lost": 2 * time.Hour,
		}}
		s := &uploader.Sweeper{Queue: older{q, tt.born}, Library: a, JobLife: time.Hour, Log: slog.New(slog.DiscardHandler)}
		if err := s.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		slices.Sort(a.gone)
		slices.Sort(tt.want)
		if !slices.Equal(a.gone, tt.want) {
			t.Errorf("a queue made %v ago: %q are discarded, want %q", tt.born, a.gone, tt.want)
		}
	}
}

// What a queue had promised that is lost becomes images all the same.
func TestSweepAdopts(t *testing.T) {
	d := openDoor(t)
	lib := d.uploader.Library.(*library.Library)
	there := d.upload()
	lost, twice := library.NewID(), there
	for id, body := range map[string]string{lost: png, twice: jpeg} {
		if err := d.store.Put(t.Context(), "accepted/"+id, strings.NewReader(body), int64(len(body))); err != nil {
			t.Fatal(err)
		}
	}
	young := older{d.queue, -2 * queue.OpenLife} // made after they were accepted
	s := &uploader.Sweeper{Queue: young, Library: aged{lib, 2 * queue.OpenLife}, JobLife: time.Hour, Log: slog.New(slog.DiscardHandler)}
	for range 2 { // twice is as once
		if err := s.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	d.over(lost)
	if s := d.imageStatus(lost); s.Status.Status != "completed" || s.URL != baseURL+"/image/"+lost || s.Bytes != int64(len(png)) {
		t.Errorf("GET /status of what was promised = %+v, want it completed", s)
	}
	if got := d.get("/status/" + twice); !strings.Contains(string(got.body), `"status":"completed"`) {
		t.Errorf("GET /status of an image that was there = %s", got.body)
	}
	d.discarded()
}

// aged is a library whose accepted bytes are older than they are.
type aged struct {
	*library.Library
	by time.Duration
}

func (a aged) AcceptedFor(ctx context.Context, least time.Duration, show func(string, time.Time, time.Duration) error) error {
	return a.Library.AcceptedFor(ctx, least-a.by, func(id string, since time.Time, age time.Duration) error {
		return show(id, since.Add(-a.by), age+a.by)
	})
}
