// Package requestid names requests, for both doors: in the header X-Request-Id of
// the answer and in the log.
package requestid

import (
	"crypto/rand"
	"encoding/hex"
	"strings"
)

// Header is the name of the header, of requests and answers.
const Header = "X-Request-Id"

const plain = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"

// From is the client's own id where it is plain and short, else a random one.
func From(given string) string {
	if given != "" && len(given) <= 64 && strings.Trim(given, plain) == "" {
		return given
	}
	var bits [12]byte
	rand.Read(bits[:]) // never fails: the runtime ends the process instead
	return hex.EncodeToString(bits[:])
}
