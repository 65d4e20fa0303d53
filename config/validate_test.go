package config_test

import (
	"log/slog"
	"strings"
	"testing"

	"lightwell/config"
)

func defaults(t *testing.T) config.Config {
	t.Helper()
	c, _, err := parse(t, nil, "serve")
	if err != nil {
		t.Fatal(err)
	}
	return c.Serve.Config
}

func TestDefaultsAreValid(t *testing.T) {
	c := defaults(t)
	if err := c.Validate(nil); err != nil {
		t.Errorf("Validate of the defaults = %v, want no error", err)
	}
}

// Each line is one flag; the empty want is valid.
func TestValidate(t *testing.T) {
	for _, tt := range []struct{ flags, want string }{
		{"--listen=localhost:0", ""},
		{"--listen=[::1]:8080", ""},
		{"--listen=127.9.9.9:8080", ""},
		{"--listen=[::ffff:127.0.0.1]:8080", ""},
		{"--listen=:8080", "listen (flag): :8080 is not a loopback address"},
		{"--listen=0.0.0.0:8080", "listen (flag): 0.0.0.0:8080 is not a loopback address"},
		{"--listen=[::]:8080", "is not a loopback address"},
		{"--listen=192.168.1.1:8080", "is not a loopback address"},
		{"--listen=localhost.example.com:8080", "is not a loopback address"},
		{"--upload-listen=:8081", "upload-listen (flag): :8081 is not a loopback address, and anybody who reaches it could use it: set tokens (LIGHTWELL_TOKENS), listen on 127.0.0.1, or allow everybody with --open (LIGHTWELL_OPEN=true)"},
		{"--upload-listen=:8081 --tokens=web:0123456789abcdef", ""},
		{"--listen=:8080 --tokens=web:0123456789abcdef", "listen (flag): :8080 is not a loopback address, and anybody who reaches it could use it: set signing-keys (LIGHTWELL_SIGNING_KEYS), or unsigned (LIGHTWELL_UNSIGNED) to presets or widths, listen on 127.0.0.1, or"},
		{"--listen=:8080 --signing-keys=0123456789abcdef", ""},
		{"--listen=:8080 --signing-keys=0123456789abcdef,fedcba9876543210:/+ --unsigned=presets --originals=open", ""},
		{"--listen=:8080 --unsigned=presets", ""},
		{"--listen=:8080 --unsigned=widths --unsigned-widths=640,320", ""},
		{"--listen=:8080 --originals=signed", "listen (flag): :8080 is not a loopback address"},
		{"--listen=:8080 --originals=open", "listen (flag): :8080 is not a loopback address"},
		{"--listen=:8080 --open --signing-keys=0123456789abcdef", ""},
		{"--upload-listen=:8081 --signing-keys=0123456789abcdef", "upload-listen (flag): :8081 is not a loopback address"},
		{"--signing-keys=0123456789abcde", "signing-keys (flag): entry 1: it is not 16 to 512 visible ASCII characters"},
		{"--signing-keys=0123456789abcdef,0123456789abcdef", "signing-keys (flag): entry 2: it is entry 1 again"},
		{"--unsigned=some", `unsigned (flag): "some" is none of none, presets, widths`},
		{"--unsigned=widths --open", "unsigned (flag): widths restricts nothing with --open"},
		{"--unsigned-widths=1,2", "unsigned-widths (flag): 1 is out of range: 2 to 8192"},
		{"--unsigned-widths=9,9", "unsigned-widths (flag): 9 is named twice"},
		{"--unsigned-widths=", "unsigned-widths (flag): must name at least one width"},
		{"--originals=some", `originals (flag): "some" is none of signed, open`},
		{"--upload-rate=-1", "upload-rate (flag): -1 is out of range"},
		{"--traces=http://localhost:4318 --traces-sample=1 --traces-most=0 --traces-headers=Authorization:secret", ""},
		{"--traces=https://collector.example.com/otlp/v1/traces", ""},
		{"--traces=localhost:4318", `traces (flag): it must begin with http:// or https:// and a host`},
		{"--traces=http://a:b@localhost:4318", "must have no user, query or fragment"},
		{"--traces-sample=1.5", "traces-sample (flag): 1.5 is out of range: 0 to 1"},
		{"--traces-sample=NaN", "traces-sample (flag): NaN is out of range: 0 to 1"},
		{"--traces-most=-1", "traces-most (flag): -1 is out of range: 0 to 1000000"},
		{"--traces=http://localhost:4318 --traces-headers=secret", "traces-headers (flag): entry 1: it is not of the form Name: value"},
		{"--traces-headers=A:b", "traces-headers (flag): needs traces"},
		{"--upload-burst=0", "upload-burst (flag): 0 is out of range: 1 to 1000000"},
		{"--trusted-proxies=10.0.0.0/8,::1,2001:db8::/32", ""},
		{"--trusted-proxies=10.0.0.0/33", `trusted-proxies (flag): "10.0.0.0/33" is neither a network`},
		{"--trusted-proxies=proxy.example.com", "trusted-proxies (flag): "},
		{"--trusted-proxies=::ffff:10.0.0.0/104", "trusted-proxies (flag): "},
		{"--listen=:8080 --upload-listen=:8081 --open", ""},
		{"--admin-listen=0.0.0.0:9090", ""},
		{"--admin-listen=9090", `admin-listen (flag): "9090": not of the form host:port`},
		{"--listen=127.0.0.1:http", "the port is not a number"},
		{"--listen=127.0.0.1:65536", "the port is not a number"},
		{"--upload-listen=127.0.0.1:8080", "upload-listen (flag): 127.0.0.1:8080 is the address of listen, too"},
		{"--upload-listen=127.0.0.1:0 --listen=127.0.0.1:0", ""},
		{"--public-url=https://img.example.com/base/", ""},
		{"--public-url=img.example.com", "public-url (flag): "},
		{"--public-url=ftp://img.example.com", "must begin with"},
		{"--public-url=https://img.example.com/?a=b", "must have no user, query or fragment"},
		{"--public-url=https://me@img.example.com", "must have no user"},
		{"--data=", "data (flag): must name a folder"},
		{"--s3-bucket=images", ""},
		{"--s3-bucket=images --s3-endpoint=http://localhost:9000/ --s3-prefix=some/where --s3-path-style --s3-create-bucket --originals-cache-dir=/tmp/x", ""},
		{"--s3-bucket=images --s3-access-key=a --s3-secret-key=b", ""},
		{"--s3-bucket=Images", `s3-bucket (flag): "Images" is not a bucket's name`},
		{"--s3-bucket=images --s3-endpoint=localhost:9000", `s3-endpoint (flag): "localhost:9000" is not http:// or https://`},
		{"--s3-bucket=images --s3-endpoint=https://host/path", "has something after the host"},
		{"--s3-bucket=images --s3-endpoint=https://me@host", "or a user before it"},
		{"--s3-bucket=images --s3-region=", "s3-region (flag): must not be empty"},
		{"--s3-bucket=images --s3-prefix=/a", `s3-prefix (flag): "/a" is not up to 200 letters`},
		{"--s3-bucket=images --s3-prefix=a//b", "s3-prefix (flag)"},
		{"--s3-bucket=images --s3-prefix=a/..", "s3-prefix (flag)"},
		{"--s3-bucket=images --s3-access-key=a", "s3-access-key (flag): needs s3-secret-key, too"},
		{"--s3-bucket=images --s3-secret-key=b", "s3-secret-key (flag): needs s3-access-key, too"},
		{"--s3-bucket=images --originals-cache=49MiB", "originals-cache (flag): 49MiB is less than max-bytes (50MiB)"},
		{"--s3-bucket=images --s3-lifecycle=off", ""},
		{"--s3-bucket=images --s3-lifecycle=on", `s3-lifecycle (flag): "on" is none of manage, off`},
		{"--s3-bucket=images --s3-originals-class=STANDARD_IA", ""},
		{"--s3-bucket=images --s3-originals-class=GLACIER_IR --s3-originals-class-after=24h", ""},
		{"--s3-bucket=images --s3-originals-class=ONEZONE_IA --s3-originals-class-after=696h", "s3-originals-class-after (flag): 696h is out of range: 720h to 87600h"},
		{"--s3-bucket=images --s3-originals-class=GLACIER_IR --s3-originals-class-after=25h", "s3-originals-class-after (flag): 25h is not a number of whole days"},
		{"--s3-bucket=images --s3-originals-class=GLACIER", "s3-originals-class (flag): GLACIER is not read at once"},
		{"--s3-bucket=images --s3-originals-class=DEEP_ARCHIVE", "s3-originals-class (flag): DEEP_ARCHIVE is not read at once"},
		{"--s3-bucket=images --s3-originals-class=COLD", `s3-originals-class (flag): "COLD" is none of STANDARD_IA`},
		{"--s3-bucket=images --s3-originals-class=STANDARD_IA --s3-lifecycle=off", "s3-originals-class (flag): needs s3-lifecycle=manage"},
		{"--s3-lifecycle=off", "s3-lifecycle (flag): needs s3-bucket"},
		{"--s3-originals-class=STANDARD_IA", "s3-originals-class (flag): needs s3-bucket"},
		{"--incoming-life=24h", ""},
		{"--presign-life=23h59m59s --incoming-life=24h", ""},
		{"--presign-life=24h --incoming-life=24h", "presign-life (flag): 24h is not less than incoming-life (24h)"},
		{"--presign-life=0s", "presign-life (flag)"},
		{"--presign-life=169h --incoming-life=240h", "presign-life (flag)"},
		{"--presign-life=1500ms", "presign-life (flag): 1.5s is not a number of whole seconds"},
		{"--upload-origins=https://a.example,http://localhost:3000", ""},
		{"--upload-origins=*", ""},
		{"--upload-origins=https://a.example/", "upload-origins (flag)"},
		{"--upload-origins=a.example", "upload-origins (flag)"},
		{"--upload-origins=https://A.example", "upload-origins (flag)"},
		{"--upload-public-url=https://up.example/x/", ""},
		{"--upload-public-url=up.example", "upload-public-url (flag)"},
		{"--s3-public-endpoint=https://s3.example", "s3-public-endpoint (flag): needs s3-bucket"},
		{"--s3-cors=off", "s3-cors (flag): needs s3-bucket"},
		{"--s3-bucket=images --s3-public-endpoint=s3.example", "s3-public-endpoint (flag)"},
		{"--s3-bucket=images --s3-cors=on", "s3-cors (flag)"},
		{"--incoming-life=12h", "incoming-life (flag): 12h is out of range: 24h to 87600h"},
		{"--incoming-life=36h", "incoming-life (flag): 36h is not a number of whole days"},
		{"--originals-cache=1MiB", ""},
		{"--s3-endpoint=http://localhost:9000", "s3-endpoint (flag): needs s3-bucket"},
		{"--s3-secret-key=b", "s3-secret-key (flag): needs s3-bucket"},
		{"--s3-create-bucket", "s3-create-bucket (flag): needs s3-bucket"},
		{"--originals-cache-dir=/tmp/x", "originals-cache-dir (flag): needs s3-bucket"},
		{"--log-level=verbose", `log-level (flag): "verbose" is none of debug, info, warn, error`},
		{"--log-format=xml", `log-format (flag): "xml" is none of text, json`},
		{"--cache-memory=1KiB", "cache-memory (flag): 1KiB is out of range: 1MiB to 1024TiB"},
		{"--cache-memory=auto", ""},
		{"--metadata-life=10s", ""},
		{"--metadata-life=11s", "metadata-life (flag): 11s is out of range: 1ms to 10s"},
		{"--metadata-life=0s", "out of range"},
		{"--sync-wait=0s", ""},
		{"--sync-wait=2h", "sync-wait (flag): 2h is out of range: 0s to 1h"},
		{"--metadata-entries=0", "metadata-entries (flag): 0 is out of range"},
		{"--pool-children=-1", "pool-children (flag): -1 is out of range: 0 to 1024"},
		{"--pool-memory=auto", "pool-memory (flag): auto is out of range: 64MiB to"},
		{"--max-bytes=auto", "max-bytes (flag): auto is out of range"},
		{"--max-bytes=6GiB", "max-bytes (flag): 6GiB is out of range: 1B to 5GiB"},
		{"--render-deadline=-1s", "render-deadline (flag)"},
		{"--max-pixels=600000000", "max-frame-pixels (default): 500000000 is less than max-pixels (600000000)"},
		{"--max-pixels=600000000 --max-frame-pixels=600000000", ""},
		{"--min-rate=1000B", "min-rate (flag): 1KB is out of range: 1KiB to 1GiB"},
		{"--max-uploads=0", "max-uploads (flag): 0 is out of range: 1 to 10000000"},
		{"--max-connections=5 --max-connections-per-ip=6", "max-connections-per-ip (flag): 6 is more than max-connections (5)"},
		{"--max-output-side=65536", "max-output-side (flag)"},
		{"--formats=jpeg", ""},
		{"--formats=", "formats (flag): must name at least one of jpeg"},
		{"--formats=jpeg,psd", `formats (flag): "psd" is none of jpeg, png`},
		{"--formats=pdf", ""},
		{"--formats=jpeg,jpeg", "formats (flag): jpeg is named twice"},
		{"--cors-origin=", ""},
		{"--cors-origin=https://example.com:8443", ""},
		{"--cors-origin=https://example.com/", "cors-origin (flag)"},
		{"--cors-origin=example.com", "cors-origin (flag)"},
		{"--corp=", ""},
		{"--corp=same-site", ""},
		{"--corp=everybody", `corp (flag): "everybody" is none of cross-origin, same-site, same-origin, ""`},
		{"--ignore-params=utm_*,fbclid,a[b]", ""},
		{"--ignore-params=*", "ignore-params (flag)"},
		{"--ignore-params=a*b", "ignore-params (flag)"},
		{"--fallback-image=0123456789abcdefghjkmnpqrs", ""},
		{"--fallback-image=0123456789abcdefghijklmnop", "fallback-image (flag)"},
		{"--tombstone-life=1s", "tombstone-life (flag)"},
		{"--sweep-every=0s", "sweep-every (flag)"},
	} {
		c, sources, err := parse(t, nil, append([]string{"serve"}, strings.Fields(tt.flags)...)...)
		if err != nil {
			t.Errorf("%s: %v", tt.flags, err)
			continue
		}
		err = c.Serve.Validate(sources)
		switch {
		case tt.want == "" && err != nil:
			t.Errorf("Validate with %s = %v, want no error", tt.flags, err)
		case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
			t.Errorf("Validate with %s = %v, want in it %q", tt.flags, err, tt.want)
		}
	}
}

