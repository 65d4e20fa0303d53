// Package requestid names requests, for both doors: in the header X-Request-Id of
// the answer and in the log.
package requestid

import (
	"encoding/binary"
	"encoding/hex"
	"math/rand/v2"
	"strings"
)

// Header is the name of the header, of requests and answers.
const Header = "X-Request-Id"

const plain = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"

// Length is how long an id is, at most.
const Length = 64

// From is the client's own id where it is plain and short, else a random one.
func From(given string) string { return string(Append(nil, []byte(given))) }

// Append appends to a text what From is of another.
func Append(to, given []byte) []byte {
	if len(given) > 0 && len(given) <= Length && isPlain(given) {
		return append(to, given...)
	}
	var bits [12]byte // a name, and no secret
	binary.BigEndian.PutUint64(bits[:], rand.Uint64())
	binary.BigEndian.PutUint32(bits[8:], rand.Uint32())
	return hex.AppendEncode(to, bits[:])
}

func isPlain(text []byte) bool {
	for _, c := range text {
		if strings.IndexByte(plain, c) < 0 {
			return false
		}
	}
	return true
}
