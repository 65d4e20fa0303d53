package terraform

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"

	"lightwell/config"
)

// what secrets may look like. Terraform does not know them.
var secrets = map[string]string{
	"LIGHTWELL_SIGNING_KEYS":    "0123456789abcdef0123,fedcba98765432100123",
	"LIGHTWELL_TOKENS":          "web:0123456789abcdef0123:upload+process:10GiB",
	"LIGHTWELL_CALLBACK_SECRET": "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3",
	"LIGHTWELL_CDN_PURGE_AWS":   "cloudfront/us-east-1/AKIAEXAMPLE/se/cret",
	"LIGHTWELL_REDIS_URL":       "rediss://lightwell:secret@queue.example.net:6379",
	"LIGHTWELL_CACHE_REDIS_URL": "rediss://:secret@cache.example.net:6379",
}

// settings has Lightwell read a container's environment, as it does at its start.
func settings(t *testing.T, c container) (config.Config, error) {
	t.Helper()
	var environ []string
	for _, e := range c.Environment {
		environ = append(environ, e.Name+"="+e.Value)
	}
	for _, s := range c.Secrets {
		environ = append(environ, s.Name+"="+secrets[s.Name])
	}
	loader := config.Loader{Environ: environ}
	var cli struct {
		Serve struct{ config.Config } `cmd:""`
	}
	parser, err := kong.New(&cli, loader.Options()...)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parser.Parse([]string{"serve"}); err != nil {
		return config.Config{}, err
	}
	return cli.Serve.Config, cli.Serve.Validate(loader.Sources())
}

// Lightwell has every setting that a container is given, and takes its value.
func TestLightwellTakesItsSettings(t *testing.T) {
	eachFleet(t, func(t *testing.T, p *Plan) {
		for service, is := range tasks(t, p) {
			cfg, err := settings(t, is.containers[0])
			if err != nil {
				t.Errorf("%s: %v", service, err)
			}
			if cfg.S3Lifecycle != "off" || cfg.S3CORS != "off" {
				t.Errorf("%s: s3-lifecycle is %s and s3-cors %s, want off: Terraform rules", service, cfg.S3Lifecycle, cfg.S3CORS)
			}
			if cfg.RedisURL == "" || cfg.CacheRedisURL == "" || cfg.S3Bucket == "" {
				t.Errorf("%s: has not both Redis and the bucket", service)
			}
			if got := int64(cfg.OriginalsCache); got > int64(is.Ephemeral[0].Size)<<30/2 {
				t.Errorf("%s: originals may take %d bytes of %d GiB", service, got, is.Ephemeral[0].Size)
			}
			if want := number(t, is.CPU)/1024 + 1; cfg.PoolChildren != want {
				t.Errorf("%s: %d children, want %d", service, cfg.PoolChildren, want)
			}
		}
	})
}

// README.md of the project: give all of them the same settings. What is each one's own is named here.
func TestServicesHaveTheSameSettings(t *testing.T) {
	own := []string{"LIGHTWELL_LISTEN", "LIGHTWELL_UPLOAD_LISTEN", "LIGHTWELL_ADMIN_LISTEN", "LIGHTWELL_POOL_CHILDREN", "LIGHTWELL_ORIGINALS_CACHE"}
	eachFleet(t, func(t *testing.T, p *Plan) {
		common := map[string]map[string]string{}
		for service, is := range tasks(t, p) {
			common[service] = map[string]string{}
			for _, e := range is.containers[0].Environment {
				if !slices.Contains(own, e.Name) {
					common[service][e.Name] = e.Value
				}
			}
		}
		for service, is := range common {
			if !maps.Equal(is, common["origin"]) {
				t.Errorf("%s has %v, want those of origin: %v", service, is, common["origin"])
			}
		}
	})
}

// Who needs which secret: workers sign callbacks and count a token's bytes, origins do neither.
func TestSecretsGoWhereTheyAreNeeded(t *testing.T) {
	wants := map[string][]string{
		"origin":   {"CACHE_REDIS_URL", "REDIS_URL", "SIGNING_KEYS"},
		"uploader": {"CACHE_REDIS_URL", "CDN_PURGE_AWS", "REDIS_URL", "SIGNING_KEYS", "TOKENS"},
		"worker":   {"CACHE_REDIS_URL", "CALLBACK_SECRET", "CDN_PURGE_AWS", "REDIS_URL", "SIGNING_KEYS", "TOKENS"},
	}
	p, err := parse(t).Plan(fleets["all"])
	if err != nil {
		t.Fatal(err)
	}
	for service, is := range tasks(t, p) {
		var got []string
		for _, s := range is.containers[0].Secrets {
			got = append(got, strings.TrimPrefix(s.Name, "LIGHTWELL_"))
		}
		slices.Sort(got)
		if !slices.Equal(got, wants[service]) {
			t.Errorf("%s has %q, want %q", service, got, wants[service])
		}
	}
}

func number(t *testing.T, text string) int {
	t.Helper()
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func duration(t *testing.T, text string) time.Duration {
	t.Helper()
	d, err := time.ParseDuration(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
