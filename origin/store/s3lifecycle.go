package store

import (
	"bytes"
	"context"
	"crypto/md5"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/minio/minio-go/v7"
)

// ErrNoLifecycle is the error of a server that has no lifecycle rules, or does not take those that it is given,
// or not from whoever has these keys. Trying again does not help.
var ErrNoLifecycle = errors.New("refused")

const (
	// mostRules is more than the bytes of a thousand rules, which is as many as Amazon allows.
	mostRules = 4 << 20
	// rulesLife is how long a request for rules may be under way; clocks may differ by as much.
	rulesLife = 15 * time.Minute
	// rulesPause is before the second try; it doubles each time.
	rulesPause = 100 * time.Millisecond
	// minimumHeader comes and goes with the rules: which sizes are moved to other classes where a rule does
	// not say. Without it that would be set back.
	minimumHeader = "X-Amz-Transition-Default-Minimum-Object-Size"
)

// KeepRules makes the bucket's lifecycle rules for this store those that are given: what is missing is added, what
// is different replaced, and what was set by an earlier call and is not among them any more is removed.
// The rules of others stay as they are. It tells whether anything was changed; if not, nothing is written. The
// error may wrap ErrNoLifecycle.
//
// S3 has no way to do that in one step: of two who change rules of one bucket in the same moment, one may
// undo what the other did, until that one calls it again.
func (s *S3) KeepRules(ctx context.Context, rules []LifecycleRule) (changed bool, err error) {
	want := make([]ruleXML, len(rules))
	for i, r := range rules {
		if err := r.check(); err != nil {
			return false, err
		}
		want[i] = r.xml(s.o.Prefix)
	}
	has, header, err := s.rules(ctx)
	if err != nil {
		return false, fmt.Errorf("read the bucket's lifecycle rules: %w", err)
	}
	all, changed := mergeRules(has, ruleOwner(s.o.Prefix), want)
	if !changed {
		return false, nil
	}
	if err := s.setRules(ctx, all, header.Get(minimumHeader)); err != nil {
		return false, fmt.Errorf("set the bucket's lifecycle rules: %w", err)
	}
	return true, nil
}

// rules are those of the bucket.
func (s *S3) rules(ctx context.Context) ([]foundRule, http.Header, error) {
	body, header, err := s.askRules(ctx, http.MethodGet, nil, nil)
	if answerOf(err).Code == "NoSuchLifecycleConfiguration" {
		return nil, http.Header{}, nil
	}
	if err != nil {
		return nil, nil, err
	}
	found, err := parseRules(body)
	if err != nil { // a server that takes it for a listing, perhaps
		return nil, nil, fmt.Errorf("%w: %w", ErrNoLifecycle, err)
	}
	return found, header, nil
}

func (s *S3) setRules(ctx context.Context, rules []string, minimum string) error {
	if len(rules) == 0 { // of which S3 takes no list
		_, _, err := s.askRules(ctx, http.MethodDelete, nil, nil)
		return err
	}
	body := rulesBody(rules)
	sum := md5.Sum(body) // which S3 asks for here
	header := http.Header{"Content-Md5": {base64.StdEncoding.EncodeToString(sum[:])}}
	if minimum != "" {
		header.Set(minimumHeader, minimum)
	}
	_, _, err := s.askRules(ctx, http.MethodPut, header, body)
	return err
}

// askRules makes a request for the bucket's rules, again where the server does not answer or is busy. The client
// has calls of its own for that, which lose what they do not know of a rule.
func (s *S3) askRules(ctx context.Context, method string, header http.Header, body []byte) ([]byte, http.Header, error) {
	for try := 1; ; try++ {
		answer, got, err := s.askRulesOnce(ctx, method, header, body)
		if err == nil || ctx.Err() != nil {
			return answer, got, err
		}
		if !passing(answerOf(err).StatusCode) {
			return nil, nil, fmt.Errorf("%w: %w", ErrNoLifecycle, err)
		}
		if try >= s.o.Tries {
			return nil, nil, err
		}
		select {
		case <-time.After(jittered(rulesPause << (try - 1))):
		case <-ctx.Done():
			return nil, nil, ctx.Err()
		}
	}
}

// passing tells whether another try may be answered otherwise than with a status, which is 0 for no answer.
func passing(status int) bool {
	switch status {
	case http.StatusTooManyRequests, http.StatusConflict, http.StatusRequestTimeout:
		return true
	}
	return status == 0 || status >= 500 && status != http.StatusNotImplemented
}

func (s *S3) askRulesOnce(ctx context.Context, method string, header http.Header, body []byte) ([]byte, http.Header, error) {
	ctx, moves := s.watch(ctx)
	defer moves.end()
	u, err := s.client.PresignHeader(ctx, method, s.o.Bucket, "", rulesLife, url.Values{"lifecycle": {""}}, header)
	if err != nil {
		return nil, nil, err
	}
	r, err := http.NewRequestWithContext(ctx, method, u.String(), bytes.NewReader(body))
	if err != nil {
		return nil, nil, err
	}
	for name, values := range header {
		r.Header[name] = values
	}
	resp, err := (&http.Client{Transport: s.o.Transport}).Do(r)
	if err != nil {
		return nil, nil, s.meaning(ctx, unsigned(err))
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, mostRules))
	if err != nil {
		return nil, nil, s.meaning(ctx, err)
	}
	if resp.StatusCode >= 300 {
		return nil, nil, s.meaning(ctx, refusal(resp.StatusCode, answer))
	}
	return answer, resp.Header, nil
}

// unsigned is an error of a request without its URL, which has a signature in it.
func unsigned(err error) error {
	var of *url.Error
	if errors.As(err, &of) {
		return of.Err
	}
	return err
}

// answerOf is what the server said, if an error comes of that.
func answerOf(err error) (answer minio.ErrorResponse) {
	errors.As(err, &answer)
	return answer
}

// refusal is what an answer says that is an error, whose body may be anything.
func refusal(status int, body []byte) error {
	answer := minio.ErrorResponse{}
	if err := xml.Unmarshal(body, &answer); err != nil {
		answer = minio.ErrorResponse{Code: http.StatusText(status), Message: "the answer has no more to say"}
	}
	answer.StatusCode = status
	return answer
}
