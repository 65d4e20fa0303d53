package uploader_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"lightwell/origin/library"
	"lightwell/origin/store"
	"lightwell/uploader"
	"lightwell/uploader/queue"
)

// waiting is an upload that is completed while nobody works.
func (d *door) waiting(more string) uploader.Presigned {
	d.t.Helper()
	d.stopWorker()
	p := d.presign(fmt.Sprintf(`{"contentType":"image/jpeg","bytes":%d%s}`, len(jpeg), more))
	if got := d.do("PUT", path(p.URL), jpeg, "Content-Type: image/jpeg"); got.status != 200 {
		d.t.Fatalf("PUT = %d %s", got.status, got.body)
	}
	if got := d.do("POST", path(p.CompleteURL)+"&async=1", ""); got.status != 202 {
		d.t.Fatalf("complete = %d %s", got.status, got.body)
	}
	return p
}

// put replaces an object of the store.
func (d *door) put(name, value string) {
	d.t.Helper()
	if err := d.store.Put(d.t.Context(), name, strings.NewReader(value), int64(len(value))); err != nil {
		d.t.Fatal(err)
	}
}

// workAgain begins to work.
func (d *door) workAgain() { d.stopWorker = start(d.worker) }

// A sweep that takes accepted bytes for those of a try that was broken off, in the moment in which they are promised,
// loses nothing.
func TestDirectSurvivesASweep(t *testing.T) {
	d := openDoor(t)
	p := d.waiting("")
	if err := d.store.Delete(t.Context(), "accepted/"+p.UploadID); err != nil {
		t.Fatal(err)
	}
	d.workAgain()
	d.wantStatus("after a sweep", p.UploadID, "completed")
	d.wantIncoming("after a sweep", 0)
}

// What a worker has made an image of stays that, whatever lies where the bytes came when another goes on after it.
func TestDirectIsMadeOnce(t *testing.T) {
	d := openDoorOver(t, store.NewMem(), func(d *door) { d.worker.Attempts = 5 })
	p := d.waiting(`,"tags":["x"]`)
	claim, err := d.queue.Take(t.Context(), 10*time.Millisecond, queue.Awaited)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.images.Do(t.Context(), claim); err != nil { // and then it dies
		t.Fatal(err)
	}
	before := d.asset(p.UploadID)
	other := strings.Replace(jpeg, jpeg[len(jpeg)-1:], "!", 1)
	d.put("incoming/"+p.UploadID, other)
	d.put("accepted/"+p.UploadID, other)
	d.workAgain()
	d.wantStatus("at last", p.UploadID, "completed")
	if after := d.asset(p.UploadID); after.Original != before.Original {
		t.Errorf("the image has the original %s, and had %s", after.Original, before.Original)
	}
	if kept := originals(t, d.store); len(kept) != 1 {
		t.Errorf("%d originals are kept, want the image's: nothing would ever sweep another", len(kept))
	}
	d.wantIncoming("at last", 0)
}

// asset is what is kept of an image.
func (d *door) asset(id string) (a library.Asset) {
	d.t.Helper()
	if err := json.Unmarshal(stored(d.t, d.store)["assets/"+id+".json"], &a); err != nil {
		d.t.Fatal(err)
	}
	return a
}

// A store that lets other bytes in than were announced does not make them an image.
func TestDirectIsComparedWithWhatWasAnnounced(t *testing.T) {
	d := openDoor(t)
	d.stopWorker()
	p := d.presign(fmt.Sprintf(`{"contentType":"image/jpeg","bytes":%d,"sha256":"%s"}`, len(jpeg), strings.Repeat("ab", 32)))
	d.put("incoming/"+p.UploadID, jpeg)
	d.do("POST", path(p.CompleteURL)+"&async=1", "")
	d.workAgain()
	wantProblem(t, "another hash", d.do("POST", path(p.CompleteURL), ""), 400, "sha256", nil)
	p = d.presign(fmt.Sprintf(`{"contentType":"image/jpeg","bytes":%d}`, len(jpeg)+1))
	d.put("incoming/"+p.UploadID, jpeg)
	wantProblem(t, "another size", d.do("POST", path(p.CompleteURL), ""), 400, "bytes", nil)
	p = d.presign(`{}`)
	d.put("incoming/"+p.UploadID, strings.Repeat(jpeg, maxBytes/len(jpeg)+1))
	wantProblem(t, "too large", d.do("POST", path(p.CompleteURL), ""), 413, "", nil)
	d.wantIncoming("after all", 0)
	if kept := originals(t, d.store); len(kept) > 0 {
		t.Errorf("%d originals are left", len(kept))
	}
}

