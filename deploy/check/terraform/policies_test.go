package terraform

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/zclconf/go-cty/cty"
)

// words is what may be one or several in a policy.
type words []string

func (w *words) UnmarshalJSON(text []byte) error {
	var one string
	if json.Unmarshal(text, &one) == nil {
		*w = words{one}
		return nil
	}
	return json.Unmarshal(text, (*[]string)(w))
}

type statement struct {
	Sid, Effect      string
	Action, Resource words
	Condition        map[string]map[string]words
}

// policies are all of a fleet's, by address.
func policies(t *testing.T, p *Plan) map[string][]statement {
	t.Helper()
	all := map[string][]statement{}
	read := func(kind, argument string) {
		for address, v := range p.Instances(kind) {
			var policy struct {
				Version   string
				Statement []statement
			}
			text := v.GetAttr(argument).AsString()
			if err := json.Unmarshal([]byte(text), &policy); err != nil || policy.Version != "2012-10-17" || len(policy.Statement) == 0 {
				t.Errorf("%s is no policy: %v %s", address, err, text)
			}
			all[address] = policy.Statement
		}
	}
	read("aws_iam_role_policy", "policy")
	read("aws_iam_user_policy", "policy")
	read("aws_s3_bucket_policy", "policy")
	read("aws_iam_role", "assume_role_policy")
	return all
}

// anyResource are the actions for which IAM takes no other resource than *. ecr:GetAuthorizationToken gives a password
// for all of an account's registry (Service Authorization Reference, Amazon ECR).
var anyResource = []string{"ecr:GetAuthorizationToken"}

func TestPoliciesGrantNoMoreThanTheyName(t *testing.T) {
	eachFleet(t, func(t *testing.T, p *Plan) {
		for address, statements := range policies(t, p) {
			for _, s := range statements {
				if s.Effect != "Allow" {
					continue
				}
				for _, action := range s.Action {
					if strings.Contains(action, "*") {
						t.Errorf("%s allows %s", address, action)
					}
				}
				needs := func(action string) bool { return slices.Contains(anyResource, action) }
				if slices.Contains(s.Resource, "*") && slices.ContainsFunc(s.Action, func(a string) bool { return !needs(a) }) {
					t.Errorf("%s allows %q on everything", address, s.Action)
				}
				if len(s.Resource) == 0 && !slices.Equal(s.Action, words{"sts:AssumeRole"}) {
					t.Errorf("%s allows %q on nothing", address, s.Action)
				}
			}
		}
	})
}

// What Lightwell itself may do: what origin/store calls, in its bucket.
func TestTasksMayTouchTheirBucketAlone(t *testing.T) {
	eachFleet(t, func(t *testing.T, p *Plan) {
		bucket := only(t, p, "aws_s3_bucket").GetAttr("arn").AsString()
		want := map[string]string{
			"s3:ListBucket": bucket, "s3:ListBucketMultipartUploads": bucket, "s3:GetObject": bucket + "/*",
			"s3:PutObject": bucket + "/*", "s3:DeleteObject": bucket + "/*", "s3:AbortMultipartUpload": bucket + "/*",
		}
		if key := p.vars["bucket_kms_key_arn"]; !key.IsNull() {
			want["kms:Decrypt"], want["kms:GenerateDataKey"] = key.AsString(), key.AsString()
		}
		for address, statements := range policies(t, p) {
			if !strings.HasPrefix(address, "aws_iam_role_policy.task[") {
				continue
			}
			got := map[string]string{}
			for _, s := range statements {
				for _, action := range s.Action {
					got[action] = strings.Join(s.Resource, " ")
				}
			}
			if !maps.Equal(got, want) {
				t.Errorf("%s allows %v, want %v", address, got, want)
			}
		}
	})
}

// A service's tasks are started by a role that reads the service's secrets, and no other's.
func TestExecutionRolesReadTheirSecretsAlone(t *testing.T) {
	eachFleet(t, func(t *testing.T, p *Plan) {
		for service, is := range tasks(t, p) {
			var want, got words
			for _, s := range is.containers[0].Secrets {
				want = append(want, s.ValueFrom)
			}
			for _, s := range policies(t, p)[`aws_iam_role_policy.execution["`+service+`"]`] {
				if slices.Contains(s.Action, "secretsmanager:GetSecretValue") {
					got = append(got, s.Resource...)
				}
			}
			slices.Sort(want)
			slices.Sort(got)
			if len(want) == 0 || !slices.Equal(got, want) {
				t.Errorf("%s's execution role reads %q, want %q", service, got, want)
			}
		}
	})
}

func TestThePurgingUserMayPurgeAlone(t *testing.T) {
	eachFleet(t, func(t *testing.T, p *Plan) {
		distribution := only(t, p, "aws_cloudfront_distribution").GetAttr("arn").AsString()
		got := policies(t, p)["aws_iam_user_policy.purge"]
		if len(got) != 1 || !slices.Equal(got[0].Action, words{"cloudfront:CreateInvalidation"}) || !slices.Equal(got[0].Resource, words{distribution}) {
			t.Errorf("the user may %+v, want cloudfront:CreateInvalidation on %s", got, distribution)
		}
	})
}

// only is the resource of a type of which there is one.
func only(t *testing.T, p *Plan, kind string) cty.Value {
	t.Helper()
	all := p.Instances(kind)
	if len(all) != 1 {
		t.Fatalf("there are %d of %s, want one", len(all), kind)
	}
	return slices.Collect(maps.Values(all))[0]
}
