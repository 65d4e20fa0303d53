package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"lightwell/config"
	"lightwell/transform/pool"
)

type fontsCommand struct {
	config.Config
	JSON bool `name:"json" help:"Print a line of JSON for each family."`
}

// Run lists what a render process finds, which may read no other folder than the system's
// for fonts.
func (c *fontsCommand) Run(a *app) error {
	p, err := pool.Start(a.ctx, poolConfig(c.Config, nil, nil))
	if err != nil {
		return err
	}
	defer p.Close()
	lines := json.NewEncoder(a.out)
	for _, f := range p.Capabilities().Fonts {
		if c.JSON {
			err = lines.Encode(f)
		} else {
			_, err = fmt.Fprintf(a.out, "%s: %s\n", f.Family, strings.Join(f.Styles, ", "))
		}
		if err != nil {
			return err
		}
	}
	return nil
}
