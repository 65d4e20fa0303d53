package store

import (
	"fmt"
	"io/fs"
	"strings"
)

const (
	maxName      = 512 // bytes; S3 takes 1,024, and a bucket's own prefix needs some
	maxComponent = 200 // bytes; common file systems take 255
)

// CheckName tells whether name can be an object's: components of [A-Za-z0-9._=%-] separated by single
// slashes, none empty, none beginning with a dot, each at most 200 bytes, at most 512 bytes together.
// So no name leads out of a folder, is a hidden file, or needs escaping in a path, a key or a log.
// The error wraps fs.ErrInvalid.
func CheckName(name string) error {
	if why := nameFault(name); why != "" {
		return fmt.Errorf("object name %.80q: %s: %w", name, why, fs.ErrInvalid)
	}
	return nil
}

// checkPrefix tells whether a name can begin with prefix.
func checkPrefix(prefix string) error {
	whole := prefix
	if whole == "" || strings.HasSuffix(whole, "/") {
		whole += "x" // any name in that folder
	}
	if why := nameFault(whole); why != "" {
		return fmt.Errorf("object prefix %.80q: %s: %w", prefix, why, fs.ErrInvalid)
	}
	return nil
}

// nameFault says what is wrong with name, or nothing.
func nameFault(name string) string {
	if len(name) > maxName {
		return fmt.Sprintf("%d bytes, more than %d", len(name), maxName)
	}
	for c := range strings.SplitSeq(name, "/") {
		if why := componentFault(c); why != "" {
			return why
		}
	}
	return ""
}

func componentFault(c string) string {
	switch {
	case c == "":
		return "a component is empty"
	case c[0] == '.':
		return "a component begins with a dot"
	case len(c) > maxComponent:
		return fmt.Sprintf("a component of %d bytes, more than %d", len(c), maxComponent)
	}
	for i := range len(c) {
		if !nameByte(c[i]) {
			return fmt.Sprintf("byte %q", c[i])
		}
	}
	return ""
}

func nameByte(b byte) bool {
	switch {
	case 'a' <= b && b <= 'z', 'A' <= b && b <= 'Z', '0' <= b && b <= '9':
		return true
	}
	return strings.IndexByte("._=%-", b) >= 0
}
