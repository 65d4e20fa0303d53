package origin_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"lightwell/origin"
	"lightwell/origin/library"
	"lightwell/origin/wiretest"
	"lightwell/transform"
)

const tableDir = "testdata/http"

// The table of requests and answers holds, and is not short.
func TestHTTP(t *testing.T) {
	wiretest.Run(t, tableDir, tableDoors(t))
	files, err := wiretest.Read(tableDir)
	if err != nil {
		t.Fatal(err)
	}
	cases := 0
	for _, f := range files {
		cases += len(f.Cases)
	}
	t.Logf("%d cases in %d files", cases, len(files))
	if cases < 120 {
		t.Errorf("the table has %d cases, want 120 at least", cases)
	}
}

// tableSettings are those of the doors that the table names.
var tableSettings = map[string]func(*origin.Handler){
	"open": func(*origin.Handler) {},
	"signed": func(h *origin.Handler) {
		h.Access = origin.Access{Keys: []string{newKey}, Unsigned: origin.UnsignedNone}
	},
	"widths": func(h *origin.Handler) {
		h.Access = origin.Access{Unsigned: origin.UnsignedWidths, Widths: []int{320, 640}}
	},
	"private":  func(h *origin.Handler) { h.CORSOrigin, h.CORP = "", "" },
	"one-site": func(h *origin.Handler) { h.CORSOrigin, h.CORP = "https://a.test", "same-site" },
	"fallback": func(h *origin.Handler) { h.Fallback = logoID },
	"pending":  func(h *origin.Handler) { h.Pending = func(context.Context, string) (bool, error) { return true, nil } },
	"unsure": func(h *origin.Handler) {
		h.Pending = func(context.Context, string) (bool, error) { return false, errTier }
	},
	"down":        func(*origin.Handler) {},
	"busy":        func(*origin.Handler) {},
	"undecodable": func(*origin.Handler) {},
	"slow":        func(*origin.Handler) {},
	"crash":       func(*origin.Handler) {},
	"large":       func(h *origin.Handler) { h.Service.Limits.Pixels = 1000 },
}

// tableFailures are what the renderer of a door answers instead of rendering.
var tableFailures = map[string]error{
	"busy": transform.ErrBusy, "undecodable": transform.ErrUndecodable, "slow": transform.ErrDeadline, "crash": transform.ErrCrash,
}

const deletedID = "5555555555555555555555555d"

// tableDoors opens the table's doors, each when it is first asked for.
func tableDoors(t *testing.T) func(name string) (wiretest.Door, bool) {
	opened := map[string]wiretest.Door{}
	return func(name string) (wiretest.Door, bool) {
		if door, ok := opened[name]; ok {
			return door, true
		}
		set, ok := tableSettings[name]
		if !ok {
			t.Errorf("the table names a door %q that there is not", name)
			return wiretest.Door{}, false
		}
		now := time.Now() // stands still: an answer is compared with another, in which URLs have as long to live
		d := openDoorWith(t, settings{handler: func(h *origin.Handler) {
			set(h)
			h.Now = func() time.Time { return now }
		}})
		vars := d.tableImages()
		if err := tableFailures[name]; err != nil {
			d.renderer.failWith(func() error { return err })
		}
		d.store.down.Store(name == "down")
		opened[name] = wiretest.Door{Addr: d.addr, Vars: vars}
		return opened[name], true
	}
}

// tableImages adds what the table's requests are for, and gives it names.
func (d *door) tableImages() map[string]string {
	d.photo()
	d.add(library.Asset{ID: logoID, Name: "logo.png", Source: transform.Source{
		Format: transform.PNG, Width: 40, Height: 20, Orientation: 1, Frames: 1, Alpha: true,
	}}, []byte("a logo"))
	drawing := d.add(library.Asset{Name: "drawing.svg", Source: transform.Source{
		Format: transform.SVG, Width: 100, Height: 50, Orientation: 1, Frames: 1, Alpha: true,
	}}, []byte("<svg/>"))
	d.add(library.Asset{ID: deletedID}, []byte("deleted"))
	if err := d.library.Delete(context.Background(), deletedID); err != nil {
		d.t.Fatal(err)
	}
	d.preset(d.library.Library, "card", "w=120")
	d.preset(d.library.Library, "browser", "w=120&auto=format")
	d.preset(d.library.Library, "square", "ar=1:1&fit=crop&w=20&max-w=50")
	d.mark(d.library.Library, "logo.png", logoID)
	vars := map[string]string{
		"id": photoID, "absent": absentID, "deleted": deletedID, "logo": logoID, "drawing": drawing.ID,
		"size": fmt.Sprint(len(photoBody)), "last": fmt.Sprint(len(photoBody) - 1),
	}
	wiretest.Sign(vars, newKey)
	return vars
}
