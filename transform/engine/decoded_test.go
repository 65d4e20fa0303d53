package engine

import (
	"bytes"
	"fmt"
	"testing"
)

// What was decoded for one rendition serves the others of the file, which are the same as without; another file, page or
// shrink factor is decoded anew, and the last one leaves nothing.
func TestDecodedOnceForMany(t *testing.T) {
	defer letGo()
	photo, other, logo := fixture(t, "photo.jpg"), fixture(t, "photo-p3.jpg"), fixture(t, "lossy-alpha.webp")
	steps := []struct {
		name   string
		data   []byte
		query  string
		keep   bool
		serves bool // what is kept serves it
		kept   bool // afterwards
	}{
		{"photo", photo, "w=1000&fm=webp", true, false, true},
		{"photo", photo, "w=1100&fm=jpg&rect=100,100,2400,1700", true, true, true},
		{"photo", photo, "w=1200&h=300&fit=crop&fm=png&rot=90&sepia=50", true, true, true},
		{"photo", photo, "w=100&fm=jpg", true, false, true}, // shrinks
		{"photo", photo, "w=110&fm=jpg&meta=keep", true, true, true},
		{"other", other, "w=1000&fm=jpg&cs=p3", true, false, true},
		{"other", other, "w=1000&fm=jpg", true, true, true},
		{"other", other, "w=900&fm=avif", false, true, false},
		{"logo", logo, "w=50&fm=webp", true, false, true},
		{"logo", logo, "w=40&fm=png&bg=red", true, true, true},
		{"", photo, "w=1000&fm=jpg", true, false, true}, // touches nothing
		{"logo", logo, "w=30&fm=png", false, true, false},
		{"photo", photo, "w=1000&fm=jpg", false, false, false},
	}
	for i, step := range steps {
		data := step.data
		if step.serves { // which has no pixels then
			data = data[:200]
		}
		if err := likeAlone(t, step.data, data, step.query, step.name, step.keep); err != nil {
			t.Errorf("step %d, %s of %s: %v", i, step.query, step.name, err)
		}
		if (decoded.img != nil) != step.kept {
			t.Errorf("step %d, %s of %s: something is kept: %v, want %v", i, step.query, step.name, decoded.img != nil, step.kept)
		}
	}
}

// likeAlone renders a file that has a name, of which part is there to be read, and is an error where that is not as
// when the whole is rendered by itself.
func likeAlone(t *testing.T, whole, part []byte, query, name string, keep bool) error {
	t.Helper()
	plan := planned(t, whole, query)
	alone, err := Render(whole, Layers{}, &plan)
	if err != nil {
		t.Fatal(err)
	}
	plan.File, plan.Keep = name, keep
	r, err := Render(bytes.Clone(part), Layers{}, &plan)
	if err == nil && !bytes.Equal(r.Body, alone.Body) {
		err = fmt.Errorf("%d bytes, want the %d that it has by itself", len(r.Body), len(alone.Body))
	}
	return err
}

// Pixels over the bound, and files that cannot be decoded, are not kept.
func TestWhatIsNotKept(t *testing.T) {
	defer letGo()
	photo := fixture(t, "photo.jpg")
	plan := planned(t, photo, "w=1000&fm=jpg")
	plan.File, plan.Keep = "cut", true
	if _, err := Render(photo[:len(photo)/2], Layers{}, &plan); err == nil || decoded.img != nil {
		t.Errorf("half a file: %v, kept %v", err, decoded.img != nil)
	}
	large := encodePNG(t, chart(6000, 4000))
	plan = planned(t, large, "w=100&fm=jpg")
	plan.File, plan.Keep = "large", true
	if _, err := Render(large, Layers{}, &plan); err != nil || decoded.img != nil {
		t.Errorf("a large file: %v, kept %v", err, decoded.img != nil)
	}
}
