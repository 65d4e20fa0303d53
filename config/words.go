package config

import (
	"log/slog"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// sourceFormats are all that can be accepted.
var sourceFormats = []string{"jpeg", "png", "gif", "webp", "avif", "heic", "tiff", "svg", "jxl", "bmp", "ico", "pdf"}

// AuditToLog is the AuditLog that is the log itself.
const AuditToLog = "log"

var logLevels = map[string]slog.Level{
	"debug": slog.LevelDebug,
	"info":  slog.LevelInfo,
	"warn":  slog.LevelWarn,
	"error": slog.LevelError,
}

var (
	// assetID is 26 characters of lower-case Crockford base32: no i, l, o, u.
	assetID    = regexp.MustCompile(`^[0-9a-hjkmnp-tv-z]{26}$`)
	headerName = regexp.MustCompile(`^[A-Za-z0-9-]{1,64}$`)
	// ignorable is a parameter's name, or its beginning and a star. A star alone would ignore every
	// mistake.
	ignorable = regexp.MustCompile(`^[A-Za-z0-9_.~\[\]-]+\*?$`)
)

// Level is LogLevel as a value; a level that Validate refuses is info.
func (c *Config) Level() slog.Level {
	return logLevels[c.LogLevel]
}

func (c *Config) checkWords(v *validator) {
	if c.Data == "" {
		v.refuse("data", "must name a folder")
	}
	oneOf(v, "log-level", c.LogLevel, "debug", "info", "warn", "error")
	oneOf(v, "log-format", c.LogFormat, "text", "json")
	c.checkFormats(v)
	if c.CORSOrigin != "" && c.CORSOrigin != "*" && !isOrigin(c.CORSOrigin) {
		v.refuse("cors-origin", "%q is neither * nor an origin such as https://example.com", c.CORSOrigin)
	}
	oneOf(v, "interim", c.Interim, "on", "off")
	oneOf(v, "svg", c.SVG, "sanitize", "rasterize")
	oneOf(v, "corp", c.CORP, "cross-origin", "same-site", "same-origin", "")
	for _, pattern := range c.IgnoreParams {
		if !ignorable.MatchString(pattern) {
			v.refuse("ignore-params", "%q is neither a parameter's name nor the beginning of one and a star, such as utm_*", pattern)
		}
	}
	if c.ClientHeader != "" && !headerName.MatchString(c.ClientHeader) {
		v.refuse("client-header", "%q is not a header's name", c.ClientHeader)
	}
	if c.ClientHeader != "" && len(c.TrustedProxies) == 0 {
		v.refuse("client-header", "needs trusted-proxies: anybody could say to be anybody")
	}
	if c.FallbackImage != "" && !assetID.MatchString(c.FallbackImage) {
		v.refuse("fallback-image", "%q is not an asset's id (26 characters, as uploads answer)", c.FallbackImage)
	}
}

func (c *Config) checkFormats(v *validator) {
	if len(c.Formats) == 0 {
		v.refuse("formats", "must name at least one of %s", wordList(sourceFormats))
	}
	for i, format := range c.Formats {
		oneOf(v, "formats", format, sourceFormats...)
		if slices.Contains(c.Formats[:i], format) {
			v.refuse("formats", "%s is named twice", format)
		}
	}
}

// isOrigin tells a web origin (RFC 6454) as browsers send it: scheme, host and port, nothing after.
func isOrigin(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https") && s == u.Scheme+"://"+u.Host
}

// wordList writes the words for a message; the empty one as quotes.
func wordList(words []string) string {
	shown := slices.Clone(words)
	for i, w := range shown {
		if w == "" {
			shown[i] = `""`
		}
	}
	return strings.Join(shown, ", ")
}
