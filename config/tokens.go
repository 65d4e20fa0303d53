package config

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// scopes are what a token may be good for.
var scopes = []string{"upload", "process", "delete", "purge"}

// digestPrefix begins a secret that is given by its hash.
const digestPrefix = "sha256-"

var (
	tokenName   = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)
	tokenSecret = regexp.MustCompile(`^[!-~]{16,512}$`)
)

// maxTokenBytes is what both queues can count exactly: Redis's scripts compute in doubles.
const maxTokenBytes = 1 << 50

// Token is one of Tokens as a value.
type Token struct {
	// Name is 1 to 64 letters, digits, dots, dashes and underscores. It is no secret: logs
	// have it, and what is counted is counted by it.
	Name string
	// Digest is the SHA-256 of the secret: 16 to 512 visible ASCII characters without colon
	// and comma, or sha256- and the 64 hex digits of the digest of such a secret.
	Digest [sha256.Size]byte
	// Scopes are some of upload, process, delete and purge; all where none was said.
	Scopes []string
	// Bytes is how many bytes of uploads it may bring in a day (UTC); 0 for any number.
	Bytes ByteSize
}

// UploadTokens are Tokens as values. Names and secrets are unique. An error says which
// entry is wrong, from 1, and has nothing of it: somebody may have put the secret first.
func (c *Config) UploadTokens() ([]Token, error) {
	var tokens []Token
	var errs []error
	for i, entry := range c.Tokens {
		t, err := parseToken(string(entry))
		for j, other := range tokens {
			switch {
			case err != nil:
			case other.Name == t.Name:
				err = fmt.Errorf("it has the name of entry %d", j+1)
			case other.Digest == t.Digest && other.Name != "":
				err = fmt.Errorf("it has the secret of entry %d", j+1)
			}
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("entry %d: %w", i+1, err))
			t = Token{} // it keeps the place
		}
		tokens = append(tokens, t)
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return tokens, nil
}

// parseToken reads one entry. What is empty is an error and never "all": it may be a
// variable that was not set.
func parseToken(entry string) (t Token, err error) {
	parts := strings.Split(entry, ":")
	if len(parts) < 2 || len(parts) > 4 {
		return t, errors.New("it is not of the form NAME:SECRET[:SCOPES[:BYTES]]")
	}
	if t.Name = parts[0]; !tokenName.MatchString(t.Name) {
		return t, errors.New("the name is not 1 to 64 letters, digits, dots, dashes and underscores")
	}
	if t.Digest, err = parseSecret(parts[1]); err != nil {
		return t, err
	}
	t.Scopes = scopes
	if len(parts) > 2 {
		if t.Scopes, err = parseScopes(parts[2]); err != nil {
			return t, err
		}
	}
	if len(parts) > 3 {
		n, err := parseBytes(parts[3])
		if err != nil || n < 1 || n > maxTokenBytes {
			return t, fmt.Errorf("the bytes of a day are not a size from 1B to %v, such as 10GiB", ByteSize(maxTokenBytes))
		}
		t.Bytes = ByteSize(n)
	}
	return t, nil
}

func parseSecret(s string) (digest [sha256.Size]byte, err error) {
	if text, hashed := strings.CutPrefix(s, digestPrefix); hashed {
		if n, err := hex.Decode(digest[:], []byte(text)[:min(len(text), 2*len(digest))]); err != nil || n != len(digest) || len(text) != 2*n {
			return digest, errors.New("sha256- is not followed by 64 hex digits")
		}
		return digest, nil
	}
	if !tokenSecret.MatchString(s) || strings.ContainsAny(s, ",") {
		return digest, errors.New("the secret is not 16 to 512 visible ASCII characters without colon and comma")
	}
	return sha256.Sum256([]byte(s)), nil
}

func parseScopes(s string) ([]string, error) {
	var list []string
	for scope := range strings.SplitSeq(s, "+") {
		if !slices.Contains(scopes, scope) || slices.Contains(list, scope) {
			return nil, fmt.Errorf("the scopes are not some of %s, each once, joined by +", wordList(scopes))
		}
		list = append(list, scope)
	}
	return list, nil
}

// Proxies are TrustedProxies as values; what Validate refuses is left out.
func (c *Config) Proxies() (list []netip.Prefix) {
	for _, text := range c.TrustedProxies {
		if p, err := parseProxy(text); err == nil {
			list = append(list, p)
		}
	}
	return list
}

func parseProxy(s string) (netip.Prefix, error) {
	if addr, err := netip.ParseAddr(s); err == nil && addr.Zone() == "" {
		return netip.PrefixFrom(addr.Unmap(), addr.Unmap().BitLen()), nil
	}
	p, err := netip.ParsePrefix(s)
	if err == nil && p.Addr().Is4In6() {
		return p, errors.New("an IPv4 network is written as one")
	}
	return p.Masked(), err
}

// checkOrigin refuses what no browser sends as an Origin.
func checkOrigin(s string) error {
	if s == "*" {
		return nil
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || s != u.Scheme+"://"+u.Host || s != strings.ToLower(s) {
		return errors.New("is neither * nor an origin such as https://example.com, in lower case and without a path")
	}
	return nil
}

func (c *Config) checkAccess(v *validator) {
	for _, origin := range c.UploadOrigins {
		if err := checkOrigin(origin); err != nil {
			v.refuse("upload-origins", "%q %v", origin, err)
		}
	}
	if _, err := c.UploadTokens(); err != nil {
		for _, line := range strings.Split(err.Error(), "\n") {
			v.refuse("tokens", "%s", line)
		}
	}
	for _, text := range c.TrustedProxies {
		if _, err := parseProxy(text); err != nil {
			v.refuse("trusted-proxies", "%q is neither a network such as 10.0.0.0/8 nor an address", text)
		}
	}
}
