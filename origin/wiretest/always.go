package wiretest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"
)

// always is what is wrong with an answer whatever the request was.
func always(method string, a answer) (wrong []string) {
	wrong = append(wrong, named(a)...)
	say := func(ok bool, what string) {
		if !ok {
			wrong = append(wrong, what)
		}
	}
	say(lives(a), fmt.Sprintf("Cache-Control = %q", a.get("Cache-Control")))
	length, kind := a.has("Content-Length"), a.has("Content-Type")
	if a.status == http.StatusNoContent || a.status == http.StatusNotModified {
		say(!length && !kind, "there are Content-Length or Content-Type, want neither")
		return wrong
	}
	say(length && kind, "Content-Length or Content-Type are missing")
	if a.get("Content-Type") == "application/problem+json" && method != http.MethodHead {
		say(isProblem(a), fmt.Sprintf("problem = %q", a.body))
	}
	return wrong
}

// everywhere are the headers of all answers.
var everywhere = map[string]*regexp.Regexp{
	"X-Request-Id":            regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`),
	"X-Content-Type-Options":  regexp.MustCompile(`^nosniff$`),
	"Content-Security-Policy": regexp.MustCompile(`^sandbox; default-src 'none'$`),
	"Server":                  regexp.MustCompile(`^Lightwell$`),
}

var strongTag = regexp.MustCompile(`^"[0-9a-f]{32}"$`)

// named is what is wrong with the headers that all answers have, or any may.
func named(a answer) (wrong []string) {
	seen := map[string]bool{}
	for _, f := range a.header {
		name := strings.ToLower(f.name)
		if seen[name] || f.value == "" || strings.TrimSpace(f.value) != f.value {
			wrong = append(wrong, fmt.Sprintf("%s = %q, perhaps again", f.name, f.value))
		}
		seen[name] = true
	}
	for name, value := range everywhere {
		if !value.MatchString(a.get(name)) {
			wrong = append(wrong, fmt.Sprintf("%s = %q", name, a.get(name)))
		}
	}
	if date, err := http.ParseTime(a.get("Date")); err != nil || time.Since(date).Abs() > time.Minute {
		wrong = append(wrong, fmt.Sprintf("Date = %q", a.get("Date")))
	}
	if a.has("ETag") && !strongTag.MatchString(a.get("ETag")) {
		wrong = append(wrong, "ETag = "+a.get("ETag"))
	}
	for _, name := range []string{"Transfer-Encoding", "Content-Encoding", "Set-Cookie"} {
		if a.has(name) {
			wrong = append(wrong, fmt.Sprintf("%s = %q", name, a.get(name)))
		}
	}
	return wrong
}

// lives tells whether an answer may be kept as one of its status may at most.
func lives(a answer) bool {
	life := a.get("Cache-Control")
	switch a.status {
	case http.StatusNoContent:
		return life == ""
	case http.StatusOK, http.StatusPartialContent, http.StatusNotModified:
		return strings.HasPrefix(life, "public, max-age=")
	case http.StatusBadRequest:
		return life == "public, max-age=3600" || life == "public, max-age=60" || life == "no-store"
	case http.StatusNotFound:
		return life == "public, max-age=60" || life == "no-store"
	case http.StatusGone, http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity:
		return life == "public, max-age=60" || life == "no-store" && a.closes()
	}
	return life == "no-store"
}

// isProblem tells whether a body is a problem document that says what it is about.
func isProblem(a answer) bool {
	var p struct {
		Status        int
		Title, Detail string
	}
	err := json.Unmarshal(a.body, &p)
	return err == nil && p.Status == a.status && p.Title == http.StatusText(a.status) && p.Detail != ""
}
