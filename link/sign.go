package link

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"strings"
)

// Sign is the parameter s of a URL: base64url without padding of HMAC-SHA256 over the
// path of the asset, /image/{id} or /info/{id}, a question mark, and the parameters but
// s and ixlib, sorted by name, as name=value joined by &, with RFC 3986 percent-encoding
// of all that is not unreserved. Parameters of one name (only auto may be repeated) stay
// in the order in which they are given.
//
// So a URL may be encoded anew, have its parameters in another order, or in the path
// instead of the query, and keeps its signature. Names are signed as they are written:
// w=5, width=5 and w64=NQ mean the same and have three signatures.
func Sign(key, path string, params []Pair) string {
	return base64.RawURLEncoding.EncodeToString(mac(key, canonical(path, params)))
}

// Verify tells whether parameters hold one s, and that is the signature by any of the
// keys. Parameters that a server is told to ignore must have been taken away. How long
// it takes tells nothing of the keys, but how many there are.
func Verify(keys []string, path string, params []Pair) bool {
	given, ok := signatureOf(params)
	if !ok {
		return false
	}
	signed := canonical(path, params)
	right := false
	for _, key := range keys {
		if hmac.Equal(given, mac(key, signed)) {
			right = true
		}
	}
	return right
}

func signatureOf(params []Pair) (sum []byte, ok bool) {
	for _, p := range params {
		if p.Name != signature {
			continue
		}
		if ok || len(p.Value) != base64.RawURLEncoding.EncodedLen(sha256.Size) {
			return nil, false
		}
		var err error
		if sum, err = base64.RawURLEncoding.Strict().DecodeString(p.Value); err != nil {
			return nil, false
		}
		ok = true
	}
	return sum, ok
}

func mac(key, text string) []byte {
	h := hmac.New(sha256.New, []byte(key))
	h.Write([]byte(text))
	return h.Sum(nil)
}

// canonical is what is signed.
func canonical(path string, params []Pair) string {
	signed := without(params, signature, "ixlib")
	slices.SortStableFunc(signed, func(a, b Pair) int { return strings.Compare(a.Name, b.Name) })
	return path + "?" + join(signed, "&")
}

// ImagePath and InfoPath are the paths of an asset that Sign and Verify take.
func ImagePath(id string) string { return imagePath + id }

// InfoPath is that of what is known of an asset.
func InfoPath(id string) string { return infoPath + id }
