package engine

import "testing"

// The time of the steps is a part of that before the encoder: little of it where hardly anything is done, and more where
// a picture is blurred widely and written on.
func TestStepsArePartOfDecode(t *testing.T) {
	photo := fixture(t, "photo.jpg")
	part := func(data []byte, query string) float64 {
		t.Helper()
		r, _ := render(t, data, query)
		if r.Steps < 0 || r.Steps > r.Decode || r.Decode <= 0 {
			t.Errorf("Render(%q) takes %v before the encoder and %v of it for steps, want a part of it", query, r.Decode, r.Steps)
		}
		return float64(r.Steps) / float64(r.Decode)
	}
	few, many := part(photo, "w=600"), part(photo, "w=600&blur=1500&border=20,red&txt=Steps")
	if few > 0.5 || many < 2*few {
		t.Errorf("steps of a picture that is only resized = %.3f of the time, and of one that is blurred and framed %.3f; want little, and more", few, many)
	}
	if moving := part(fixture(t, "iss634.gif"), "w=200&fm=webp"); moving == 0 {
		t.Error("steps of an animation = 0, want some of the time")
	}
}
