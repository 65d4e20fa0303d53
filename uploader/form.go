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
	formOverhead = 128 << 10 // bytes of a form beside its file: they are held in memory
)

// receiveForm takes the one file of a multipart form; fields may come before and
// after it.
func (u *Uploader) receiveForm(r *http.Request, opts options) (*received, error) {
	if r.ContentLength > u.MaxBytes+formOverhead {
		return nil, u.tooLarge()
	}
	body := &formBody{Reader: r.Body, left: formOverhead}
	// A form that is cut off among a part's headers looks like one at its end, unless
	// an empty line follows and makes it one that is cut off in a part.
	r.Body = io.NopCloser(io.MultiReader(body, strings.NewReader("\r\n\r\n")))
	form, err := r.MultipartReader()
	if err != nil {
		return nil, problem.New(http.StatusBadRequest, "The multipart form is malformed: "+err.Error()+".")
	}
	got, err := u.receiveParts(form, body, &opts)
	if err == nil {
		// What follows the form is for nobody, but it must end.
		if _, err = io.Copy(io.Discard, body); err != nil {
			err = u.formError(err, body)
		}
	}
	switch {
	case err == nil && got == nil:
		return nil, bad("file", "The form has no file.")
	case err != nil && got != nil:
		got.file.Close()
		return nil, err
	case err == nil:
		got.opts = opts
	}
	return got, err
}

// receiveParts reads a form to its end. The file may be there even when there is an
// error.
func (u *Uploader) receiveParts(form *multipart.Reader, body *formBody, opts *options) (*received, error) {
	var got *received
	for {
		part, err := form.NextRawPart()
		switch {
		case err == io.EOF: // a wrapped one is a form without an end
			return got, nil
		case err != nil:
			return got, u.formError(err, body)
		case part.FileName() == "" && part.FormName() != "file":
			if err := u.readField(part, opts); err != nil {
				return got, err
			}
			continue
		case got != nil:
			return got, bad("file", "Several files in one form are not built yet in this version of Lightwell: send them one by one.")
		}
		if opts.name == "" {
			opts.name = clip(part.FileName())
		}
		body.left += u.MaxBytes
		if got, err = u.spool(part, *opts); err != nil {
			return nil, err
		}
		body.left -= u.MaxBytes - got.bytes
	}
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
		b.fault = problem.New(http.StatusRequestEntityTooLarge, fmt.Sprintf("A form may have at most %d bytes beside its file.", formOverhead))
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
	value, err := io.ReadAll(io.LimitReader(part, maxField+1))
	if err != nil {
		return u.bodyError(err, "The multipart form is malformed or ends in the middle.")
	}
	if len(value) > maxField {
		return bad(part.FormName(), "The field has more than %d bytes.", maxField)
	}
	return opts.set(part.FormName(), string(value))
}
