package engine

import (
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
)

// Tolerances, each with the most that was measured of its rows (ImageMagick 6.9.11,
// libvips 8.14.1) and with what the difference comes from.
var (
	// Pixels as they were, or changed one by one: 0.020 and 0.16, from rounding.
	exact = perceived{0.05, 0.3}
	// Seen through by parts: 0.21 and 0.56, since libvips cuts where it mixes two
	// pictures and ImageMagick rounds.
	blended = perceived{0.3, 0.8}
	// The same through the best JPEG: 0.30 and 0.73.
	blendedJPEG = perceived{0.4, 1}
	// Made smaller or larger: 0.29 and 0.77. Both use Lanczos with three lobes, libvips with
	// weights of whole numbers, and to enlarge Catmull and Rom's cubic.
	resized = perceived{0.35, 0.9}
	// Mixed with a blurred copy, or taken through CIELAB: 0.20 and 0.90, since masks are
	// of whole numbers and each is cut off at another distance.
	filtered = perceived{0.25, 1.1}
	// Cut off by a curve: 0.10 and 1.9. The reference counts 64 parts of each pixel, the
	// engine works its share out.
	masked = perceived{0.12, 2.1}
	// Made smaller from a decoder's reduced copy, which stands for pixels that the source
	// or the rectangle does not have: 0.59 and 3.0, up to a tenth of a pixel.
	reduced = perceived{0.7, 3.3}
	// Turned by a free angle: 0.11 and 1.1, along the outermost pixels.
	pivoted = perceived{0.2, 1.5}
	// Enlarged and then turned, where the reference does both at once: 0.83 and 5.4.
	straightened = perceived{0.95, 6}
	// Blurred on a smaller copy: 0.98 and 6.1, at the edges, which go on as the mean of
	// three rows and not as the last.
	blurredWide = perceived{1.1, 6.8}
	// In 256 colours, dithered: 1.2 and 3.6. As AVIF: 2.0 and 7.3 at the usual quality,
	// which halves the chroma's sides, and 0.45 and 1.2 at 95, which does not.
	quantised, lossy, nearlyLossless = perceived{1.4, 4.1}, perceived{2.2, 8}, perceived{0.6, 1.5}
)

// pictures are what the engine makes of the row, and the reference.
func (ref reference) pictures(t testing.TB) (ours, want picture) {
	t.Helper()
	return pictureOf(t, ref.source, ref.query), decodePicture(t, fixture(t, "reference/want/"+ref.name+".png"))
}

// pictureOf renders without loss, unless the query names a format.
func pictureOf(t testing.TB, source, query string) picture {
	t.Helper()
	if !strings.Contains(query, "fm=") {
		query += "&fm=png"
	}
	r, _ := render(t, fixture(t, "reference/"+source), query)
	return decodePicture(t, r.Body)
}

// compared is a row with what both programs make of it, as it is seen.
type compared struct {
	reference
	ours, want seen
}

// allCompared renders every row, once for all tests.
func allCompared(t testing.TB) []compared {
	t.Helper()
	everyRow.Do(func() {
		for _, ref := range references {
			ours, want := ref.pictures(t)
			rows = append(rows, compared{ref, ours.seen(), want.seen()})
		}
	})
	return rows
}

var (
	everyRow sync.Once
	rows     []compared
)

// What the engine makes looks like what ImageMagick makes of the README.
func TestReferences(t *testing.T) {
	for _, row := range allCompared(t) {
		if !row.ours.sameSize(row.want) {
			t.Errorf("%s: %s is %d x %d, want %d x %d", row.name, row.query, row.ours.width, row.ours.height, row.want.width, row.want.height)
			continue
		}
		if d := row.ours.from(row.want); !d.within(row.tolerance) {
			t.Errorf("%s: %s is %.3f from the reference, want %v", row.name, row.query, d, row.tolerance)
		} else {
			t.Logf("%-18s %.3f of %v", row.name, d, row.tolerance)
		}
	}
}

// The tolerances are no wider than a mistake: what a query a little off makes is
// further from the reference, or of another size.
func TestMistakesAreTold(t *testing.T) {
	for _, row := range allCompared(t) {
		for _, query := range row.mistaken {
			source := row.source
			if other, q, ok := strings.Cut(query, " "); ok {
				source, query = other, q
			}
			got := pictureOf(t, source, query).seen()
			if got.sameSize(row.want) && got.from(row.want).within(row.tolerance) {
				t.Errorf("%s: %s passes for %s, being %.3f away of %v", row.name, query, row.query, got.from(row.want), row.tolerance)
			}
		}
	}
}

// alike are references that may be taken for each other.
var alike = [][]string{
	{"clip", "dpr-half"}, {"exif", "orient-6"}, {"w", "shrink"}, // one picture, asked for in two ways
	{"whole", "webp", "gif", "avif", "avif-q"}, // one picture, in formats that lose something
	{"jpg-95", "gif", "avif"},                  // whose loss is smaller than theirs
}

func meantAlike(a, b string) bool {
	return slices.ContainsFunc(alike, func(names []string) bool {
		return slices.Contains(names, a) && slices.Contains(names, b)
	})
}

// No row passes with the reference of another.
func TestReferencesAreToldApart(t *testing.T) {
	pairs := 0
	for i, row := range allCompared(t) {
		for j, other := range allCompared(t) {
			if i == j || !row.ours.sameSize(other.want) || meantAlike(row.name, other.name) {
				continue
			}
			pairs++
			if d := row.ours.from(other.want); d.within(row.tolerance) {
				t.Errorf("%s passes for %s, being %.3f away of %v", row.name, other.name, d, row.tolerance)
			}
		}
	}
	t.Logf("%d references, %d pairs of one size", len(rows), pairs)
}

// A picture that lies a pixel off fails.
func TestAPixelOffIsTold(t *testing.T) {
	for _, row := range allCompared(t) {
		for _, by := range [][2]int{{1, 0}, {0, 1}, {-1, 0}, {0, -1}} {
			moved := row.ours.cut(max(0, by[0]), max(0, by[1]), 1, 1)
			still := row.want.cut(max(0, -by[0]), max(0, -by[1]), 1, 1)
			if d := moved.from(still); d.within(row.tolerance) {
				t.Errorf("%s: moved by %v it is %.3f from the reference, and passes with %v", row.name, by, d, row.tolerance)
			}
		}
	}
}

// Every reference has its row, and one only.
func TestEveryReferenceHasARow(t *testing.T) {
	files, err := os.ReadDir("../../testdata/reference/want")
	if err != nil {
		t.Fatal(err)
	}
	var names, named []string
	for _, f := range files {
		names = append(names, strings.TrimSuffix(f.Name(), ".png"))
	}
	for _, ref := range references {
		named = append(named, ref.name)
	}
	slices.Sort(names)
	slices.Sort(named)
	if !slices.Equal(names, named) {
		t.Errorf("the rows are %v, want those of the files, %v", named, names)
	}
}
