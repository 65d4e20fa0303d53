package uploader_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lightwell/origin/library"
	"lightwell/uploader"
	"lightwell/uploader/queue"
)

// fakeCDN remembers what it was told, and fails so many times first.
type fakeCDN struct {
	mu         sync.Mutex // guards the fields below
	told       []string
	references []string
	fails      int
}

func (c *fakeCDN) Batches(ids, tags, ofTags []string) (batches [][]string) {
	for _, name := range slices.Concat(ids, tags) {
		batches = append(batches, []string{name})
	}
	return batches
}

func (c *fakeCDN) Purge(_ context.Context, batch []string, reference string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if slices.Contains(c.references, reference) {
		return errors.New("the CDN has done that already")
	}
	c.references = append(c.references, reference)
	if c.fails > 0 {
		c.fails--
		return errors.New("the CDN is down")
	}
	c.told = append(c.told, batch...)
	return nil
}

func (c *fakeCDN) count(name string) (n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, told := range c.told {
		if told == name {
			n++
		}
	}
	return n
}

// withCDN has a door tell a CDN, with the help of a worker, twice so far apart.
func (d *door) withCDN(cdn *fakeCDN, life time.Duration) {
	d.uploader.CDN = cdn
	worker := *d.worker
	worker.Attempts = 0
	worker.Do = uploader.Doers{queue.Callback: &uploader.Errands{
		Callbacks: &uploader.Callbacks{Queue: d.queue, Patience: time.Minute, Log: slog.New(slog.DiscardHandler)},
		Purges:    &uploader.Purges{CDN: cdn, Life: life, Patience: time.Minute, Log: slog.New(slog.DiscardHandler)},
	}}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		worker.Run(ctx, context.Background(), 2, queue.Callback)
	}()
	d.t.Cleanup(func() { cancel(); <-ended })
}

func (d *door) purge(body string) (status int, p uploader.Purged, text string) {
	d.t.Helper()
	got := d.do("POST", "/purge", body, "Content-Type: application/json")
	if got.status == http.StatusOK {
		if err := json.Unmarshal([]byte(got.body), &p); err != nil {
			d.t.Errorf("POST /purge %s = %s: %v", body, got.body, err)
		}
	}
	return got.status, p, string(got.body)
}

func (d *door) generation(id string) int {
	d.t.Helper()
	a, err := d.uploader.Library.Asset(context.Background(), id)
	if err != nil {
		d.t.Fatal(err)
	}
	return a.Generation
}

// A purge gives each image a new generation, by id and by tag, and has the CDN told, although that is down at
// first, and once more later.
func TestPurge(t *testing.T) {
	cdn := &fakeCDN{fails: 1}
	d := openDoor(t)
	d.withCDN(cdn, 300*time.Millisecond)
	all := d.fill(6) // of which the first and the fourth have the tag
	gone := library.NewID()
	status, purged, body := d.purge(fmt.Sprintf(`{"ids":[%q,%q]}`, all[2].ID, gone))
	if want := (uploader.Purged{Purged: 1, NotFound: []string{gone}}); status != 200 || !reflect.DeepEqual(purged, want) {
		t.Errorf("POST /purge = %d %s, want %+v", status, body, want)
	}
	const tag = "a tag/with, everything"
	if status, purged, body = d.purge(fmt.Sprintf(`{"tags":[%q]}`, tag)); status != 200 || purged.Purged != 2 {
		t.Errorf("POST /purge of a tag = %d %s, want two", status, body)
	}
	for i, a := range all {
		want := 0
		if i == 2 || slices.Contains(a.Tags, tag) {
			want = 1
		}
		if got := d.generation(a.ID); got != want {
			t.Errorf("generation of image %d = %d, want %d", i, got, want)
		}
	}
	d.eventually("the CDN is told although it was down", func() bool { return cdn.count(all[2].ID) > 0 && cdn.count(gone) > 0 })
	d.eventually("the CDN is told twice", func() bool { return cdn.count(tag) == 2 })
}

