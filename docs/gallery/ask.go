package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	_ "image/gif"
	_ "image/jpeg"
	_ "image/png"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"lightwell/docs/sheet"
	"lightwell/link"
	"lightwell/transform"

	"golang.org/x/sync/errgroup"
)

// shot is an example with its answer.
type shot struct {
	example
	Source  string // the picture
	Written string // what follows its id in the URL
	Accept  string
	Status  int
	Bytes   int
	Format  string // of a picture
	Width   int    // of what is shown, in pixels
	Height  int
	File    string // the answer, beside the page; "" where it is text
	Shown   string // the same or, where browsers do not show it, a PNG of it
	Text    string // the answer, or "" where it is a picture
}

// asker asks for examples, and keeps the answers.
type asker struct {
	doors sheet.Doors
	ids   map[string]string
	dir   string
}

// all asks for all examples, two at a time: more make a small machine no faster.
func (a asker) all(ctx context.Context, of map[string][]example) (map[string][]shot, error) {
	shots := map[string][]shot{}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(2)
	for param, list := range of {
		taken := make([]shot, len(list))
		shots[param] = taken
		for i, e := range list {
			group.Go(func() (err error) {
				if err := ctx.Err(); err != nil {
					return err
				}
				if taken[i], err = a.take(e, fmt.Sprintf("%s-%d", param, i+1)); err != nil {
					return fmt.Errorf("%s: %s?%s: %w", param, e.source(), e.query, err)
				}
				return nil
			})
		}
	}
	return shots, group.Wait()
}

// take asks for one example; name is that of files without what follows the dot.
func (a asker) take(e example, name string) (shot, error) {
	url, err := e.url(a.ids)
	if err != nil {
		return shot{}, err
	}
	answer, err := a.doors.Ask(url, e.accept)
	if err != nil {
		return shot{}, err
	}
	if err := e.check(answer, a.ids); err != nil {
		return shot{}, err
	}
	s := shot{example: e, Source: e.source(), Accept: e.accept, Status: answer.Status, Bytes: len(answer.Body)}
	s.Written = a.named(strings.TrimPrefix(url, link.ImagePath(a.ids[e.source()])))
	if !e.path && !e.signed {
		s.Written = "?" + e.query
	}
	if strings.HasPrefix(answer.Type, "image/") {
		return s, a.keep(&s, answer.Body, name)
	}
	s.Text = readable(answer)
	return s, a.drawHash(&s, answer.Body, name)
}

// named has names in place of ids.
func (a asker) named(url string) string {
	for name, id := range a.ids {
		url = strings.ReplaceAll(url, id, "{"+name+"}")
	}
	return url
}

// check tells whether an answer is what was asked for: a picture in the format that the URL names, text
// where that is asked for, and a problem where there is a mistake.
func (e example) check(a sheet.Answer, ids map[string]string) error {
	if e.wrong {
		if a.Status < 400 || a.Status > 499 || a.Type != "application/problem+json" {
			return fmt.Errorf("answered %d %s, want a problem", a.Status, a.Type)
		}
		return nil
	}
	if a.Status != http.StatusOK {
		return fmt.Errorf("answered %d: %s", a.Status, a.Body)
	}
	req, err := transform.Parser{}.ParseQuery(filled(e.query, ids))
	if err != nil {
		return err
	}
	if req.Report.Kind != transform.NoReport {
		return nil
	}
	got := transform.Sniff(a.Body[:min(len(a.Body), transform.SniffLen)])
	want := req.Format
	if got == transform.NoFormat || got.ContentType() != a.Type || want != transform.NoFormat && got != want {
		return fmt.Errorf("answered with %v as %s, want %v", got, a.Type, want)
	}
	return nil
}

// measure tells the format and size of a picture. What Go has no decoder for Lightwell itself reads.
func (a asker) measure(body []byte) (sheet.Image, error) {
	if c, format, err := image.DecodeConfig(bytes.NewReader(body)); err == nil {
		return sheet.Image{Width: c.Width, Height: c.Height, Format: format}, nil
	}
	return a.doors.Upload(body)
}

// keep writes a picture beside the page, and one to show in its place if need be.
func (a asker) keep(s *shot, body []byte, name string) error {
	made, err := a.measure(body)
	if err != nil {
		return err
	}
	format, err := transform.ParseFormat(made.Format)
	if err != nil {
		return err
	}
	s.Format, s.Width, s.Height = made.Format, made.Width, made.Height
	s.File = name + "." + format.Ext()
	s.Shown = s.File
	if format == transform.TIFF || format == transform.JXL {
		shown, err := a.doors.AsPNG(body)
		if err != nil {
			return err
		}
		s.Shown = name + "-shown.png"
		if err := a.write(s.Shown, shown); err != nil {
			return err
		}
	}
	return a.write(s.File, body)
}

func (a asker) write(name string, data []byte) error {
	return os.WriteFile(filepath.Join(a.dir, name), data, 0o644)
}

// readable is text as a person reads it.
func readable(a sheet.Answer) string {
	var indented bytes.Buffer
	if strings.HasSuffix(a.Type, "json") && json.Indent(&indented, a.Body, "", "  ") == nil {
		return indented.String()
	}
	return string(a.Body)
}
