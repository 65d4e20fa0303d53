package origin

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"

	"lightwell/origin/library"
	"lightwell/transform"
)

// levels are those of an asset that have a file, and that the settings have.
func (s *Service) levels(a library.Asset) []transform.Level {
	return slices.DeleteFunc(slices.Clone(a.Levels), func(l transform.Level) bool {
		return l.Format == transform.NoFormat || !slices.Contains(s.Levels, l.Edge)
	})
}

// SourceOf names what a rendition is made from, for its key: the original or a level. It follows from the asset and
// the settings. Where it depends on what is found in the picture, it is all levels that there are to choose from.
func (s *Service) SourceOf(a Subject, r transform.Recipe) string {
	if r == (transform.Recipe{}) || r == transform.SanitizedSVG {
		return fromOriginal
	}
	levels := s.levels(a.Asset)
	if len(levels) == 0 {
		return fromOriginal
	}
	source := a.Page(r.Page)
	if len(r.Searches(source)) > 0 {
		return fmt.Sprint("one of ", levels)
	}
	plan, err := r.Plan(source, transform.Found{Mark: a.Mark.Source, Blend: a.Blend.Source}, s.Limits)
	if err == nil {
		if level, ok := s.LevelOf(a.Asset, plan); ok {
			return level.String()
		}
	}
	return fromOriginal
}

// LevelOf is the level that a plan is carried out on, if there is one.
func (s *Service) LevelOf(a library.Asset, plan transform.Plan) (transform.Level, bool) {
	return plan.Level(s.levels(a))
}

// carryOut makes what a plan says, of the level that serves it or else of the original, and says which. A level that is
// missing, or cannot be read, is made again first.
func (s *Service) carryOut(ctx context.Context, a Subject, plan transform.Plan) (made transform.Rendition, source string, err error) {
	level, ok := s.LevelOf(a.Asset, plan)
	if !ok {
		made, err = s.renderOf(ctx, a, nil, plan)
		return made, fromOriginal, err
	}
	made, err = s.renderOf(ctx, a, &level, plan.From(level))
	if missing(err) {
		if err = s.makeLevels(ctx, a.Asset); err == nil {
			made, err = s.renderOf(ctx, a, &level, plan.From(level))
		}
		if err != nil && ctx.Err() == nil && !errors.Is(err, transform.ErrBusy) {
			s.Log.Warn("level cannot be had: the original is used", "asset", a.ID, "level", level.String(), "error", err)
			made, err = s.renderOf(ctx, a, nil, plan)
			return made, fromOriginal, err
		}
	}
	return made, fromLevel, err
}

// missing tells whether a level is not there, or not whole.
func missing(err error) bool {
	return errors.Is(err, library.ErrNoLevel) || errors.Is(err, transform.ErrUndecodable)
}

// renderOf carries a plan out on a level, nil for the original, and on the layers.
func (s *Service) renderOf(ctx context.Context, a Subject, level *transform.Level, plan transform.Plan) (transform.Rendition, error) {
	plan.File = a.Original
	if level != nil {
		plan.File += "/" + level.String()
	}
	files, err := s.open(ctx, a, level)
	defer closeAll(files)
	if err != nil {
		return transform.Rendition{}, err
	}
	return s.render(ctx, files, plan)
}

// makeLevels makes the levels of an asset once more, together with all who miss one now.
func (s *Service) makeLevels(ctx context.Context, a library.Asset) error {
	_, err := s.together("levels of "+a.Original, func() (any, error) {
		src, err := s.openOne(ctx, a, nil)
		if err != nil {
			return nil, err
		}
		defer src.Close()
		files, err := s.Renderer.Levels(ctx, src, s.Limits)
		if err != nil {
			return nil, err
		}
		s.Log.Info("levels made again", "asset", a.ID, "original", a.Original)
		return nil, s.Library.PutLevels(ctx, a, files)
	})
	return err
}

// lacking are the edges of the levels that an asset does not have because it was stored with other settings.
func (s *Service) lacking(a library.Asset) []int {
	return slices.DeleteFunc(a.Source.Levels(s.Levels), func(edge int) bool {
		return slices.ContainsFunc(a.Levels, func(l transform.Level) bool { return l.Edge == edge })
	})
}

// addLevels makes the levels that an asset lacks. It has those from then on, and its renditions other keys.
func (s *Service) addLevels(ctx context.Context, a library.Asset) error {
	ctx, cancel := context.WithTimeoutCause(ctx, s.Deadline, transform.ErrDeadline)
	defer cancel()
	name := "levels of " + a.ID
	if err := s.check(Subject{Asset: a}, name); err != nil {
		return err
	}
	src, err := s.openOne(ctx, a, nil)
	if err != nil {
		return err
	}
	defer src.Close()
	files, err := s.Renderer.Levels(ctx, src, s.Limits)
	if err := s.judged(err, a, a.Original, name, "levels"); err != nil {
		return err
	}
	var added []transform.LevelFile
	for _, edge := range s.lacking(a) {
		i := slices.IndexFunc(files, func(l transform.LevelFile) bool { return l.Edge == edge })
		if i < 0 { // it cannot be made, which is remembered
			i, files = len(files), append(files, transform.LevelFile{Level: transform.Level{Edge: edge}})
		}
		added = append(added, files[i])
	}
	if err := s.Library.AddLevels(ctx, a, added); err != nil {
		return err
	}
	s.Log.Info("levels made that were lacking", "asset", a.ID, "original", a.Original, "levels", len(added))
	return nil
}

// together shares work among all that need it now. It runs on the context of the first, which is a flight's, so that
// no client's leaving ends it. A panic in it is an error.
func (s *Service) together(key string, do func() (any, error)) (any, error) {
	done, err, _ := s.flights.Do(key, func() (_ any, err error) {
		defer func() {
			if p := recover(); p != nil {
				s.Log.Error("panic in shared work", "panic", p, "stack", string(debug.Stack()))
				err = fmt.Errorf("panic: %v", p)
			}
		}()
		return do()
	})
	return done, err
}
