package uploader

import (
	"context"
	"net/http"
	"time"

	"lightwell/origin/library"
	"lightwell/transform"
)

// addPreset is POST /process with a name. Its instructions are checked now: whoever
// uses it later cannot mend them.
func (u *Uploader) addPreset(w http.ResponseWriter, r *http.Request, name string, members []transform.Member) error {
	if !library.ValidName(name) {
		return bad("name", "%.80q cannot be a preset's name: %v.", name, library.ErrName)
	}
	p := library.Preset{Name: name, Created: time.Now().UTC().Truncate(time.Millisecond)}
	for _, m := range members {
		if m.Name != "instructions" {
			return bad(m.Name, "A preset has a name and instructions, and no %q.", m.Name)
		}
		p.Instructions = m.Value
	}
	if p.Instructions == nil {
		return bad("instructions", "A preset needs instructions.")
	}
	in, err := transform.DecodeInstructions(p.Instructions)
	if err != nil {
		return err
	}
	req, err := transform.Parser{}.Parse(in.Pairs)
	switch {
	case err != nil:
		return in.Blame(err)
	case req.Preset != "":
		return bad("preset", "A preset cannot name another.")
	case len(in.Pairs) == 0:
		return bad("instructions", "Nothing is asked for.")
	}
	p.Params = transform.SpellPairs(in.Pairs)
	replaced, err := u.Presets.SetPreset(context.WithoutCancel(r.Context()), p)
	if err != nil {
		return err
	}
	u.audit(r.Context()).Info("preset kept", "preset", p.Name, "params", p.Params)
	return created(w, replaced, "/presets/"+p.Name, p)
}

// created answers with what was kept: 201 where it is new, 200 where it took the place
// of another.
func created(w http.ResponseWriter, replaced bool, path string, v any) error {
	if replaced {
		return answer(w, http.StatusOK, v)
	}
	w.Header().Set("Location", path)
	return answer(w, http.StatusCreated, v)
}

// preset is GET /presets/{name}.
func (u *Uploader) preset(w http.ResponseWriter, r *http.Request) error {
	p, err := u.Presets.Preset(r.Context(), r.PathValue("name"))
	if err != nil {
		return missing(err, "preset", r.PathValue("name"))
	}
	return answer(w, http.StatusOK, p)
}

// removePreset is DELETE /presets/{name}.
func (u *Uploader) removePreset(w http.ResponseWriter, r *http.Request) error {
	return u.removeNamed(w, r, "preset", u.Presets.DeletePreset)
}

// PresetPage is a page of GET /presets.
type PresetPage struct {
	Presets []library.Preset `json:"presets"`
	Next    string           `json:"next,omitempty"`
}

// listPresets is GET /presets, in the order of names.
func (u *Uploader) listPresets(w http.ResponseWriter, r *http.Request) error {
	return named(w, r, u.Presets.Presets, func(presets []library.Preset, next string) any { return PresetPage{presets, next} })
}
