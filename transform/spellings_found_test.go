package transform_test

import (
	"testing"

	"lightwell/transform"
)

// foundSpellings are equal spellings of what looks into the pixels.
var foundSpellings = []equals{
	{"no trim, so none of its numbers", []string{"", "trim-color=red", "trimcolor=red&trim-tol=5", "trim-pad=10&trim-md=3", "trim-sd=1&trim-alpha=9"}},
	{"auto", []string{"trim=auto", "trim=auto&trim-md=11&trim-sd=10", "trim=auto&trimmd=11.0", "trim=auto&trim-color=red&trim-tol=9&trim-alpha=3", "trim64=YXV0bw", "/trim=auto"}},
	{"auto with numbers", []string{"trim=auto&trim-md=0&trim-sd=20", "trimsd=20&trimmd=0&trim=auto"}},
	{"color", []string{"trim=color", "trim=color&trim-tol=0", "trim=color&trim-pad=0", "trim=color&trim-md=5&trim-sd=5&trim-alpha=5"}},
	{"a color", []string{"trim=color&trim-color=ff0000&trim-tol=5", "trim=color&trimcolor=red&trimtol=5", "trim-tol=5.0&trim-color=f00&trim=color"}},
	{"alpha", []string{"trim=alpha", "trim=alpha&trim-alpha=0", "trim=alpha&trim-tol=5&trim-color=red"}},
	{"padding", []string{"trim=alpha&trim-pad=-5", "trim=alpha&trimpad=-5", "/trimpad=-5,trim=alpha"}},
	{"faces first", []string{"w=80&h=60&fit=crop&crop=faces", "w=80&h=60&fit=crop&crop=faces,faces", "f=crop&crop=faces&w=80&h=60", "w=80&h=60&fit=crop&crop=faces,focalpoint"}},
	{"faces, then sides", []string{"w=80&h=60&fit=crop&crop=faces,top,left", "w=80&h=60&fit=crop&crop=faces,left,top", "w=80&h=60&fit=crop&crop=faces,top,left,faces", "w=80&h=60&fit=crop&crop=faces,left,top,entropy"}},
	{"faces after what never fails", []string{"w=80&h=60&fit=crop&crop=top", "w=80&h=60&fit=crop&crop=top,faces"}},
	{"faces without a crop", []string{"w=80", "w=80&crop=faces", "w=80&fit=crop&crop=faces"}},
	{"the area of faces", []string{"w=80&h=60&fit=facearea", "w=80&h=60&f=facearea&facepad=1", "fit=facearea&w=80&h=60&crop=top", "fit=facearea&facepad=0.5&w=80&h=60"}},
	{"the area of faces without a size", []string{"fit=facearea", "fit=facearea&facepad=1&dpr=2&enlarge=1"}},
	{"no area of faces", []string{"w=80&h=60", "w=80&h=60&facepad=3&faceindex=2"}},
	{"a face", []string{"w=80&h=60&fit=facearea&facepad=2.5&faceindex=2", "faceindex=2&facepad=2.50&fit=facearea&h=60&w=80"}},
}

// foundDifferent mean something else, each.
var foundDifferent = []string{
	"trim=auto", "trim=auto&trim-md=12", "trim=auto&trim-sd=12", "trim=auto&trim-md=0&trim-sd=0", "trim=color", "trim=color&trim-color=white",
	"trim=color&trim-color=white&trim-tol=1", "trim=alpha", "trim=alpha&trim-alpha=1", "trim=alpha&trim-pad=1", "trim=colorunlessalpha",
	"w=81&h=61&fit=crop&crop=faces", "w=81&h=61&fit=crop&crop=faces,entropy", "w=81&h=61&fit=crop&crop=faces,top", "w=81&h=61&fit=crop&crop=faces,focalpoint&fp-x=0.1",
	"w=81&h=61&fit=facearea", "w=81&h=61&fit=facearea&facepad=2", "w=81&h=61&fit=facearea&faceindex=1", "fit=facearea",
}

var foundRefused = []refusal{
	{"trim=edges", "trim", "colorunlessalpha"},
	{"trim=1", "trim", "is not auto"},
	{"trim-tol=much", "trim-tol", "not a number"},
	{"trimtol=1e3", "trim-tol", "not a number"},
	{"trim-color=nored", "trim-color", "colour"},
	{"trim-pad=1.5", "trim-pad", "whole number"},
	{"trim=auto&trim=auto", "trim", "twice"},
	{"trim-md=3&trimmd=3", "trim-md", "twice"},
	{"facepad=x", "facepad", "not a number"},
	{"faceindex=1.5", "faceindex", "whole number"},
	{"fit=face", "fit", "facearea"},
	{"crop=face", "crop", "faces"},
	{"crop=faces,", "crop", "is not"},
	{"crop=faces,top,bottom", "crop", "opposite"},
	{"facespad=2", "facespad", "did you mean facepad?"},
}

// foundResolved are equal for a source.
var foundResolved = []resolvedGroup{
	{still(transform.JPEG, 900, 600), "", []string{"trim=color&fm=jpg", "trim=color", "trim=colorunlessalpha", "trim=colorunlessalpha&trim-alpha=9"}},
	{withAlpha(transform.PNG, 900, 600), "", []string{"trim=alpha&trim-alpha=9&fm=png", "trim=alpha&trim-alpha=9", "trim=colorunlessalpha&trim-alpha=9&trim-color=red"}},
	{still(transform.JPEG, 900, 600), "", []string{"w=80&fm=jpg", "w=80", "w=80&trim=alpha", "w=80&trim=alpha&trim-pad=9"}},
	{still(transform.JPEG, 900, 600), "", []string{"", "trim=alpha", "trim=alpha&trim-pad=9"}},
}

func TestNoTwoOfTheseMeanTheSame(t *testing.T) {
	seen := map[transform.Recipe]string{}
	for _, spelling := range foundDifferent {
		r := query(t, spelling)
		if other, ok := seen[r]; ok {
			t.Errorf("%q means the same as %q: %q", spelling, other, r)
		}
		seen[r] = spelling
	}
}
