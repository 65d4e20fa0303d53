package uploader_test

import (
	"net/url"
	"strings"
	"testing"

	"lightwell/uploader/fetch"
)

// What is fetched, and then cannot be made into what was asked for, is no asset.
func TestURLUndone(t *testing.T) {
	d := openDoor(t)
	wantProblem(t, "an unknown preset", d.post("application/json", `{"url":"`+elsewhere(t)+`/a.jpg","instructions":{"preset":"card"}}`), 404, "preset", nil)
	d.discarded()
	for name := range stored(t, d.store) {
		if !strings.HasPrefix(name, "originals/") { // bytes without an asset are swept
			t.Errorf("a URL that was refused left %s", name)
		}
	}
}

// What is inside is not fetched, and what a name stands for inside is not told.
func TestURLInside(t *testing.T) {
	d := openDoor(t)
	d.images.Client = fetch.New(fetch.Options{Timeout: patience})
	at, err := url.Parse(elsewhere(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, host := range []string{"localhost", "127.0.0.1", "[::1]", "0.0.0.0"} {
		got := d.post("application/json", `{"url":"http://`+host+":"+at.Port()+`/a.jpg"}`)
		wantProblem(t, host, got, 422, "url", nil)
		if strings.Contains(string(got.body), at.Port()) || strings.Contains(string(got.body), "127.0.0.1") {
			t.Errorf("a URL of %s is answered with %s, which has the address", host, got.body)
		}
		d.nothingKept(host)
	}
}
