package uploader_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

const formType = "multipart/form-data; boundary=b"

// part is one part of a form; its headers are given whole.
func part(headers, body string) string { return "--b\r\n" + headers + "\r\n\r\n" + body + "\r\n" }

func field(name, value string) string {
	return part(fmt.Sprintf("Content-Disposition: form-data; name=%q", name), value)
}

func file(filename, body string) string {
	return part(fmt.Sprintf("Content-Disposition: form-data; name=\"file\"; filename=%q\r\nContent-Type: image/x", filename), body)
}

const end = "--b--\r\n"

func TestForms(t *testing.T) {
	for _, tt := range []struct {
		name, body string
		wantName   string
		wantTags   []string
	}{
		{"file alone", file("x.jpg", jpeg) + end, "x.jpg", nil},
		{"fields before", field("name", "n.jpg") + field("tags", "a,b") + file("x.jpg", jpeg) + end, "n.jpg", []string{"a", "b"}},
		{"fields after", file("x.jpg", jpeg) + field("tags", "a,b") + field("name", "n.jpg") + end, "n.jpg", []string{"a", "b"}},
		{"fields around", field("tags", "a") + file("x.jpg", jpeg) + field("tags", "b") + end, "x.jpg", []string{"a", "b"}},
		{"empty name", field("name", "") + file("x.jpg", jpeg) + end, "x.jpg", nil},
		{"part of another name", part(`Content-Disposition: form-data; name="photo"; filename="y.jpg"`, jpeg) + end, "y.jpg", nil},
		{"part without a filename", part(`Content-Disposition: form-data; name="file"`, jpeg) + end, "", nil},
		{"folders", file("/etc/passwd.jpg", jpeg) + end, "passwd.jpg", nil},
		{"long filename", file(strings.Repeat("é", 200), jpeg) + end, strings.Repeat("é", 127), nil},
		{"coding that is not undone", part("Content-Disposition: form-data; name=\"file\"; filename=\"q.jpg\"\r\nContent-Transfer-Encoding: quoted-printable", jpeg) + end, "q.jpg", nil},
		{"preamble and epilogue", "hello\r\n" + file("x.jpg", jpeg) + end + "more", "x.jpg", nil},
		{"largest field", file("x.jpg", jpeg) + field("tags", strings.Repeat(",", 64<<10)) + end, "x.jpg", nil},
	} {
		d := openDoor(t)
		c := completed(t, tt.name, d.post(formType, tt.body))
		if c.Name != tt.wantName || !slices.Equal(c.Tags, tt.wantTags) {
			t.Errorf("%s: name %q, tags %q, want %q, %q", tt.name, c.Name, c.Tags, tt.wantName, tt.wantTags)
		}
		for _, kept := range originals(t, d.store) {
			if string(kept) != jpeg {
				t.Errorf("%s: the original is %q, want %q", tt.name, kept, jpeg)
			}
		}
	}
}

