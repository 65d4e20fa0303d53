package uploader

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"mime/multipart"
	"net/http"
	"time"

	"lightwell/origin/problem"
	"lightwell/origin/store"
)

// ownSigned is a request that brings an upload here, where there is no bucket.
func (u *Uploader) ownSigned(base, id, signature string, want wish) store.Presigned {
	p := store.Presigned{Method: want.method, URL: base + "/upload/" + id + "/content", Expires: time.Now().UTC().Truncate(time.Second).Add(u.PresignLife)}
	if want.method == http.MethodPut {
		p.URL += "?" + signatureParam + "=" + signature
		p.Headers = map[string]string{"Content-Type": want.ContentType}
		return p
	}
	p.Fields = map[string]string{signatureParam: signature}
	if want.ContentType != "" {
		p.Fields["Content-Type"] = want.ContentType
	}
	return p
}

// content is PUT and POST /upload/{id}/content: what a bucket is, where there is none. It holds whoever brings
// an image to what was announced, and keeps the bytes for the upload to be completed.
func (u *Uploader) content(w http.ResponseWriter, r *http.Request, id string) error {
	in, err := u.open(r, id)
	if err == nil {
		err = u.bring(w, r, id, in)
	}
	if err != nil {
		dismiss(w)
		return err
	}
	status := http.StatusOK
	if r.Method == http.MethodPost {
		status = http.StatusNoContent // as buckets answer
	}
	w.WriteHeader(status)
	return nil
}

// open is an upload that still may be brought.
func (u *Uploader) open(r *http.Request, id string) (incoming, error) {
	known, err := u.known(r.Context(), id)
	if known {
		err = problem.New(http.StatusConflict, "The upload is completed: it cannot be replaced.")
	}
	if err != nil {
		return incoming{}, err
	}
	in, err := u.begun(r.Context(), id)
	switch {
	case errors.Is(err, fs.ErrNotExist), err == nil && in.Parts:
		err = noUpload(id)
	case err == nil && !time.Now().Before(in.Expires):
		err = problem.New(http.StatusForbidden, "The upload has expired.")
	}
	return in, err
}

// bring takes in the bytes of an upload.
func (u *Uploader) bring(w http.ResponseWriter, r *http.Request, id string, in incoming) error {
	got := &received{}
	defer func() { got.close() }()
	var err error
	if r.Method == http.MethodPut {
		err = u.readContent(w, r, in, got)
	} else {
		err = u.readContentForm(r, in, got)
	}
	if err != nil {
		return err
	}
	if _, err := got.file.Seek(0, 0); err != nil {
		return err
	}
	return u.Incoming.Bring(r.Context(), id, got.file, got.bytes)
}

// readContent reads the body of a PUT.
func (u *Uploader) readContent(w http.ResponseWriter, r *http.Request, in incoming, got *received) error {
	if !in.opens(r.URL.Query().Get(signatureParam)) {
		return wrongSignature
	}
	if err := in.admits(r.Header.Get("Content-Type")); err != nil {
		return err
	}
	switch {
	case r.ContentLength > u.MaxBytes:
		return u.tooLarge()
	case r.ContentLength >= 0 && r.ContentLength != in.Bytes:
		return sizeError(r.ContentLength, in)
	}
	got.body = http.MaxBytesReader(w, r.Body, u.MaxBytes)
	return u.receiveContent(in, got)
}

// readContentForm reads a form: its fields, and a file, which is the last.
func (u *Uploader) readContentForm(r *http.Request, in incoming, got *received) error {
	form, body, err := openForm(r)
	if err != nil {
		return err
	}
	fields, part, err := u.contentFields(form, body)
	if err != nil {
		return err
	}
	if !in.opens(fields[signatureParam]) {
		return wrongSignature
	}
	if err := in.admits(fields["Content-Type"]); err != nil {
		return err
	}
	body.left += u.MaxBytes + partOverhead
	got.body = part
	if err := u.receiveContent(in, got); err != nil {
		return err
	}
	switch _, err := form.NextRawPart(); err {
	case io.EOF: // a wrapped one is a form without an end
		return u.skipRest(body)
	case nil:
		return bad("file", "Something follows the file, which has to be the last of the form.")
	default:
		return u.formError(err, body)
	}
}

// contentFields reads a form as far as its file. Buckets refuse fields that were not signed, too.
func (u *Uploader) contentFields(form *multipart.Reader, body *formBody) (fields map[string]string, file *multipart.Part, err error) {
	fields = map[string]string{}
	for {
		part, err := form.NextRawPart()
		if err != nil {
			return nil, nil, u.formError(err, body)
		}
		name := part.FormName()
		if name == "file" {
			return fields, part, nil
		}
		if _, twice := fields[name]; twice || name != signatureParam && name != "Content-Type" {
			return nil, nil, bad(name, "The form has signature and Content-Type, each once, and then the file; not %.80q, or not again.", name)
		}
		if fields[name], err = u.fieldValue(part); err != nil {
			return nil, nil, err
		}
	}
}

// receiveContent reads an image to a temporary file, and compares it with what was announced.
func (u *Uploader) receiveContent(in incoming, got *received) (err error) {
	if got.file, err = u.TempFile(); err != nil {
		return full(err)
	}
	if err := u.copyTo(got, got.body); err != nil {
		return err
	}
	switch {
	case got.bytes == 0:
		return bad("file", "The upload is empty.")
	case in.Bytes != 0 && got.bytes != in.Bytes:
		return sizeError(got.bytes, in)
	case in.SHA256 != "" && got.hash != in.SHA256:
		return bad("sha256", "The upload has the SHA-256 %s; %s was announced.", got.hash, in.SHA256)
	}
	return nil
}

func sizeError(n int64, in incoming) problem.Problem {
	p := problem.New(http.StatusBadRequest, fmt.Sprintf("The upload has %d bytes; %d were announced.", n, in.Bytes))
	if n > in.Bytes {
		p = problem.New(http.StatusRequestEntityTooLarge, p.Detail)
	}
	p.Param = "bytes"
	return p
}

// admits refuses a type that was not announced.
func (t terms) admits(contentType string) error {
	got, _, err := mime.ParseMediaType(contentType)
	if err == nil && (got == t.ContentType || t.ContentType == "" && imageType.MatchString(got)) {
		return nil
	}
	if t.ContentType == "" {
		return problem.New(http.StatusForbidden, fmt.Sprintf("The Content-Type is %.80q, and not that of an image.", contentType))
	}
	return problem.New(http.StatusForbidden, fmt.Sprintf("The Content-Type is %.80q; %s was announced.", contentType, t.ContentType))
}
