package bench

import (
	"bytes"
	"image/jpeg"
	"math"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"lightwell/transform"
)

func TestTemplates(t *testing.T) {
	p := &photo{Photo: Photo{Name: "a b.jpg"}, id: "id1", pixelW: 300, pixelH: 200}
	a := ask{photo: p, width: 100, format: transform.WebP, quality: 60, nonce: "n1"}
	for _, tt := range []struct{ text, want string }{
		{"http://h/resize?file={file}&width={w}&type={type}", "http://h/resize?file=a%20b.jpg&width=100&type=webp"},
		{"http://h:9000/rs:fit:{w}/plain/local:///{file}@{fm}", "http://h:9000/rs:fit:100/plain/local:///a%20b.jpg@webp"},
		{"https://h/{id}?w={w}&h={h}&q={q}&n={nonce}", "https://h/id1?w=100&h=67&q=60&n=n1"},
		{"http://h/{rendition}", "http://h/a%20b-100.webp"},
		{"http://h/static.webp", "http://h/static.webp"},
	} {
		parsed, err := ParseTemplate(tt.text)
		if err != nil {
			t.Errorf("ParseTemplate(%q): %v", tt.text, err)
			continue
		}
		if got := parsed.fill(a); got != tt.want || parsed.String() != tt.text {
			t.Errorf("%s is filled as %s, want %s", tt.text, got, tt.want)
		}
		if got := parsed.makes(); got != strings.Contains(tt.text, "{w}") {
			t.Errorf("%s makes renditions: %v", tt.text, got)
		}
	}
	for text, want := range map[string]string{
		"ftp://h/{w}": "http://", "/{w}": "http://", "http:///{w}": "http://", "http://h/{width}": "{width} stands for nothing",
		"http://h/{w": "brace", "http://h/}": "brace", "http://{id}/": "host", "http://h/%zz": "no URL", "": "http://",
	} {
		if _, err := ParseTemplate(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("ParseTemplate(%q) = %v, want an error with %q", text, err, want)
		}
	}
}

func TestCheck(t *testing.T) {
	right := func() *Suite {
		return small(&fake{name: "a", Server: &httptest.Server{}})
	}
	if err := right().check(); err != nil {
		t.Fatalf("check = %v", err)
	}
	for want, spoil := range map[string]func(*Suite){
		"rate: -1":                         func(s *Suite) { s.Rate = -1 },
		"rate: NaN":                        func(s *Suite) { s.Rate = math.NaN() },
		"duration: 0 ":                     func(s *Suite) { s.Duration = 0 },
		"rounds: 0":                        func(s *Suite) { s.Rounds = 0 },
		"connections: 5000":                func(s *Suite) { s.Connections = 5000 },
		"skew: 1 ":                         func(s *Suite) { s.Skew = 1 },
		"quality: 101":                     func(s *Suite) { s.Quality = 101 },
		"widths: 1 ":                       func(s *Suite) { s.Widths = []int{1} },
		"srcset-widths: there are none":    func(s *Suite) { s.SrcsetWidths = nil },
		"formats: there are none":          func(s *Suite) { s.Formats = nil },
		"no renditions are made in heic":   func(s *Suite) { s.Formats = []transform.Format{transform.HEIC} },
		`"hot" is no scenario`:             func(s *Suite) { s.Scenarios = []string{"hot"} },
		"peer a: there are two":            func(s *Suite) { s.Peers = []Peer{{Name: "a"}} },
		"peer b: {rendition} needs":        func(s *Suite) { s.Peers = []Peer{peer(t, "b", "http://h/{rendition}")} },
		"peer b: it has to have the photo": func(s *Suite) { s.Photos, s.Peers = nil, []Peer{peer(t, "b", "http://h/{file}")} },
	} {
		s := right()
		spoil(s)
		if err := s.check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("check = %v, want an error with %q", err, want)
		}
	}
}

// The same seed draws the same, and the first are drawn as often as Zipf's law says.
func TestPopularity(t *testing.T) {
	s := &Suite{Seed: 3}
	const originals, draws, skew = 1000, 100000, 1.1
	drawn := popularity(s.random(1), skew, originals, draws)
	if !slices.Equal(drawn, popularity(s.random(1), skew, originals, draws)) {
		t.Error("the same seed draws others")
	}
	times := make([]int, originals)
	for _, n := range drawn {
		times[n]++
	}
	sum := 0.0
	for k := range originals {
		sum += math.Pow(float64(1+k), -skew)
	}
	for _, k := range []int{0, 1, 5, 20} {
		want := draws * math.Pow(float64(1+k), -skew) / sum
		if got := float64(times[k]); math.Abs(got-want) > 6*math.Sqrt(want) {
			t.Errorf("original %d is drawn %v times of %d, want about %.0f", k, got, draws, want)
		}
	}
}

func TestOriginals(t *testing.T) {
	s := &Suite{Seed: 3}
	a, err := newOriginals(s.random(1))
	if err != nil {
		t.Fatal(err)
	}
	b, _ := newOriginals(s.random(1))
	seen := map[string]bool{}
	for n := range 3 * pictures {
		body := a.at(n, "x")
		if !bytes.Equal(body, b.at(n, "x")) {
			t.Fatalf("original %d is another with the same seed", n)
		}
		if m, err := jpeg.DecodeConfig(bytes.NewReader(body)); err != nil || m.Width != originalWidth || !isJPEG(body) {
			t.Fatalf("original %d: %v", n, err)
		}
		seen[string(body)] = true
	}
	if _, err := jpeg.Decode(bytes.NewReader(a.at(1, "x"))); err != nil {
		t.Errorf("an original cannot be decoded: %v", err)
	}
	if len(seen) != 3*pictures {
		t.Errorf("%d of %d originals differ", len(seen), 3*pictures)
	}
}

func TestReadPhotos(t *testing.T) {
	photos, err := ReadPhotos("fixtures")
	own, ownErr := builtIn()
	if err != nil || ownErr != nil || len(photos) != 2 || photos[0].Name != "canyon.jpg" || len(own) != 2 {
		t.Errorf("ReadPhotos(fixtures) = %d, %v; built in are %d, %v", len(photos), err, len(own), ownErr)
	}
	for _, dir := range []string{"testdata", "nowhere"} {
		if _, err := ReadPhotos(dir); err == nil {
			t.Errorf("ReadPhotos(%s) is no error", dir)
		}
	}
}

func TestSumOf(t *testing.T) {
	const text = "# TYPE a counter\na_total 5\na{x=\"1\"} 2\na{x=\"y z\",w=\"} \"} 3.5 1700000\nab 9\n"
	for metric, want := range map[string]float64{"a": 5.5, "a_total": 5, "ab": 9, "b": 0} {
		if got, err := sumOf(metric, strings.NewReader(text)); err != nil || got != want {
			t.Errorf("sumOf(%s) = %v, %v, want %v", metric, got, err, want)
		}
	}
	if _, err := sumOf("a", strings.NewReader("a x\n")); err == nil {
		t.Error("a value that is no number is no error")
	}
}

func TestRound(t *testing.T) {
	for rate, want := range map[float64]float64{0.01: 0.1, 0.5: 0.5, 5.6: 5, 64.9: 64, 123: 120, 5287: 5200} {
		if got := round(rate); got != want {
			t.Errorf("round(%v) = %v, want %v", rate, got, want)
		}
	}
}
