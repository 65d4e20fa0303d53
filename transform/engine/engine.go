// Package engine carries a transform.Plan out with libvips, through govips. It
// runs in the pool's child processes and nowhere else: whatever a hostile file
// does to libvips, it does there.
//
// Start comes first. Inspect decodes a whole file and says what it is; Render
// makes a rendition. Both take the file's bytes, which may be a mapping, and
// keep nothing of them once they return. One call at a time: libvips 8.14
// corrupts its heap when two pipelines run at once without its cache.
package engine

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"lightwell/transform"

	"github.com/davidbyttow/govips/v2/vips"
)

// Start brings libvips up, once a process, for one pipeline on one thread. Only
// the loaders of the formats that Lightwell admits are left; log gets the
// warnings of libvips and GLib.
func Start(log func(domain, message string)) error {
	vips.LoggingSettings(func(domain string, _ vips.LogLevel, message string) { log(domain, message) }, vips.LogLevelWarning)
	if err := vips.Startup(&vips.Config{ConcurrencyLevel: 1}); err != nil {
		return fmt.Errorf("start libvips: %w", err)
	}
	vips.SetStreamDiscThreshold(math.MaxInt64) // never a temporary file
	allowLoaders()
	return startTypesetting()
}

// vipsError says what failed and wraps kind, without the Go stack that govips
// puts into its errors, and on one line.
func vipsError(kind error, doing string, err error) error {
	text, _, _ := strings.Cut(err.Error(), "\nStack:")
	if strings.Contains(text, "out of memory") || strings.Contains(text, "Memory allocation") && !strings.Contains(text, "Security limit") {
		kind = transform.ErrMemory
	}
	text = oneLine(text)
	const most = 300
	if len(text) > most {
		text = text[:most]
	}
	if kind == nil {
		return fmt.Errorf("%s: %s", doing, text)
	}
	return fmt.Errorf("%w: %s: %s", kind, doing, text)
}

// oneLine joins a text's lines, each once: libvips may say the same many times.
func oneLine(text string) string {
	var lines []string
	for line := range strings.Lines(text) {
		if line = strings.Join(strings.Fields(line), " "); line != "" && !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	if len(lines) == 0 {
		return "the decoder gives no reason"
	}
	return strings.Join(lines, "; ")
}

// guard turns a panic in govips into an error: it panics on some empty inputs.
func guard(err *error) {
	if p := recover(); p != nil {
		*err = errors.Join(transform.ErrUndecodable, fmt.Errorf("the decoder panicked: %v", p))
	}
}
