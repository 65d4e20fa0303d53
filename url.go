package main

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"lightwell/config"
	"lightwell/link"
	"lightwell/origin/library"
	"lightwell/transform"
)

type urlCommand struct {
	config.Config
	ID        string        `arg:"" help:"The image's id."`
	Params    []string      `arg:"" optional:"" help:"Parameters, as in w=800 fm=webp, or instructions in JSON."`
	Base      string        `placeholder:"URL" help:"What the URL begins with. Empty: public-url, or http:// and the listen address."`
	ExpiresIn time.Duration `placeholder:"24h" help:"How long the URL is good; for ever where it is not given."`
	Path      bool          `help:"Write the parameters in the path."`
	Info      bool          `help:"Make the URL of what is known of the image, /info/."`
	Srcset    bool          `help:"Make a srcset instead: of several widths, or of densities where w or h is given."`
	Picture   bool          `help:"Make a <picture> instead, for a page."`
	Size      string        `placeholder:"WIDTHxHEIGHT" help:"For srcset and picture: the picture's size at its largest, in pixels, as in 3000x2000."`
	Sizes     string        `placeholder:"SIZES" help:"For picture: how wide it is shown, as in '(max-width: 600px) 100vw, 600px'."`
	Alt       string        `placeholder:"TEXT" help:"For picture: the text in its place."`
}

// Run prints a URL, signed with the first of the keys where there are any.
func (c *urlCommand) Run(a *app) error {
	if err := c.Validate(a.sources); err != nil {
		return err
	}
	if !library.ValidID(c.ID) {
		return fmt.Errorf("%q is not an image's id: %d characters, as uploads answer", c.ID, library.IDLength)
	}
	pairs, err := c.pairs()
	if err != nil {
		return err
	}
	picture, err := c.picture()
	if err != nil {
		return err
	}
	if err := c.contradiction(len(pairs) > 0); err != nil {
		return err
	}
	b := c.builder()
	switch {
	case c.Info:
		fmt.Fprintln(a.out, b.Info(c.ID))
	case c.Srcset:
		fmt.Fprintln(a.out, b.Srcset(c.ID, picture.Width, pairs...))
	case c.Picture:
		fmt.Fprint(a.out, b.HTML(c.ID, picture, pairs...))
	default:
		fmt.Fprintln(a.out, b.URL(c.ID, pairs...))
	}
	return nil
}

// contradiction finds flags that cannot all be followed.
func (c *urlCommand) contradiction(hasParams bool) error {
	switch {
	case c.Info && (c.Srcset || c.Picture || hasParams):
		return errors.New("--info has no parameters, srcset and picture")
	case c.Srcset && c.Picture:
		return errors.New("--srcset and --picture are two things: one at a time")
	case c.ExpiresIn < 0:
		return fmt.Errorf("--expires-in=%v is over already", c.ExpiresIn)
	case c.ExpiresIn > 0 && len(c.SigningKeys) == 0:
		return errors.New("--expires-in needs signing-keys: without a signature anybody could take the time away")
	}
	return nil
}

func (c *urlCommand) builder() link.Builder {
	b := link.Builder{Base: c.Base, Path: c.Path}
	if b.Base == "" {
		b.Base = c.BaseURL()
	}
	b.Ignored = transform.Parser{Ignore: c.IgnoreParams}.Ignores
	if keys := c.Keys(); len(keys) > 0 {
		b.Key = keys[0]
	}
	if c.ExpiresIn > 0 {
		b.Expires = time.Now().Add(c.ExpiresIn)
	}
	if c.Unsigned == config.UnsignedWidths {
		b.Widths = slices.Sorted(slices.Values(c.UnsignedWidths))
	}
	return b
}

// pairs are the parameters, once the server's own parser has taken them.
func (c *urlCommand) pairs() ([]link.Pair, error) {
	parser := transform.Parser{Ignore: c.IgnoreParams}
	if len(c.Params) == 1 && strings.HasPrefix(c.Params[0], "{") {
		in, err := transform.DecodeInstructions([]byte(c.Params[0]))
		if err != nil {
			return nil, err
		}
		_, err = parser.Parse(in.Pairs)
		return linkPairs(in.Pairs), in.Blame(err)
	}
	var pairs []transform.Pair
	for _, p := range c.Params {
		name, value, _ := strings.Cut(p, "=")
		pairs = append(pairs, transform.Pair{Name: name, Value: value})
	}
	req, err := parser.Parse(pairs)
	switch {
	case err != nil:
		return nil, err
	case slices.ContainsFunc(pairs, func(p transform.Pair) bool { return p.Name == "s" }):
		return nil, errors.New("s: it is what this command makes")
	case req.Expires != 0 && c.ExpiresIn != 0:
		return nil, errors.New("expires: --expires-in says the same")
	}
	return linkPairs(pairs), nil
}

var sizeForm = regexp.MustCompile(`^[1-9][0-9]{0,5}x[1-9][0-9]{0,5}$`)

func (c *urlCommand) picture() (link.Picture, error) {
	p := link.Picture{Alt: c.Alt, Sizes: c.Sizes}
	if c.Size == "" {
		return p, nil
	}
	if !sizeForm.MatchString(c.Size) {
		return p, fmt.Errorf("--size=%s is not of the form 3000x2000", c.Size)
	}
	_, err := fmt.Sscanf(c.Size, "%dx%d", &p.Width, &p.Height)
	return p, err
}
