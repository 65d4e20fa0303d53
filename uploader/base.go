package uploader

import (
	"net/http"
	"regexp"
	"strings"
)

// uploadBase is what the URLs of this door begin with, as a client sees it: as the setting has it, or
// else as the proxies in front say that it was asked. They are believed whoever they are, since nobody
// gets the answer but who asked.
func uploadBase(r *http.Request, setting string) string {
	if setting != "" {
		return setting
	}
	proto, host := "http", r.Host
	if r.TLS != nil {
		proto = "https"
	}
	if p := first(r.Header.Get("X-Forwarded-Proto")); p == "http" || p == "https" {
		proto = p
	}
	if h := first(r.Header.Get("X-Forwarded-Host")); authority.MatchString(h) {
		host = h
	}
	return proto + "://" + host
}

// authority is a host, and perhaps a port.
var authority = regexp.MustCompile(`^([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?$`)

// first is what the first of several proxies said.
func first(list string) string {
	value, _, _ := strings.Cut(list, ",")
	return strings.TrimSpace(value)
}