// So do deletes, of one and of a tag; what the queue does not take is said, and asked for again.
func TestDeletesAreToldToTheCDN(t *testing.T) {
	cdn := &fakeCDN{}
	d := openDoor(t)
	d.withCDN(cdn, 0)
	all := d.fill(6)
	if got := d.do("DELETE", "/image/"+all[2].ID, ""); got.status != http.StatusNoContent {
		t.Errorf("DELETE = %d %s", got.status, got.body)
	}
	if got := d.do("DELETE", "/image/"+all[2].ID, ""); got.status != http.StatusGone {
		t.Errorf("DELETE again = %d %s", got.status, got.body)
	}
	const tag = "a tag/with, everything"
	got := d.do("DELETE", "/images?tag=a+tag%2Fwith,+everything", "")
	if want := `{"deleted":2}`; got.status != http.StatusOK || strings.TrimSpace(string(got.body)) != want {
		t.Errorf("DELETE of a tag = %d %s, want %s", got.status, got.body, want)
	}
	for i, a := range all {
		_, err := d.uploader.Library.Asset(context.Background(), a.ID)
		if want := i == 2 || slices.Contains(a.Tags, tag); errors.Is(err, library.ErrDeleted) != want {
			t.Errorf("image %d = %v, want it deleted: %t", i, err, want)
		}
	}
	d.eventually("the CDN is told", func() bool { return cdn.count(all[2].ID) >= 2 && cdn.count(tag) == 1 })
	d.queue.Close()
	if got := d.do("DELETE", "/image/"+all[5].ID, ""); got.status != http.StatusServiceUnavailable {
		t.Errorf("DELETE without a queue = %d %s, want 503", got.status, got.body)
	}
	if got := d.do("DELETE", "/image/"+all[5].ID, ""); got.status != http.StatusServiceUnavailable {
		t.Errorf("DELETE again without a queue = %d %s, want 503", got.status, got.body)
	}
	if status, _, body := d.purge(fmt.Sprintf(`{"ids":[%q]}`, all[4].ID)); status != http.StatusServiceUnavailable {
		t.Errorf("POST /purge without a queue = %d %s, want 503", status, body)
	}
}

func TestPurgeRefused(t *testing.T) {
	d := openDoor(t)
	many := strings.Repeat(`"x",`, 600)
	for _, tt := range []struct {
		method, path, body string
		status             int
		param              string
	}{
		{"POST", "/purge", `{}`, 400, "ids"},
		{"POST", "/purge", `{"ids":[]}`, 400, "ids"},
		{"POST", "/purge", `{"ids":"x"}`, 400, "ids"},
		{"POST", "/purge", `{"ids":["x"]}`, 400, "ids"},
		{"POST", "/purge", `{"ids":[1]}`, 400, "ids"},
		{"POST", "/purge", `{"tags":[""]}`, 400, "tags"},
		{"POST", "/purge", `{"tags":["` + strings.Repeat("x", 2000) + `"]}`, 400, "tags"},
		{"POST", "/purge", `{"tags":[` + many + `"x"]}`, 400, "tags"},
		{"POST", "/purge", `{"id":"x"}`, 400, "id"},
		{"POST", "/purge", `[]`, 400, "body"},
		{"POST", "/purge?ids=x", `{}`, 400, ""},
		{"DELETE", "/images", "", 400, "tag"},
		{"DELETE", "/images?tag=", "", 400, "tag"},
		{"DELETE", "/images?tag=x&limit=3", "", 400, "tag"},
		{"DELETE", "/images?tag=x&since=2026-01-01T00:00:00Z", "", 400, "tag"},
		{"GET", "/purge", "", 405, ""},
	} {
		got := d.do(tt.method, tt.path, tt.body, "Content-Type: application/json")
		var p struct{ Param string }
		if err := json.Unmarshal([]byte(got.body), &p); err != nil || got.status != tt.status || p.Param != tt.param {
			t.Errorf("%s %s %.60s = %d %s, want %d for %q", tt.method, tt.path, tt.body, got.status, got.body, tt.status, tt.param)
		}
	}
}
