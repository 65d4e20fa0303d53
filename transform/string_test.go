package transform_test

import "testing"

// String is in the order of the documentation, and leaves defaults out.
func TestString(t *testing.T) {
	tests := []struct{ query, want string }{
		{"", ""},
		{"q=60&fm=jpeg&w=800", "w=800&fm=jpg&q=60"},
		{"q=75&fm=pjpg&width=0800", "w=800&fm=pjpg"},
		{"crop=left,top&h=9&w=9&f=min", "w=9&h=9&fit=crop&crop=top,left"},
		{"fit=crop&ar=32:16", "fit=crop&ar=2%3A1"},
		{"rect=left,0.50,300,400", "rect=0,0.5,300,400"},
		{"rect=1.0,bottom,300,400", "rect=1.0,bottom,300,400"},
		{"rect=center,middle,3,4&auto=format,format", "rect=center,middle,3,4&auto=format"},
		{"rect=right,1,3,4", "rect=right,1,3,4"},
		{"w=.5&dpr=2.50", "w=0.5&dpr=2.5"},
		{"flip=hv&rot=-90.0", "rot=90"},
		{"flip=v&rot=190&rott=pivot", "rot=10&rot-type=pivot&flip=h"},
		{"bg=8F00&sharp=7.50&blur=3", "bg=88ff0000&sharp=7.5&blur=3"},
		{"w=9&fit=scale", "w=9&enlarge=1"},
		{"w=9&h=9&fit=crop&crop=focalpoint&fp-x=0&fp-y=1&fp-z=20", "w=9&h=9&fit=crop&crop=focalpoint&fp-x=0&fp-y=1&fp-z=10"},
		{"w=9&h=9&fit=crop&max-w=1", "w=2&h=9&fit=crop&max-w=1"},
		{"or=270", "orient=8"},
	}
	for _, tt := range tests {
		if got := query(t, tt.query).String(); got != tt.want {
			t.Errorf("String(%q) = %q, want %q", tt.query, got, tt.want)
		}
	}
}
