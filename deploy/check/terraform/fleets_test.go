package terraform

import (
	"maps"
	"testing"

	"github.com/zclconf/go-cty/cty"
)

const folder = "../../terraform"

func parse(t *testing.T) *Module {
	t.Helper()
	m, err := Parse(folder)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// needed are the variables without which there is no fleet.
var needed = map[string]cty.Value{
	"region":                  cty.StringVal("eu-central-1"),
	"image":                   cty.StringVal("123456789012.dkr.ecr.eu-central-1.amazonaws.com/lightwell:1.0.0"),
	"vpc_id":                  cty.StringVal("vpc-0123456789abcdef0"),
	"private_subnet_ids":      texts("subnet-1", "subnet-2"),
	"public_subnet_ids":       texts("subnet-3", "subnet-4"),
	"images_domain":           cty.StringVal("img.example.com"),
	"uploads_domain":          cty.StringVal("upload.example.com"),
	"cdn_certificate_arn":     cty.StringVal("arn:aws:acm:us-east-1:123456789012:certificate/a"),
	"certificate_arn":         cty.StringVal("arn:aws:acm:eu-central-1:123456789012:certificate/b"),
	"signing_keys_secret_arn": secret("keys"),
	"tokens_secret_arn":       secret("tokens"),
}

// fleets are what is made for the least that must be said, for all that can be, and with the queue in ElastiCache.
var fleets = map[string]map[string]cty.Value{
	"least": needed,
	"all": with(needed, map[string]cty.Value{
		"name":                    cty.StringVal("pictures"),
		"tags":                    cty.MapVal(map[string]cty.Value{"team": cty.StringVal("media")}),
		"architecture":            cty.StringVal("ARM64"),
		"private_route_table_ids": texts("rtb-1", "rtb-2"),
		"zone_id":                 cty.StringVal("Z0123456789"),
		"callback_secret_arn":     secret("callback"),
		"cdn_purge_secret_arn":    secret("purge"),
		"secrets_kms_key_arn":     cty.StringVal("arn:aws:kms:eu-central-1:123456789012:key/secrets"),
		"bucket_kms_key_arn":      cty.StringVal("arn:aws:kms:eu-central-1:123456789012:key/bucket"),
		"originals_class":         cty.StringVal("GLACIER_IR"),
		"upload_origins":          texts("https://example.com", "https://www.example.com"),
		"settings":                cty.MapVal(map[string]cty.Value{"LIGHTWELL_MAX_BYTES": cty.StringVal("100MiB")}),
		"origin_shield_region":    cty.StringVal("eu-central-1"),
		"alarm_topic_arns":        texts("arn:aws:sns:eu-central-1:123456789012:alarms"),
		"global_alarm_topic_arns": texts("arn:aws:sns:us-east-1:123456789012:alarms"),
	}),
	"elasticache": with(needed, map[string]cty.Value{
		"queue_engine":         cty.StringVal("elasticache"),
		"keep_renditions_days": cty.NumberIntVal(0),
		"cache_replicas":       cty.NumberIntVal(0),
	}),
}

func texts(all ...string) cty.Value {
	var values []cty.Value
	for _, text := range all {
		values = append(values, cty.StringVal(text))
	}
	return cty.ListVal(values)
}

func secret(name string) cty.Value {
	return cty.StringVal("arn:aws:secretsmanager:eu-central-1:123456789012:secret:" + name + "-AbCdEf")
}

func with(a, b map[string]cty.Value) map[string]cty.Value {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}

// eachFleet runs a test for each of them.
func eachFleet(t *testing.T, test func(t *testing.T, p *Plan)) {
	t.Helper()
	m := parse(t)
	for name, given := range fleets {
		t.Run(name, func(t *testing.T) {
			p, err := m.Plan(given)
			if err != nil {
				t.Fatal(err)
			}
			test(t, p)
		})
	}
}
