package transform

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func photoSource(width, height, orientation int) Source {
	return Source{Format: JPEG, Width: width, Height: height, Orientation: orientation, Frames: 1}
}

func TestLevelsOfSources(t *testing.T) {
	for _, tt := range []struct {
		source Source
		want   []int
	}{
		{photoSource(4000, 3000, 1), []int{2048, 1024, 512}},
		{photoSource(3000, 4000, 6), []int{2048, 1024, 512}},
		{photoSource(3072, 100, 1), []int{2048, 1024, 512}},
		{photoSource(3071, 100, 1), []int{1024, 512}},
		{photoSource(768, 768, 1), []int{512}},
		{photoSource(767, 767, 1), nil},
		{Source{Format: SVG, Width: 4000, Height: 3000, Frames: 1}, nil},
		{Source{Format: GIF, Width: 4000, Height: 3000, Frames: 2}, nil},
		{Source{Format: PNG, Width: 4000, Height: 3000, Frames: 1, Depth: 16}, nil},
	} {
		if got := tt.source.Levels([]int{512, 2048, 1024, 512}); !slices.Equal(got, tt.want) {
			t.Errorf("Levels(%+v) = %v, want %v", tt.source, got, tt.want)
		}
	}
}

// levelsOf are all levels of a source, as if each were worth its bytes.
func levelsOf(s Source) (levels []Level) {
	for _, edge := range s.Levels(DefaultLevels) {
		levels = append(levels, Level{Edge: edge, Format: JPEG, Size: s.Reduced(edge)})
	}
	return levels
}

// The smallest level is used that leaves the resampler enough, whichever side counts.
func TestLevelOfPlans(t *testing.T) {
	for _, tt := range []struct {
		source Source
		query  string
		want   int // edge, 0 for the original
	}{
		{photoSource(4000, 3000, 1), "w=100", 512},
		{photoSource(4000, 3000, 1), "w=426", 512},
		{photoSource(4000, 3000, 1), "w=428", 1024},
		{photoSource(4000, 3000, 1), "h=320", 512},
		{photoSource(4000, 3000, 1), "h=321", 1024},
		{photoSource(4000, 3000, 1), "w=426&dpr=2", 1024},
		{photoSource(4000, 3000, 1), "w=1706", 2048},
		{photoSource(4000, 3000, 1), "w=1708", 0},
		{photoSource(4000, 3000, 6), "h=426", 512},
		{photoSource(4000, 3000, 6), "w=320", 512},
		{photoSource(4000, 3000, 6), "w=426", 1024},
		{photoSource(4000, 3000, 1), "w=320&h=320&fit=crop", 512},
		{photoSource(4000, 3000, 1), "w=400&h=400&fit=crop", 1024},
		{photoSource(4000, 3000, 1), "w=400&h=100&fit=fill", 512},
		{photoSource(4000, 3000, 1), "w=128&rect=0,0,2000,1500", 512},
		{photoSource(4000, 3000, 1), "w=129&rect=0,0,2000,1500", 1024},
		{photoSource(4000, 3000, 1), "w=400&rect=0,0,500,500", 0},
		{photoSource(4000, 3000, 1), "w=420&rot=20", 1024}, // straightening needs more
		{photoSource(4000, 3000, 1), "", 0},
		{photoSource(4000, 3000, 1), "w=100&meta=copyright", 0},
		{photoSource(4000, 3000, 1), "w=100&meta=keep", 0},
		{photoSource(4000, 3000, 1), "w=100&orient=3", 0},
		{photoSource(4000, 3000, 3), "w=100&orient=3", 512},
		{photoSource(4000, 3000, 1), "w=100&fm=webp&lossless=1", 0},
		{photoSource(700, 600, 1), "w=100", 0},
	} {
		req, err := Parser{}.ParseQuery(tt.query)
		if err != nil {
			t.Fatal(err)
		}
		recipe, _ := req.Recipe.Resolve(tt.source, "", AllFormats)
		if recipe == (Recipe{}) {
			recipe.Format = PNG
		}
		plan, err := recipe.Plan(tt.source, Found{}, DefaultLimits)
		if err != nil {
			t.Fatal(err)
		}
		levels := levelsOf(tt.source)
		got, ok := plan.Level(levels)
		if got.Edge != tt.want || ok != (tt.want > 0) {
			t.Errorf("%+v, %q: level %d, want %d", tt.source, tt.query, got.Edge, tt.want)
		}
		slices.Reverse(levels)
		if again, _ := plan.Level(levels); again != got {
			t.Errorf("%+v, %q: level %d in one order and %d in another", tt.source, tt.query, got.Edge, again.Edge)
		}
		if without, _ := plan.Level([]Level{{Edge: got.Edge}}); without != (Level{}) {
			t.Errorf("%+v, %q: a level without a file is used", tt.source, tt.query)
		}
	}
}

// What is cut out of a level lies where it lies in the original, to a pixel of the level, and is upright; nothing else of
// the plan changes.
func TestPlansFromLevels(t *testing.T) {
	chance := rand.New(rand.NewPCG(3, 4))
	for range 5_000 {
		s := photoSource(1600+chance.IntN(5000), 1600+chance.IntN(5000), 1+chance.IntN(8))
		full := s.Upright()
		region := Area{chance.IntN(full.Width / 2), chance.IntN(full.Height / 2), 600 + chance.IntN(full.Width/2-600), 600 + chance.IntN(full.Height/2-600)}
		level := levelsOf(s)[chance.IntN(2)]
		trimmed := chance.IntN(2) == 0
		p := Plan{
			Source: s, Limits: DefaultLimits, Orientation: s.Orientation, Scaled: Size{100, 200}, Trimmed: trimmed,
			Region: region.Stored(s.Orientation, Size{s.Width, s.Height}), Window: Area{1, 2, 3, 4}, Out: Size{3, 4}, Turn: 90,
		}
		from := p.From(level)
		share := float64(level.Width) / float64(full.Width)
		for _, edge := range []struct {
			name      string
			got, from int
			inward    float64
		}{
			{"left", from.Region.X, region.X, 1}, {"right", from.Region.X + from.Region.Width, region.X + region.Width, -1},
			{"top", from.Region.Y, region.Y, 1}, {"bottom", from.Region.Y + from.Region.Height, region.Y + region.Height, -1},
		} {
			along := share
			if edge.name == "top" || edge.name == "bottom" {
				along = float64(level.Height) / float64(full.Height)
			}
			off := float64(edge.got) - float64(edge.from)*along
			if trimmed && (off*edge.inward < -1e-9 || off*edge.inward >= 1) || !trimmed && (off < -0.5000001 || off > 0.5000001) {
				t.Fatalf("%+v of %+v (trimmed %v) in level %dx%d: %s is %v pixels off", region, s, trimmed, level.Width, level.Height, edge.name, off)
			}
		}
		scaled := Size{100, 200}
		if s.Orientation >= 5 {
			scaled = Size{200, 100}
		}
		if from.Orientation != 1 || from.Scaled != scaled || from.Source.Format != JPEG || (Size{from.Source.Width, from.Source.Height}) != level.Size {
			t.Fatalf("%+v from level %+v = %+v", s, level, from)
		}
		from.Source, from.Orientation, from.Scaled, from.Region, from.Shrink = p.Source, p.Orientation, p.Scaled, p.Region, p.Shrink
		if from.Window != p.Window || from.Out != p.Out || from.Turn != p.Turn || from.Trimmed != p.Trimmed {
			t.Fatalf("the plan from a level differs in more: %+v, %+v", from, p)
		}
	}
}
