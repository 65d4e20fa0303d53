package uploader

import (
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"strings"

	"lightwell/origin/problem"
)

const (
	maxField     = 64 << 10  // bytes of a form field
	formOverhead = 128 << 10 // bytes of a form beside its files: they are held in memory
	partOverhead = 1 << 10   // and for each file, of its headers
)

// readForm takes the files of a multipart form; fields may come before, between and
// after them.
func (u *Uploader) readForm(r *http.Request, in *intake) error {
	if r.ContentLength > u.BulkBytes+formOverhead {
		return u.tooMuch()
	}
	form, body, err := openForm(r)
	if err != nil {
		return err
	}
	if err := u.readParts(form, body, in); err != nil {
		return err
	}
	if err := u.skipRest(body); err != nil {
		return err
	}
	if in.count == 0 {
		return bad("file", "The form has no file.")
	}
	return nil
}

// openForm begins to read a form.
func openForm(r *http.Request) (*multipart.Reader, *formBody, error) {
	body := &formBody{Reader: r.Body, left: formOverhead}
	// A form that is cut off among a part's headers looks like one at its end, unless
	// an empty line follows and makes it one that is cut off in a part.
	r.Body = io.NopCloser(io.MultiReader(body, strings.NewReader("\r\n\r\n")))
	form, err := r.MultipartReader()
	if err != nil {
		return nil, nil, problem.New(http.StatusBadRequest, "The multipart form is malformed: "+err.Error()+".")
	}
	return form, body, nil
}

// skipRest reads what follows a form: it is for nobody, but it must end.
func (u *Uploader) skipRest(body *formBody) error {
	if _, err := io.Copy(io.Discard, body); err != nil {
		return u.formError(err, body)
	}
	return nil
}

// readParts reads a form to its end.
func (u *Uploader) readParts(form *multipart.Reader, body *formBody, in *intake) error {
	for {
		part, err := form.NextRawPart()
		switch {
		case err == io.EOF: // a wrapped one is a form without an end
			return nil
		case err != nil:
			return u.formError(err, body)
		case part.FileName() == "" && part.FormName() != "file":
			err = u.readField(part, in.opts)
		default:
			err = u.readFile(part, body, in)
		}
		if err != nil {
			return err
		}
	}
}

// readFile takes in a file; what it is too large by is skipped.
func (u *Uploader) readFile(part *multipart.Part, body *formBody, in *intake) error {
	before := in.bytes
	body.left += u.MaxBytes + partOverhead
	if err := in.add(arrival{name: clip(part.FileName()), body: part}); err != nil {
		return err
	}
	took := in.bytes - before
	body.left -= max(0, u.MaxBytes-took)
	if took <= u.MaxBytes {
		return nil
	}
	left := u.BulkBytes - in.bytes
	body.left += left + 1
	skipped, err := io.Copy(io.Discard, io.LimitReader(part, left+1))
	body.left -= left + 1 - skipped
	in.bytes += skipped
	switch {
	case err != nil:
		return u.formError(err, body)
	case skipped > left:
		return u.tooMuch()
	}
	return nil
}

// formBody bounds the bytes of a form, and remembers why they could not be read:
// what parses a part's headers may say only that they are malformed.
type formBody struct {
	io.Reader
	left  int64
	fault error
}

func (b *formBody) Read(p []byte) (int, error) {
	if b.left < 0 {
		b.fault = problem.New(http.StatusRequestEntityTooLarge, fmt.Sprintf("A form may have at most %d bytes beside its files.", formOverhead))
		return 0, b.fault
	}
	n, err := b.Reader.Read(p)
	b.left -= int64(n)
	if err != nil && err != io.EOF {
		b.fault = err
	}
	return n, err
}

func (u *Uploader) formError(err error, body *formBody) error {
	return u.bodyError(errors.Join(err, body.fault), "The multipart form is malformed or ends in the middle.")
}

func (u *Uploader) readField(part *multipart.Part, opts *options) error {
	value, err := u.fieldValue(part)
	if err != nil {
		return err
	}
	return opts.set(part.FormName(), value)
}

// fieldValue reads a field of a form.
func (u *Uploader) fieldValue(part *multipart.Part) (string, error) {
	value, err := io.ReadAll(io.LimitReader(part, maxField+1))
	if err != nil {
		return "", u.bodyError(err, "The multipart form is malformed or ends in the middle.")
	}
	if len(value) > maxField {
		return "", bad(part.FormName(), "The field has more than %d bytes.", maxField)
	}
	return string(value), nil
}
