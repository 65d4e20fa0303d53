package transform

import (
	"bytes"
	"encoding/json"
	"fmt"
	"unicode/utf8"
)

// MaxInstructions is the most bytes of JSON that are read: as many as a URL may have.
const MaxInstructions = 16 << 10

// Member is one member of a JSON object, its value not looked at yet.
type Member struct {
	Name  string
	Value json.RawMessage
}

// ReadMembers reads a JSON object strictly: a repeated name or anything after the
// object is an error, a *ParamError. It names the member, or else the document.
func ReadMembers(document string, data []byte) ([]Member, error) {
	return ReadMembersUpTo(MaxInstructions, document, data)
}

// ReadMembersUpTo is ReadMembers of so many bytes at most.
func ReadMembersUpTo(most int, document string, data []byte) ([]Member, error) {
	var whole json.RawMessage
	switch {
	case len(data) > most:
		return nil, badParam(document, "there are more than %d bytes of JSON", most)
	case !utf8.Valid(data):
		return nil, badParam(document, "this is not UTF-8")
	}
	if err := json.Unmarshal(data, &whole); err != nil {
		return nil, badParam(document, "this is not JSON: %v", err)
	}
	if kindOf(whole) != anObject {
		return nil, badParam(document, "%s", mustBe(anObject, whole))
	}
	return membersOf("", whole)
}

// ObjectOf is the JSON object of some members, whose names differ.
func ObjectOf(members []Member) (json.RawMessage, error) {
	object := map[string]json.RawMessage{}
	for _, m := range members {
		object[m.Name] = m.Value
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false) // it would be longer than what was read
	err := encoder.Encode(object)
	return bytes.TrimSpace(text.Bytes()), err
}

// membersOf takes an object apart that is known to be one.
func membersOf(path string, object json.RawMessage) ([]Member, error) {
	var members []Member
	seen := map[string]bool{}
	d := json.NewDecoder(bytes.NewReader(object))
	if _, err := d.Token(); err != nil {
		return nil, err
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, err
		}
		m := Member{Name: name.(string)} // nothing else is a name
		if seen[m.Name] {
			return nil, badParam(join(path, m.Name), "it is given twice")
		}
		seen[m.Name] = true
		if err := d.Decode(&m.Value); err != nil {
			return nil, err
		}
		members = append(members, m)
	}
	return members, nil
}

// join is the path of a member.
func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// kind is what a JSON value is, for a person.
type kind string

const (
	anObject kind = "an object"
	aList    kind = "a list"
	aText    kind = "a string"
	aNumber  kind = "a number"
	aFlag    kind = "true or false"
	aNull    kind = "null"
)

// kindOf tells by the first byte: the value is known to be valid.
func kindOf(value json.RawMessage) kind {
	switch trimmed := bytes.TrimLeft(value, " \t\r\n"); trimmed[0] {
	case '{':
		return anObject
	case '[':
		return aList
	case '"':
		return aText
	case 't', 'f':
		return aFlag
	case 'n':
		return aNull
	}
	return aNumber
}

func mustBe(wanted kind, value json.RawMessage) string {
	return fmt.Sprintf("it is %s, and must be %s", kindOf(value), wanted)
}
