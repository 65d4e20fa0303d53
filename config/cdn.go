package config

import (
	"regexp"
	"strings"
)

var httpMethod = regexp.MustCompile(`^[A-Z]{1,20}$`)

// AWSSigner is CDNPurgeAWS as values.
type AWSSigner struct{ Service, Region, AccessKey, SecretKey string }

// CDNSigner is who signs requests to the CDN; nil where nobody does, or where CDNPurgeAWS is malformed. A
// secret key may have slashes.
func (c *Config) CDNSigner() *AWSSigner {
	parts := strings.SplitN(string(c.CDNPurgeAWS), "/", 4)
	if len(parts) < 4 || parts[0] == "" || parts[1] == "" || parts[2] == "" || parts[3] == "" {
		return nil
	}
	return &AWSSigner{parts[0], parts[1], parts[2], parts[3]}
}

// checkCDN looks at everything but the templates, which those who fill them in know best.
func (c *Config) checkCDN(v *validator) {
	if len(c.CDNPurgeURL) == 0 {
		for _, s := range []struct {
			name string
			set  bool
		}{
			{"cdn-purge-headers", len(c.CDNPurgeHeaders) > 0}, {"cdn-purge-body", c.CDNPurgeBody != ""}, {"cdn-purge-aws", c.CDNPurgeAWS != ""},
		} {
			if s.set {
				v.refuse(s.name, "needs cdn-purge-url")
			}
		}
		return
	}
	if !httpMethod.MatchString(c.CDNPurgeMethod) {
		v.refuse("cdn-purge-method", "%q is not a method such as PURGE or POST", c.CDNPurgeMethod)
	}
	oneOf(v, "cdn-purge-by", c.CDNPurgeBy, "key", "path")
	within(v, "cdn-purge-most", c.CDNPurgeMost, 1, 1000)
	if c.CDNPurgeAWS != "" && c.CDNSigner() == nil {
		v.refuse("cdn-purge-aws", "it is not of the form SERVICE/REGION/ACCESS-KEY/SECRET-KEY")
	}
}
