package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"

	"lightwell/config"
	"lightwell/origin"
	"lightwell/origin/library"
	"lightwell/origin/store"
	"lightwell/transform"
	"lightwell/transform/pool"
)

type explainCommand struct {
	config.Config
	URL    string `arg:"" help:"A URL of an image, or its path and query."`
	Accept string `help:"The Accept header of the client."`
	Source string `help:"Plan for a source of this size and format instead of the asset's own, as in 4000x3000.jpeg."`
}

// Run prints what a URL means, as far as it can be told.
func (c *explainCommand) Run(a *app) error {
	parser := transform.Parser{Ignore: c.IgnoreParams}
	t, err := origin.ParseURL(c.URL, parser)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%q is not the URL of an image: /image/{id}?parameters or /image/{id}/parameters, with an id of %d characters", c.URL, library.IDLength)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", c.URL, err)
	}
	print := func(name, format string, args ...any) {
		fmt.Fprintf(a.out, "%-10s "+format+"\n", append([]any{name}, args...)...)
	}
	print("asset", "%s", t.ID)
	if t.Request.Preset != "" {
		if t, err = c.overPreset(a, t, parser); err != nil {
			return fmt.Errorf("%s: %w", c.URL, err)
		}
		print("preset", "%s: %s", t.Request.Preset, t.Preset)
	}
	print("recipe", "%s", orOriginal(t.Request.Recipe))
	asset, err := c.asset(a, t.ID)
	if errors.Is(err, fs.ErrNotExist) {
		print("source", "unknown: there is no such asset in %s; --source=WIDTHxHEIGHT.FORMAT plans without it", c.Data)
		return nil
	}
	if err != nil {
		return err
	}
	size := asset.Source.Upright()
	print("source", "%s, %d x %d upright, orientation %d, %d frames", asset.Source.Format, size.Width, size.Height, asset.Source.Orientation, asset.Source.Frames)
	recipe, varies := t.Request.Recipe.Resolve(asset.Source, c.Accept)
	subject, err := c.marked(a, asset, t)
	if err != nil {
		return fmt.Errorf("%s: %w", c.URL, err)
	}
	if recipe.Mark.Image != "" {
		recipe.Mark.Image = subject.Mark.ID
		of := subject.Mark.Source
		print("mark", "%s: %s, %s, %d x %d upright", t.Request.Mark.Image, subject.Mark.ID, of.Format, of.Upright().Width, of.Upright().Height)
	}
	print("resolved", "%s", orOriginal(recipe))
	print("varies", "%v", varies)
	if inert := inert(parser, t.Pairs, asset.Source, c.Accept, recipe); len(inert) > 0 {
		print("inert", "%s", strings.Join(inert, " "))
	}
	if recipe != (transform.Recipe{}) {
		plan, err := recipe.Plan(asset.Source, transform.Found{Mark: subject.Mark.Source}, limits(c.Config))
		if err != nil {
			return err
		}
		numbers, err := json.MarshalIndent(plan, "           ", "  ")
		if err != nil {
			return err
		}
		print("output", "%d x %d %s", plan.Out.Width, plan.Out.Height, recipe.Format.ContentType())
		print("level", "original")
		print("plan", "%s", numbers)
	}
	return c.printKey(a, subject, recipe, print)
}

// asset is the URL's own, or one made up by --source.
func (c *explainCommand) asset(a *app, id string) (library.Asset, error) {
	if c.Source != "" {
		return parseSource(c.Source)
	}
	var asset library.Asset
	err := c.withLibrary(func(lib *library.Library) (err error) {
		asset, err = lib.Asset(a.ctx, id)
		return err
	})
	return asset, err
}

// overPreset adds the parameters of the preset that a URL names.
func (c *explainCommand) overPreset(a *app, t origin.Target, parser transform.Parser) (origin.Target, error) {
	err := c.withLibrary(func(lib *library.Library) error {
		preset, err := lib.Preset(a.ctx, t.Request.Preset)
		if err == nil {
			t, err = t.Over(preset, parser)
		}
		return err
	})
	return t, err
}

// marked adds the asset that the URL's mark stands for.
func (c *explainCommand) marked(a *app, asset library.Asset, t origin.Target) (subject origin.Subject, err error) {
	if t.Request.Mark.Image == "" {
		return origin.Subject{Asset: asset}, nil
	}
	err = c.withLibrary(func(lib *library.Library) error {
		subject, err = (&origin.Service{Library: lib}).Marked(a.ctx, asset, t.Request)
		return err
	})
	return subject, err
}

// withLibrary opens the library for as long as f takes.
func (c *explainCommand) withLibrary(f func(*library.Library) error) error {
	if _, err := os.Stat(c.Data); err != nil {
		return err
	}
	disk, err := store.OpenDisk(c.Data)
	if err != nil {
		return err
	}
	defer disk.Close()
	lib, err := library.New(disk, libraryConfig(c.Config))
	if err != nil {
		return err
	}
	return f(lib)
}

var sourceForm = regexp.MustCompile(`^[1-9][0-9]{0,6}x[1-9][0-9]{0,6}\.[a-z]+$`)

func parseSource(s string) (asset library.Asset, err error) {
	name := strings.TrimPrefix(path.Ext(s), ".")
	if name == "jpg" {
		name = "jpeg"
	}
	if !sourceForm.MatchString(s) {
		return asset, fmt.Errorf("--source=%s is not of the form 4000x3000.jpeg", s)
	}
	asset.Source = transform.Source{Orientation: 1, Frames: 1}
	if asset.Source.Format, err = transform.ParseFormat(name); err == nil {
		_, err = fmt.Sscanf(strings.TrimSuffix(s, path.Ext(s)), "%dx%d", &asset.Source.Width, &asset.Source.Height)
	}
	if err != nil {
		return asset, fmt.Errorf("--source=%s is not of the form 4000x3000.jpeg: %w", s, err)
	}
	return asset, nil
}

// printKey asks a render process for the engine's part of the key.
func (c *explainCommand) printKey(a *app, asset origin.Subject, r transform.Recipe, print func(name, format string, args ...any)) error {
	if asset.ID == "" {
		return nil
	}
	cfg := poolConfig(c.Config, nil, nil)
	cfg.Children = 2
	p, err := pool.Start(a.ctx, cfg)
	if err != nil {
		return err
	}
	defer p.Close()
	print("engine", "%s", p.Fingerprint())
	print("key", "%s", origin.Key(p.Fingerprint(), asset, r))
	return nil
}

func orOriginal(r transform.Recipe) string {
	if r == (transform.Recipe{}) {
		return "(the original)"
	}
	return r.String()
}

// inert lists the parameters without which the outcome would be the same.
func inert(parser transform.Parser, pairs []transform.Pair, s transform.Source, accept string, outcome transform.Recipe) []string {
	var names []string
	for i, pair := range pairs {
		without, err := parser.Parse(slices.Delete(slices.Clone(pairs), i, i+1))
		if err != nil || pair.Name == "preset" { // whose parameters are among the pairs
			continue
		}
		r, _ := without.Recipe.Resolve(s, accept)
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
