package store

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/minio/minio-go/v7/pkg/cors"
)

// ErrNoCORS is the error of a server that has no rules for the scripts of other sites, or does not take those
// that it is given, or not from whoever has these keys. Trying again does not help.
var ErrNoCORS = errors.New("refused")

// corsLife is how long browsers remember what the bucket lets them do, in seconds.
const corsLife = 3600

// KeepCORS has the bucket let pages of some origins, * for all, bring objects by requests that are presigned. With
// none it takes back what it has let them. The rules of others stay, but of two who change a bucket's
// rules at the same moment, one may undo what the other did. The error may wrap ErrNoCORS.
func (s *S3) KeepCORS(ctx context.Context, origins []string) (changed bool, err error) {
	has, err := s.client.GetBucketCors(ctx, s.o.Bucket)
	if err != nil {
		return false, fmt.Errorf("read the bucket's CORS rules: %w", s.corsError(ctx, err))
	}
	var rules []cors.Rule
	if has != nil {
		rules = has.CORSRules
	}
	all, changed := mergeCORS(rules, ruleOwner(s.o.Prefix), origins)
	if !changed {
		return false, nil
	}
	next := cors.NewConfig(all)
	if len(all) == 0 { // of which S3 takes no list
		next = nil
	}
	if err := s.client.SetBucketCors(ctx, s.o.Bucket, next); err != nil {
		return false, fmt.Errorf("set the bucket's CORS rules: %w", s.corsError(ctx, err))
	}
	return true, nil
}

func (s *S3) corsError(ctx context.Context, err error) error {
	if status := answerOf(err).StatusCode; ctx.Err() == nil && !passing(status) {
		return fmt.Errorf("%w: %w", ErrNoCORS, err)
	}
	return s.meaning(ctx, err)
}

// mergeCORS makes the rule of an owner the one for some origins, among those of others.
func mergeCORS(has []cors.Rule, owner string, origins []string) (all []cors.Rule, changed bool) {
	want := cors.Rule{
		ID: owner + "uploads", AllowedOrigin: origins, AllowedMethod: []string{http.MethodPut, http.MethodPost},
		AllowedHeader: []string{"*"}, ExposeHeader: []string{"ETag"}, MaxAgeSeconds: corsLife,
	}
	found := false
	for _, rule := range has {
		switch {
		case !strings.HasPrefix(rule.ID, owner):
			all = append(all, rule)
		case len(origins) > 0 && !found && reflect.DeepEqual(rule, want):
			all, found = append(all, rule), true
		default:
			changed = true
		}
	}
	if len(origins) > 0 && !found {
		all, changed = append(slices.Clip(all), want), true
	}
	return all, changed
}
