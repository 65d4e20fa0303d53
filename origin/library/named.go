package library

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"lightwell/transform"
)

// Preset is a recipe with a name, which URLs may use in place of its parameters. It
// is never changed: one of the same name takes its place.
type Preset struct {
	Name         string          `json:"name"`
	Instructions json.RawMessage `json:"instructions"` // as they were given
	Params       string          `json:"params"`       // what they mean, as a URL's query
	Created      time.Time       `json:"created"`
}

func (p Preset) name() string { return p.Name }

// Pairs are the parameters of a preset.
func (p Preset) Pairs() ([]transform.Pair, error) {
	pairs, err := transform.QueryPairs(p.Params)
	if err != nil {
		return nil, fmt.Errorf("preset %s: %v", p.Name, err) // not the client's mistake
	}
	return pairs, nil
}

// Mark is an asset with a name, by which it can be laid over others.
type Mark struct {
	Name    string    `json:"name"`
	ImageID string    `json:"imageId"`
	Created time.Time `json:"created"`
}

func (m Mark) name() string { return m.Name }

// Preset is the preset of a name, as it was within the metadata's life. The error
// wraps fs.ErrNotExist; with a store that does not answer, what is held is returned
// however old, and without that the error wraps ErrUnavailable.
func (l *Library) Preset(ctx context.Context, name string) (Preset, error) {
	return l.presets.get(ctx, name)
}

// SetPreset keeps a preset, durably, and tells whether it took another's place. The
// error wraps ErrName, store.ErrFull or ErrUnavailable.
func (l *Library) SetPreset(ctx context.Context, p Preset) (replaced bool, err error) {
	return l.presets.set(ctx, p.Name, p)
}

// DeletePreset forgets a preset. The error wraps fs.ErrNotExist or ErrUnavailable.
func (l *Library) DeletePreset(ctx context.Context, name string) error {
	return l.presets.remove(ctx, name)
}

// Presets lists at most limit presets that come after a name, in the order of
// names; next is the last of them when there are more. The error wraps ErrUnavailable.
func (l *Library) Presets(ctx context.Context, after string, limit int) (presets []Preset, next string, err error) {
	return l.presets.list(ctx, after, limit)
}

// Mark is the mark of a name, as Preset is the preset of one. Whether its asset still
// is there is for Asset to say.
func (l *Library) Mark(ctx context.Context, name string) (Mark, error) {
	return l.marks.get(ctx, name)
}

// SetMark keeps a mark, as SetPreset does a preset.
func (l *Library) SetMark(ctx context.Context, m Mark) (replaced bool, err error) {
	return l.marks.set(ctx, m.Name, m)
}

// DeleteMark forgets a mark, as DeletePreset does a preset. Its asset stays.
func (l *Library) DeleteMark(ctx context.Context, name string) error {
	return l.marks.remove(ctx, name)
}

// Marks lists marks, as Presets does presets.
func (l *Library) Marks(ctx context.Context, after string, limit int) (marks []Mark, next string, err error) {
	return l.marks.list(ctx, after, limit)
}
