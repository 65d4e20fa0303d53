package terraform

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/zclconf/go-cty/cty"
)

// parameters are those of all parameter groups, by the group's address.
func parameters(t *testing.T, p *Plan) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, kind := range []string{"aws_elasticache_parameter_group", "aws_memorydb_parameter_group"} {
		for address, v := range p.Instances(kind) {
			var is struct {
				Parameter []struct{ Name, Value string }
			}
			if err := Decode(v, &is); err != nil {
				t.Fatal(err)
			}
			all[address] = is.Parameter[0].Name + "=" + is.Parameter[0].Value
		}
	}
	return all
}

// A queue that evicts loses what was promised, and Lightwell does not look (redis-lossy): these groups are all that
// sees to it.
func TestTheQueueNeverEvicts(t *testing.T) {
	wants := map[string]map[string]string{
		"least": {
			"aws_memorydb_parameter_group.queue[0]": "maxmemory-policy=noeviction", "aws_elasticache_parameter_group.cache": "maxmemory-policy=allkeys-lfu",
		},
		"elasticache": {
			"aws_elasticache_parameter_group.queue[0]": "maxmemory-policy=noeviction", "aws_elasticache_parameter_group.cache": "maxmemory-policy=allkeys-lfu",
		},
	}
	m := parse(t)
	for name, want := range wants {
		p, err := m.Plan(fleets[name])
		if err != nil {
			t.Fatal(err)
		}
		if got := parameters(t, p); !maps.Equal(got, want) {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
		for kind := range map[string]bool{"aws_memorydb_cluster": true, "aws_elasticache_replication_group": true} {
			for address, v := range p.Instances(kind) {
				group := v.GetAttr("parameter_group_name").AsString()
				if role := address[strings.LastIndex(address, ".")+1:]; !strings.HasSuffix(group, "-"+strings.TrimSuffix(role, "[0]")) {
					t.Errorf("%s: %s has the parameters of %s", name, address, group)
				}
			}
		}
	}
}

// In ElastiCache a promise waits for a replica, and there is one more than it waits for.
func TestPromisesWaitForReplicasWhereTheyMust(t *testing.T) {
	eachFleet(t, func(t *testing.T, p *Plan) {
		for service, is := range tasks(t, p) {
			cfg, err := settings(t, is.containers[0])
			if err != nil {
				t.Fatal(err)
			}
			members, lossy := int64(0), p.vars["queue_engine"].AsString() == "elasticache"
			if lossy {
				members, _ = p.Instances("aws_elasticache_replication_group")["aws_elasticache_replication_group.queue[0]"].GetAttr("num_cache_clusters").AsBigFloat().Int64()
			}
			if lossy != (cfg.RedisReplicas == 1) || lossy && members < 3 {
				t.Errorf("%s: redis-replicas is %d, with %d members", service, cfg.RedisReplicas, members)
			}
		}
	})
}

func TestBothRedisWantTLSAndAPassword(t *testing.T) {
	eachFleet(t, func(t *testing.T, p *Plan) {
		for address, v := range p.Instances("aws_elasticache_replication_group") {
			if v.GetAttr("transit_encryption_enabled").False() || v.GetAttr("at_rest_encryption_enabled").AsString() != "true" || v.GetAttr("auth_token").IsNull() {
				t.Errorf("%s has no TLS, no encryption at rest or no password", address)
			}
		}
		for address, v := range p.Instances("aws_memorydb_cluster") {
			if v.GetAttr("tls_enabled").False() || v.GetAttr("acl_name").AsString() == "open-access" {
				t.Errorf("%s has no TLS, or lets everybody in", address)
			}
		}
		for address, v := range p.Instances("aws_secretsmanager_secret_version") {
			if text := v.GetAttr("secret_string").AsString(); !strings.HasPrefix(text, "rediss://") || strings.Contains(text, "%!") {
				t.Errorf("%s = %q, want rediss://", address, text)
			}
		}
	})
}

// Health is asked at the door of health and metrics, and draining is noticed before drain-delay is over.
func TestBalancersAskTheDoorOfHealth(t *testing.T) {
	eachFleet(t, func(t *testing.T, p *Plan) {
		c := tasks(t, p)["origin"].containers[0]
		for address, v := range p.Instances("aws_lb_target_group") {
			var is struct {
				Check []struct {
					Port, Path string
					Interval   int
					Unhealthy  int `json:"unhealthy_threshold"`
				} `json:"health_check"`
			}
			if err := Decode(v, &is); err != nil {
				t.Fatal(err)
			}
			check := is.Check[0]
			if check.Path != "/readyz?store=optional" || !strings.HasSuffix(c.env("LIGHTWELL_ADMIN_LISTEN"), ":"+check.Port) {
				t.Errorf("%s asks %s at port %s", address, check.Path, check.Port)
			}
			if notices := float64(check.Interval * check.Unhealthy); strings.HasSuffix(address, ".images") && notices >= duration(t, c.env("LIGHTWELL_DRAIN_DELAY")).Seconds() {
				t.Errorf("%s notices after %v s, drain-delay is %s", address, notices, c.env("LIGHTWELL_DRAIN_DELAY"))
			}
		}
		for address, v := range p.Instances("aws_lb") {
			seconds, _ := v.GetAttr("idle_timeout").AsBigFloat().Float64()
			if seconds >= duration(t, c.env("LIGHTWELL_IDLE_TIMEOUT")).Seconds() {
				t.Errorf("%s keeps connections for %v s, idle-timeout is %s", address, seconds, c.env("LIGHTWELL_IDLE_TIMEOUT"))
			}
		}
	})
}

// From the internet there is one way in, and it is to the uploads' load balancer.
func TestOneDoorIsPublic(t *testing.T) {
	eachFleet(t, func(t *testing.T, p *Plan) {
		var open []string
		for address, v := range p.Instances("aws_vpc_security_group_ingress_rule") {
			if !v.GetAttr("cidr_ipv4").IsNull() || !v.GetAttr("cidr_ipv6").IsNull() {
				open = append(open, address)
			}
		}
		if want := []string{"aws_vpc_security_group_ingress_rule.uploads"}; !slices.Equal(open, want) {
			t.Errorf("open to addresses are %q, want %q", open, want)
		}
		if v := p.Instances("aws_lb")["aws_lb.images"]; v.GetAttr("internal").False() {
			t.Error("the origins' load balancer is public")
		}
		for address, v := range p.Instances("aws_lb_listener") {
			if v.GetAttr("protocol").AsString() != "HTTPS" {
				t.Errorf("%s takes %s", address, v.GetAttr("protocol").AsString())
			}
		}
	})
}

// CloudFront keeps what answers say, apart by every parameter and Accept, which the function has cut down first.
func TestCloudFrontsCache(t *testing.T) {
	eachFleet(t, func(t *testing.T, p *Plan) {
		var policy struct {
			Min, Default float64
			Key          []struct {
				Query []struct {
					Behavior string `json:"query_string_behavior"`
				} `json:"query_strings_config"`
				Headers []struct {
					Headers []struct{ Items []string }
				} `json:"headers_config"`
			} `json:"parameters_in_cache_key_and_forwarded_to_origin"`
		}
		v := only(t, p, "aws_cloudfront_cache_policy")
		if err := Decode(v, &policy); err != nil {
			t.Fatal(err)
		}
		if key := policy.Key[0]; key.Query[0].Behavior != "all" || !slices.Equal(key.Headers[0].Headers[0].Items, []string{"Accept"}) {
			t.Errorf("the key is %+v, want all parameters and Accept", key)
		}
		for _, name := range []string{"min_ttl", "default_ttl"} {
			if v.GetAttr(name).Equals(cty.Zero).False() {
				t.Errorf("%s is not 0: what says no-store would be kept", name)
			}
		}
		var is struct {
			Errors []struct {
				TTL float64 `json:"error_caching_min_ttl"`
			} `json:"custom_error_response"`
			Cache []struct {
				Function []struct {
					Event string `json:"event_type"`
				} `json:"function_association"`
			} `json:"default_cache_behavior"`
		}
		if err := Decode(only(t, p, "aws_cloudfront_distribution"), &is); err != nil {
			t.Fatal(err)
		}
		for _, e := range is.Errors {
			if e.TTL != 0 {
				t.Errorf("an error is kept for %v s, whatever it says", e.TTL)
			}
		}
		if len(is.Errors) == 0 || len(is.Cache[0].Function) != 1 || is.Cache[0].Function[0].Event != "viewer-request" {
			t.Errorf("%d errors, functions %+v, want one for viewer-request", len(is.Errors), is.Cache[0].Function)
		}
	})
}
