package problem

import (
	"strconv"

	"lightwell/transform"
)

// Kind is the kind of a failure, for traces: as metrics have it or, of what has nothing to do with work on images, the
// status that it is answered with. It is "" for nil.
func Kind(err error, answer func(error) Problem) string {
	if kind := transform.Failure(err); kind != transform.OtherFailure {
		return kind
	}
	return strconv.Itoa(answer(err).Status)
}
