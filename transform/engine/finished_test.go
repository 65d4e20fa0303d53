package engine

import (
	"testing"

	"lightwell/transform"
)

// A picture that was made for one format serves others, byte by byte as they are without; not where transparency, or
// anything else than the encoder, makes another of it.
func TestFinishedOnceForManyFormats(t *testing.T) {
	defer letGo()
	photo, logo := fixture(t, "photo.jpg"), fixture(t, "lossy-alpha.webp")
	steps := []struct {
		name   string
		data   []byte
		query  string
		keep   bool
		serves bool // what is finished serves it
	}{
		{"photo", photo, "w=300&fm=jpg", true, false},
		{"photo", photo, "w=300&fm=webp", true, true},
		{"photo", photo, "w=300&fm=avif&q=30", true, true},
		{"photo", photo, "w=300&fm=jpg&auto=compress", true, true},
		{"photo", photo, "w=300&fm=jpg&bri=20", true, false},
		{"photo", photo, "w=300&fm=webp&sat=20", true, false},
		{"photo", photo, "w=300&fm=jpg", true, false},
		{"photo", photo, "w=310&fm=jpg", true, false},
		{"other", photo, "w=310&fm=jpg", true, false},
		{"other", photo, "w=310&fm=webp&cs=p3", true, false},
		{"other", photo, "w=310&fm=webp&cs=p3&meta=keep", true, false},
		{"other", photo, "w=200&h=200&fit=crop&crop=entropy&fm=webp", true, false},
		{"other", photo, "w=200&h=200&fit=crop&crop=entropy&fm=jpg", true, true},
		{"other", photo, "w=200&fm=webp&rot=10", true, false},
		{"other", photo, "w=200&fm=jpg&rot=10", true, false}, // white in the corners
		{"other", photo, "w=200&fm=png&border-radius=20&border=3,red", true, false},
		{"other", photo, "w=200&fm=jpg&border-radius=20&border=3,red", true, false},
		{"logo", logo, "w=50&fm=webp", true, false},
		{"logo", logo, "w=50&fm=png", true, true},
		{"logo", logo, "w=50&fm=avif", true, true},
		{"logo", logo, "w=50&fm=jpg", true, false},
		{"logo", logo, "w=50&fm=jpg&bg=red", true, false},
		{"logo", logo, "w=50&fm=jpg&bg=red&q=10", false, true}, // the last
		{"logo", logo, "w=50&fm=jpg&bg=red", false, false},
	}
	for i, step := range steps {
		data, before := step.data, finished.img
		if step.serves { // which has nothing else
			data = data[:20]
			if decoded.img != nil {
				decoded.img.Close()
				decoded.img = nil
			}
		}
		if err := likeAlone(t, step.data, data, step.query, step.name, step.keep); err != nil {
			t.Errorf("step %d, %s of %s: %v", i, step.query, step.name, err)
		}
		if step.keep && (finished.img == nil || finished.img == before) == !step.serves {
			t.Errorf("step %d, %s of %s: what was finished served it: %v, want %v", i, step.query, step.name, !step.serves, step.serves)
		}
		if !step.keep && finished.img != nil {
			t.Errorf("step %d, %s of %s: the last leaves something", i, step.query, step.name)
		}
	}
}

// What is laid over a picture has no name in its plan.
func TestMarkedPicturesAreNotShared(t *testing.T) {
	defer letGo()
	photo := fixture(t, "photo.jpg")
	plan := planned(t, photo, "w=300&fm=jpg")
	plan.File, plan.Keep = "photo", true
	plan.Mark = &transform.MarkPlan{}
	if of := samePicture(&plan); of != "" {
		t.Errorf("a marked picture is %q", of)
	}
}
