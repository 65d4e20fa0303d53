package config

import (
	"net/http"
	"net/url"
	"strings"
)

// tracesPath is where collectors take spans by HTTP, by default (OTLP 1.7, section OTLP/HTTP Request).
const tracesPath = "/v1/traces"

// Collector is all of the URL that Traces stands for; empty where nothing is traced.
func (c *Config) Collector() string {
	u, err := url.Parse(c.Traces)
	if err != nil || c.Traces == "" {
		return ""
	}
	if u.Path == "" || u.Path == "/" {
		u.Path = tracesPath
	}
	return u.String()
}

// CollectorHeaders is TracesHeaders as values.
func (c *Config) CollectorHeaders() map[string]string {
	headers := map[string]string{}
	for _, line := range c.TracesHeaders {
		name, value, _ := strings.Cut(string(line), ":")
		headers[http.CanonicalHeaderKey(strings.TrimSpace(name))] = strings.TrimSpace(value)
	}
	return headers
}

func (c *Config) checkTraces(v *validator) {
	if err := checkPublicURL(c.Traces); err != nil {
		v.refuse("traces", "it %v", err) // it is not shown: who puts a password there has made it a secret
	}
	if !(c.TracesSample >= 0 && c.TracesSample <= 1) { // which no number is that is none
		v.refuse("traces-sample", "%s is out of range: 0 to 1", spell(c.TracesSample))
	}
	within(v, "traces-most", c.TracesMost, 0, 1_000_000)
	if len(c.TracesHeaders) > 0 && c.Traces == "" {
		v.refuse("traces-headers", "needs traces")
	}
	for i, line := range c.TracesHeaders {
		name, value, ok := strings.Cut(string(line), ":")
		if !ok || !headerName.MatchString(strings.TrimSpace(name)) || strings.ContainsAny(value, "\r\n\x00") {
			v.refuse("traces-headers", "entry %d: it is not of the form Name: value", i+1)
		}
	}
}
