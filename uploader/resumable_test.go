package uploader_test

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"lightwell/origin/library"
)

const (
	tusVersion = "Tus-Resumable: 1.0.0"
	chunkType  = "Content-Type: application/offset+octet-stream"
)

func lengthOf(n int) string { return fmt.Sprintf("Upload-Length: %d", n) }
func offsetAt(n int) string { return fmt.Sprintf("Upload-Offset: %d", n) }

// meta is an Upload-Metadata of names and values.
func meta(pairs ...string) string {
	var list []string
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, pairs[i]+" "+base64.StdEncoding.EncodeToString([]byte(pairs[i+1])))
	}
	return "Upload-Metadata: " + strings.Join(list, ",")
}

// begin begins an upload in parts, and gives its path.
func (d *door) begin(n int, headers ...string) string {
	d.t.Helper()
	got := d.do("POST", "/upload/resumable/", "", append(headers, tusVersion, lengthOf(n))...)
	at := got.header.Get("Location")
	id := got.header.Get("X-Image-Id")
	if want := "http://uploads.test/upload/resumable/" + id; got.status != 201 || !library.ValidID(id) || at != want {
		d.t.Fatalf("POST /upload/resumable/ = %d %s, Location %q, want 201 and %s", got.status, got.body, at, want)
	}
	return strings.TrimPrefix(at, "http://uploads.test")
}

// patch sends a part.
func (d *door) patch(at string, offset int, part string, headers ...string) response {
	d.t.Helper()
	return d.do("PATCH", at, part, append(headers, tusVersion, chunkType, offsetAt(offset))...)
}

// offset is how many bytes the server says that it has.
func (d *door) offset(at string) int {
	d.t.Helper()
	got := d.do("HEAD", at, "", tusVersion)
	n, err := strconv.Atoi(got.header.Get("Upload-Offset"))
	if got.status != 200 || err != nil || got.header.Get("Cache-Control") != "no-store" {
		d.t.Fatalf("HEAD %s = %d %v, want an offset", at, got.status, got.header)
	}
	return n
}

// wantIncoming wants so many objects of uploads that have not been taken up.
func (d *door) wantIncoming(what string, want int) {
	d.t.Helper()
	d.eventually(fmt.Sprintf("%s: %d objects of uploads are left", what, want), func() bool {
		n := 0
		for name := range stored(d.t, d.store) {
			if strings.HasPrefix(name, "incoming/") || strings.HasPrefix(name, "accepted/") {
				n++
			}
		}
		return n == want
	})
}

// What the protocol asks for is there, and nothing that is not said to be.
func TestResumableOptions(t *testing.T) {
	d := openDoor(t)
	for _, path := range []string{"/upload/resumable/", "/upload/resumable"} {
		wantHeaders(t, "OPTIONS "+path, d.do("OPTIONS", path, ""), map[string]string{
			"Tus-Resumable": "1.0.0", "Tus-Version": "1.0.0", "Tus-Max-Size": strconv.Itoa(maxBytes),
			"Tus-Extension": "creation,creation-with-upload,termination,expiration",
		})
	}
}

// An image that comes in parts is what it would be if it had come in one, whether its client hears the last answer
// or not.
func TestResumableInParts(t *testing.T) {
	d := openDoor(t)
	for name, send := range map[string]func(at string){
		"one by one": func(at string) {
			for i := range jpeg {
				got := d.patch(at, i, jpeg[i:i+1])
				if got.status != 204 || got.header.Get("Upload-Offset") != strconv.Itoa(i+1) {
					t.Fatalf("PATCH at %d = %d %s, offset %q", i, got.status, got.body, got.header.Get("Upload-Offset"))
				}
			}
		},
		"in two": func(at string) { d.patch(at, 0, jpeg[:5]); d.patch(at, 5, jpeg[5:]) },
		"in one": func(at string) { d.patch(at, 0, jpeg) },
		"by POST": func(at string) {
			d.do("POST", at, jpeg, "X-HTTP-Method-Override: PATCH", tusVersion, chunkType, offsetAt(0))
		},
	} {
		at := d.begin(len(jpeg), meta("filename", "a b.jpg", "tags", "red,blue", "relativePath", "null", "type", "image/jpeg"))
		send(at)
		id := at[len("/upload/resumable/"):]
		if n := d.offset(at); n != len(jpeg) {
			t.Errorf("%s: the offset is %d, want %d", name, n, len(jpeg))
		}
		d.wantStatus(name, id, "completed")
		if n := d.offset(at); n != len(jpeg) { // also when all else is forgotten
			t.Errorf("%s: the offset is %d afterwards, want %d", name, n, len(jpeg))
		}
		if got := d.patch(at, len(jpeg), ""); got.status != 204 {
			t.Errorf("%s: a PATCH after all = %d %s, want 204", name, got.status, got.body)
		}
		d.wantIncoming(name, 0)
	}
}

