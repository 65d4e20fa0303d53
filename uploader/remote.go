package uploader

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path"

	"lightwell/origin/problem"
	"lightwell/uploader/fetch"
)

// fetchInto brings the image of a URL to a temporary file. The error is a Problem
// below 500 where it would be the same the next time.
func (im *ImageWork) fetchInto(ctx context.Context, t *task) (*received, error) {
	body, err := im.Client.Get(ctx, t.URL)
	if err != nil {
		return nil, fetchFailed(err)
	}
	defer body.Close()
	got := &received{arrival: arrival{body: fetched{body}}}
	if err := im.spool(got); err != nil {
		got.close()
		return nil, err
	}
	t.Hash, t.Bytes = got.hash, got.bytes
	return got, nil
}

// nameIn is the file's name at the end of a URL.
func nameIn(address string) string {
	at, err := url.Parse(address)
	if err != nil {
		return ""
	}
	if base := path.Base(at.Path); base != "." && base != "/" {
		return clip(base)
	}
	return ""
}

// fetched is a body whose errors are the other server's.
type fetched struct{ io.Reader }

func (f fetched) Read(p []byte) (int, error) {
	n, err := f.Reader.Read(p)
	if err != nil && err != io.EOF {
		err = fetchFailed(fmt.Errorf("%w: the image breaks off", fetch.ErrUnreachable))
	}
	return n, err
}

func fetchFailed(err error) error {
	status := http.StatusUnprocessableEntity
	switch {
	case errors.Is(err, context.Canceled):
		return err
	case errors.Is(err, fetch.ErrUnreachable):
		status = http.StatusBadGateway
	}
	p := problem.New(status, fmt.Sprintf("The image cannot be fetched: %v.", err))
	p.Param = "url"
	return fmt.Errorf("%w: %w", p, err)
}
