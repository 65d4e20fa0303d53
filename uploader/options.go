package uploader

import (
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"lightwell/origin/problem"
)

// options come as form fields or query parameters.
type options struct {
	name string
	tags []string
}

const (
	maxName = 255 // bytes
	maxTags = 20
	maxTag  = 64 // bytes
)

// set takes one option, and refuses what it does not know: an option that is
// ignored is found out too late.
func (o *options) set(name, value string) error {
	switch name {
	case "name":
		if len(value) > maxName || !utf8.ValidString(value) {
			return bad(name, "A name is UTF-8 of at most %d bytes.", maxName)
		}
		o.name = value
	case "tags":
		for tag := range strings.SplitSeq(value, ",") {
			if err := o.addTag(strings.TrimSpace(tag)); err != nil {
				return err
			}
		}
	case "instructions", "async", "callback":
		return bad(name, "%s is not built yet in this version of Lightwell.", name)
	default:
		return bad(name, "There is no option %q: name and tags are known.", name)
	}
	return nil
}

func (o *options) addTag(tag string) error {
	switch {
	case tag == "":
		return nil
	case len(tag) > maxTag || !utf8.ValidString(tag):
		return bad("tags", "A tag is UTF-8 of at most %d bytes.", maxTag)
	case len(o.tags) == maxTags:
		return bad("tags", "An image has at most %d tags.", maxTags)
	}
	for _, t := range o.tags {
		if t == tag {
			return nil
		}
	}
	o.tags = append(o.tags, tag)
	return nil
}

func queryOptions(query string) (opts options, err error) {
	values, err := url.ParseQuery(query)
	if err != nil {
		return opts, problem.New(http.StatusBadRequest, "The query is not encoded properly.")
	}
	for name, list := range values {
		for _, value := range list {
			if err := opts.set(name, value); err != nil {
				return opts, err
			}
		}
	}
	return opts, nil
}

// clip shortens a file's name to what is kept of one.
func clip(name string) string {
	name = strings.ToValidUTF8(name, "")
	for len(name) > maxName {
		_, size := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-size]
	}
	return name
}
