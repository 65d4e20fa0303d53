package transform

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
)

// Instructions are what JSON asks for, as the pairs that a URL would have. So
// {"resize":{"width":800}} cannot mean anything but what w=800 means.
type Instructions struct {
	Pairs []Pair   // by the parameters' own names, in the order of the members
	paths []string // of the members that they come from
}

// DecodeInstructions reads the JSON of instructions. The error is a *ParamError that
// names a member by its path, as in resize.width.
func DecodeInstructions(data []byte) (Instructions, error) {
	members, err := ReadMembers("instructions", data)
	if err != nil {
		return Instructions{}, err
	}
	return InstructionsOf(members)
}

// InstructionsOf is DecodeInstructions for an object that has been read.
func InstructionsOf(members []Member) (Instructions, error) {
	var in Instructions
	for _, m := range members {
		if err := in.take(m); err != nil {
			return Instructions{}, err
		}
	}
	return in, nil
}

// Blame makes an error about a parameter one about the member that gave it.
func (in Instructions) Blame(err error) error {
	bad, ok := errors.AsType[*ParamError](err)
	if !ok {
		return err
	}
	at := slices.IndexFunc(in.Pairs, func(p Pair) bool { return p.Name == bad.Param })
	if at < 0 || in.paths[at] == bad.Param {
		return err
	}
	return badParam(in.paths[at], "%s", bad.Reason)
}

// A friend is a member that is spelled out for people: its path, the parameter that
// it stands for, and how its value becomes that parameter's.
type friend struct {
	path  string
	param string
	read  func(json.RawMessage) (string, error)
}

// friends are all of them, but crop and format, which are two parameters each.
// Every parameter may also be given by its own name, or an alias of that.
var friends = []friend{
	{"resize.width", "w", numeral},
	{"resize.height", "h", numeral},
	{"resize.fit", "fit", text},
	{"resize.crop", "crop", words},
	{"resize.aspectRatio", "ar", text},
	{"resize.dpr", "dpr", numeral},
	{"resize.enlarge", "enlarge", boolean},
	{"rotate", "rot", numeral},
	{"background", "bg", text},
	{"quality", "q", numeral},
	{"sharpen", "sharp", numeral},
	{"watermark.image", "mark", text},
	{"watermark.position", "mark-align", position},
	{"watermark.opacity", "mark-alpha", opacity},
	{"watermark.width", "mark-w", numeral},
	{"watermark.height", "mark-h", numeral},
	{"watermark.padding", "mark-pad", numeral},
	{"watermark.rotate", "mark-rot", numeral},
}

// take adds what one member says.
func (in *Instructions) take(m Member) error {
	kind := kindOf(m.Value)
	switch {
	case m.Name == "crop" && kind == anObject:
		return in.takeRect(m)
	case m.Name == "format":
		return in.takeFormat(m)
	case m.Name == "watermark" && kind == aText:
		return in.addRead(friend{"watermark", "mark", text}, m.Value)
	case m.Name == "resize", m.Name == "watermark":
		return in.takeObject(m)
	}
	if at := slices.IndexFunc(friends, func(f friend) bool { return f.path == m.Name }); at >= 0 {
		return in.addRead(friends[at], m.Value)
	}
	return in.takeNative(m)
}

// takeObject adds what resize and watermark have in them.
func (in *Instructions) takeObject(m Member) error {
	if kindOf(m.Value) != anObject {
		return badParam(m.Name, "%s", mustBe(anObject, m.Value))
	}
	members, err := membersOf(m.Name, m.Value)
	if err != nil {
		return err
	}
	for _, inner := range members {
		path := join(m.Name, inner.Name)
		at := slices.IndexFunc(friends, func(f friend) bool { return f.path == path })
		if at < 0 {
			return unknownMember(path, namesBelow(m.Name+"."))
		}
		if err := in.addRead(friends[at], inner.Value); err != nil {
			return err
		}
	}
	if m.Name == "watermark" && !slices.Contains(in.paths, "watermark.image") {
		return badParam("watermark.image", "it is missing")
	}
	return nil
}

