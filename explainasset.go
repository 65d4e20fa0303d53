package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"lightwell/origin"
	"lightwell/origin/library"
	"lightwell/transform"
)

// asset is the URL's own, or one made up by --source.
func (c *explainCommand) asset(a *app, id string) (library.Asset, error) {
	if c.Source != "" {
		return parseSource(c.Source)
	}
	var asset library.Asset
	err := c.withLibrary(a.ctx, func(lib *library.Library) (err error) {
		asset, err = lib.Asset(a.ctx, id)
		return err
	})
	return asset, err
}

// access tells who may have it, and what is served of it then.
func (e explanation) access(t origin.Target) origin.Target {
	access := imageAccess(e.Config)
	signed := len(access.Keys) > 0 && slices.ContainsFunc(t.Pairs, func(p transform.Pair) bool { return p.Name == "s" })
	admitted, err := access.Admit(t, e.parser)
	switch {
	case err != nil && signed:
		e.print("access", "refused (403): the signature is wrong")
	case err != nil:
		e.print("access", "refused (403): it needs a signature")
	case signed:
		e.print("access", "the signature is right")
	case access.Unsigned == origin.UnsignedAll:
		e.print("access", "open to everybody")
	default:
		e.print("access", "needs no signature")
	}
	if t.Request.Expires != 0 {
		until := time.Unix(t.Request.Expires, 0).UTC()
		e.print("expires", "%s, over: %v", until.Format(time.RFC3339), !time.Now().Before(until))
	}
	if err != nil {
		return t
	}
	return admitted
}

// overPreset adds the parameters of the preset that a URL names.
func (c *explainCommand) overPreset(a *app, t origin.Target, parser transform.Parser) (origin.Target, error) {
	err := c.withLibrary(a.ctx, func(lib *library.Library) error {
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
	if t.Request.Mark.Image == "" && t.Request.Blend.Image == "" {
		return origin.Subject{Asset: asset}, nil
	}
	err = c.withLibrary(a.ctx, func(lib *library.Library) error {
		subject, err = (&origin.Service{Library: lib}).Layered(a.ctx, asset, t.Request)
		return err
	})
	return subject, err
}

// withLibrary opens the library for as long as f takes.
func (c *explainCommand) withLibrary(ctx context.Context, f func(*library.Library) error) (err error) {
	if _, err := os.Stat(c.Data); err != nil && c.S3Bucket == "" {
		return err
	}
	var closing closers
	defer func() { err = errors.Join(err, closing.close()) }()
	kept, err := openStorage(ctx, c.Config, &closing)
	if err != nil {
		return err
	}
	lib, err := library.New(kept.Store, libraryConfig(c.Config))
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
