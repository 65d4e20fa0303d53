package origin_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"lightwell/origin"
	"lightwell/origin/library"
	"lightwell/origin/store"
)

// archived is a library whose originals were moved to an archive.
type archived struct{ origin.Library }

func (archived) Open(context.Context, library.Asset) (*os.File, error) {
	return nil, fmt.Errorf("open: %w", store.ErrArchived)
}

// An original that must be restored first is said to be, and nobody remembers that.
func TestArchivedOriginal(t *testing.T) {
	d := openDoorWith(t, settings{service: func(s *origin.Service) { s.Library = archived{s.Library} }})
	d.photo()
	for _, uri := range []string{"/image/" + photoID, "/image/" + photoID + "?w=400"} {
		got := d.get(uri, withID)
		wantProblem(t, "GET "+uri, got, 503, notStored, "", headers{"Retry-After": "3600"})
		if !strings.Contains(string(got.body), "must be restored") {
			t.Errorf("GET %s = %s, want that the original must be restored", uri, got.body)
		}
	}
	wantAll(t, []response{d.get("/info/" + photoID)}, 200, nil)
}
