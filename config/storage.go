package config

import (
	"errors"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
)

var (
	// bucketName is what Amazon allows, but for a few that nobody has.
	bucketName = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)
	// keyPrefix is one or more components of an object's name, as origin/store has them.
	keyPrefix = regexp.MustCompile(`^[A-Za-z0-9_=%-][A-Za-z0-9._=%-]*(/[A-Za-z0-9_=%-][A-Za-z0-9._=%-]*)*/?$`)
)

// maxPrefix is in bytes: a key may have 1,024 of them, an object's name 512.
const maxPrefix = 200

// CacheOfOriginals is the folder of the originals that were fetched from S3.
func (c *Config) CacheOfOriginals() string {
	if c.OriginalsCacheDir != "" {
		return c.OriginalsCacheDir
	}
	return filepath.Join(c.Data, "originals-cache")
}

func (c *Config) checkStorage(v *validator) {
	if c.S3Bucket == "" {
		c.checkNoBucket(v)
		return
	}
	if !bucketName.MatchString(c.S3Bucket) {
		v.refuse("s3-bucket", "%q is not a bucket's name: 3 to 63 of a to z, 0 to 9, dots and dashes", c.S3Bucket)
	}
	if err := checkEndpoint(c.S3Endpoint); err != nil {
		v.refuse("s3-endpoint", "%q %v", c.S3Endpoint, err)
	}
	if err := checkEndpoint(c.S3PublicEndpoint); err != nil {
		v.refuse("s3-public-endpoint", "%q %v", c.S3PublicEndpoint, err)
	}
	oneOf(v, "s3-cors", c.S3CORS, "manage", "off")
	if c.S3Region == "" {
		v.refuse("s3-region", "must not be empty")
	}
	if c.S3Prefix != "" && (!keyPrefix.MatchString(c.S3Prefix) || len(c.S3Prefix) > maxPrefix) {
		v.refuse("s3-prefix", "%q is not up to %d letters, digits and ._=%%- between single slashes, without a dot or slash at the beginning", c.S3Prefix, maxPrefix)
	}
	if c.S3AccessKey != "" && c.S3SecretKey == "" {
		v.refuse("s3-access-key", "needs s3-secret-key, too")
	}
	if c.S3SecretKey != "" && c.S3AccessKey == "" {
		v.refuse("s3-secret-key", "needs s3-access-key, too")
	}
	c.checkLifecycle(v)
	if c.OriginalsCache < c.MaxBytes {
		v.refuse("originals-cache", "%s is less than max-bytes (%s)", c.OriginalsCache, c.MaxBytes)
	}
}

// checkNoBucket refuses what says something of a bucket that there is not: whoever set it will not want
// everything on the disk.
func (c *Config) checkNoBucket(v *validator) {
	for _, s := range []struct {
		name string
		set  bool
	}{
		{"s3-endpoint", c.S3Endpoint != ""}, {"s3-public-endpoint", c.S3PublicEndpoint != ""}, {"s3-cors", c.S3CORS == "off"}, {"s3-prefix", c.S3Prefix != ""}, {"s3-access-key", c.S3AccessKey != ""},
		{"s3-secret-key", c.S3SecretKey != ""}, {"s3-path-style", c.S3PathStyle}, {"s3-create-bucket", c.S3CreateBucket},
		{"s3-lifecycle", c.S3Lifecycle == "off"}, {"s3-originals-class", c.S3OriginalsClass != ""}, {"originals-cache-dir", c.OriginalsCacheDir != ""},
	} {
		if s.set {
			v.refuse(s.name, "needs s3-bucket")
		}
	}
}

// classesReadAtOnce are Amazon's that may be moved to and from which objects are read as from any other.
var classesReadAtOnce = []string{"STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER_IR"}

func (c *Config) checkLifecycle(v *validator) {
	oneOf(v, "s3-lifecycle", c.S3Lifecycle, "manage", "off")
	least := day
	switch class := c.S3OriginalsClass; class {
	case "":
	case "GLACIER", "DEEP_ARCHIVE":
		v.refuse("s3-originals-class", "%s is not read at once: every original in it would have to be restored first, which takes hours, and is answered 503 until then", class)
	default:
		oneOf(v, "s3-originals-class", class, classesReadAtOnce...)
		if strings.HasSuffix(class, "_IA") {
			least = 30 * day // Amazon refuses less
		}
		if c.S3Lifecycle == "off" {
			v.refuse("s3-originals-class", "needs s3-lifecycle=manage")
		}
	}
	wholeDays(v, "s3-originals-class-after", c.S3OriginalsClassAfter, least)
}

func checkEndpoint(s string) error {
	if s == "" {
		return nil
	}
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return errors.New("is not http:// or https:// and a host")
	}
	if u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.Path != "" && u.Path != "/" {
		return errors.New("has something after the host, or a user before it")
	}
	return nil
}
