// Package wire is what the pool and its children say to each other over a
// socket pair. The pool sends a Task with the descriptors of its files, the child
// answers with one Reply, strictly in turn. A frame is a length, a JSON header
// and a body; the descriptors travel with the frame's first byte.
package wire

import (
	"errors"
	"time"

	"lightwell/transform"
)

// Kind is what a child is asked to do.
type Kind string

const (
	Inspect Kind = "inspect" // decode the whole file and say what it is
	Render  Kind = "render"  // make a rendition
	Search  Kind = "search"  // look for something in the pixels
	Probe   Kind = "probe"   // find out what the engine can do
)

// Task is one piece of work.
type Task struct {
	Kind   Kind             `json:"kind"`
	Limits transform.Limits `json:"limits"`
	Plan   *transform.Plan  `json:"plan,omitempty"`   // for Render
	Levels []int            `json:"levels,omitempty"` // edges of those to make, for Inspect

	Source *transform.Source `json:"source,omitempty"` // for Search
	Search *transform.Search `json:"search,omitempty"`
}

// Files is how many come with a Task: the source, and those of the Plan's layers. A Probe has none.
func (t Task) Files() int {
	switch {
	case t.Kind == Probe:
		return 0
	case t.Plan == nil:
		return 1
	}
	return 1 + len(t.Plan.Layers())
}

// Hello is a child's first word: it is ready.
type Hello struct {
	Fingerprint string  `json:"fingerprint"` // libvips and codecs, by version
	Sandbox     Sandbox `json:"sandbox"`
}

// Sandbox is what confines a child.
type Sandbox struct {
	Landlock int  `json:"landlock"` // the kernel's ABI version, 0 where there is none
	Seccomp  bool `json:"seccomp"`
}

// Reply is the child's answer; a rendition's bytes follow as the frame's body, or those of levels.
type Reply struct {
	Fault  Fault                 `json:"fault,omitempty"`
	Detail string                `json:"detail,omitempty"` // of the fault, for a person
	Seen   *transform.Inspection `json:"seen,omitempty"`   // for Inspect
	Size   transform.Size        `json:"size,omitzero"`    // for Render
	Format transform.Format      `json:"format,omitempty"` // for Render
	Found  *transform.Found      `json:"found,omitempty"`  // for Search
	Decode time.Duration         `json:"decode,omitempty"`
	Steps  time.Duration         `json:"steps,omitempty"` // of Decode
	Encode time.Duration         `json:"encode,omitempty"`
	// Can is for Probe.
	Can *transform.Capabilities `json:"can,omitempty"`
}

// Fault is the kind of error that crosses the socket.
type Fault string

const (
	FaultFormat      Fault = "format"
	FaultLimit       Fault = "limit"
	FaultUndecodable Fault = "undecodable"
	FaultMemory      Fault = "memory"
	FaultInternal    Fault = "internal"
)

// faults pairs the errors with their names on the wire.
var faults = []struct {
	fault Fault
	err   error
}{
	{FaultMemory, transform.ErrMemory}, // first: what else is said of it is its consequence
	{FaultFormat, transform.ErrFormat},
	{FaultLimit, transform.ErrLimit},
	{FaultUndecodable, transform.ErrUndecodable},
}

// Fail fills a Reply from an error.
func Fail(err error) Reply {
	for _, f := range faults {
		if errors.Is(err, f.err) {
			return Reply{Fault: f.fault, Detail: err.Error()}
		}
	}
	return Reply{Fault: FaultInternal, Detail: err.Error()}
}

// Err is the error that Fail was given, as far as it crosses; nil for none.
func (r Reply) Err() error {
	if r.Fault == "" {
		return nil
	}
	for _, f := range faults {
		if r.Fault == f.fault {
			return &remoteError{kind: f.err, text: r.Detail}
		}
	}
	return errors.New(r.Detail)
}

// remoteError has the child's words and is of the given kind.
type remoteError struct {
	kind error
	text string
}

func (e *remoteError) Error() string { return e.text }
func (e *remoteError) Unwrap() error { return e.kind }
