package uploader_test

import (
	"context"
	"testing"

	"lightwell/transform"
	"lightwell/transform/pool"
)

// Bytes that ended the inspector are refused when they come again, and do not
// reach it; others do.
func TestWhatEndsTheInspectorIsRemembered(t *testing.T) {
	d := openDoor(t)
	d.images.Suspects = pool.NewSuspects()
	calls := 0
	d.inspector.failWith(func(context.Context) error { calls++; return transform.ErrCrash })
	for range 3 {
		wantProblem(t, "POST of what crashes", d.post("image/jpeg", jpeg), 422, "", nil)
	}
	if calls != 1 {
		t.Errorf("inspections = %d, want 1", calls)
	}
	d.inspector.failWith(nil)
	wantProblem(t, "POST of the same later", d.post("image/jpeg", jpeg), 422, "", nil)
	completed(t, "POST of other bytes", d.post("image/jpeg", jpeg+"x"))
}
