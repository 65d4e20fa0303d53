package uploader_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"lightwell/origin/library"
)

// An answer says exactly what there is to say.
func TestAnswer(t *testing.T) {
	d := openDoor(t)
	before := time.Now().Truncate(time.Millisecond)
	got := d.do("POST", "/upload?name=a%20b.jpg&tags=red,two+words,red", jpeg, "Content-Type: image/jpeg", withID)
	wantHeaders(t, "POST /upload", got, map[string]string{"Content-Type": "application/json", "X-Request-Id": "test-1"})
	c := completed(t, "POST /upload", got)
	if !library.ValidID(c.ImageID) || c.Created.Before(before) || c.Created.After(time.Now()) {
		t.Errorf("POST /upload: imageId %q, created %v, want an id and the time", c.ImageID, c.Created)
	}
	created, err := c.Created.MarshalText()
	if err != nil {
		t.Fatal(err)
	}
	url := "https://images.test/image/" + c.ImageID
	facts := `"width":30,"height":40,"format":"jpeg","bytes":14,"name":"a b.jpg","tags":["red","two words"],"created":"` + string(created) + `","placeholder":"` + placeholder + `","srcset":"` + url + `?w=30&auto=format 30w"}` + "\n"
	want := `{"status":"completed","imageId":"` + c.ImageID + `","url":"` + url + `",` + facts
	if string(got.body) != want {
		t.Errorf("POST /upload = %s, want %s", got.body, want)
	}
	want = `{"status":"completed","jobId":"` + c.ImageID + `","total":1,"completed":1,"failed":0,"urls":["` + url + `"],` +
		`"items":[{"name":"a b.jpg","status":"completed","imageId":"` + c.ImageID + `","url":"` + url + `"}],` +
		`"imageId":"` + c.ImageID + `","url":"` + url + `",` + facts
	if status := d.get("/status/" + c.ImageID); string(status.body) != want {
		t.Errorf("GET /status = %s, want %s", status.body, want)
	}
	sum := sha256.Sum256([]byte(jpeg))
	hash := hex.EncodeToString(sum[:])
	if kept := originals(t, d.store); len(kept) != 1 || string(kept[hash]) != jpeg {
		t.Errorf("originals = %q, want %q", kept, jpeg)
	}
	var asset library.Asset
	if err := json.Unmarshal(stored(t, d.store)["assets/"+c.ImageID+".json"], &asset); err != nil || asset.Original != hash || asset.Bytes != 14 {
		t.Errorf("asset = %+v, %v, want the original %s of 14 bytes", asset, err, hash)
	}
}

// The type comes from the bytes. What the header says decides only how the body is read.
func TestContentTypes(t *testing.T) {
	for _, tt := range []struct {
		contentType, body string
		status            int
		format            string
	}{
		{"image/jpeg", jpeg, 200, "jpeg"},
		{"image/png", jpeg, 200, "jpeg"},
		{"IMAGE/JPEG", jpeg, 200, "jpeg"},
		{"image/anything", png, 200, "png"},
		{"image/png; charset=utf-8", png, 200, "png"},
		{"application/octet-stream", png, 200, "png"},
		{"", png, 200, "png"},
		{"image/jpeg", "<!DOCTYPE html><p>no image</p>", 415, ""},
		{"image/jpeg", "GIF8", 415, ""},
		{"image/jpeg", "x", 415, ""},
		{"image/webp", webp, 415, ""},
		{"image/jpeg", "", 400, ""},
		{"text/html", jpeg, 415, ""},
		{"text/plain", jpeg, 415, ""},
		{"image", jpeg, 415, ""},
		{"application/x-www-form-urlencoded", "file=x", 415, ""},
		{"multipart/mixed; boundary=b", "--b--", 415, ""},
		{"image/", jpeg, 400, ""},
		{"/", jpeg, 400, ""},
		{"image/jpeg/x", jpeg, 400, ""},
		{"image/jpeg; a", jpeg, 400, ""},
		{"image/jpeg, image/png", jpeg, 400, ""},
		{"\x80", jpeg, 400, ""},
	} {
		d := openDoor(t)
		what := fmt.Sprintf("POST of %q as %q", tt.body, tt.contentType)
		got := d.post(tt.contentType, tt.body)
		if tt.status == 200 {
			if c := completed(t, what, got); c.Format.String() != tt.format || c.Name != "" {
				t.Errorf("%s = %+v, want %s without a name", what, c, tt.format)
			}
			continue
		}
		param := ""
		if tt.body == "" {
			param = "file"
		}
		wantProblem(t, what, got, tt.status, param, nil)
		d.nothingKept(what)
		if n := d.inspector.count(); n > 0 {
			t.Errorf("%s was decoded, want it refused before", what)
		}
	}
}

