package main_test

import (
	"bytes"
	"encoding/json"
	"image"
	"image/png"
	"net/http"
	"slices"
	"syscall"
	"testing"
)

// An image that is deleted while a worker that has lost it is stopped stays deleted when
// that worker goes on with it.
func TestStoppedWorkerDoesNotBringBackWhatIsDeleted(t *testing.T) {
	large := image.NewGray(image.Rect(0, 0, 8000, 8000)) // to look at it takes long enough
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&b, large); err != nil {
		t.Fatal(err)
	}
	data, flags := t.TempDir(), []string{"--lease=1s", "--sync-wait=0s", "--metadata-life=10ms"}
	u, debug := launch(t, "uploader", data, flags), append(slices.Clone(flags), "--log-level=debug")
	first := launch(t, "worker", data, debug)
	var taken struct{ ImageID string }
	if a := u.post(b.Bytes()); json.Unmarshal(a.body, &taken) != nil || a.status != http.StatusAccepted {
		t.Fatalf("POST /upload = %d %s, want 202", a.status, a.body)
	}
	first.wantLine(`"an item is begun" .* attempt=1`)
	first.freeze()
	second := launch(t, "worker", data, debug)
	eventually(t, patience, "the second worker has done it", func() bool { return u.job(t, taken.ImageID, "").Status == "completed" })
	if a := do(t, request(t, http.MethodDelete, u.uploads+"/image/"+taken.ImageID, nil)); a.status != http.StatusNoContent {
		t.Fatalf("DELETE = %d %s", a.status, a.body)
	}
	first.signal(syscall.SIGCONT)
	first.wantLine(`lost to another worker|stale`)
	first.stop() // what it had begun has an end now
	second.stop()
	p := serve(t, data, flags)
	if a := p.get("/image/" + taken.ImageID); a.status != http.StatusGone {
		t.Errorf("GET of the deleted image = %d with %d bytes, want 410", a.status, len(a.body))
	}
	if ids := listAll(t, p); len(ids) > 0 {
		t.Errorf("the images are %v, want none", ids)
	}
}
