package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"lightwell/uploader/client"
	"lightwell/uploader/client/show"
)

type uploadCommand struct {
	Sources      []string `arg:"" name:"source" help:"Images, folders with images, and addresses of images on the web."`
	Server       string   `placeholder:"URL" help:"The upload door; http://127.0.0.1:8081, or what LIGHTWELL_SERVER says."`
	Token        string   `placeholder:"SECRET" help:"The token for it, where it asks for one. Flags are seen by all users of a machine: LIGHTWELL_TOKEN is not."`
	Tags         []string `placeholder:"TAG" help:"Tags for all of them."`
	Instructions string   `placeholder:"JSON" help:"Instructions for all of them: the renditions to make."`
	Parallel     int      `default:"4" help:"How many are under way at once."`
	JSON         bool     `name:"json" help:"Print each result as a line of JSON when there is one."`
	Srcset       bool     `help:"Print each path, a tab and its srcset instead of the table."`
	Again        bool     `help:"Upload also what is there already."`
	State        string   `placeholder:"FILE" help:"Where it is written down what was uploaded; lightwell/uploads.jsonl in the user's cache."`
}

// Statuses that lightwell upload exits with, besides 0: everything is there.
const (
	exitFailed      = 1   // some are not
	exitUnusable    = 2   // nothing could be begun
	exitInterrupted = 130 // as of what SIGINT ends
)

// exit is an error with the status that the process ends with.
type exit struct {
	status int
	error
}

func (e exit) Unwrap() error { return e.error }

// exitStatus is the status of a process that ends with an error.
func exitStatus(err error) int {
	if e, ok := errors.AsType[exit](err); ok {
		return e.status
	}
	return 1
}

// Run uploads, and says how it went on standard output; how it goes, on standard error.
func (c *uploadCommand) Run(a *app) error {
	defer context.AfterFunc(a.ctx, func() { signal.Reset(os.Interrupt, syscall.SIGTERM) })() // a second one ends it at once
	uploader, err := c.client(a)
	if err != nil {
		return exit{exitUnusable, err}
	}
	found, err := client.Find(a.ctx, c.Sources)
	if err == nil {
		err = c.upload(a, uploader, found)
	} else {
		err = exit{exitInterrupted, errors.New("interrupted")}
	}
	if closing := uploader.Journal.Close(); closing != nil {
		fmt.Fprintln(os.Stderr, "lightwell: the next run will not know of all this one did:", closing)
	}
	return err
}

// client is what uploads, with its journal open.
func (c *uploadCommand) client(a *app) (*client.Client, error) {
	if c.JSON && c.Srcset {
		return nil, errors.New("--json has the srcset in it: --srcset is not given as well")
	}
	if c.Parallel < 1 || c.Parallel > 100 {
		return nil, fmt.Errorf("--parallel=%d is not from 1 to 100", c.Parallel)
	}
	server, err := client.ParseServer(firstOf(c.Server, a.variable("LIGHTWELL_SERVER"), "http://127.0.0.1:8081"))
	if err != nil {
		return nil, err
	}
	options, err := c.options()
	if err != nil {
		return nil, err
	}
	state := c.State
	if state == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return nil, fmt.Errorf("there is no place for the state, give --state: %w", err)
		}
		state = filepath.Join(cache, "lightwell", "uploads.jsonl")
	}
	journal, err := client.OpenJournal(state)
	if err != nil {
		return nil, err
	}
	return &client.Client{
		Server: server, Token: firstOf(c.Token, a.variable("LIGHTWELL_TOKEN")), Options: options,
		Parallel: c.Parallel, Again: c.Again, Journal: journal,
	}, nil
}

func firstOf(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}

// options are as the server would write them, so that what means the same is the same.
func (c *uploadCommand) options() (client.Options, error) {
	var o client.Options
	for _, tag := range c.Tags {
		if tag = strings.TrimSpace(tag); tag != "" && !slices.Contains(o.Tags, tag) {
			o.Tags = append(o.Tags, tag)
		}
	}
	slices.Sort(o.Tags)
	if c.Instructions == "" {
		return o, nil
	}
	var text bytes.Buffer
	if err := json.Compact(&text, []byte(c.Instructions)); err != nil {
		return o, fmt.Errorf("--instructions is not JSON: %w", err)
	}
	o.Instructions = text.String()
	return o, nil
}

// upload uploads what was found, and tells of it.
func (c *uploadCommand) upload(a *app, uploader *client.Client, found client.Found) error {
	began := time.Now()
	var beside *os.File
	if c.JSON || c.Srcset {
		beside = os.Stdout
	}
	screen := show.NewScreen(os.Stderr, beside, found, c.Parallel)
	uploader.Progress = screen
	var results []client.Result
	sum := uploader.Upload(a.ctx, found.Sources, func(r client.Result) {
		switch {
		case c.JSON:
			show.JSON(a.out, r) // an error is the reader's leaving
		case c.Srcset:
			show.Srcset(a.out, r)
		default:
			results = append(results, r)
		}
	})
	screen.Close()
	totals := io.Writer(os.Stderr)
	if !c.JSON && !c.Srcset {
		totals = a.out
		show.Table(a.out, found, results)
	}
	if sum.Left() < sum.Total || sum.Total == 0 {
		show.Totals(totals, found, sum, time.Since(began))
	}
	return verdict(a.ctx, sum)
}

// verdict is the error of a run, with its status; nil where everything is there.
func verdict(ctx context.Context, sum client.Summary) error {
	missing := sum.Failed + sum.Interrupted + sum.Left()
	switch {
	case missing == 0:
		return nil
	case sum.Stopped != nil && sum.Uploaded+sum.Skipped == 0:
		return exit{exitUnusable, sum.Stopped}
	case sum.Stopped != nil:
		return exit{exitFailed, fmt.Errorf("%d of %d images are missing: %w", missing, sum.Total, sum.Stopped)}
	case ctx.Err() != nil:
		return exit{exitInterrupted, fmt.Errorf("interrupted with %d of %d images missing: the same command goes on", missing, sum.Total)}
	}
	return exit{exitFailed, fmt.Errorf("%d of %d images failed", sum.Failed, sum.Total)}
}
