package uploader_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"lightwell/uploader"
)

// bulk posts what must be taken for a bulk, and returns its job.
func (d *door) bulk(contentType, body string, headers ...string) string {
	d.t.Helper()
	got := d.post(contentType, body, headers...)
	var q uploader.Queued
	if err := json.Unmarshal(got.body, &q); err != nil || got.status != 202 || q.Status != "processing" ||
		q.Message != "Bulk upload queued, check /status/"+q.JobID {
		d.t.Fatalf("POST of a bulk = %d %s, want 202 and a job", got.status, got.body)
	}
	return q.JobID
}

// ended waits for a job's end and returns its first page.
func (d *door) ended(job string) (s uploader.Status) {
	d.t.Helper()
	d.eventually("job "+job+" ends", func() bool {
		got := d.get("/status/" + job)
		s = uploader.Status{}
		if err := json.Unmarshal(got.body, &s); err != nil || got.status != 200 {
			d.t.Fatalf("GET /status/%s = %d %s", job, got.status, got.body)
		}
		return s.Status != "processing"
	})
	return s
}

// told is what a status says of each item: its name and status, and of a failure why.
func told(s uploader.Status) (all []string) {
	for _, item := range s.Items {
		line := item.Name + " " + item.Status
		if item.Error != nil {
			line += fmt.Sprintf(" %d", item.Error.Status)
		}
		all = append(all, line)
	}
	return all
}

func wantStatus(t *testing.T, what string, s uploader.Status, status string, completed, failed int, items ...string) {
	t.Helper()
	if s.Status != status || s.Total != len(items) || s.Completed != completed || s.Failed != failed || len(s.URLs) != completed || s.Next != "" {
		t.Errorf("%s: %+v, want it %s with %d of %d completed and %d failed", what, s, status, completed, len(items), failed)
	}
	if got := told(s); !slices.Equal(got, items) {
		t.Errorf("%s: items %q, want %q", what, got, items)
	}
}

// Several files in a form are a bulk; the bad ones do not harm the good ones.
func TestBulkForm(t *testing.T) {
	d := openDoor(t)
	huge := jpeg + strings.Repeat("x", maxBytes)
	body := file("a.jpg", jpeg) + field("tags", "red") + file("b.txt", "no image") + file("empty.jpg", "") + file("c.png", png) +
		file("huge.jpg", huge) + file("d.webp", webp) + file("a again.jpg", jpeg) + field("tags", "blue") + end
	s := d.ended(d.bulk(formType, body))
	wantStatus(t, "a form", s, "completed", 3, 4,
		"a.jpg completed", "b.txt failed 415", "empty.jpg failed 400", "c.png completed", "huge.jpg failed 413", "d.webp failed 415", "a again.jpg completed")
	if n := len(originals(t, d.store)); n != 2 {
		t.Errorf("originals = %d, want 2: two files are the same", n)
	}
	for _, item := range s.Items {
		got := d.get("/status/" + item.ImageID)
		var one uploader.ImageStatus
		if err := json.Unmarshal(got.body, &one); err != nil || got.status != 200 || one.Status.Status != item.Status || one.Total != 1 || one.JobID != s.JobID {
			t.Errorf("GET /status of %s = %d %s", item.Name, got.status, got.body)
		}
		if item.Status == "completed" && (one.URL != baseURL+"/image/"+item.ImageID || one.Facts == nil || !slices.Equal(one.Tags, []string{"red", "blue"})) {
			t.Errorf("GET /status of %s = %s, want its URL and both tags", item.Name, got.body)
		}
	}
	d.eventually("nothing is left of what was accepted", func() bool { return d.accepted() == 0 })
}

// A first file that is bad shows only later that it is one of many.
func TestBulkFormThatBeginsBadly(t *testing.T) {
	d := openDoor(t)
	s := d.ended(d.bulk(formType, file("huge.jpg", jpeg+strings.Repeat("x", maxBytes))+file("a.jpg", jpeg)+end))
	wantStatus(t, "a form", s, "completed", 1, 1, "huge.jpg failed 413", "a.jpg completed")
}

