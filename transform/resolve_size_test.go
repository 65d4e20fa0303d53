package transform_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"lightwell/transform"
)

// sizedSpellings are groups that mean one thing for a source, because of its size; the
// first is what String spells of it.
var sizedSpellings = []struct {
	source    transform.Source
	spellings []string
}{
	// Larger than the source, which is not blown up.
	{still(transform.JPEG, 900, 600), []string{"w=900&fm=jpg", "w=900", "w=901", "w=5000", "w=8192&fit=max", "w=900&h=601", "w=2000&h=2000", "w=1800&h=601", "w=901&fit=max&enlarge=1", "w=900&enlarge=1"}},
	{still(transform.JPEG, 900, 600), []string{"w=900&fm=jpg", "h=600", "h=601", "h=8000", "w=1801&h=1200", "h=700&fit=max", "h=600&enlarge=1"}},
	{still(transform.JPEG, 900, 600), []string{"w=450&dpr=2&fm=jpg", "w=450&dpr=2", "w=451&dpr=2", "w=4000&dpr=2", "w=0.5&dpr=2", "w=0.9&dpr=2", "w=600&h=8192&dpr=2"}},
	{still(transform.JPEG, 901, 601), []string{"w=451&dpr=2&fm=jpg", "w=451&dpr=2", "w=452&dpr=2", "w=0.6&dpr=2"}},
	{still(transform.JPEG, 900, 600), []string{"w=300&dpr=3&blur=20&fm=jpg", "h=201&dpr=3&blur=20", "h=0.4&dpr=3&blur=20", "h=200&dpr=3&blur=20"}},
	{still(transform.JPEG, 9000, 600), []string{"h=600&fm=jpg", "h=600", "h=601", "h=8192"}},
	{still(transform.JPEG, 9000, 6000), []string{"w=4500&dpr=2&fm=jpg", "w=4501&dpr=2", "h=3000&dpr=2", "w=5000&h=8000&dpr=2"}},
	{oriented(transform.JPEG, 900, 600, 6), []string{"w=600&fm=jpg", "w=600", "w=601", "w=900", "h=900&w=600"}},
	{still(transform.JPEG, 1, 1), []string{"w=2&fm=jpg", "w=2", "w=3", "w=800", "w=800&h=800"}},
	{still(transform.JPEG, 900, 600), []string{"w=300&rect=0,0,300,200&fm=jpg", "rect=0,0,300,200&w=300", "rect=0,0,300,200&w=301", "rect=0,0,300,200&w=900&h=900"}},

	// The side that binds.
	{still(transform.JPEG, 900, 600), []string{"w=80&fm=jpg", "w=80", "w=80&h=600", "w=80&h=54", "w=80&h=54&fit=max", "w=80&enlarge=1", "w=80&h=8000&enlarge=1"}},
	{still(transform.JPEG, 900, 600), []string{"h=60&fm=jpg", "h=60", "w=900&h=60", "w=91&h=60", "w=0.5&h=60"}},
	{still(transform.JPEG, 900, 600), []string{"w=90&fm=jpg", "w=90&h=60", "w=90&h=0.1", "w=90&h=61"}},
	{still(transform.JPEG, 900, 600), []string{"w=1200&enlarge=1&fm=jpg", "w=1200&enlarge=1", "w=1200&h=801&enlarge=1"}},

	// All of the source, and the same part of it.
	{still(transform.JPEG, 900, 600), []string{"fm=jpg", "rect=0,0,900,600", "rect=0,0,901,601", "rect=0,0,9999,9999", "rect=left,top,900,600", "rect=center,middle,900,600", "rect=right,bottom,2000,2000", "rect=0.0,0.0,900,600"}},
	{oriented(transform.JPEG, 900, 600, 6), []string{"fm=jpg", "rect=0,0,600,900", "rect=0,0,900,900"}},
	{oriented(transform.JPEG, 900, 600, 6), []string{"orient=1&fm=jpg", "orient=1&rect=0,0,900,600"}},
	{still(transform.JPEG, 900, 600), []string{"w=80&fm=jpg", "rect=0,0,900,600&w=80", "rect=center,middle,9999,9999&w=80&fm=jpg"}},
	{still(transform.JPEG, 900, 600), []string{"rect=600,400,300,200&fm=jpg", "rect=600,400,300,200", "rect=right,bottom,300,200", "rect=600,400,9999,9999", "rect=600,bottom,301,200"}},
	{still(transform.JPEG, 900, 600), []string{"rect=225,300,100,100&fm=jpg", "rect=0.25,0.5,100,100", "rect=225,0.5,100,100"}},
	{still(transform.JPEG, 900, 600), []string{"rect=1,0,10,10&fm=jpg", "rect=1,0,10,10", "rect=0.001,0,10,10"}},
	{still(transform.JPEG, 900, 600), []string{"rect=300,200,300,200&fm=jpg", "rect=center,middle,300,200", "rect=center,200,300,200"}},
}

