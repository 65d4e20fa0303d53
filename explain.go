package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"slices"
	"strings"

	"lightwell/config"
	"lightwell/origin"
	"lightwell/origin/library"
	"lightwell/transform"
	"lightwell/transform/pool"
)

type explainCommand struct {
	config.Config
	URL    string `arg:"" help:"A URL of an image, or its path and query."`
	Accept string `help:"The Accept header of the client."`
	Source string `help:"Plan for a source of this size and format instead of the asset's own, as in 4000x3000.jpeg."`
}

// explanation is what is told line by line.
type explanation struct {
	*explainCommand
	app    *app
	parser transform.Parser
	pool   *pool.Pool // nil until the asset is known
}

func (e explanation) print(name, format string, args ...any) {
	fmt.Fprintf(e.app.out, "%-10s "+format+"\n", append([]any{name}, args...)...)
}

// Run prints what a URL means, as far as it can be told.
func (c *explainCommand) Run(a *app) error {
	e := explanation{explainCommand: c, app: a, parser: transform.Parser{Ignore: c.IgnoreParams}}
	t, err := e.target()
	if err != nil {
		return err
	}
	asset, err := c.asset(a, t.ID)
	if errors.Is(err, fs.ErrNotExist) {
		e.print("source", "unknown: there is no such asset in %s; --source=WIDTHxHEIGHT.FORMAT plans without it", c.Data)
		return nil
	}
	if err != nil {
		return err
	}
	if t.Info || t.Request.Report.Kind != transform.NoReport {
		return nil
	}
	cfg := poolConfig(c.Config, nil, nil)
	cfg.Children = 2
	if e.pool, err = pool.Start(a.ctx, cfg); err != nil {
		return err
	}
	defer e.pool.Close()
	return e.of(t, asset)
}

// target tells what can be told without the asset.
func (e explanation) target() (origin.Target, error) {
	t, err := origin.ParseURL(e.URL, e.parser)
	if errors.Is(err, fs.ErrNotExist) {
		return t, fmt.Errorf("%q is not the URL of an image: /image/{id}?parameters or /image/{id}/parameters, with an id of %d characters", e.URL, library.IDLength)
	}
	if err != nil {
		return t, fmt.Errorf("%s: %w", e.URL, err)
	}
	e.print("asset", "%s", t.ID)
	t = e.access(t)
	if t.Request.Preset != "" {
		if t, err = e.overPreset(e.app, t, e.parser); err != nil {
			return t, fmt.Errorf("%s: %w", e.URL, err)
		}
		e.print("preset", "%s: %s", t.Request.Preset, t.Preset)
	}
	if t.Info || t.Request.Report.Kind != transform.NoReport {
		e.print("told", "what is known of it; nothing is rendered")
	} else {
		e.print("recipe", "%s", orOriginal(t.Request.Recipe))
	}
	return t, nil
}

// of tells the rest. Which formats can be written, what the pixels have to be looked at
// for, and the key, are for a render process to tell.
func (e explanation) of(t origin.Target, asset library.Asset) error {
	source := asset.Page(t.Request.Page)
	size := source.Upright()
	e.print("source", "%s, %d x %d upright, orientation %d, %d frames", source.Format, size.Width, size.Height, source.Orientation, source.Frames)
	subject, err := e.marked(e.app, asset, t)
	if err != nil {
		return fmt.Errorf("%s: %w", e.URL, err)
	}
	writes := e.pool.Capabilities().Writes
	recipe, varies := t.Request.Recipe.Resolve(source, e.Accept, writes)
	if recipe.Mark.Image != "" {
		recipe.Mark.Image = subject.Mark.ID
		of := subject.Mark.Source
		e.print("mark", "%s: %s, %s, %d x %d upright", t.Request.Mark.Image, subject.Mark.ID, of.Format, of.Upright().Width, of.Upright().Height)
	}
	if of := subject.Blend.Source; recipe.Blend.Image != "" {
		e.print("blend", "%s: %s, %d x %d upright", recipe.Blend.Image, of.Format, of.Upright().Width, of.Upright().Height)
	}
	e.print("resolved", "%s", orOriginal(recipe))
	e.print("varies", "%v", varies)
	if inert := e.inert(t.Pairs, source, recipe); len(inert) > 0 {
		e.print("inert", "%s", strings.Join(inert, " "))
	}
	if f := recipe.Format; f.Writable() && !writes.Has(f) {
		return fmt.Errorf("%s: %v is none of the formats that this build can write: %v", e.URL, f, writes)
	}
	if asset.ID == "" { // made up
		return e.plan(recipe, subject, transform.Found{})
	}
	found, err := e.found(asset, recipe)
	if err != nil {
		return err
	}
	if crop := recipe.Blend.Crop; crop.Faces {
		ofBlend, err := e.found(subject.Blend, transform.Recipe{Crop: crop})
		if err != nil {
			return err
		}
		found.BlendFaces = ofBlend.Faces
	}
	if err := e.plan(recipe, subject, found); err != nil {
		return err
	}
	e.print("engine", "%s", e.pool.Fingerprint())
	made := origin.WithFonts(fingerprint(e.Config, e.pool), e.pool.Capabilities().Typesetting, subject, recipe)
	e.print("key", "%s", origin.Key(made, e.service().SourceOf(subject, recipe), subject, recipe))
	return nil
}

