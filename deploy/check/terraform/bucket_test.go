package terraform

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// rule is one of a bucket's lifecycle configuration.
type rule struct {
	ID, Status string
	Filter     []struct{ Prefix string }
	Expiration []struct {
		Days         int
		Date         string
		DeleteMarker bool `json:"expired_object_delete_marker"`
	}
	Transition []struct {
		Days  int
		Class string `json:"storage_class"`
	}
	Noncurrent []struct {
		Days int `json:"noncurrent_days"`
	} `json:"noncurrent_version_expiration"`
	Abort []struct {
		Days int `json:"days_after_initiation"`
	} `json:"abort_incomplete_multipart_upload"`
}

func rules(t *testing.T, p *Plan) map[string]rule {
	t.Helper()
	var is struct{ Rule []rule }
	if err := Decode(only(t, p, "aws_s3_bucket_lifecycle_configuration"), &is); err != nil {
		t.Fatal(err)
	}
	all := map[string]rule{}
	for _, r := range is.Rule {
		if r.Status != "Enabled" || len(r.Filter) != 1 {
			t.Errorf("rule %s is %s with %d filters", r.ID, r.Status, len(r.Filter))
		}
		all[r.ID] = r
	}
	return all
}

// takes tells whether a rule deletes or moves objects that are there.
func (r rule) takes() bool {
	for _, e := range r.Expiration {
		if e.Days > 0 || e.Date != "" {
			return true
		}
	}
	return len(r.Transition) > 0
}

// What is in accepted/ was promised, in assets/ is the truth, and none of it ages.
func TestRulesTakeNothingThatIsPromised(t *testing.T) {
	may := []string{"incoming/", "originals/", "renditions/"}
	eachFleet(t, func(t *testing.T, p *Plan) {
		for id, r := range rules(t, p) {
			prefix := r.Filter[0].Prefix
			if r.takes() && !slices.Contains(may, prefix) {
				t.Errorf("rule %s takes what is in %q, want one of %q", id, prefix, may)
			}
			if prefix != "" && (strings.HasPrefix(prefix, "accepted") || strings.HasPrefix("accepted/", prefix)) {
				t.Errorf("rule %s is for %q", id, prefix)
			}
			if len(r.Expiration) > 0 && r.Expiration[0].Days > 0 && prefix == "originals/" {
				t.Errorf("rule %s deletes originals", id)
			}
		}
	})
}

func TestRulesOfEachFleet(t *testing.T) {
	wants := map[string][]string{
		"least":       {"incoming", "noncurrent", "parts", "renditions"},
		"all":         {"incoming", "noncurrent", "originals", "parts", "renditions"},
		"elasticache": {"incoming", "noncurrent", "parts"},
	}
	m := parse(t)
	for name, want := range wants {
		p, err := m.Plan(fleets[name])
		if err != nil {
			t.Fatal(err)
		}
		all := rules(t, p)
		if got := slices.Sorted(maps.Keys(all)); !slices.Equal(got, want) {
			t.Errorf("%s: rules %q, want %q", name, got, want)
		}
		if all["incoming"].Expiration[0].Days != 2 || all["parts"].Abort[0].Days != 2 || all["noncurrent"].Noncurrent[0].Days != 7 {
			t.Errorf("%s: incoming ends after %v, parts %v, versions %v; want 2, 2 and 7 days", name, all["incoming"].Expiration, all["parts"].Abort, all["noncurrent"].Noncurrent)
		}
	}
}

// Lightwell sweeps what its settings say, and the bucket deletes what its rules say: the same.
func TestRulesAndSettingsAgree(t *testing.T) {
	eachFleet(t, func(t *testing.T, p *Plan) {
		all := rules(t, p)
		for service, is := range tasks(t, p) {
			cfg, err := settings(t, is.containers[0])
			if err != nil {
				t.Fatal(err)
			}
			if got := int(cfg.IncomingLife.Hours() / 24); got != all["incoming"].Expiration[0].Days {
				t.Errorf("%s: incoming-life is %d days, the rule's %d", service, got, all["incoming"].Expiration[0].Days)
			}
			r, ruled := all["renditions"]
			if ruled != cfg.CacheObjects || ruled && int(cfg.CacheObjectsLife.Hours()/24) != r.Expiration[0].Days {
				t.Errorf("%s: cache-objects is %v for %v, the rule %+v", service, cfg.CacheObjects, cfg.CacheObjectsLife, r.Expiration)
			}
		}
	})
}

func TestTheBucketIsClosed(t *testing.T) {
	eachFleet(t, func(t *testing.T, p *Plan) {
		block := only(t, p, "aws_s3_bucket_public_access_block")
		for _, name := range []string{"block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"} {
			if v := block.GetAttr(name); v.IsNull() || v.False() {
				t.Errorf("%s is not set", name)
			}
		}
		var versions struct {
			Is []struct{ Status string } `json:"versioning_configuration"`
		}
		if err := Decode(only(t, p, "aws_s3_bucket_versioning"), &versions); err != nil || versions.Is[0].Status != "Enabled" {
			t.Errorf("versions are %v: %v", versions, err)
		}
		if only(t, p, "aws_s3_bucket").GetAttr("force_destroy").True() {
			t.Error("force_destroy is true: destroying the fleet would delete every image")
		}
		deny := policies(t, p)["aws_s3_bucket_policy.images"]
		if len(deny) != 1 || deny[0].Effect != "Deny" || !slices.Equal(deny[0].Condition["Bool"]["aws:SecureTransport"], words{"false"}) {
			t.Errorf("the bucket's policy is %+v, want a Deny without TLS", deny)
		}
	})
}