// A Config that kong did not fill has every number out of range, and every name that is said is one
// of a setting.
func TestValidateNamesSettings(t *testing.T) {
	var empty config.Config
	err := empty.Validate(nil)
	if err == nil {
		t.Fatal("Validate of an empty Config = nil, want errors")
	}
	var table strings.Builder
	if err := config.WriteMarkdown(&table); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(err.Error(), "\n")
	if len(lines) < 20 {
		t.Errorf("Validate of an empty Config has %d lines, want one for each setting that is wrong:\n%v", len(lines), err)
	}
	for _, line := range lines {
		name, _, _ := strings.Cut(line, " ")
		if !strings.Contains(table.String(), "| `"+name+"` |") {
			t.Errorf("Validate says %q, which names no setting", line)
		}
	}
}

func TestBaseURL(t *testing.T) {
	for _, tt := range []struct{ public, listen, want string }{
		{"", "127.0.0.1:8080", "http://127.0.0.1:8080"},
		{"", ":8080", "http://localhost:8080"},
		{"", "0.0.0.0:80", "http://localhost:80"},
		{"", "[::]:80", "http://localhost:80"},
		{"", "[::1]:80", "http://[::1]:80"},
		{"https://img.example.com", ":80", "https://img.example.com"},
		{"https://img.example.com/a/", ":80", "https://img.example.com/a"},
	} {
		c := config.Config{PublicURL: tt.public, Listen: tt.listen}
		if got := c.BaseURL(); got != tt.want {
			t.Errorf("BaseURL with public-url %q, listen %q = %q, want %q", tt.public, tt.listen, got, tt.want)
		}
	}
}

func TestLevel(t *testing.T) {
	for text, want := range map[string]slog.Level{"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError} {
		c := config.Config{LogLevel: text}
		if got := c.Level(); got != want {
			t.Errorf("Level of %q = %v, want %v", text, got, want)
		}
	}
}
