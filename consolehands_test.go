package main_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// decode reads the JSON that the uploads' door answers to GET.
func (p *process) decode(t *testing.T, path string, into any) {
	t.Helper()
	a := do(t, request(t, http.MethodGet, p.uploads+path, nil))
	if err := json.Unmarshal(a.body, into); err != nil || a.status != http.StatusOK {
		t.Fatalf("GET %s = %d %s: %v", path, a.status, a.body, err)
	}
}

// writeFile makes a file, and the folders above it.
func writeFile(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

// The page can be used with the keyboard alone, in the order in which one reads it, and
// shows where the focus is.
func TestConsoleByKeyboard(t *testing.T) {
	t.Parallel()
	p := serve(t, t.TempDir(), nil)
	client := p.console(t, "typing", testdataPath(t, "photo.webp"), testdataPath(t, "hostile/html-as.jpg"))
	heard(client, struct {
		Several bool
		Outline string
	}{true, "solid"})
	var got struct{ Order []string }
	client.next(&got)
	want := []string{
		"Choose images or drop files and folders here, or paste a picture", "Automatic", "Tags", "Clear finished",
		"Copy URL photo.webp", "Copy srcset photo.webp", "Open photo.webp in a new tab", "Retry html-as.jpg",
	}
	if !slices.Equal(got.Order, want) {
		t.Errorf("Tab goes by\n%q, want\n%q", got.Order, want)
	}
	heard(client, struct{ Outline string }{"solid"})
	var copied struct{ Clipboard, Focused string }
	client.next(&copied)
	if a := do(t, request(t, http.MethodGet, copied.Clipboard, nil)); a.status != http.StatusOK || copied.Focused != "Copied photo.webp" {
		t.Errorf("Enter has copied %+v, which is %d; want a URL, and the focus where it was", copied, a.status)
	}
	heard(client, struct {
		Focused string
		Rows    int
	}{want[0], 0})
	client.endWell()
}

// The focus stays on what a button has become, or goes on to what is next.
func TestConsoleKeepsTheFocus(t *testing.T) {
	t.Parallel()
	p := serve(t, t.TempDir(), nil)
	client := p.console(t, "keeping", testdataPath(t, "photo.jpg"))
	for _, want := range []string{"Retry photo.jpg", "Cancel photo.jpg", "Copy URL photo.jpg"} {
		heard(client, struct{ Focused string }{want})
	}
	client.endWell()
}

// Over plain HTTP a page has no clipboard: one can copy all the same.
func TestConsoleCopiesWithoutAClipboard(t *testing.T) {
	t.Parallel()
	p := serve(t, t.TempDir(), nil)
	client := p.console(t, "byHand", testdataPath(t, "photo.webp"))
	type state struct {
		Fields                  int
		Focused, Selected, Link string
	}
	heard(client, state{Focused: "Copied photo.webp"})
	var got state
	client.next(&got)
	if got.Fields != 1 || got.Focused != "Copy the URL of photo.webp from here" || got.Selected != got.Link || got.Link == "" {
		t.Errorf("without a clipboard there is %+v, want a field with the URL selected", got)
	}
	client.wantAccessible("a field to copy from")
	client.endWell()
}

// Where a token is needed, the page asks for it, and goes on with what has waited. It keeps
// the token in the tab, and shows it to the uploads' door alone.
func TestConsoleAsksForAToken(t *testing.T) {
	t.Parallel()
	p := serve(t, t.TempDir(), []string{"--tokens=web:" + webSecret + ":upload"})
	paths := []string{testdataPath(t, "photo.webp"), testdataPath(t, "mona-lisa.jpg")}
	client := p.console(t, "entering", append([]string{"nobody-0123456789abcdef", webSecret}, paths...)...)
	type told struct{ Told, Invalid, Focused, State string }
	heard(client, told{Told: "A token is needed.", Invalid: "false"})
	heard(client, told{Told: "The token is not valid here.", Focused: "Token for uploads", State: "Waiting for a token"})
	client.wantAccessible("a wrong token")
	heard(client, told{Told: "The token is accepted.", Invalid: "false"})
	p.wantUploaded(t, client, paths[0])
	var got struct {
		Kept    struct{ Local, Session, Cookies string }
		Secrets []struct{ URL, Authorization string }
	}
	client.next(&got)
	if strings.Contains(got.Kept.Local+got.Kept.Cookies, webSecret) || !strings.Contains(got.Kept.Session, webSecret) {
		t.Errorf("the browser keeps %+v, want the token for the session alone", got.Kept)
	}
	if len(got.Secrets) == 0 {
		t.Error("no request had a token")
	}
	for _, r := range got.Secrets {
		if !strings.HasPrefix(r.URL, p.uploads+"/") || strings.Contains(r.URL, webSecret) {
			t.Errorf("a request with a token went to %s", r.URL)
		}
	}
	client.endWell()
}

// wantAccessible wants nothing that axe-core complains of, no scrolling sideways at 320
// pixels of width, and nothing to be hit that is less than 44 pixels high.
func (s *script) wantAccessible(what string) {
	s.t.Helper()
	var got struct {
		Passes           int
		Violations       []string
		Sideways, Lowest float64
	}
	s.next(&got)
	if got.Passes < 20 || len(got.Violations) > 0 || got.Sideways > 0 || got.Lowest < 44 {
		s.t.Errorf("%s: scrolls %v pixels sideways, the lowest control is %v high, axe-core passes %d rules and finds:\n%s",
			what, got.Sideways, got.Lowest, got.Passes, strings.Join(got.Violations, "\n"))
	}
}

type shownState struct {
	State       string
	Width       int
	ColorScheme string
}

// The page is accessible whatever it shows.
func TestConsoleIsAccessible(t *testing.T) {
	t.Parallel()
	p := serve(t, t.TempDir(), nil)
	client := p.console(t, "auditing", testdataPath(t, "photo.jpg"), testdataPath(t, "photo-p3.jpg"), testdataPath(t, "photo-adobergb.jpg"),
		testdataPath(t, "hostile/html-as.jpg"), testdataPath(t, "hostile/header-jpeg-65500x65500.jpg"))
	for _, width := range []int{1280, 360} {
		for _, scheme := range []string{"light", "dark"} {
			for _, state := range []string{"empty", "uploading", "completed", "failed"} {
				heard(client, shownState{state, width, scheme})
				client.wantAccessible(fmt.Sprintf("%s, %d pixels, %s", state, width, scheme))
			}
		}
	}
	client.endWell()
}