func TestRefusedForms(t *testing.T) {
	whole := field("name", "n") + file("x.jpg", jpeg) + field("tags", "a") + end
	d := openDoor(t)
	for _, tt := range []struct {
		name, contentType, body string
		status                  int
		param                   string
	}{
		{"no file", formType, field("name", "n") + end, 400, "file"},
		{"nothing", formType, end, 400, "file"},
		{"empty body", formType, "", 400, ""},
		{"two files, neither an image", formType, file("x.jpg", "<html>") + file("y.jpg", "text") + end, 415, ""},
		{"two files, both empty", formType, file("x.jpg", "") + file("y.jpg", "") + end, 400, "file"},
		{"two files, and then nonsense", formType, file("x.jpg", jpeg) + file("y.jpg", png) + "--b\r\nno", 400, ""},
		{"two files, and then a bad field", formType, file("x.jpg", jpeg) + file("y.jpg", png) + field("colour", "red") + end, 400, "colour"},
		{"too many files", formType, strings.Repeat(file("x.jpg", jpeg), bulkItems+1) + end, 413, ""},
		{"ten thousand empty files", formType, strings.Repeat(file("", ""), 10_000) + end, 413, ""},
		{"too many bytes", formType, strings.Repeat(file("x.jpg", jpeg+strings.Repeat("x", maxBytes-100)), 21) + end, 413, ""},
		{"too many bytes of one file", formType, file("x.jpg", jpeg+strings.Repeat("x", bulkBytes)) + end, 413, ""},
		{"final boundary at once", formType, "--b--", 400, "file"},
		{"two boundaries", formType, file("x.jpg", jpeg) + "--b\r\n" + end, 400, ""},
		{"empty file", formType, file("", "") + end, 400, "file"},
		{"no image", formType, file("x.jpg", "<html>") + end, 415, ""},
		{"format switched off", formType, file("x.jpg", webp) + end, 415, ""},
		{"unknown field before", formType, field("colour", "red") + file("x.jpg", jpeg) + end, 400, "colour"},
		{"unknown field after", formType, file("x.jpg", jpeg) + field("colour", "red") + end, 400, "colour"},
		{"nameless field", formType, part("Content-Disposition: form-data", "x") + end, 400, ""},
		{"part without a disposition", formType, part("X: y", "x") + end, 400, ""},
		{"bad name after", formType, file("x.jpg", jpeg) + field("name", "\xff") + end, 400, "name"},
		{"instructions", formType, file("x.jpg", jpeg) + field("instructions", "{}") + end, 400, "instructions"},
		{"huge field", formType, field("name", strings.Repeat("x", 64<<10+1)) + file("x.jpg", jpeg) + end, 400, "name"},
		{"huge field after", formType, file("x.jpg", jpeg) + field("tags", strings.Repeat(",", 64<<10+1)) + end, 400, "tags"},
		{"file over the limit", formType, file("x.jpg", jpeg+strings.Repeat("x", maxBytes)) + end, 413, ""},
		{"fields over the limit", formType, file("x.jpg", jpeg) + strings.Repeat(field("tags", strings.Repeat(",", 60<<10)), 20) + end, 413, ""},
		{"preamble over the limit", formType, strings.Repeat("x\r\n", 1<<20) + whole, 413, ""},
		{"another boundary", formType, strings.ReplaceAll(whole, "--b", "--c"), 400, ""},
		{"no boundary", "multipart/form-data", whole, 400, ""},
		{"empty boundary", `multipart/form-data; boundary=""`, whole, 400, ""},
		{"headers without an end", formType, "--b\r\nContent-Disposition: form-data; name=\"file\"", 400, ""},
		{"malformed headers", formType, part("nonsense", jpeg) + end, 400, ""},
		{"huge headers", formType, part("X: "+strings.Repeat("y", 1<<20), jpeg) + end, 413, ""},
		{"many headers", formType, part(strings.Repeat("X: y\r\n", 20_000)+"Z: y", jpeg) + end, 400, ""},
		{"ends in the file", formType, "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x\"\r\n\r\n" + jpeg, 400, ""},
		{"ends in a field", formType, file("x.jpg", jpeg) + "--b\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nabc", 400, ""},
		{"ends after the file", formType, file("x.jpg", jpeg), 400, ""},
	} {
		for _, framing := range []string{"length", "chunks"} {
			what := tt.name + " by " + framing
			got := d.frame(framing, tt.contentType, tt.body)
			wantProblem(t, what, got, tt.status, tt.param, nil)
			d.nothingKept(what)
		}
	}
}

// frame posts a body with its length announced, or in chunks without.
func (d *door) frame(framing, contentType, body string) response {
	d.t.Helper()
	if framing == "length" {
		return d.post(contentType, body)
	}
	chunked := ""
	for chunk := range slices.Chunk([]byte(body), 50_000) {
		chunked += fmt.Sprintf("%x\r\n%s\r\n", len(chunk), chunk)
	}
	return d.post(contentType, chunked+"0\r\n\r\n", "Transfer-Encoding: chunked")
}

// A form may end anywhere but at its end.
func TestTruncatedForms(t *testing.T) {
	whole := field("name", "n") + file("x.jpg", jpeg) + field("tags", "a") + "--b--"
	d := openDoor(t)
	for i := range len(whole) {
		got := d.post(formType, whole[:i])
		if got.status != 400 {
			t.Errorf("POST of %q = %d %s, want 400", whole[:i], got.status, got.body)
		}
	}
	d.nothingKept("truncated forms")
	completed(t, "POST of all", d.post(formType, whole))
}