// service knows what renditions are made from.
func (e explanation) service() *origin.Service {
	return &origin.Service{Limits: limits(e.Config), Levels: e.Levels}
}

// found looks for what the recipe has to know of the asset's pixels.
func (e explanation) found(asset library.Asset, r transform.Recipe) (found transform.Found, err error) {
	for _, search := range r.Searches(asset.Page(r.Page)) {
		err := e.withLibrary(e.app.ctx, func(lib *library.Library) error {
			src, err := lib.Open(e.app.ctx, asset)
			if err != nil {
				return err
			}
			defer src.Close()
			one, err := e.pool.Search(e.app.ctx, src, asset.Page(search.Page), search, limits(e.Config))
			found = found.Join(one)
			return err
		})
		if err != nil {
			return found, err
		}
		if search.Faces {
			e.print("faces", "%s", orNone(places(found.Faces)))
		} else {
			e.print("trimmed", "%s", orNone(place(found.Trimmed)))
		}
	}
	return found, nil
}

func places(faces []transform.Face) string {
	var all []string
	for _, f := range faces {
		all = append(all, place(f.Area))
	}
	return strings.Join(all, ", ")
}

func place(a transform.Area) string {
	if a == (transform.Area{}) {
		return ""
	}
	return fmt.Sprintf("%d x %d at %d,%d", a.Width, a.Height, a.X, a.Y)
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

// plan tells the numbers.
func (e explanation) plan(r transform.Recipe, subject origin.Subject, found transform.Found) error {
	if r == (transform.Recipe{}) {
		return nil
	}
	found.Mark, found.Blend = subject.Mark.Source, subject.Blend.Source
	plan, err := r.Plan(subject.Page(r.Page), found, limits(e.Config))
	if err != nil {
		return err
	}
	made := "original"
	if level, ok := e.service().LevelOf(subject.Asset, plan); ok {
		made, plan = level.String(), plan.From(level)
	}
	numbers, err := json.MarshalIndent(plan, "           ", "  ")
	if err != nil {
		return err
	}
	e.print("output", "%d x %d %s", plan.Out.Width, plan.Out.Height, r.Format.ContentType())
	e.print("level", "%s", made)
	e.print("plan", "%s", numbers)
	return nil
}

func orOriginal(r transform.Recipe) string {
	if r == (transform.Recipe{}) {
		return "(the original)"
	}
	return r.String()
}

// inert lists the parameters without which the outcome would be the same.
func (e explanation) inert(pairs []transform.Pair, s transform.Source, outcome transform.Recipe) []string {
	var names []string
	for i, pair := range pairs {
		without, err := e.parser.Parse(slices.Delete(slices.Clone(pairs), i, i+1))
		if err != nil || slices.Contains([]string{"preset", "expires", "s"}, pair.Name) { // a preset's parameters are among the pairs
			continue
		}
		r, _ := without.Recipe.Resolve(s, e.Accept, e.pool.Capabilities().Writes)
		if r.Mark.Image != "" { // by whichever name
			r.Mark.Image = outcome.Mark.Image
		}
		if r == outcome {
			names = append(names, pair.Name+"="+url.QueryEscape(pair.Value))
		}
	}
	return names
}

type paramsCommand struct{}

// Run prints the table for the README.
func (paramsCommand) Run(a *app) error {
	fmt.Fprintln(a.out, "| parameter | group | values |\n| --- | --- | --- |")
	for _, p := range transform.ParamDocs() {
		names := "`" + p.Name + "`"
		for _, alias := range p.Aliases {
			names += ", `" + alias + "`"
		}
		fmt.Fprintf(a.out, "| %s | %s | %s |\n", names, p.Group, p.Accepts)
	}
	return nil
}
