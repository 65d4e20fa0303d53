package uploader_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"lightwell/origin/library"
	"lightwell/transform"
	"lightwell/uploader"
)

// fill adds assets an hour apart, over many days, the newest first; every third has a tag. Two were
// made in the same millisecond.
func (d *door) fill(n int) []library.Asset {
	d.t.Helper()
	f, err := os.Create(filepath.Join(d.t.TempDir(), "image"))
	if err != nil {
		d.t.Fatal(err)
	}
	defer f.Close()
	lib := d.uploader.Library
	now := time.Now().UTC().Truncate(time.Millisecond)
	var all []library.Asset
	for i := range n {
		a := library.Asset{
			ID: library.NewID(), Original: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", Created: now.Add(-time.Duration(i) * time.Hour),
			Source: transform.Source{Format: transform.PNG, Width: 1, Height: 1, Orientation: 1, Frames: 1},
		}
		if i == 1 {
			a.Created = now
		}
		if i%3 == 0 {
			a.Tags = []string{"a tag/with, everything"}
		}
		added, err := lib.Add(context.Background(), f, a)
		if err != nil {
			d.t.Fatal(err)
		}
		all = append(all, added)
	}
	if all[0].ID > all[1].ID { // which is how equal times are sorted
		all[0], all[1] = all[1], all[0]
	}
	return all
}

// pages follows a listing to its end, and tells the sizes of its pages.
func (d *door) pages(query url.Values) (ids []string, sizes []int) {
	d.t.Helper()
	for {
		got := d.get("/images?" + query.Encode())
		var page uploader.Images
		if err := json.Unmarshal(got.body, &page); got.status != 200 || err != nil {
			d.t.Fatalf("GET /images?%s = %d %s, %v, want 200", query.Encode(), got.status, got.body, err)
		}
		for _, image := range page.Images {
			if image.Status != "completed" || image.URL != baseURL+"/image/"+image.ImageID {
				d.t.Errorf("image %+v, want it completed, and its URL", image)
			}
			ids = append(ids, image.ImageID)
		}
		sizes = append(sizes, len(page.Images))
		if page.Next == "" {
			return ids, sizes
		}
		if len(sizes) > 1000 {
			d.t.Fatalf("GET /images?%s does not end", query.Encode())
		}
		query.Set("cursor", page.Next)
	}
}

func TestListing(t *testing.T) {
	d := openDoor(t)
	if got := d.get("/images"); string(got.body) != `{"images":[]}`+"\n" {
		t.Errorf("GET /images of nothing = %s, want an empty list", got.body)
	}
	all := d.fill(250)
	pick := func(keep func(i int, a library.Asset) bool) (ids []string) {
		for i, a := range all {
			if keep(i, a) {
				ids = append(ids, a.ID)
			}
		}
		return ids
	}
	every := func(int, library.Asset) bool { return true }
	at := func(i int) string { return all[i].Created.Format(time.RFC3339Nano) }
	for _, tt := range []struct {
		query map[string]string
		want  []string
		sizes []int
	}{
		{nil, pick(every), []int{100, 100, 50}},
		{map[string]string{"limit": "125"}, pick(every), []int{125, 125}},
		{map[string]string{"limit": "249"}, pick(every), []int{249, 1}},
		{map[string]string{"limit": "250"}, pick(every), []int{250}},
		{map[string]string{"limit": "1000"}, pick(every), []int{250}},
		{map[string]string{"tag": "a tag/with, everything", "limit": "50"}, pick(func(_ int, a library.Asset) bool { return a.Tags != nil }), []int{50, 34}},
		{map[string]string{"tag": "a"}, nil, []int{0}},
		{map[string]string{"since": at(100)}, pick(func(i int, _ library.Asset) bool { return i <= 100 }), []int{100, 1}},
		{map[string]string{"until": at(100)}, pick(func(i int, _ library.Asset) bool { return i > 100 }), []int{100, 49}},
		{map[string]string{"since": at(60), "until": at(40)}, pick(func(i int, _ library.Asset) bool { return i > 40 && i <= 60 }), []int{20}},
		{map[string]string{"since": at(60), "until": at(40), "tag": "a tag/with, everything"},
			pick(func(i int, a library.Asset) bool { return i > 40 && i <= 60 && a.Tags != nil }), []int{7}},
		{map[string]string{"since": at(40), "until": at(60)}, nil, []int{0}},
		{map[string]string{"since": "2999-01-01T00:00:00Z"}, nil, []int{0}},
		{map[string]string{"until": "1999-01-01T00:00:00+14:00"}, nil, []int{0}},
	} {
		query := url.Values{}
		for name, value := range tt.query {
			query.Set(name, value)
		}
		ids, sizes := d.pages(query)
		if !slices.Equal(ids, tt.want) || !slices.Equal(sizes, tt.sizes) {
			t.Errorf("GET /images?%v = %d images in pages of %v, want %d in %v, newest first", tt.query, len(ids), sizes, len(tt.want), tt.sizes)
		}
	}
}

