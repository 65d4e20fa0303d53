package problem_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"strings"
	"testing"

	"lightwell/origin/library"
	"lightwell/origin/problem"
	"lightwell/origin/store"
	"lightwell/transform"
)

func TestFrom(t *testing.T) {
	secret := errors.New("/var/lib/secret")
	const (
		bland    = "Something went wrong here."
		archived = "The original is in an archive class of the store, and must be restored there first."
	)
	for _, tt := range []struct {
		err    error
		status int
		retry  int
		param  string
		detail string
	}{
		{errors.New("what nobody knows"), 500, 0, "", bland},
		{context.Canceled, 408, 0, "", "The client left."},
		{context.DeadlineExceeded, 504, 0, "", "Making this image took longer than is allowed."},
		{library.ErrDeleted, 410, 0, "", "This image has been deleted."},
		{fs.ErrNotExist, 404, 0, "", "There is no such image."},
		{library.ErrUnavailable, 503, 5, "", "The store does not answer. Nothing is lost; try again."},
		{store.ErrArchived, 503, 3600, "", archived},
		{library.ErrCursor, 400, 0, "", "The cursor is not one that a page gave out."},
		{store.ErrFull, 507, 0, "", "There is no room left to store this."},
		{transform.ErrFormat, 415, 0, "", "The format is not accepted."},
		{transform.ErrLimit, 413, 0, "", "The image is over a limit."},
		{transform.ErrUndecodable, 422, 0, "", "The image cannot be decoded."},
		{transform.ErrBusy, 503, 1, "", "Too many images are being made at the moment."},
		{transform.ErrDeadline, 504, 0, "", "Making this image took longer than is allowed."},
		{transform.ErrMemory, 500, 0, "", "Making this image took more memory than is allowed."},
		{transform.ErrCrash, 503, 1, "", "What makes images ended while it made this one, twice. Try again."},
		{&transform.ParamError{Param: "w", Reason: "too wide"}, 400, 0, "w", "w: too wide"},
		{problem.New(409, "Twice."), 409, 0, "", "Twice."},
		{problem.Problem{Status: 400, Param: "x", Detail: "No.", RetryAfter: 9}, 400, 9, "x", "No."},

		// Of what is said before the kind strangers learn nothing.
		{fmt.Errorf("%w: 5 frames, and 3 are allowed", transform.ErrLimit), 413, 0, "", "The image is over a limit: 5 frames, and 3 are allowed."},
		{fmt.Errorf("%w: premature end", transform.ErrUndecodable), 422, 0, "", "The image cannot be decoded: premature end."},

		// The one that matters more decides.
		{fmt.Errorf("%w: %w", library.ErrUnavailable, fs.ErrNotExist), 503, 5, "", "The store does not answer. Nothing is lost; try again."},
		{fmt.Errorf("%w: %w", fs.ErrNotExist, library.ErrUnavailable), 503, 5, "", "The store does not answer. Nothing is lost; try again."},
		{fmt.Errorf("%w: %w", library.ErrUnavailable, store.ErrArchived), 503, 3600, "", archived},
		{fmt.Errorf("%w: %w", library.ErrUnavailable, store.ErrFull), 507, 0, "", "There is no room left to store this."},
		{errors.Join(fs.ErrNotExist, library.ErrDeleted), 410, 0, "", "This image has been deleted."},
		{fmt.Errorf("%w: %w", problem.New(422, "Odd."), transform.ErrCrash), 422, 0, "", "Odd."},
	} {
		for _, err := range []error{tt.err, fmt.Errorf("open %w: %v", tt.err, "."), fmt.Errorf("%v: %w", secret, tt.err), errors.Join(secret, tt.err)} {
			got := problem.From(err)
			if got.Status != tt.status || got.RetryAfter != tt.retry || got.Param != tt.param {
				t.Errorf("From(%v) = %+v, want status %d, retry %d, param %q", err, got, tt.status, tt.retry, tt.param)
			}
			if !strings.HasPrefix(got.Detail, strings.TrimSuffix(tt.detail, ".")) || strings.Contains(got.Detail, "secret") {
				t.Errorf("From(%v): detail %q, want %q", err, got.Detail, tt.detail)
			}
		}
		if got := problem.From(tt.err).Detail; got != tt.detail {
			t.Errorf("From(%v): detail %q, want %q", tt.err, got, tt.detail)
		}
	}
}

// The document is RFC 9457's: about:blank goes with the status's own words as the title.
func TestJSON(t *testing.T) {
	withParam := problem.New(400, "w: 1 < 2 & \"so\"")
	withParam.Param = "w\xff\r\n"
	withParam.RetryAfter = 5
	for _, tt := range []struct {
		p    problem.Problem
		want string
	}{
		{problem.New(404, "There is no such image."), `{"type":"about:blank","title":"Not Found","status":404,"detail":"There is no such image."}` + "\n"},
		{problem.New(503, ""), `{"type":"about:blank","title":"Service Unavailable","status":503}` + "\n"},
		{withParam, `{"type":"about:blank","title":"Bad Request","status":400,"detail":"w: 1 \u003c 2 \u0026 \"so\"","param":"w\ufffd\r\n"}` + "\n"},
	} {
		got := tt.p.JSON()
		if string(got) != tt.want {
			t.Errorf("JSON(%+v) = %s, want %s", tt.p, got, tt.want)
		}
		var back map[string]any
		if err := json.Unmarshal(got, &back); err != nil || back["title"] != http.StatusText(tt.p.Status) {
			t.Errorf("JSON(%+v) reads back as %v, %v", tt.p, back, err)
		}
	}
}

func TestProblemIsError(t *testing.T) {
	p := problem.New(400, "No.")
	if got := error(p).Error(); got != "No." {
		t.Errorf("Error() = %q, want No.", got)
	}
	if got := problem.From(fmt.Errorf("outer: %w", p)); got != p {
		t.Errorf("From(wrapped) = %+v, want %+v", got, p)
	}
}
