package main_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Small renditions are made from levels, which are there as soon as an upload is; those that get lost are made again,
// and they go with the image.
func TestLevels(t *testing.T) {
	t.Parallel()
	p := serve(t, t.TempDir(), []string{"--sweep-every=1s", "--sweep-grace=0s"})
	id := p.upload(testdata(t, "photo.jpg"))
	levels := func() (found []string) {
		for _, name := range files(t, p.data) {
			if strings.Contains(name, "objects/levels/") {
				found = append(found, filepath.Join(p.data, name))
			}
		}
		return found
	}
	kept := levels()
	if len(kept) != 3 {
		t.Fatalf("levels %q, want three", kept)
	}
	bytes := 0.0
	for _, level := range kept {
		info, err := os.Stat(level)
		if err != nil {
			t.Fatal(err)
		}
		bytes += float64(info.Size())
	}
	if counted := p.metric("lightwell_levels_bytes_total", ""); counted != bytes {
		t.Errorf("%v bytes of levels are counted, want %v", counted, bytes)
	}
	want := func(params string, status int, source string, renders float64) {
		t.Helper()
		if a := p.get("/image/" + id + "?" + params); a.status != status {
			t.Fatalf("%s = %d %.200s, want %d", params, a.status, a.body, status)
		}
		if got := p.metric("lightwell_renders_total", `source="`+source+`"`); got != renders {
			t.Errorf("after %s %v renditions are made from %s, want %v", params, got, source, renders)
		}
	}
	want("w=400", http.StatusOK, "level", 1)
	want("w=2000", http.StatusOK, "original", 1)
	for _, level := range kept {
		if err := os.Remove(level); err != nil {
			t.Fatal(err)
		}
	}
	want("w=800", http.StatusOK, "level", 2)
	if again := levels(); len(again) != 3 || !strings.Contains(p.logged(), "levels made again") {
		t.Errorf("after they were lost there are the levels %q", again)
	}
	for _, level := range kept {
		if err := os.WriteFile(level, []byte("\xff\xd8\xff nonsense"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want("w=401", http.StatusOK, "level", 3)
	if a := do(t, request(t, http.MethodDelete, p.uploads+"/image/"+id, nil)); a.status != http.StatusNoContent {
		t.Fatalf("DELETE = %d %s", a.status, a.body)
	}
	eventually(t, 10*time.Second, "the levels are gone", func() bool { return len(levels()) == 0 })
}

// What was uploaded with other levels gets those of the settings when it is asked for, with nobody waiting.
func TestLevelsOfOtherSettings(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	p := serve(t, data, []string{"--levels="})
	id := p.upload(testdata(t, "photo.jpg"))
	p.stop()
	p = serve(t, data, []string{"--levels=1024,512", "--interim=off"})
	first := p.get("/image/" + id + "?w=400")
	if first.status != http.StatusOK || p.metric("lightwell_renders_total", `source="original"`) != 1 {
		t.Fatalf("the first request = %d %.200s, want one made from the original", first.status, first.body)
	}
	eventually(t, patience, "the levels are there", func() bool { return p.metric("lightwell_levels_bytes_total", "") > 0 })
	eventually(t, patience, "a rendition is made from them", func() bool {
		if a := p.get("/image/" + id + "?w=400"); a.status != http.StatusOK {
			t.Fatalf("w=400 = %d %.200s", a.status, a.body)
		}
		return p.metric("lightwell_renders_total", `source="level"`) == 1
	})
	p.stop()
	p = serve(t, data, []string{"--levels=1024,512"})
	if a := p.get("/image/" + id + "?w=300"); a.status != http.StatusOK || p.metric("lightwell_renders_total", `source="level"`) != 1 {
		t.Errorf("after a restart: %d %.200s, want one made from a level", a.status, a.body)
	}
	if again := p.metric("lightwell_levels_bytes_total", ""); again != 0 {
		t.Errorf("%v bytes of levels were made again", again)
	}
}