// One page at a time is the same listing, and what is deleted between pages neither shows nor skips others.
func TestPagingWhileDeleting(t *testing.T) {
	d := openDoor(t)
	all := d.fill(30)
	query := url.Values{"limit": {"1"}}
	var seen []string
	for {
		var page uploader.Images
		if err := json.Unmarshal(d.get("/images?"+query.Encode()).body, &page); err != nil {
			t.Fatal(err)
		}
		for _, image := range page.Images {
			seen = append(seen, image.ImageID)
			if got := d.do("DELETE", "/image/"+image.ImageID, ""); got.status != 204 {
				t.Errorf("DELETE = %d, want 204", got.status)
			}
		}
		if page.Next == "" {
			break
		}
		query.Set("cursor", page.Next)
	}
	var want []string
	for _, a := range all {
		want = append(want, a.ID)
	}
	if !slices.Equal(seen, want) {
		t.Errorf("pages of 1 had %d images, want all %d in order", len(seen), len(want))
	}
}

func TestRefusedListings(t *testing.T) {
	d := openDoor(t)
	d.fill(3)
	cursor := func(name string) string { return base64.RawURLEncoding.EncodeToString([]byte(name)) }
	for _, tt := range []struct{ query, param string }{
		{"limit=0", "limit"},
		{"limit=-1", "limit"},
		{"limit=1001", "limit"},
		{"limit=ten", "limit"},
		{"limit=", "limit"},
		{"limit=1.5", "limit"},
		{"limit=99999999999999999999", "limit"},
		{"limit=1&limit=2", "limit"},
		{"since=yesterday", "since"},
		{"since=2026-01-01", "since"},
		{"since=", "since"},
		{"until=2026-13-01T00:00:00Z", "until"},
		{"until=1700000000", "until"},
		{"tag=", "tag"},
		{"tag=" + strings.Repeat("x", 65), "tag"},
		{"tags=a", "tags"},
		{"Limit=1", "Limit"},
		{"offset=10", "offset"},
		{"cursor=nonsense!", "cursor"},
		{"cursor=YWJj", "cursor"},
		{"cursor=" + cursor("assets/x"), "cursor"},
		{"cursor=" + cursor("index/"), "cursor"},
		{"cursor=" + cursor("index/time/yesterday/x"), "cursor"},
		{"cursor=" + cursor("index/tag/a/x"), "cursor"},
		{"tag=b&cursor=" + cursor("index/tag/a/x"), "cursor"},
		{"tag=a&cursor=" + cursor("index/time/2026-01-01/x"), "cursor"},
		{"limit=%zz", ""},
	} {
		wantProblem(t, fmt.Sprintf("GET /images?%s", tt.query), d.get("/images?"+tt.query), 400, tt.param, nil)
	}
	for _, query := range []string{"", "?", "?limit=1", "?limit=1000", "?cursor="} {
		if got := d.get("/images" + query); got.status != 200 {
			t.Errorf("GET /images%s = %d %s, want 200", query, got.status, got.body)
		}
	}
}
