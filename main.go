// Lightwell is an image origin: an original is stored once, and every other
// size, crop and format is asked for in the URL, made on the first request, and
// remembered.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"lightwell/config"
	"lightwell/transform/pool"
	"lightwell/transform/pool/child"

	"github.com/alecthomas/kong"
)

func main() {
	hurry, calm := signal.NotifyContext(context.Background(), syscall.SIGINT)
	ctx, stop := signal.NotifyContext(hurry, syscall.SIGTERM)
	err := run(ctx, hurry, os.Args[1:], os.Environ(), os.Stdout)
	stop()
	calm()
	if err != nil {
		fmt.Fprintln(os.Stderr, "lightwell:", err)
		os.Exit(exitStatus(err))
	}
}

// commands are what lightwell does. The render processes' own command is not
// among them: see run.
type commands struct {
	Serve    serveCommand    `cmd:"" help:"Serve images and take uploads, everything in one process tree."`
	Origin   originCommand   `cmd:"" help:"Serve images alone."`
	Uploader uploaderCommand `cmd:"" help:"Take uploads alone; workers process them."`
	Worker   workerCommand   `cmd:"" help:"Process what was uploaded, and nothing else."`
	Upload   uploadCommand   `cmd:"" help:"Upload files, folders and addresses to a server, and go on where that was interrupted."`
	URL      urlCommand      `cmd:"" name:"url" help:"Make the URL of an image, signed where there are keys, or a srcset or <picture>."`
	Bench    benchCommand    `cmd:"" help:"Measure a running server under loads, and others beside it in turn."`
	Health   healthCommand   `cmd:"" help:"Ask the server that runs here with the same settings whether it is ready."`
	Explain  explainCommand  `cmd:"" help:"Say what an image's URL means: recipe, plan and key."`
	Config   configCommand   `cmd:"" help:"Print every setting, its value and where that came from."`
	Fonts    fontsCommand    `cmd:"" help:"List the fonts that text can be set in."`
	Params   paramsCommand   `cmd:"" hidden:"" help:"Print the table of URL parameters as Markdown."`
}

// app is what every command gets.
type app struct {
	ctx     context.Context
	hurry   context.Context // done when whoever is at the keyboard wants the end
	out     io.Writer
	env     []string // as of os.Environ
	sources config.Sources
}

// run is the program. It returns when the command has, or ctx is done and the
// command has wound up, without waiting for others once hurry is done.
func run(ctx, hurry context.Context, args, env []string, out io.Writer) error {
	if len(args) == 1 && args[0] == "child" {
		return child.Run()
	}
	var cli commands
	loader := config.Loader{Environ: env}
	exited := false
	parser, err := kong.New(&cli, append(loader.Options(),
		kong.Name("lightwell"),
		kong.Description("An image origin: upload once, ask for any size, crop and format in the URL."),
		kong.UsageOnError(),
		kong.Writers(out, os.Stderr),
		kong.Exit(func(int) { exited = true }),
	)...)
	if err != nil {
		return err
	}
	kctx, err := parser.Parse(args)
	if exited { // --help has been answered
		return nil
	}
	if err != nil && len(args) > 0 && args[0] == "upload" {
		err = exit{exitUnusable, err}
	}
	if err != nil {
		return err
	}
	return kctx.Run(&app{ctx: ctx, hurry: hurry, out: out, env: env, sources: loader.Sources()})
}

// variable is the value of one in the environment, for what is no setting.
func (a *app) variable(name string) string {
	for _, entry := range a.env {
		if value, ok := strings.CutPrefix(entry, name+"="); ok {
			return value
		}
	}
	return ""
}

type configCommand struct {
	config.Config
	Markdown bool `help:"Print the table of settings for the documentation instead."`
}

// Run prints the settings, then what is wrong with them, or what the engine can do.
func (c *configCommand) Run(a *app) error {
	if c.Markdown {
		return config.WriteMarkdown(a.out)
	}
	if err := c.WriteYAML(a.out, a.sources); err != nil {
		return err
	}
	if err := c.Validate(a.sources); err != nil {
		return err
	}
	return c.printCapabilities(a)
}

// printCapabilities says in comments, so that what is printed stays a file of settings, what
// a render process finds that it can do.
func (c *configCommand) printCapabilities(a *app) error {
	p, err := pool.Start(a.ctx, poolConfig(c.Config, nil, nil))
	if err != nil {
		return err
	}
	defer p.Close()
	can := p.Capabilities()
	_, err = fmt.Fprintf(a.out, "\n# What this build can do, with %s\n# reads: %v\n# writes: %v\n", p.Fingerprint(), can.Reads, can.Writes)
	return err
}

// closers close in reverse what was opened in turn.
type closers []func() error

func (c *closers) add(f func() error) { *c = append(*c, f) }

func (c closers) close() error {
	var errs []error
	for i := len(c) - 1; i >= 0; i-- {
		errs = append(errs, c[i]())
	}
	return errors.Join(errs...)
}
