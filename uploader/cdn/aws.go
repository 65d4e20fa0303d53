package cdn

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"net/http"
	"strings"

	"github.com/minio/minio-go/v7/pkg/signer"
)

// AWS signs requests for a service of Amazon's (Signature Version 4).
type AWS struct {
	Service, Region      string // cloudfront and us-east-1
	AccessKey, SecretKey string
}

// signed is a request with a signature, or as it is without a signer.
func (a *AWS) signed(r *http.Request, body string) *http.Request {
	if a == nil {
		return r
	}
	sum := sha256.Sum256([]byte(body))
	r.Header.Set("X-Amz-Content-Sha256", hex.EncodeToString(sum[:]))
	return signer.SignV4WithServiceType(*r, a.AccessKey, a.SecretKey, "", a.Region, a.Service)
}

func escapeXML(s string) (string, error) {
	var b strings.Builder
	err := xml.EscapeText(&b, []byte(s))
	return b.String(), err
}
