package main_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// wantExact wants of all uploads exactly what they promised, and nothing else, once a
// server has swept it.
func (f *fleet) wantExact(uploads []*upload) {
	t := f.t
	t.Helper()
	p := serve(t, f.machine(), append(slices.Clone(f.flags), "--sweep-every=1s", "--sweep-grace=1s"))
	p.bucket = f.place.bucket
	want := map[string][]byte{} // by the ids of images
	for _, u := range uploads {
		u.wantTold(t, p.uploads)
		for id, bytes := range u.wantCounted(t, p) {
			want[id] = bytes
		}
	}
	listed := listAll(t, p)
	if len(listed) != len(want) || len(slices.Compact(slices.Sorted(slices.Values(listed)))) != len(want) {
		t.Errorf("GET /images lists %d images, want %d, each once", len(listed), len(want))
	}
	for id, bytes := range want {
		p.wantDelivered(id, bytes)
	}
	for _, kind := range []string{"assets", "originals", "refs", "index/time"} {
		eventually(t, 30*time.Second, kind+" are as many as images", func() bool { return len(p.objects(kind)) == len(want) })
	}
	broken := 0
	for _, u := range uploads {
		broken += u.broken * len(u.images)
	}
	p.wantNothingLeft(broken)
	for _, data := range f.folders {
		wantNoTemporaryFiles(t, data)
	}
	t.Logf("%d images are there, each once", len(want))
}

// wantDelivered wants an original to come as it was sent.
func (p *process) wantDelivered(id string, sent []byte) {
	p.t.Helper()
	if a := p.get("/image/" + id); a.status != http.StatusOK || !bytes.Equal(a.body, sent) {
		p.t.Errorf("GET /image/%s = %d with %d bytes, want the %d that were sent", id, a.status, len(a.body), len(sent))
	}
}

// wantCounted wants the status of a job to be exact, and returns its images.
func (u *upload) wantCounted(t *testing.T, p *process) map[string][]byte {
	t.Helper()
	want := map[string][]byte{}
	s := p.job(t, u.job, "")
	items := s.Items
	for next := s.Next; next != ""; {
		page := p.job(t, u.job, next)
		items, next = append(items, page.Items...), page.Next
	}
	failed := 0
	for i, one := range u.images {
		if i >= len(items) {
			break
		}
		item, state := items[i], "completed"
		if one.status != 0 {
			state = "failed"
			failed++
		} else {
			want[item.ImageID] = one.bytes
		}
		if item.Name != one.name || item.Status != state || item.Error.Status != one.status || i < len(u.told) && u.told[i] != item {
			t.Errorf("item %d of job %s is %+v, want %s %s, status %d, as it was told of", i, u.job, item, one.name, state, one.status)
		}
	}
	completed := len(u.images) - failed
	for _, s := range []jobStatus{s, *u.last} {
		if s.Status != "completed" || s.Total != len(u.images) || s.Completed != completed || s.Failed != failed {
			t.Errorf("job %s is %s: %d of %d completed, %d failed; want %d completed", u.job, s.Status, s.Completed, s.Total, s.Failed, completed)
		}
	}
	if len(items) != len(u.images) || len(want) != completed {
		t.Errorf("job %s has %d items and %d images, want %d and %d", u.job, len(items), len(want), len(u.images), completed)
	}
	return want
}

// listAll is the ids of all images.
func listAll(t *testing.T, p *process) (ids []string) {
	t.Helper()
	for cursor := ""; ; {
		a := do(t, request(t, http.MethodGet, p.uploads+"/images?limit=1000&cursor="+cursor, nil))
		var page struct {
			Images []struct{ ImageID string }
			Next   string
		}
		if err := json.Unmarshal(a.body, &page); err != nil || a.status != http.StatusOK {
			t.Fatalf("GET /images = %d %s", a.status, a.body)
		}
		for _, i := range page.Images {
			ids = append(ids, i.ImageID)
		}
		if cursor = page.Next; cursor == "" {
			return ids
		}
	}
}

// wantNothingLeft wants no temporary file, no mark of a sweep, and of accepted bytes only
// such as nobody was promised, of uploads that were broken off, which had so many
// images: the queue keeps those for a while.
func (p *process) wantNothingLeft(brokenOff int) {
	t := p.t.(*testing.T)
	t.Helper()
	var unpromised int
	eventually(t, 30*time.Second, "no accepted bytes of what has ended are left", func() bool {
		var promised int
		promised, unpromised = p.accepted()
		return promised == 0
	})
	if unpromised > brokenOff {
		t.Errorf("%d accepted files are left of uploads that were broken off, which had %d images", unpromised, brokenOff)
	}
	t.Logf("%d accepted files of uploads that were broken off are kept for a while", unpromised)
	wantNoTemporaryFiles(t, p.data)
	eventually(t, 30*time.Second, "no marks of sweeps are left", func() bool { return len(p.objects("sweep")) == 0 })
	if seconds := setting(t, "LIGHTWELL_KILL_PATIENCE", 0); seconds > 0 {
		eventually(t, time.Duration(seconds)*time.Second, "those of broken-off uploads are gone, too", func() bool {
			return len(p.objects("accepted")) == 0
		})
	}
}

// wantNoTemporaryFiles waits for those to go that what still runs has at this moment.
func wantNoTemporaryFiles(t *testing.T, data string) {
	t.Helper()
	eventually(t, 30*time.Second, "no temporary files are left", func() bool {
		return !slices.ContainsFunc(files(t, filepath.Join(data, "tmp")), func(left string) bool { return filepath.Base(left) != "lock" })
	})
}

// objects are the names of those in a folder of the store, without it.
func (p *process) objects(folder string) (names []string) {
	p.t.Helper()
	if p.bucket == nil {
		return files(p.t, filepath.Join(p.data, "objects", folder))
	}
	for info, err := range p.bucket.List(context.Background(), folder+"/", "") {
		if err != nil {
			p.t.Fatal(err)
		}
		names = append(names, info.Name[len(folder)+1:])
	}
	return names
}

// accepted counts accepted bytes: those that somebody was promised an image of, and others.
func (p *process) accepted() (promised, others int) {
	p.t.Helper()
	for _, left := range p.objects("accepted") {
		a := do(p.t, request(p.t, http.MethodGet, p.uploads+"/status/"+filepath.Base(left), nil))
		switch a.status {
		case http.StatusOK:
			promised++
		case http.StatusNotFound:
			others++
		default:
			p.t.Errorf("GET /status of accepted bytes = %d %s", a.status, a.body)
		}
	}
	return promised, others
}
