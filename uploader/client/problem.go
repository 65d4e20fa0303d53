package client

import (
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strings"
)

// Problem is why something failed: the server's own words (RFC 9457), or, with Status 0, ours.
type Problem struct {
	Type   string `json:"type,omitempty"`
	Title  string `json:"title,omitempty"`
	Status int    `json:"status,omitempty"`
	Detail string `json:"detail,omitempty"`
	Param  string `json:"param,omitempty"`
}

func (p *Problem) Error() string {
	text := p.Detail
	if text == "" {
		text = p.Title
	}
	if p.Param != "" {
		text = p.Param + ": " + text
	}
	if p.Status != 0 {
		text = fmt.Sprintf("%d: %s", p.Status, text)
	}
	return text
}

// asProblem is any error as one.
func asProblem(err error) *Problem {
	if p, ok := errors.AsType[*Problem](err); ok {
		return p
	}
	return &Problem{Detail: err.Error()}
}

// statusOf is the server's status of an error; 0 where it is not the server's.
func statusOf(err error) int {
	if p, ok := errors.AsType[*Problem](err); ok {
		return p.Status
	}
	return 0
}

// problemIn is what a reply that is no success says.
func problemIn(rep reply) *Problem {
	p := &Problem{}
	kind, _, _ := mime.ParseMediaType(rep.header.Get("Content-Type"))
	if kind != "application/problem+json" || json.Unmarshal(rep.body, p) != nil {
		p = &Problem{Detail: strings.TrimSpace("the server answers " + http.StatusText(rep.status))}
	}
	if to := rep.header.Get("Location"); rep.status/100 == 3 && to != "" {
		p.Detail = "the server sends uploads on to " + to + ": give that as the server, if it is to be trusted"
	}
	p.Status = rep.status
	return p
}

// ofOne are the parameters that each upload has its own of. The others are the same for all.
var ofOne = []string{"file", "name", "url", "Idempotency-Key"}

// hopeless tells the answers that every other upload would get, too.
func hopeless(p *Problem) bool {
	switch p.Status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusMethodNotAllowed:
		return true
	case http.StatusBadRequest:
		return p.Param != "" && !slices.Contains(ofOne, p.Param)
	}
	return p.Status/100 == 3
}
