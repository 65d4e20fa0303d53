package main_test

import (
	"bytes"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// bigPhoto is a photo of some more than so many bytes, which are comments: segments of
// JPEG that decoders leave out.
func bigPhoto(t *testing.T, bytesOfIt int) string {
	t.Helper()
	photo := testdata(t, "photo.jpg")
	comment := append([]byte{0xff, 0xfe, 0xff, 0xff}, bytes.Repeat([]byte("lightwell"), 65533/9+1)[:65533]...)
	big := slices.Concat(photo[:2], bytes.Repeat(comment, bytesOfIt/len(comment)+1), photo[2:])
	path := filepath.Join(t.TempDir(), "big.jpg")
	writeFile(t, path, big)
	return path
}

// resumableRequest is one that the page has made, with the offset that it says, or -1.
type resumableRequest struct {
	Method, Path   string
	Offset, Status int
}

const pieceBytes = 4 << 20 // of the page's

// wantRequests wants these in their order: method, offset and status. All but the creation
// of an upload are of the same.
func wantRequests(t *testing.T, got []resumableRequest, want ...string) {
	t.Helper()
	var said []string
	for _, r := range got {
		said = append(said, fmt.Sprint(r.Method, " ", r.Offset, " ", r.Status))
	}
	if !slices.Equal(said, want) {
		t.Errorf("the page has asked %q, want %q", said, want)
	}
}

// A photo in three pieces; the page is reloaded after the first. The same file chosen again
// goes on where it was.
func TestConsoleResumesAfterAReload(t *testing.T) {
	t.Parallel()
	p := serve(t, t.TempDir(), nil)
	path := bigPhoto(t, 2*pieceBytes+1)
	client := p.console(t, "reloading", path)
	heard(client, struct{ Kept int }{1})
	heard(client, struct{ Rows, Kept int }{0, 1})
	var got struct {
		Begun, Then []resumableRequest
		Kept        int
	}
	client.next(&got)
	wantRequests(t, got.Begun, "POST -1 201", "PATCH 0 204")
	if len(got.Then) < 3 || got.Then[0].Method != http.MethodHead || got.Then[0].Status != http.StatusOK || got.Kept != 0 {
		t.Fatalf("after the reload the page has asked %+v and keeps %d, want that it goes on", got.Then, got.Kept)
	}
	for _, r := range got.Then[1:] {
		if r.Method != http.MethodPatch || r.Offset < pieceBytes || r.Path != got.Begun[1].Path || r.Status != http.StatusNoContent {
			t.Errorf("after the reload the page has asked %+v, want what was missing of %s", r, got.Begun[1].Path)
		}
	}
	p.wantUploaded(t, client, path)
	client.endWell()
}

// A piece whose connection breaks off is sent again, from where the server says.
func TestConsoleResumesAfterABreak(t *testing.T) {
	t.Parallel()
	p := serve(t, t.TempDir(), nil)
	path := bigPhoto(t, 2*pieceBytes+1)
	client := p.console(t, "breaking", path)
	var waiting struct{ State string }
	if client.next(&waiting); !strings.HasPrefix(waiting.State, "The connection failed. Next try in ") {
		t.Errorf("the row says %q, want that it will try again", waiting.State)
	}
	var got struct {
		Asked []resumableRequest
		Kept  int
	}
	client.next(&got)
	wantRequests(t, got.Asked, "POST -1 201", "PATCH 0 204", "HEAD -1 200", "PATCH 4194304 204", "PATCH 8388608 204")
	if got.Kept != 0 {
		t.Errorf("the browser keeps %d uploads, want none", got.Kept)
	}
	p.wantUploaded(t, client, path)
	client.endWell()
}

// What is taken back is given up at the server, too.
func TestConsoleWithdrawsFromResumable(t *testing.T) {
	t.Parallel()
	p := serve(t, t.TempDir(), nil)
	path := bigPhoto(t, 2*pieceBytes+1)
	client := p.console(t, "withdrawing", path)
	heard(client, struct {
		State string
		Kept  int
	}{"Cancelled", 0})
	var got struct{ Asked []resumableRequest }
	client.next(&got)
	wantRequests(t, got.Asked, "POST -1 201", "PATCH 0 204", "DELETE -1 204", "POST -1 201", "PATCH 0 204", "PATCH 4194304 204", "PATCH 8388608 204")
	if n := len(got.Asked); n > 4 && got.Asked[2].Path == got.Asked[4].Path {
		t.Errorf("the upload that was taken back, %s, has gone on", got.Asked[2].Path)
	}
	p.wantUploaded(t, client, path)
	client.endWell()
}
