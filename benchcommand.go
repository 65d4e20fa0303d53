package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"

	"lightwell/bench"
	"lightwell/link"
	"lightwell/transform"
	"lightwell/transform/ssimulacra2"
)

type benchCommand struct {
	Scenarios []string `arg:"" optional:"" name:"scenario" help:"What to measure: warm, cold, srcset, herd, zipf, bulk. All where none is given."`

	URL        string `name:"url" default:"http://127.0.0.1:8080" help:"The image door of the server to measure."`
	UploadURL  string `name:"upload-url" default:"http://127.0.0.1:8081" help:"Its upload door. Photographs are uploaded, and deleted at the end."`
	MetricsURL string `name:"metrics-url" placeholder:"URL" help:"Its metrics, as in http://127.0.0.1:9090/metrics: renditions that were made are counted."`
	Token      string `placeholder:"SECRET" help:"The token for uploads, purges and deletes, where they ask for one. Flags are seen by all users of a machine: LIGHTWELL_TOKEN is not."`
	SigningKey string `placeholder:"KEY" help:"The key to sign URLs with, where they need it; or the first that LIGHTWELL_SIGNING_KEYS has."`
	PID        int    `name:"pid" help:"The server's process: what it and all that descend from it use is measured. It has to run on this machine."`
	Keep       bool   `help:"Leave on the server what was uploaded."`

	Peer    []string `placeholder:"NAME=URL" sep:"none" help:"Another server to measure in turn: the URL of a rendition, with {file}, {id}, {w}, {h}, {fm}, {type}, {q}, {nonce} or {rendition} in it. May be repeated."`
	PeerPID []string `name:"peer-pid" placeholder:"NAME=PID" sep:"none" help:"A peer's process. May be repeated."`
	Photos  string   `placeholder:"DIR" help:"A folder of originals; two that are built in where it is not given."`
	Share   string   `placeholder:"DIR" help:"A folder that peers read: originals and warm renditions are written there."`

	Widths       []int         `default:"320,800,1600" help:"Widths of renditions, in pixels."`
	SrcsetWidths []int         `default:"320,480,640,800,1024,1280,1600,2048" help:"Widths that srcset asks for at once."`
	Formats      []string      `default:"jpg,webp,avif" setting:"-" help:"Formats of renditions."`
	Quality      int           `default:"75" help:"Quality of renditions, from 0 to 100."`
	Rate         float64       `default:"0" help:"Requests a second of open loops. 0: a quarter of what the slowest server answers one after the other."`
	Fixed        bool          `help:"Requests are due at even distances, and not at random as those of many clients are."`
	Duration     time.Duration `default:"10s" help:"How long each server is under each load in each round."`
	Rounds       int           `default:"3" help:"How often all servers have their turn."`
	Connections  int           `default:"16" help:"Connections of loops, and uploads at once."`
	Clients      int           `default:"100" help:"Clients of a herd."`
	Originals    int           `default:"10000" help:"Originals of zipf, which are generated."`
	Skew         float64       `default:"1.1" help:"The exponent of zipf, above 1: the higher, the more are the same asked for."`
	Images       int           `default:"50" help:"Images of bulk, in each round and of each kind."`
	Seed         uint64        `default:"1" help:"What is random is the same with the same seed."`

	JSON string `name:"json" placeholder:"FILE" help:"Write all figures there, as JSON."`
	SVG  string `name:"svg" setting:"-" placeholder:"DIR" help:"Write plots there."`
}

// Run measures, and says on standard output what came of it; how it goes, on standard error. What was
// measured is told also when it is broken off.
func (c *benchCommand) Run(a *app) error {
	defer context.AfterFunc(a.ctx, func() { signal.Reset(os.Interrupt, syscall.SIGTERM) })() // a second one ends it at once
	suite, err := c.suite(a)
	if err != nil {
		return err
	}
	bar := bench.NewBar(os.Stderr)
	if bar != nil {
		suite.Progress = bar
	}
	report, err := suite.Run(a.ctx)
	if bar != nil {
		bar.Close()
	}
	if report != nil {
		err = errors.Join(err, c.write(a.out, report))
	}
	switch {
	case a.ctx.Err() != nil:
		return exit{exitInterrupted, errors.New("interrupted")}
	case err != nil:
		return err
	case report.Failures() > 0:
		return fmt.Errorf("%d requests were not answered as they should be", report.Failures())
	}
	return nil
}