// takeRect adds the object crop, whose four members are the parameter rect.
func (in *Instructions) takeRect(m Member) error {
	members, err := membersOf(m.Name, m.Value)
	if err != nil {
		return err
	}
	names := []string{"x", "y", "width", "height"}
	values := make([]string, len(names))
	for _, inner := range members {
		path := join(m.Name, inner.Name)
		at := slices.Index(names, inner.Name)
		if at < 0 {
			return unknownMember(path, names)
		}
		read := numeral
		if at < 2 && kindOf(inner.Value) == aText { // an edge, or the middle
			read = text
		}
		if values[at], err = read(inner.Value); err != nil {
			return badParam(path, "%v", err)
		}
	}
	if at := slices.Index(values, ""); at >= 0 {
		return badParam(join(m.Name, names[at]), "it is missing")
	}
	return in.add(m.Name, "rect", strings.Join(values, ","))
}

func (in *Instructions) takeFormat(m Member) error {
	value, err := text(m.Value)
	switch {
	case err != nil:
		return badParam(m.Name, "%v", err)
	case value == "auto":
		return in.add(m.Name, "auto", "format")
	}
	return in.add(m.Name, "fm", value)
}

// takeNative adds a parameter by its own name. Those of others that this grammar has not
// are for the parser to refuse.
func (in *Instructions) takeNative(m Member) error {
	p, built := byName[m.Name]
	if !built && !blendColor[m.Name] && !foreign[m.Name] && !markBase[m.Name] {
		return unknownMember(m.Name, append(namesBelow(""), "resize", "crop", "format", "watermark"))
	}
	name := m.Name
	if built {
		name = p.name
	}
	if ofURLs[name] {
		return badParam(m.Name, "this is of one URL, and says nothing of the image")
	}
	value, err := scalar(m.Value)
	switch kindOf(m.Value) {
	case aFlag:
		if built && !p.isFlag() {
			return badParam(m.Name, "%s is not %s", m.Value, p.accepts)
		}
		value, err = boolean(m.Value)
	case aList:
		value, err = words(m.Value)
	}
	if err != nil {
		return badParam(m.Name, "%v", err)
	}
	return in.add(m.Name, name, value)
}

// isFlag tells a parameter that is true or false: only such a one takes true and
// does not take 2.
func (p *param) isFlag() bool {
	var d draft
	return p.parse(&d, "true") == nil && p.parse(&d, "2") != nil
}

func (in *Instructions) addRead(f friend, value json.RawMessage) error {
	read, err := f.read(value)
	if err != nil {
		return badParam(f.path, "%v", err)
	}
	return in.add(f.path, f.param, read)
}

func (in *Instructions) add(path, name, value string) error {
	if reports[name] || name == "fm" && parseFmReport(&draft{}, value) {
		return badParam(path, "this asks to be told of an image, and makes none")
	}
	at := slices.IndexFunc(in.Pairs, func(p Pair) bool { return p.Name == name })
	if at >= 0 && name != "auto" {
		return badParam(path, "%s gives the same already", in.paths[at])
	}
	in.Pairs = append(in.Pairs, Pair{name, value})
	in.paths = append(in.paths, path)
	return nil
}

// namesBelow are the names of the friends in an object, or outside of all.
func namesBelow(prefix string) (names []string) {
	for _, f := range friends {
		if name, ok := strings.CutPrefix(f.path, prefix); ok && !strings.Contains(name, ".") {
			names = append(names, name)
		}
	}
	return names
}

func unknownMember(path string, known []string) error {
	name := path[strings.LastIndex(path, ".")+1:]
	if near := nearestOf(name, known); near != "" {
		return badParam(path, "there is no such member; did you mean %s?", near)
	}
	if near := nearest(name); near != "" && name == path {
		return badParam(path, "there is no such member; did you mean %s?", near)
	}
	return badParam(path, "there is no such member")
}
