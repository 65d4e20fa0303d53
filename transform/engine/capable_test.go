package engine

import (
	"testing"

	"lightwell/transform"
)

// Debian's libvips reads and writes all there is.
func TestCapable(t *testing.T) {
	can, err := Capable()
	if err != nil || can.Reads != transform.AllFormats || can.Writes != transform.Writable {
		t.Errorf("Capable = reads %v, writes %v, %v, want %v and %v", can.Reads, can.Writes, err, transform.AllFormats, transform.Writable)
	}
}
