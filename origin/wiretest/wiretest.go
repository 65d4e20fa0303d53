// Package wiretest holds an image door to a table of requests and answers, which is in
// text files. A case is sent over a connection of its own, as it is written, and its
// answer read from the wire byte by byte; beside what the case says, what every answer
// must be is looked at, too.
//
// A file is lines of these kinds; empty ones and comments are for people:
//
//	# a comment
//	@ name              the cases from here on are for the door of that name, "open" at first
//	== name             begins a case
//	> line              of the request. A request line without a version gets HTTP/1.1 and a
//	                    Host; in one with a version nothing is added
//	+ text              of the request's body
//	< 200               the status, after those of interim answers
//	< Name: value       the header has this value
//	< Name ~ pattern    the header's whole value matches
//	< !Name             there is no such header
//	body 12             so many bytes are the body
//	body = text         the body is this
//	json member value   a member of the body's JSON object is this, or matches after a ~
//	closes              the connection ends; it must go on without this line
//	= name Header       what follows may use {name} for the header's value; of body, its length
//
// {name} is what the door or a case before calls so, and {x 9000} is so many times x. In
// requests, \r, \n, \t, and \x and two hex digits, are bytes.
package wiretest

import (
	"maps"
	"testing"
)

// Door is a server that is held to the table.
type Door struct {
	Addr string
	Vars map[string]string // what its cases may call by name
}

// Run sends the cases of all files in a folder. Door gives the one of a name, or false
// where there is none: its cases are skipped then.
func Run(t *testing.T, dir string, door func(name string) (Door, bool)) {
	files, err := Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		t.Run(f.Name, func(t *testing.T) {
			for c, wrong := range f.Check(door) {
				t.Errorf("%s:%d: %s: %s", f.Name, c.Line, c.Name, wrong)
			}
		})
	}
}

// Check sends the cases of a file and gives what is wrong with the answers. Cases of one
// door share what they save.
func (f File) Check(door func(name string) (Door, bool)) func(yield func(Case, string) bool) {
	return func(yield func(Case, string) bool) {
		doors := map[string]Door{}
		for _, c := range f.Cases {
			d, known := doors[c.Door]
			if !known {
				var ok bool
				if d, ok = door(c.Door); !ok {
					continue
				}
				d.Vars = maps.Clone(d.Vars)
				doors[c.Door] = d
			}
			for _, wrong := range d.check(c) {
				if !yield(c, wrong) {
					return
				}
			}
		}
	}
}
