package origin

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"lightwell/origin/library"
	"lightwell/transform"
)

// fromOriginal is the level of renditions that are made from the original.
const fromOriginal = "original"

// Key names a rendition: whatever can change its bytes is in it, and nothing
// else. The recipe must be resolved. The fingerprint is the engine's.
//
// The zero recipe's key names the original, which no engine touches.
func Key(fingerprint string, a library.Asset, r transform.Recipe) string {
	h := sha256.New()
	if r == (transform.Recipe{}) {
		fmt.Fprintf(h, "original\n%s\n%d\n", a.Original, a.Generation)
	} else {
		fmt.Fprintf(h, "rendition\n%s\n%s\n%d\n%s\n%+v\n%s\n",
			fingerprint, a.Original, a.Generation, r, r.Encode(), fromOriginal)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}