// suite is what the flags say.
func (c *benchCommand) suite(a *app) (*bench.Suite, error) {
	server, err := c.server(a)
	if err != nil {
		return nil, err
	}
	s := &bench.Suite{
		Server: server, Scenarios: c.Scenarios, Share: c.Share,
		Widths: c.Widths, SrcsetWidths: c.SrcsetWidths, Quality: c.Quality,
		Rate: c.Rate, Fixed: c.Fixed, Duration: c.Duration, Rounds: c.Rounds, Connections: c.Connections, Clients: c.Clients,
		Originals: c.Originals, Skew: c.Skew, Images: c.Images, Seed: c.Seed,
		Score: ssimulacra2.Score,
	}
	for _, name := range c.Formats {
		if name == "jpg" { // as fm has it
			name = transform.JPEG.String()
		}
		f, err := transform.ParseFormat(name)
		if err != nil {
			return nil, fmt.Errorf("--formats: %w", err)
		}
		s.Formats = append(s.Formats, f)
	}
	if s.Peers, err = c.peers(); err != nil {
		return nil, err
	}
	if c.Photos != "" {
		s.Photos, err = bench.ReadPhotos(c.Photos)
	}
	return s, err
}

// server is the one that is measured, with its URLs signed if there is a key.
func (c *benchCommand) server(a *app) (bench.Server, error) {
	for name, door := range map[string]string{"url": c.URL, "upload-url": c.UploadURL} {
		if u, err := url.Parse(door); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return bench.Server{}, fmt.Errorf("--%s=%s does not begin with http:// or https:// and a host", name, door)
		}
	}
	first, _, _ := strings.Cut(a.variable("LIGHTWELL_SIGNING_KEYS"), ",")
	urls := link.Builder{Base: c.URL, Key: firstOf(c.SigningKey, first)}
	return bench.Server{
		Name: "lightwell", Uploads: c.UploadURL, Token: firstOf(c.Token, a.variable("LIGHTWELL_TOKEN")), Metrics: c.MetricsURL, PID: c.PID, Keep: c.Keep,
		URL: func(id string, params []bench.Param) string {
			var pairs []link.Pair
			for _, p := range params {
				pairs = append(pairs, link.Pair(p))
			}
			return urls.URL(id, pairs...)
		},
	}, nil
}

// peers are those that are named, with their processes.
func (c *benchCommand) peers() (peers []bench.Peer, err error) {
	pids := map[string]int{}
	for _, text := range c.PeerPID {
		name, value, _ := strings.Cut(text, "=")
		if pids[name], err = strconv.Atoi(value); err != nil || pids[name] <= 0 {
			return nil, fmt.Errorf("--peer-pid=%s is not of the form NAME=PID", text)
		}
	}
	for _, text := range c.Peer {
		name, template, ok := strings.Cut(text, "=")
		if !ok || name == "" || strings.Contains(name, "/") {
			return nil, fmt.Errorf("--peer=%s is not of the form NAME=URL", text)
		}
		t, err := bench.ParseTemplate(template)
		if err != nil {
			return nil, fmt.Errorf("--peer=%s: %w", name, err)
		}
		peers = append(peers, bench.Peer{Name: name, Template: t, PID: pids[name]})
		delete(pids, name)
	}
	for name := range pids {
		return nil, fmt.Errorf("--peer-pid=%s: there is no peer of this name", name)
	}
	return peers, nil
}

// write tells of a report: in a table, and where else it is asked for.
func (c *benchCommand) write(out io.Writer, report *bench.Report) error {
	errs := []error{report.WriteTable(out)}
	if c.JSON != "" {
		file, err := os.Create(c.JSON)
		if err == nil {
			err = errors.Join(report.WriteJSON(file), file.Close())
		}
		errs = append(errs, err)
	}
	if c.SVG != "" {
		errs = append(errs, report.WriteSVG(c.SVG))
	}
	return errors.Join(errs...)
}
