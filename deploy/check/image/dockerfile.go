// Package image carries out the Dockerfile where there is no container engine: each stage in a tree of its own, made by
// debootstrap, and what comes of it as a container would be run, with a root that cannot be written to and as nobody in
// particular. So what is checked is the file itself, and not a second account of its steps.
package image

import (
	"bytes"
	"fmt"
	"os"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/frontend/dockerfile/shell"
)

// dockerfile is one that was read: its stages, and the arguments before them.
type dockerfile struct {
	text   []byte
	stages []instructions.Stage
	args   map[string]string
}

func read(path string) (*dockerfile, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	parsed, err := parser.Parse(bytes.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("parse %s: %w", path, err)
	}
	stages, args, err := instructions.Parse(parsed.AST, nil)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	d := &dockerfile{text: text, stages: stages, args: map[string]string{}}
	for _, command := range args {
		for _, arg := range command.Args {
			d.args[arg.Key] = arg.ValueString()
		}
	}
	return d, nil
}

// env are variables, for what a stage's words may name and its commands are given.
type env map[string]string

func (e env) Get(name string) (string, bool) { value, ok := e[name]; return value, ok }

func (e env) Keys() (names []string) {
	for name := range e {
		names = append(names, name)
	}
	return names
}

// words fills the variables into a word of the Dockerfile.
func (e env) words(word string) (string, error) {
	filled, _, err := shell.NewLex('\\').ProcessWord(word, e)
	return filled, err
}

// list is the variables as a process is given them.
func (e env) list() (all []string) {
	for name, value := range e {
		all = append(all, name+"="+value)
	}
	return all
}

// base is the name and the tag of the image that a stage begins with.
func (d *dockerfile) base(s instructions.Stage) (name, tag string, err error) {
	filled, err := env(d.args).words(s.BaseName)
	name, tag, _ = strings.Cut(filled, ":")
	return name, tag, err
}