// The same key and body give the same answer; another body is a conflict.
func TestIdempotencyKey(t *testing.T) {
	d := openDoor(t)
	key := "Idempotency-Key: order-66"
	first := d.post("image/jpeg", jpeg, key)
	if again := d.post("image/jpeg", jpeg, key); string(again.body) != string(first.body) || again.status != 200 {
		t.Errorf("POST again = %d %s, want 200 %s", again.status, again.body, first.body)
	}
	wantProblem(t, "another body", d.post("image/jpeg", jpeg+"x", key), 409, "Idempotency-Key", nil)
	wantProblem(t, "another tag", d.do("POST", "/upload?tags=a", jpeg, key), 409, "Idempotency-Key", nil)
	wantProblem(t, "a bulk", d.post(formType, file("a", jpeg)+file("b", png)+end, key), 409, "Idempotency-Key", nil)
	completed(t, "another key", d.post("image/jpeg", jpeg, key+"b"))
	bulk := file("a", jpeg) + file("b", png) + end
	job := d.bulk(formType, bulk, "Idempotency-Key: bulk")
	if again := d.bulk("multipart/form-data; boundary=c", strings.ReplaceAll(bulk, "--b", "--c"), "Idempotency-Key: bulk"); again != job {
		t.Errorf("a bulk again is job %s, want %s: the boundary says nothing", again, job)
	}
	d.ended(job)
	d.eventually("nothing is left of what was accepted", func() bool { return d.accepted() == 0 })
	for _, bad := range []string{"Idempotency-Key:", "Idempotency-Key: a b", "Idempotency-Key: é", "Idempotency-Key: " + strings.Repeat("x", 256), key + "\r\n" + key} {
		wantProblem(t, bad, d.post("image/jpeg", jpeg, bad), 400, "Idempotency-Key", nil)
	}
}

// With instructions the answer waits for the renditions, and has the first one's URL.
func TestInstructions(t *testing.T) {
	d := openDoor(t)
	send := func(instructions string) response {
		return d.post(formType, field("instructions", instructions)+file("x.jpg", jpeg)+end)
	}
	c := completed(t, "one", send(`{"resize":{"width":5}}`))
	if c.URL != baseURL+"/image/"+c.ImageID+"?w=5" || c.Renditions != nil {
		t.Errorf("URL = %s, renditions %q", c.URL, c.Renditions)
	}
	c = completed(t, "two", send(`[{"w":5},{"format":"webp","blur":3}]`))
	base := baseURL + "/image/" + c.ImageID
	if want := []string{base + "?w=5", base + "?blur=3&fm=webp"}; c.URL != want[0] || !slices.Equal(c.Renditions, want) {
		t.Errorf("URL = %s, renditions %q, want %q", c.URL, c.Renditions, want)
	}
	if made := d.made.taken(); len(made) != 3 {
		t.Errorf("made %q, want three", made)
	}
	wantProblem(t, "an unknown preset", send(`{"preset":"card"}`), 404, "preset", nil)
	if n := len(originals(t, d.store)); n != 1 {
		t.Errorf("originals = %d", n)
	}
}

func TestAsync(t *testing.T) {
	d := openDoor(t)
	got := d.do("POST", "/upload?async=true", jpeg)
	var p uploader.Processing
	if err := json.Unmarshal(got.body, &p); err != nil || got.status != 202 || p.Message != "Image is being processed, check /status/"+p.ImageID {
		t.Fatalf("POST /upload?async=true = %d %s", got.status, got.body)
	}
	s := d.ended(p.ImageID)
	wantStatus(t, "an image", s, "completed", 1, 0, " completed")
}

// What waits is cancelled at once, and what runs goes on to its end.
func TestCancel(t *testing.T) {
	d := openDoor(t)
	begun, release := make(chan struct{}, bulkItems), make(chan struct{})
	d.holdInspections(begun, release)
	job := d.bulk(formType, strings.Repeat(file("a.jpg", jpeg), 10)+end)
	<-begun
	<-begun
	if got := d.do("DELETE", "/status/"+job, ""); got.status != 204 {
		t.Errorf("DELETE /status = %d %s", got.status, got.body)
	}
	close(release)
	d.eventually("two end", func() bool { return d.ended(job).Completed == 2 })
	s := d.ended(job)
	if s.Status != "cancelled" || s.Total != 10 || s.Cancelled != 8 || s.Failed != 0 || len(s.URLs) != 2 {
		t.Errorf("the job is %+v, want it cancelled with 2 completed and 8 cancelled", s)
	}
	wantProblem(t, "DELETE again", d.do("DELETE", "/status/"+job, ""), 409, "", nil)
	wantProblem(t, "DELETE of nothing", d.do("DELETE", "/status/0123456789abcdefghjkmnpqrs", ""), 404, "", nil)
	if n := d.inspector.count(); n != 2 {
		t.Errorf("%d were inspected, want 2", n)
	}
}

// The widths of a srcset are those below the image's, and its own.
func TestSrcset(t *testing.T) {
	for _, tt := range []struct {
		width int
		want  string
	}{
		{1, "1"}, {320, "320"}, {321, "320 321"}, {1280, "320 640 960 1280"}, {3840, "320 640 960 1280 1920 2560 3840"}, {9000, "320 640 960 1280 1920 2560 3840"},
	} {
		var got []string
		for entry := range strings.SplitSeq(uploader.Srcset("u", tt.width), ", ") {
			url, width, _ := strings.Cut(entry, " ")
			width = strings.TrimSuffix(width, "w")
			asked := width
			if width == "1" { // which no URL can ask for
				asked = "2"
			}
			if url != "u?w="+asked+"&auto=format" {
				t.Errorf("srcset(%d) has %q", tt.width, entry)
			}
			got = append(got, width)
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("srcset(%d) = %v, want %s", tt.width, got, tt.want)
		}
	}
}
