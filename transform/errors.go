package transform

import (
	"errors"
	"fmt"
)

// ParamError is one parameter of a URL, or one member of instructions, that cannot be
// followed. It is the client's mistake: a 400 that names it.
type ParamError struct {
	Param  string // canonical name, or as sent when it is unknown; "" only where there is no name
	Reason string // what is wrong and what would be right, for a person
}

func (e *ParamError) Error() string {
	if e.Param == "" {
		return e.Reason
	}
	return fmt.Sprintf("%s: %s", e.Param, e.Reason)
}

func badParam(name, format string, args ...any) error {
	return &ParamError{Param: name, Reason: fmt.Sprintf(format, args...)}
}

// The ways in which a source, or the work on it, fails. Renderers wrap them, so
// that the doors can answer without knowing the pool.
var (
	// ErrUndecodable: the bytes are not a whole image of an admitted format.
	ErrUndecodable = errors.New("the image cannot be decoded")
	// ErrLimit: the source is over a limit on pixels, sides or frames.
	ErrLimit = errors.New("the image is over a limit")
	// ErrFormat: the format is not admitted, or switched off.
	ErrFormat = errors.New("the format is not accepted")
	// ErrSuspect: the same has ended decoders before, and is not tried again.
	ErrSuspect = errors.New("the image has ended its decoder before")
	// ErrBusy: no child was free within the queue's bounds.
	ErrBusy = errors.New("too many images are being made")
	// ErrDeadline: the work took longer than its deadline and was ended.
	ErrDeadline = errors.New("the image took too long")
	// ErrMemory: the work reached the memory ceiling and was ended.
	ErrMemory = errors.New("the image took too much memory")
	// ErrCrash: the child that did the work died of it.
	ErrCrash = errors.New("the image ended the process that decoded it")
)

// Failure is the name of the way in which work on a source failed, as metrics and traces have it: "other" for an
// error that is none of these, and "" for none.
func Failure(err error) string {
	if err == nil {
		return ""
	}
	for _, f := range failures {
		if errors.Is(err, f.err) {
			return f.name
		}
	}
	return OtherFailure
}

// Failures are all names that Failure gives an error.
func Failures() (names []string) {
	for _, f := range failures {
		names = append(names, f.name)
	}
	return append(names, OtherFailure)
}

// OtherFailure is the name of an error that says nothing of how work on a source failed.
const OtherFailure = "other"

var failures = []struct {
	err  error
	name string
}{
	{ErrBusy, "busy"}, {ErrDeadline, "deadline"}, {ErrMemory, "memory"}, {ErrCrash, "crash"},
	{ErrLimit, "limit"}, {ErrUndecodable, "undecodable"},
}