// Each upload is an asset of its own; the bytes are kept once.
func TestSameBytesTwice(t *testing.T) {
	d := openDoor(t)
	one, other := completed(t, "POST", d.post("image/jpeg", jpeg)), completed(t, "POST again", d.post("image/jpeg", jpeg))
	if one.ImageID == other.ImageID || one.URL == other.URL {
		t.Errorf("two uploads are %s and %s, want two ids", one.ImageID, other.ImageID)
	}
	if kept := originals(t, d.store); len(kept) != 1 {
		t.Errorf("originals = %d, want 1", len(kept))
	}
	if got := d.do("DELETE", "/image/"+one.ImageID, ""); got.status != 204 {
		t.Errorf("DELETE = %d, want 204", got.status)
	}
	if got := d.get("/status/" + other.ImageID); got.status != 200 {
		t.Errorf("GET /status of the other = %d, want 200", got.status)
	}
	if kept := originals(t, d.store); len(kept) != 1 {
		t.Errorf("originals after one was deleted = %d, want 1", len(kept))
	}
}

// Options come in the query, too. What is not known is refused, not ignored.
func TestOptions(t *testing.T) {
	tags := func(n int) string {
		var all []string
		for i := range n {
			all = append(all, fmt.Sprint("t", i))
		}
		return strings.Join(all, ",")
	}
	for _, tt := range []struct {
		query  string
		status int
		param  string
		name   string
		tags   []string
	}{
		{"", 200, "", "", nil},
		{"?name=", 200, "", "", nil},
		{"?name=%F0%9F%90%88.jpg", 200, "", "🐈.jpg", nil},
		{"?name=" + strings.Repeat("x", 255), 200, "", strings.Repeat("x", 255), nil},
		{"?tags=a&tags=b,a", 200, "", "", []string{"a", "b"}},
		{"?tags=,+a+,,b,", 200, "", "", []string{"a", "b"}},
		{"?tags=" + strings.Repeat("x", 64), 200, "", "", []string{strings.Repeat("x", 64)}},
		{"?tags=" + tags(20), 200, "", "", strings.Split(tags(20), ",")},
		{"?tags=a%2Fb,..", 200, "", "", []string{"a/b", ".."}},
		{"?name=" + strings.Repeat("x", 256), 400, "name", "", nil},
		{"?name=%ff", 400, "name", "", nil},
		{"?tags=%ff", 400, "tags", "", nil},
		{"?tags=" + strings.Repeat("x", 65), 400, "tags", "", nil},
		{"?tags=" + tags(21), 400, "tags", "", nil},
		{"?Name=x", 400, "Name", "", nil},
		{"?colour=red", 400, "colour", "", nil},
		{"?file=x", 400, "file", "", nil},
		{"?async=perhaps", 400, "async", "", nil},
		{"?callback=mailto:x@x.test", 400, "callback", "", nil},
		{"?callback=https://", 400, "callback", "", nil},
		{"?callback=https://user:word@x.test", 400, "callback", "", nil},
		{"?instructions={}", 400, "instructions", "", nil},
		{"?instructions={", 400, "instructions", "", nil},
		{"?instructions=[{}]", 400, "instructions", "", nil},
		{"?instructions=" + url.QueryEscape(`{"resize":{"width":-1}}`), 400, "resize.width", "", nil},
		{"?instructions=" + url.QueryEscape("["+strings.Repeat(`{"w":5},`, 50)+`{"w":5}]`), 400, "instructions", "", nil},
		{"?instructions=" + url.QueryEscape(strings.Repeat("[", 10_000)), 400, "instructions", "", nil},
		{"?name=%zz", 400, "", "", nil},
		{"?a;b", 400, "", "", nil},
	} {
		d := openDoor(t)
		got := d.do("POST", "/upload"+tt.query, jpeg)
		what := "POST /upload" + tt.query
		if tt.status != 200 {
			wantProblem(t, what, got, tt.status, tt.param, nil)
			d.nothingKept(what)
			continue
		}
		if c := completed(t, what, got); c.Name != tt.name || !slices.Equal(c.Tags, tt.tags) {
			t.Errorf("%s: name %q, tags %q, want %q, %q", what, c.Name, c.Tags, tt.name, tt.tags)
		}
	}
}
