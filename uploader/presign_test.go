package uploader_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"lightwell/uploader"
)

// presign asks for leave to bring images.
func (d *door) presign(body string) uploader.Presigned {
	d.t.Helper()
	got := d.do("POST", "/upload/presign", body, jsonType)
	var p uploader.Presigned
	if err := json.Unmarshal(got.body, &p); err != nil || got.status != 200 || p.UploadID == "" {
		d.t.Fatalf("POST /upload/presign %s = %d %s", body, got.status, got.body)
	}
	return p
}

// path is what comes after the host of a URL.
func path(url string) string { return strings.TrimPrefix(url, "http://uploads.test") }

// What cannot be meant is refused, by its name, before anything is kept.
func TestPresignRefusals(t *testing.T) {
	d := openDoor(t)
	hash := strings.Repeat("ab", 32)
	for _, tt := range []struct {
		body, param string
		status      int
	}{
		{`{"contentType":"text/html","bytes":5}`, "", 415},
		{`{"contentType":"image/","bytes":5}`, "", 415},
		{`{"contentType":"image/jpeg; q=1","bytes":5}`, "", 415},
		{`{"contentType":"image/jpeg\r\nX: y","bytes":5}`, "", 415},
		{`{"contentType":7}`, "contentType", 400},
		{`{"contentType":"image/jpeg","bytes":0}`, "bytes", 400},
		{`{"contentType":"image/jpeg","bytes":-1}`, "bytes", 400},
		{`{"contentType":"image/jpeg","bytes":1.5}`, "bytes", 400},
		{`{"contentType":"image/jpeg","bytes":"5"}`, "bytes", 400},
		{fmt.Sprintf(`{"contentType":"image/jpeg","bytes":%d}`, maxBytes+1), "", 413},
		{`{"sha256":"abcd"}`, "sha256", 400},
		{`{"sha256":"` + hash + `0"}`, "sha256", 400},
		{`{"method":"PUT"}`, "method", 400},
		{`{"method":"PUT","contentType":"image/jpeg"}`, "method", 400},
		{`{"method":"PATCH"}`, "method", 400},
		{`{"count":0}`, "count", 400},
		{`{"count":1001}`, "count", 400},
		{`{"count":"2"}`, "count", 400},
		{`{"uploads":[]}`, "uploads", 400},
		{`{"uploads":[{"bytes":0}]}`, "bytes", 400},
		{`{"uploads":[{}],"count":2}`, "uploads", 400},
		{`{"uploads":[{}],"tags":["a"]}`, "uploads", 400},
		{`{"uploads":[` + strings.Repeat(`{},`, 1000) + `{}]}`, "uploads", 400},
		{`{"async":true}`, "async", 400},
		{`{"size":5}`, "size", 400},
		{`{"tags":["a,b"]}`, "tags", 400},
		{`{"callback":"ftp://x.test/"}`, "callback", 400},
		{`{"instructions":{"w":-5}}`, "w", 400},
		{`{"instructions":{}}`, "instructions", 400},
		{`{"name":"` + strings.Repeat("x", 256) + `"}`, "name", 400},
		{`{"bytes":5,"bytes":5}`, "bytes", 400},
		{`[]`, "body", 400},
		{``, "body", 400},
	} {
		wantProblem(t, "POST /upload/presign "+tt.body, d.do("POST", "/upload/presign", tt.body, jsonType), tt.status, tt.param, nil)
	}
	d.wantIncoming("after all", 0)
}

// A thousand are given leave for at once, each for itself.
func TestPresignMany(t *testing.T) {
	d := openDoor(t)
	got := d.do("POST", "/upload/presign", fmt.Sprintf(`{"count":1000,"contentType":"image/jpeg","bytes":%d}`, len(jpeg)), jsonType)
	var all uploader.PresignedAll
	if err := json.Unmarshal(got.body, &all); err != nil || got.status != 200 || len(all.Uploads) != 1000 {
		t.Fatalf("POST /upload/presign = %d %.200s", got.status, got.body)
	}
	seen := map[string]bool{}
	for _, p := range all.Uploads {
		seen[p.UploadID], seen[p.URL], seen[p.CompleteURL] = true, true, true
	}
	if len(seen) != 3000 {
		t.Errorf("%d ids and URLs, want 3,000", len(seen))
	}
	for _, p := range all.Uploads[:20] {
		if got := d.do("PUT", path(p.URL), jpeg, "Content-Type: image/jpeg"); got.status != 200 {
			t.Errorf("PUT = %d %s", got.status, got.body)
		}
		if c := completed(t, "complete", d.do("POST", path(p.CompleteURL), "")); c.ImageID != p.ImageID {
			t.Errorf("completed %s, want %s", c.ImageID, p.ImageID)
		}
	}
	d.wantIncoming("after 20", 980)
	if got := d.do("POST", "/upload/presign", `{"uploads":[{"contentType":"image/jpeg","bytes":5},{}]}`, jsonType); got.status != 200 || strings.Count(string(got.body), `"method":"PUT"`) != 1 || strings.Count(string(got.body), `"method":"POST"`) != 1 {
		t.Errorf("two of different kinds = %d %s", got.status, got.body)
	}
}