func TestSizedSpellings(t *testing.T) {
	for _, group := range sizedSpellings {
		want := query(t, group.spellings[0])
		for _, s := range group.spellings {
			got, _ := query(t, s).Resolve(group.source, "", transform.AllFormats)
			if got != want {
				t.Errorf("Resolve(%q, %+v) = %q, want %q", s, group.source, got, group.spellings[0])
			}
			if again, _ := got.Resolve(group.source, "", transform.AllFormats); again != got {
				t.Errorf("Resolve(%q) of what is resolved = %q, want the same", s, again)
			}
		}
	}
}

// What is beside a size is another picture.
func TestSizedDifferent(t *testing.T) {
	source := still(transform.JPEG, 900, 600)
	for _, pair := range [][2]string{
		{"w=900", "w=899"}, {"w=450&dpr=2", "w=449&dpr=2"}, {"w=450&dpr=2&blur=20", "w=900&blur=20"}, {"w=901&enlarge=1", "w=901"},
		{"w=80&h=53", "w=80"}, {"h=60&w=89", "h=60"}, {"w=901&h=900&fit=fill", "w=900&h=900&fit=fill"}, {"w=901&fit=scale", "w=900&fit=scale"},
		{"rect=0,0,899,600", ""}, {"rect=1,0,900,600", ""}, {"rect=0,0,300,200", "rect=1,0,300,200"},
	} {
		a, _ := query(t, pair[0]+"&fm=jpg").Resolve(source, "", transform.AllFormats)
		b, _ := query(t, pair[1]+"&fm=jpg").Resolve(source, "", transform.AllFormats)
		if a == b {
			t.Errorf("Resolve(%q) = Resolve(%q) = %q, want two Recipes", pair[0], pair[1], a)
		}
	}
}

// Whatever is spelled otherwise, the plan is what it was: unsettled is the Recipe with
// no more than its format settled.
func TestSettlingChangesNoPlan(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	pick := func(values ...string) string { return values[random.IntN(len(values))] }
	length := func() string {
		return pick("2", "7", "299", "300", "301", "450", "600", "900", "1201", "8192", "0.1", "0.5", "0.999")
	}
	for range 20_000 {
		source := oriented(transform.JPEG, 1+random.IntN(1300), 1+random.IntN(1300), 1+random.IntN(8))
		q := "fm=png"
		for _, part := range []string{
			"&w=" + length(), "&h=" + length(), "&dpr=" + pick("0.3", "1.1", "2", "3", "4.7"), "&enlarge=1", "&rot=" + pick("10", "90"), "&blur=20",
			"&orient=" + pick("1", "6"), "&fit=" + pick("crop", "fill", "scale", "clamp", "max"), "&ar=16:9", "&px=5", "&rot-type=pivot",
			fmt.Sprintf("&rect=%s,%s,%d,%d", pick("0", "left", "center", "right", "0.3", "50"), pick("0", "top", "middle", "bottom", "0.6", "7"), 1+random.IntN(1500), 1+random.IntN(1500)),
		} {
			if random.IntN(2) == 0 {
				q += part
			}
		}
		unsettled := query(t, q)
		settled, _ := unsettled.Resolve(source, "", transform.AllFormats)
		want, wantErr := unsettled.Plan(source, transform.Found{}, transform.DefaultLimits)
		got, err := settled.Plan(source, transform.Found{}, transform.DefaultLimits)
		if !reflect.DeepEqual(got, want) || (err == nil) != (wantErr == nil) {
			t.Fatalf("Plan(%q, %+v) = %+v, %v, want %+v, %v as of %q", settled, source, got, err, want, wantErr, q)
		}
	}
}

// Aspects are equal where their quotient is, however it is written.
func TestEqualAspects(t *testing.T) {
	for _, group := range [][]string{
		{"16:9", "1.6:0.9", "0.16:0.09", "16.00:9.0", "016:09", "160:90", "3.2:1.8", "48:27"},
		{"3:2", "1.5:1", "0.3:0.2", "3.:2.", ".3:.2", "0.9:0.6"},
		{"1:3", "0.1:0.3", "0.7:2.1", "1.1:3.3"},
		{"1.91:1", "191:100", "3.82:2", "0.191:0.1"},
	} {
		want := query(t, "w=80&fit=crop&ar="+group[0])
		for _, ar := range group {
			if got := query(t, "w=80&fit=crop&ar="+ar); got != want {
				t.Errorf("ar=%s is %q, want %q as of %s", ar, got, want, group[0])
			}
		}
	}
}
