package wiretest

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// File is the cases of one file, in order.
type File struct {
	Name  string
	Cases []Case
}

// Case is a request and what its answer must be, as written: names in braces stand yet.
type Case struct {
	Name, Door string
	Line       int // of the file
	head, body string
	status     string
	wants      []want
	closes     bool
	saves      [][2]string // a name, and the header that it is for
}

// want is one line about an answer.
type want struct {
	of      string // header, absent, body or json
	name    string
	value   string
	pattern bool
}

// Read reads all files of a folder.
func Read(dir string) ([]File, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.txt"))
	if err != nil || len(paths) == 0 {
		return nil, fmt.Errorf("no cases in %s: %v", dir, err)
	}
	var files []File
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		f, err := parse(filepath.Base(path), string(text))
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	return files, nil
}

func parse(name, text string) (File, error) {
	f, door, n := File{Name: name}, "open", 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimRight(line, "\r\n")
		kind, rest, _ := strings.Cut(line, " ")
		switch {
		case line == "" || strings.HasPrefix(kind, "#"):
		case kind == "@":
			door = rest
		case kind == "==":
			f.Cases = append(f.Cases, Case{Name: rest, Door: door, Line: n})
		case len(f.Cases) == 0 || !f.Cases[len(f.Cases)-1].add(kind, rest):
			return f, fmt.Errorf("%s:%d: %q is no line of a case", name, n, line)
		}
	}
	for _, c := range f.Cases {
		if c.head == "" || c.status == "" {
			return f, fmt.Errorf("%s:%d: %s has no request or no status", name, c.Line, c.Name)
		}
	}
	return f, nil
}

// add takes one line of a case, and tells whether it is one.
func (c *Case) add(kind, rest string) bool {
	switch kind {
	case ">":
		if c.head == "" && !strings.Contains(rest, "HTTP/") {
			rest += " HTTP/1.1\r\nHost: images.test"
		}
		c.head += rest + "\r\n"
	case "+":
		c.body += rest
	case "<":
		return c.answer(rest)
	case "body":
		c.wants = append(c.wants, want{of: "body", value: rest})
	case "json":
		name, value, _ := strings.Cut(rest, " ")
		c.wants = append(c.wants, matching(want{of: "json", name: name, value: value}))
	case "closes":
		c.closes = true
	case "=":
		name, header, ok := strings.Cut(rest, " ")
		c.saves = append(c.saves, [2]string{name, header})
		return ok
	default:
		return false
	}
	return true
}

// answer takes a line about the status or a header.
func (c *Case) answer(line string) bool {
	if name, ok := strings.CutPrefix(line, "!"); ok {
		c.wants = append(c.wants, want{of: "absent", name: name})
		return true
	}
	if strings.Trim(line, "0123456789 ") == "" {
		c.status = line
		return true
	}
	name, value, ok := strings.Cut(line, " ")
	if header, equal := strings.CutSuffix(name, ":"); equal {
		c.wants = append(c.wants, want{of: "header", name: header, value: value})
		return ok
	}
	w := matching(want{of: "header", name: name, value: value})
	c.wants = append(c.wants, w)
	return w.pattern
}

func matching(w want) want {
	w.value, w.pattern = strings.CutPrefix(w.value, "~ ")
	return w
}

var (
	braces  = regexp.MustCompile(`\{([a-z][a-z0-9-]*)(?: ([0-9]+))?\}`)
	escapes = regexp.MustCompile(`\\(r|n|t|x[0-9a-f]{2})`)
)

// fill puts in what names in braces stand for. An unknown one is left, and shows.
func fill(text string, vars map[string]string) string {
	return braces.ReplaceAllStringFunc(text, func(found string) string {
		m := braces.FindStringSubmatch(found)
		if n, err := strconv.Atoi(m[2]); err == nil {
			return strings.Repeat(m[1], n)
		}
		if value, ok := vars[m[1]]; ok {
			return value
		}
		return found
	})
}

// raw puts in the bytes that escapes stand for.
func raw(text string) string {
	return escapes.ReplaceAllStringFunc(text, func(found string) string {
		s, err := strconv.Unquote(`"` + found + `"`)
		if err != nil {
			panic(err) // the pattern lets nothing else by
		}
		return s
	})
}