// Somebody who completes an upload twice, and brings other bytes in between, gets an image of one of the two; and what
// has the name of one of them has its bytes.
func TestDirectIsReplacedWhileItIsLookedAt(t *testing.T) {
	for _, more := range []string{"", `,"instructions":[{"w":5}]`} {
		d := openDoor(t)
		p := d.waiting(more)
		other := jpeg[:len(jpeg)-1] + "!"
		d.inspector.failWith(func(context.Context) error {
			d.put("incoming/"+p.UploadID, other)
			d.put("accepted/"+p.UploadID, other)
			return nil
		})
		d.workAgain()
		d.wantStatus("replaced"+more, p.UploadID, "completed")
		for hash, bytes := range originals(t, d.store) {
			if sum := sha256.Sum256(bytes); hex.EncodeToString(sum[:]) != hash {
				t.Errorf("with %q, the original %s has the bytes %q", more, hash, bytes)
			}
		}
		d.wantIncoming("replaced"+more, 0)
	}
}

// Of what is promised only those are told who have its signature, and it is taken for one image only where it is.
func TestCompleteKnowsItsUpload(t *testing.T) {
	d := lockedDoor(t)
	presign := func() (p uploader.Presigned) {
		got := d.do("POST", "/upload/presign", fmt.Sprintf(`{"contentType":"image/jpeg","bytes":%d}`, len(jpeg)), jsonType, bearer("upload"))
		if err := json.Unmarshal(got.body, &p); err != nil {
			t.Fatalf("POST /upload/presign = %d %s", got.status, got.body)
		}
		d.do("PUT", path(p.URL), jpeg, "Content-Type: image/jpeg")
		completed(t, "complete", d.do("POST", path(p.CompleteURL), ""))
		return p
	}
	p, other := presign(), presign()
	_, signature, _ := strings.Cut(other.CompleteURL, "?")
	plain := completed(t, "POST /upload", d.post("image/jpeg", jpeg, bearer("upload"))).ImageID
	var bulk uploader.Queued
	got := d.do("POST", "/upload", `{"items":[{"url":"http://127.0.0.1:1/a"},{"url":"http://127.0.0.1:1/b"}]}`, jsonType, bearer("upload"))
	if err := json.Unmarshal(got.body, &bulk); err != nil || got.status != 202 {
		t.Fatalf("POST of a bulk = %d %s", got.status, got.body)
	}
	for uri, want := range map[string]int{
		p.UploadID + "/complete?signature=x": 403, p.UploadID + "/complete?" + signature: 403,
		plain + "/complete?signature=x": 403, plain + "/complete?" + signature: 403,
		bulk.JobID + "/complete?signature=x": 404,
	} {
		if got := d.do("POST", "/upload/"+uri, ""); got.status != want || strings.Contains(string(got.body), baseURL) {
			t.Errorf("POST /upload/%s = %d %s, want %d", uri, got.status, got.body, want)
		}
	}
	if got := d.do("POST", "/upload/"+bulk.JobID+"/complete", "", bearer("upload")); got.status != 404 {
		t.Errorf("complete of a bulk = %d %s, want 404", got.status, got.body)
	}
	later := openDoorOver(t, d.store, func(l *door) { l.uploader.Access = d.uploader.Access }) // which remembers no job
	if got := later.do("POST", path(p.CompleteURL), ""); got.status != 404 {
		t.Errorf("long after that, by its signature = %d %s, want 404", got.status, got.body)
	}
	completed(t, "long after that, by a token", later.do("POST", "/upload/"+p.UploadID+"/complete", "", bearer("upload")))
}