// wantStatus waits for an upload to end, and wants how.
func (d *door) wantStatus(what, id, want string) {
	d.t.Helper()
	var got response
	d.eventually(what+": the upload ends", func() bool {
		got = d.get("/status/" + id)
		return got.status == 200 && !strings.HasPrefix(string(got.body), `{"status":"processing"`)
	})
	if !strings.HasPrefix(string(got.body), `{"status":"`+want+`"`) {
		d.t.Errorf("%s: GET /status = %d %s, want %s", what, got.status, got.body, want)
	}
}

// The first part may come with the creation, and be all.
func TestResumableCreationWithUpload(t *testing.T) {
	d := openDoor(t)
	got := d.do("POST", "/upload/resumable/", jpeg, tusVersion, lengthOf(len(jpeg)), chunkType)
	if got.status != 201 || got.header.Get("Upload-Offset") != strconv.Itoa(len(jpeg)) {
		t.Fatalf("POST with all = %d %s, offset %q", got.status, got.body, got.header.Get("Upload-Offset"))
	}
	d.wantStatus("all at once", got.header.Get("X-Image-Id"), "completed")
	d.wantIncoming("all at once", 0)
}

// Whatever is not as the protocol has it is refused, as a problem, and changes nothing.
func TestResumableRefusals(t *testing.T) {
	d := openDoor(t)
	at := d.begin(len(jpeg))
	d.patch(at, 0, jpeg[:5])
	for _, tt := range []struct {
		what, method, uri, body string
		headers                 []string
		status                  int
		says                    string
	}{
		{"no version", "POST", "/upload/resumable/", "", []string{lengthOf(10)}, 412, "Tus-Resumable"},
		{"another version", "PATCH", at, jpeg[5:], []string{"Tus-Resumable: 0.2.2", chunkType, offsetAt(5)}, 412, "Tus-Resumable"},
		{"no length", "POST", "/upload/resumable/", "", []string{tusVersion}, 400, "Upload-Length"},
		{"a length of no number", "POST", "/upload/resumable/", "", []string{tusVersion, "Upload-Length: many"}, 400, "Upload-Length"},
		{"nothing", "POST", "/upload/resumable/", "", []string{tusVersion, lengthOf(0)}, 400, "empty"},
		{"a length that is not known", "POST", "/upload/resumable/", "", []string{tusVersion, "Upload-Defer-Length: 1"}, 400, "not implemented"},
		{"too long", "POST", "/upload/resumable/", "", []string{tusVersion, lengthOf(maxBytes + 1)}, 413, "size"},
		{"too many tags", "POST", "/upload/resumable/", "", []string{tusVersion, lengthOf(10), meta("tags", strings.Repeat("x", 65))}, 400, "tag"},
		{"instructions of nothing", "POST", "/upload/resumable/", "", []string{tusVersion, lengthOf(10), meta("instructions", "{")}, 400, "JSON"},
		{"a wrong offset", "PATCH", at, jpeg[5:], []string{tusVersion, chunkType, offsetAt(4)}, 409, "offset"},
		{"no offset", "PATCH", at, jpeg[5:], []string{tusVersion, chunkType}, 400, "Upload-Offset"},
		{"another type", "PATCH", at, jpeg[5:], []string{tusVersion, "Content-Type: image/jpeg", offsetAt(5)}, 400, "Content-Type"},
		{"more than was announced", "PATCH", at, jpeg, []string{tusVersion, chunkType, offsetAt(5)}, 413, "exceeded"},
		{"a POST to an upload", "POST", at, "", []string{tusVersion}, 405, "POST"},
		{"a GET of an upload", "GET", at, "", []string{tusVersion}, 405, "GET"},
		{"no such upload", "PATCH", "/upload/resumable/" + strings.Repeat("z", 26), "x", []string{tusVersion, chunkType, offsetAt(0)}, 404, "no upload"},
		{"no id", "PATCH", "/upload/resumable/..%2fassets", "x", []string{tusVersion, chunkType, offsetAt(0)}, 404, "no upload"},
	} {
		got := d.do(tt.method, tt.uri, tt.body, tt.headers...)
		if got.status != tt.status || got.header.Get("Content-Type") != "application/problem+json" || !strings.Contains(string(got.body), tt.says) {
			t.Errorf("%s: %s %s = %d %s, want %d and %q", tt.what, tt.method, tt.uri, got.status, got.body, tt.status, tt.says)
		}
		if tt.status == 412 && got.header.Get("Tus-Version") != "1.0.0" {
			t.Errorf("%s: the answer does not say which version there is", tt.what)
		}
	}
	if n := d.offset(at); n != 5 {
		t.Errorf("the offset is %d after all, want 5", n)
	}
	d.patch(at, 5, jpeg[5:])
	d.wantStatus("after all", at[len("/upload/resumable/"):], "completed")
	d.wantIncoming("after all", 0)
}
