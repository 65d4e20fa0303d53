package transform

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// ofURLs are the parameters that say whether a URL is good. Instructions, and so
// presets, have none.
var ofURLs = nameSet(`expires s`)

const (
	lastExpires  = 253402300799 // the end of the year 9999
	mostOfS      = 128          // characters
	base64Digits = nameLetters + "-_"
)

func parseExpires(d *draft, s string) error {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 1 || n > lastExpires || s[0] == '+' {
		return fmt.Errorf("%.64q is not a time in Unix seconds", s)
	}
	d.Expires = n
	return nil
}

// parseSignature looks at no more than the form: whether it is right, who knows the keys
// has to tell.
func parseSignature(_ *draft, s string) error {
	if s == "" || len(s) > mostOfS || strings.Trim(s, base64Digits) != "" {
		return errors.New("this is no signature")
	}
	return nil
}
