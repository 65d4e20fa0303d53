package wiretest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// check sends a case and gives all that is wrong with the answer. What the case saves
// is in the door's Vars afterwards.
func (d Door) check(c Case) (wrong []string) {
	say := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	request := raw(fill(c.head, d.Vars) + "\r\n" + fill(c.body, d.Vars))
	method, _, _ := strings.Cut(strings.TrimLeft(request, "\r\n"), " ")
	a, err := d.send(request, method, c.closes)
	if err != nil {
		return []string{err.Error()}
	}
	if a.statuses != c.status {
		say("status = %s, want %s: %.200q", a.statuses, c.status, a.body)
	}
	for _, w := range c.wants {
		w.value = fill(w.value, d.Vars)
		if got, ok := w.holds(a); !ok {
			say("%s %s = %q, want %q", w.of, w.name, got, w.value)
		}
	}
	wrong = append(wrong, always(method, a)...)
	if method == http.MethodGet && (!c.closes || strings.Contains(request, "HTTP/1.0") || strings.Contains(request, "Connection: close")) {
		for _, w := range d.head(request, c, a) {
			say("by HEAD: %s", w)
		}
	}
	for _, s := range c.saves {
		d.Vars[s[0]] = a.get(s[1])
		if s[1] == "body" {
			d.Vars[s[0]] = strconv.Itoa(len(a.body))
		}
	}
	return wrong
}

// send sends a request on a new connection, and wants that to be afterwards what the
// answer and the case say.
func (d Door) send(request, method string, closes bool) (answer, error) {
	conn, err := dial(d.Addr)
	if err != nil {
		return answer{}, err
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, request); err != nil {
		return answer{}, err
	}
	a, err := conn.read(method)
	switch {
	case err != nil:
		return a, err
	case a.closes() != closes:
		return a, fmt.Errorf("the answer %s says that the connection closes: %v, want %v", a.statuses, a.closes(), closes)
	case closes:
		return a, conn.ended()
	}
	return a, conn.goesOn()
}

// head sends a GET as a HEAD, which must be answered with the same status and headers; but
// there are no ranges.
func (d Door) head(request string, c Case, get answer) (wrong []string) {
	a, err := d.send(strings.Replace(request, "GET ", "HEAD ", 1), http.MethodHead, c.closes)
	if err != nil {
		return []string{err.Error()}
	}
	wrong = always(http.MethodHead, a)
	if get.has("Content-Range") {
		if a.status != http.StatusOK || a.has("Content-Range") {
			wrong = append(wrong, fmt.Sprintf("status = %d, Content-Range %q, want 200 and none", a.status, a.get("Content-Range")))
		}
		return wrong
	}
	if a.statuses != get.statuses {
		wrong = append(wrong, fmt.Sprintf("status = %s, want %s", a.statuses, get.statuses))
	}
	if got, want := a.comparable(), get.comparable(); !slices.Equal(got, want) {
		wrong = append(wrong, fmt.Sprintf("headers = %q, want %q", got, want))
	}
	return wrong
}

// comparable are the headers that two answers to one request share.
func (a answer) comparable() (lines []string) {
	for _, f := range a.header {
		switch f.name {
		case "Date":
		case "X-Request-Id", "Server-Timing":
			lines = append(lines, f.name)
		default:
			lines = append(lines, f.name+": "+f.value)
		}
	}
	slices.Sort(lines)
	return lines
}

// holds tells whether an answer is as one line wants it, and what it is.
func (w want) holds(a answer) (got string, ok bool) {
	switch w.of {
	case "header":
		got = a.get(w.name)
		ok = got == w.value && a.has(w.name)
	case "absent":
		got = a.get(w.name)
		ok = !a.has(w.name)
	case "body":
		text, isText := strings.CutPrefix(w.value, "= ")
		if isText {
			return string(a.body), string(a.body) == text
		}
		got = strconv.Itoa(len(a.body))
		ok = got == w.value
	case "json":
		var members map[string]any
		if err := json.Unmarshal(a.body, &members); err != nil {
			return err.Error(), false
		}
		got = fmt.Sprint(members[w.name])
		ok = got == w.value
	}
	if w.pattern {
		ok, _ = regexp.MatchString(`^(?:`+w.value+`)$`, got)
	}
	return got, ok
}