// What is completed and was not presigned, or not brought, is none; and a completed one is told from its image when
// nobody remembers its job.
func TestComplete(t *testing.T) {
	d := openDoor(t)
	none := "/upload/" + strings.Repeat("z", 26) + "/complete"
	for uri, status := range map[string]int{none: 404, none + "?signature=x": 404, "/upload/short/complete": 404, none + "?x=1": 400, none + "?async=maybe": 400, "/upload/short/else": 404} {
		if got := d.do("POST", uri, ""); got.status != status {
			t.Errorf("POST %s = %d %s, want %d", uri, got.status, got.body, status)
		}
	}
	p := d.presign(fmt.Sprintf(`{"contentType":"image/jpeg","bytes":%d}`, len(jpeg)))
	complete := path(p.CompleteURL)
	if got := d.do("POST", complete[:len(complete)-1]+"!", ""); got.status != 403 {
		t.Errorf("with another signature = %d %s, want 403", got.status, got.body)
	}
	d.do("PUT", path(p.URL), jpeg, "Content-Type: image/jpeg")
	if got := d.do("POST", complete+"&async=true", ""); got.status != 202 || !strings.Contains(string(got.body), `"imageId":"`+p.ImageID+`"`) {
		t.Errorf("with async = %d %s, want 202", got.status, got.body)
	}
	completed(t, "after that", d.do("POST", complete, ""))
	later := openDoorOver(t, d.store) // with another queue
	if c := completed(t, "long after that", later.do("POST", complete, "")); c.ImageID != p.ImageID {
		t.Errorf("long after that it is %s, want %s", c.ImageID, p.ImageID)
	}
	d.do("DELETE", "/image/"+p.ImageID, "")
	if got := openDoorOver(t, d.store).do("POST", complete, ""); got.status != 410 {
		t.Errorf("when it is deleted = %d %s, want 410", got.status, got.body)
	}
}

// A form is read as a bucket would read it.
func TestContentForms(t *testing.T) {
	d := openDoor(t)
	part := func(name, value string) string {
		return "--b\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n"
	}
	for _, tt := range []struct {
		what   string
		form   func(signature string) string
		status int
	}{
		{"as it should be", func(s string) string {
			return part("signature", s) + part("Content-Type", "image/jpeg") + part("file", jpeg) + "--b--"
		}, 204},
		{"an end after the end", func(s string) string {
			return part("signature", s) + part("Content-Type", "image/jpeg") + part("file", jpeg) + "--b--\r\n"
		}, 204},
		{"more fields", func(s string) string {
			return part("x", "y") + part("signature", s) + part("Content-Type", "image/jpeg") + part("file", jpeg) + "--b--"
		}, 400},
		{"a field twice", func(s string) string {
			return part("signature", "x") + part("signature", s) + part("Content-Type", "image/jpeg") + part("file", jpeg) + "--b--"
		}, 400},
		{"the signature after the file", func(s string) string {
			return part("Content-Type", "image/jpeg") + part("file", jpeg) + part("signature", s) + "--b--"
		}, 403},
		{"something after the file", func(s string) string {
			return part("signature", s) + part("Content-Type", "image/jpeg") + part("file", jpeg) + part("x", "y") + "--b--"
		}, 400},
		{"no file", func(s string) string { return part("signature", s) + part("Content-Type", "image/jpeg") + "--b--" }, 400},
		{"no end", func(s string) string {
			return part("signature", s) + part("Content-Type", "image/jpeg") + part("file", jpeg)
		}, 400},
		{"a long field", func(s string) string {
			return part("signature", strings.Repeat("y", 120_000)) + part("file", jpeg) + "--b--"
		}, 400},
		{"too large a file", func(s string) string {
			return part("signature", s) + part("Content-Type", "image/jpeg") + part("file", strings.Repeat(jpeg, maxBytes/len(jpeg)+1)) + "--b--"
		}, 413},
		{"no form", func(s string) string { return "" }, 400},
	} {
		p := d.presign(`{}`)
		form := tt.form(p.Fields["signature"])
		if got := d.do("POST", path(p.URL), form, "Content-Type: multipart/form-data; boundary=b"); got.status != tt.status {
			t.Errorf("%s: %d %s, want %d", tt.what, got.status, got.body, tt.status)
		}
		want := 409
		if tt.status == 204 {
			want = 200
		}
		if got := d.do("POST", path(p.CompleteURL), ""); got.status != want {
			t.Errorf("%s: completed = %d %s, want %d", tt.what, got.status, got.body, want)
		}
	}
}
