package config_test

import (
	"crypto/sha256"
	"encoding/hex"
	"reflect"
	"strings"
	"testing"

	"lightwell/config"
)

const secret = "0123456789abcdef"

func tokensOf(entries ...string) (list []config.Secret) {
	for _, e := range entries {
		list = append(list, config.Secret(e))
	}
	return list
}

func TestUploadTokens(t *testing.T) {
	digest := sha256.Sum256([]byte(secret))
	hashed := "sha256-" + hex.EncodeToString(digest[:])
	all := []string{"upload", "process", "delete", "purge"}
	for _, tt := range []struct {
		entry string
		want  config.Token
	}{
		{"web:" + secret, config.Token{Name: "web", Digest: digest, Scopes: all}},
		{"web:" + hashed, config.Token{Name: "web", Digest: digest, Scopes: all}},
		{"web:" + "sha256-" + strings.ToUpper(hashed[7:]), config.Token{Name: "web", Digest: digest, Scopes: all}},
		{"a.b-C_9:" + secret + ":upload", config.Token{Name: "a.b-C_9", Digest: digest, Scopes: []string{"upload"}}},
		{"web:" + hashed + ":delete+purge:10GiB", config.Token{Name: "web", Digest: digest, Scopes: []string{"delete", "purge"}, Bytes: 10 << 30}},
		{"web:" + secret + ":process:1", config.Token{Name: "web", Digest: digest, Scopes: []string{"process"}, Bytes: 1}},
	} {
		c := config.Config{Tokens: tokensOf(tt.entry)}
		got, err := c.UploadTokens()
		if err != nil || len(got) != 1 || !reflect.DeepEqual(got[0], tt.want) {
			t.Errorf("UploadTokens(%q) = %+v, %v, want %+v", tt.entry, got, err, tt.want)
		}
	}
}

// An error says which entry it is, and nothing of what is in it.
func TestUploadTokensRefuses(t *testing.T) {
	digest := sha256.Sum256([]byte(secret))
	hashed := "sha256-" + hex.EncodeToString(digest[:])
	for _, tt := range []struct{ entry, want string }{
		{"", "not of the form"},
		{"web", "not of the form"},
		{secret, "not of the form"},
		{"web:" + secret + ":upload:1GiB:more", "not of the form"},
		{":" + secret, "the name is not"},
		{"my token:" + secret, "the name is not"},
		{strings.Repeat("n", 65) + ":" + secret, "the name is not"},
		{secret + "/+/:web", "the name is not"},
		{"web:", "the secret is not"},
		{"web:" + secret[:15], "the secret is not"},
		{"web:0123456789 abcdef", "the secret is not"},
		{"web:0123456789,abcdef", "the secret is not"},
		{"web:0123456789äabcdef", "the secret is not"},
		{"web:" + strings.Repeat("s", 513), "the secret is not"},
		{"web:" + hashed[:70], "64 hex digits"},
		{"web:" + hashed + "00", "64 hex digits"},
		{"web:" + hashed[:70] + "x", "64 hex digits"},
		{"web:" + secret + ":", "the scopes are not"},
		{"web:" + secret + "::1GiB", "the scopes are not"},
		{"web:" + secret + ":read", "the scopes are not"},
		{"web:" + secret + ":upload+upload", "the scopes are not"},
		{"web:" + secret + ":upload+", "the scopes are not"},
		{"web:" + secret + ":upload:", "the bytes of a day are not"},
		{"web:" + secret + ":upload:auto", "the bytes of a day are not"},
		{"web:" + secret + ":upload:0", "the bytes of a day are not"},
		{"web:" + secret + ":upload:1025TiB", "the bytes of a day are not"},
		{"first:another-secret-of-16", "it has the name of entry 1"},
		{"web:a-secret-of-16-or-more", "it has the secret of entry 1"},
	} {
		c := config.Config{Tokens: tokensOf("first:a-secret-of-16-or-more", tt.entry)}
		_, err := c.UploadTokens()
		if err == nil || !strings.Contains(err.Error(), "entry 2: ") || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("UploadTokens(%q) = %v, want entry 2 and %q", tt.entry, err, tt.want)
			continue
		}
		for _, part := range strings.Split(tt.entry, ":") {
			if len(part) >= 15 && strings.Contains(err.Error(), part) {
				t.Errorf("UploadTokens(%q) = %v, which has some of it", tt.entry, err)
			}
		}
	}
}

// Each wrong entry is told of, with where it came from.
func TestValidateTokens(t *testing.T) {
	c, sources, err := parse(t, []string{"LIGHTWELL_TOKENS=web:" + secret + ",app,old:short,x:" + secret}, "serve")
	if err != nil {
		t.Fatal(err)
	}
	err = c.Serve.Validate(sources)
	const from = "tokens (environment LIGHTWELL_TOKENS): entry "
	if err == nil || strings.Count(err.Error(), from) != 3 || strings.Contains(err.Error(), secret) {
		t.Fatalf("Validate = %v, want three entries refused and no secret", err)
	}
	for _, want := range []string{from + "2: it is not", from + "3: the secret is not", from + "4: it has the secret of entry 1"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("Validate = %v, want in it %q", err, want)
		}
	}
}
