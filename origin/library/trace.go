package library

import (
	"errors"
	"io/fs"

	"lightwell/tracing"
)

// endSpan ends the span of a look into the store. That something is not there is an answer.
func endSpan(span *tracing.Span, err error) {
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		span.Fail("store")
	}
	span.End()
}
