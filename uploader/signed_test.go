package uploader_test

import (
	"fmt"
	"strings"
	"testing"

	"lightwell/origin/store"
)

// fakeSign is a signature that tells what it is of.
func fakeSign(id, query string) string {
	signature := fmt.Sprintf("s=%s-%d", id[:4], len(query))
	if query == "" {
		return signature
	}
	return query + "&" + signature
}

// Wherever an answer has the URL of an image, it is one that is answered.
func TestEveryURLIsSigned(t *testing.T) {
	d := openDoorOver(t, store.NewMem(), func(d *door) { d.uploader.Sign, d.images.Sign = fakeSign, fakeSign })
	id := completed(t, "POST /upload", d.post("image/jpeg", jpeg)).ImageID
	for _, got := range []response{
		d.do("POST", "/upload?instructions=%7B%22w%22:5%7D", jpeg+"x", "Content-Type: image/jpeg"),
		d.do("POST", "/upload?instructions=%5B%7B%22w%22:5%7D,%7B%22w%22:6%7D%5D", jpeg+"y", "Content-Type: image/jpeg"),
		d.do("POST", "/process", `{"imageId":"`+id+`","w":5}`, "Content-Type: application/json"),
		d.do("GET", "/status/"+id, ""),
		d.do("GET", "/images", ""),
		d.do("GET", "/status/"+id, "", "Accept: text/event-stream"),
	} {
		body := strings.ReplaceAll(string(got.body), `\u0026`, "&")
		if n := strings.Count(body, baseURL); n == 0 {
			t.Errorf("%d %s has no URL", got.status, body)
		}
		for _, rest := range strings.Split(body, baseURL+"/image/")[1:] {
			url, _, _ := strings.Cut(strings.FieldsFunc(rest, func(r rune) bool { return r == '"' || r == ' ' })[0], " ")
			id, query, _ := strings.Cut(url, "?")
			unsigned, _, _ := strings.Cut("&"+query, "&s=")
			if want := fakeSign(id, strings.TrimPrefix(unsigned, "&")); query != want {
				t.Errorf("an answer has %s, want ?%s:\n%s", url, want, body)
			}
		}
	}
}
