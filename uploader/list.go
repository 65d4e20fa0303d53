package uploader

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"lightwell/origin/problem"
	"lightwell/transform"
)

// maxEntry is the most bytes of one item in JSON, or of all that is beside the items.
const maxEntry = transform.MaxInstructions

// pieces bounds what is read of a body between two items.
type pieces struct {
	io.Reader
	left int64
}

func (p *pieces) Read(b []byte) (int, error) {
	if p.left <= 0 {
		return 0, problem.New(http.StatusRequestEntityTooLarge, fmt.Sprintf("An item, and what is beside the items, may have at most %d bytes.", maxEntry))
	}
	n, err := p.Reader.Read(b[:min(int64(len(b)), p.left)])
	p.left -= int64(n)
	return n, err
}

// readJSON takes {"url": ...} or {"items": [...]}, with options beside it. Items are
// taken in as they come.
func (u *Uploader) readJSON(body io.Reader, in *intake) error {
	source := &pieces{body, maxEntry}
	d := json.NewDecoder(source)
	if token, err := d.Token(); err != nil || token != json.Delim('{') {
		return u.jsonError(err, "The body is not a JSON object.")
	}
	var alone []transform.Member // what may describe an only image
	seen := map[string]bool{}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return u.jsonError(err, "")
		}
		m := transform.Member{Name: name.(string)} // nothing else is a name
		if seen[m.Name] {
			return bad(m.Name, "It is given twice.")
		}
		seen[m.Name] = true
		if m.Name == "items" {
			if err := u.readItems(d, source, in); err != nil {
				return err
			}
			continue
		}
		if err := d.Decode(&m.Value); err != nil {
			return u.jsonError(err, "")
		}
		source.left = maxEntry
		alone = append(alone, m)
	}
	if _, err := d.Token(); err != nil {
		return u.jsonError(err, "")
	}
	if _, err := d.Token(); err != io.EOF {
		return u.jsonError(err, "Something follows the object.")
	}
	return u.takeMembers(alone, in)
}

// takeMembers sets options, and adds the image of a "url", last: its name may be an
// option that comes after it.
func (u *Uploader) takeMembers(members []transform.Member, in *intake) error {
	from := ""
	for _, m := range members {
		var err error
		if m.Name == "url" {
			from, err = readURL(m.Value)
		} else {
			err = in.opts.setJSON(m.Name, m.Value)
		}
		if err != nil {
			return err
		}
	}
	switch {
	case from != "" && in.bulk:
		return bad("url", "url is for one image and items for many: one of them is too many.")
	case from != "":
		return in.add(arrival{url: from})
	case !in.bulk:
		return bad("url", "Neither url nor items is given: the one is an image to fetch, the other a list of such.")
	}
	return nil
}

// readItems takes the list of "items".
func (u *Uploader) readItems(d *json.Decoder, source *pieces, in *intake) error {
	if token, err := d.Token(); err != nil || token != json.Delim('[') {
		return u.jsonError(err, "items is not a list.")
	}
	in.mustBeBulk()
	for d.More() {
		var item json.RawMessage
		if err := d.Decode(&item); err != nil {
			return u.jsonError(err, "")
		}
		source.left = maxEntry + int64(len(item))
		if err := u.addEntryOf(item, in); err != nil {
			return err
		}
	}
	if in.count == 0 {
		return bad("items", "The list of items is empty.")
	}
	if _, err := d.Token(); err != nil {
		return u.jsonError(err, "")
	}
	return nil
}

// readLines takes one item a line.
func (u *Uploader) readLines(body io.Reader, in *intake) error {
	in.mustBeBulk()
	lines := bufio.NewScanner(body)
	lines.Buffer(make([]byte, 0, 4<<10), maxEntry)
	for lines.Scan() {
		if line := bytes.TrimSpace(lines.Bytes()); len(line) > 0 {
			if err := u.addEntryOf(line, in); err != nil {
				return err
			}
		}
	}
	switch err := lines.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return problem.New(http.StatusRequestEntityTooLarge, fmt.Sprintf("A line may have at most %d bytes.", maxEntry))
	case err != nil:
		return u.bodyError(err, "The body ends before it is whole.")
	case in.count == 0:
		return bad("items", "There is no line with an item.")
	}
	return nil
}

// addEntryOf takes in {"url": ..., "name": ..., "tags": ..., "instructions": ...}.
func (u *Uploader) addEntryOf(item []byte, in *intake) error {
	members, err := transform.ReadMembers(fmt.Sprintf("items[%d]", in.count), item)
	if err != nil {
		return err
	}
	a := arrival{}
	var own options
	for _, m := range members {
		switch m.Name {
		case "url":
			a.url, err = readURL(m.Value)
		case "name", "tags", "instructions":
			err = own.setJSON(m.Name, m.Value)
		default:
			err = bad(m.Name, "An item has url, name, tags and instructions, and no %q.", m.Name)
		}
		if err != nil {
			return itemError(err, in.count)
		}
	}
	if a.url == "" {
		return itemError(bad("url", "It has no url."), in.count)
	}
	a.name, a.tags, a.instructions = own.name, own.tags, own.instructions
	return in.add(a)
}

// itemError says at which item something is wrong.
func itemError(err error, index int) error {
	p := problem.From(err)
	p.Detail = fmt.Sprintf("Item %d: %s", index, p.Detail)
	return p
}

// readURL is an image's address.
func readURL(value json.RawMessage) (string, error) {
	var text string
	if json.Unmarshal(value, &text) != nil {
		return "", bad("url", "url is a string.")
	}
	if err := checkURL("url", text); err != nil {
		return "", err
	}
	return text, nil
}

// setJSON takes an option from a member of JSON.
func (o *options) setJSON(name string, value json.RawMessage) error {
	if !slices.Contains(optionNames, name) {
		return o.set(name, "") // which says that there is no such option
	}
	text := ""
	switch name {
	case "instructions":
		text = string(value)
	case "async":
		text = string(value)
	case "tags":
		var tags []string
		if err := json.Unmarshal(value, &tags); err == nil {
			for _, tag := range tags {
				if strings.Contains(tag, ",") {
					return bad(name, "A tag has no comma in it.")
				}
				if err := o.addTag(strings.TrimSpace(tag)); err != nil {
					return err
				}
			}
			return nil
		}
		fallthrough
	default:
		if err := json.Unmarshal(value, &text); err != nil {
			return bad(name, "%.80s is not a string.", name)
		}
	}
	return o.set(name, text)
}

// jsonError makes malformed JSON a 400.
func (u *Uploader) jsonError(err error, otherwise string) error {
	if _, ok := errors.AsType[problem.Problem](err); ok {
		return err
	}
	if _, ok := errors.AsType[*json.SyntaxError](err); ok {
		return problem.New(http.StatusBadRequest, "The body is not JSON: "+err.Error()+".")
	}
	if err == nil || otherwise != "" && err == io.EOF {
		return problem.New(http.StatusBadRequest, otherwise)
	}
	return u.bodyError(err, "The body is not JSON, or ends before it is whole.")
}
