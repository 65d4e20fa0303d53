package uploader

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"lightwell/origin/problem"
	"lightwell/transform"
)

// options come as form fields, query parameters or members of JSON.
type options struct {
	name         string
	tags         []string
	instructions []json.RawMessage // one object for each rendition
	async        bool              // answer once it is accepted
	callback     string            // URL to be told of the end
	key          string            // Idempotency-Key, with whose it is
}

// optionNames are all that there are.
var optionNames = []string{"name", "tags", "instructions", "async", "callback"}

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
	case "instructions":
		list, err := readInstructions([]byte(value))
		if err != nil {
			return err
		}
		o.instructions = list
	case "async":
		async, err := strconv.ParseBool(value)
		if err != nil {
			return bad(name, "async is true or false.")
		}
		o.async = async
	case "callback":
		if err := checkURL("callback", value); err != nil {
			return err
		}
		o.callback = value
	default:
		return bad(name, "There is no option %q: name, tags, instructions, async and callback are known.", name)
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
		if len(list) > 1 && name != "tags" {
			return opts, bad(name, "%s is given twice.", name)
		}
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

// maxRenditions is how many renditions an upload may ask for.
const maxRenditions = 50

// readInstructions reads one object of instructions or a list of them, and checks
// what can be checked without the image.
func readInstructions(data []byte) ([]json.RawMessage, error) {
	list := []json.RawMessage{data}
	if trimmed := bytes.TrimLeft(data, " \t\r\n"); len(trimmed) > 0 && trimmed[0] == '[' {
		if len(data) > transform.MaxInstructions {
			return nil, bad("instructions", "There are more than %d bytes of them.", transform.MaxInstructions)
		}
		if err := json.Unmarshal(data, &list); err != nil {
			return nil, bad("instructions", "This is not JSON: %v.", err)
		}
	}
	if len(list) > maxRenditions {
		return nil, bad("instructions", "There are %d of them; an upload may ask for %d renditions.", len(list), maxRenditions)
	}
	for _, one := range list {
		if err := checkInstructions(one); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func checkInstructions(data []byte) error {
	in, err := transform.DecodeInstructions(data)
	if err != nil {
		return err
	}
	if len(in.Pairs) == 0 {
		return bad("instructions", "Nothing is asked for.")
	}
	_, err = transform.Parser{}.Parse(in.Pairs)
	return in.Blame(err)
}

// checkURL refuses what is no address on the web, for the option of a name. Where it
// leads is checked when it is used.
func checkURL(name, value string) error {
	at, err := url.Parse(value)
	if err == nil && at.Port() != "" {
		_, err = strconv.ParseUint(at.Port(), 10, 16)
	}
	if err != nil || len(value) > maxURL || at.Scheme != "http" && at.Scheme != "https" || at.Hostname() == "" || at.User != nil {
		return bad(name, "%s is a URL of http or https with at most %d bytes and no user in it.", name, maxURL)
	}
	return nil
}

const maxURL = 2048 // bytes
