package uploader

import (
	"context"
	"crypto/sha256"
	"fmt"
	"net/netip"
	"time"
)

// Scope is what a request needs to be let in. The zero value lets nobody in, so that a
// route says what it needs.
type Scope int

const (
	_        Scope = iota
	Public         // nothing
	Signed         // a signature, which the route looks at, or else as ScopeUpload
	AnyToken       // a token, whatever it is good for
	ScopeUpload
	ScopeProcess
	ScopeDelete
	ScopePurge
)

var scopeNames = map[Scope]string{ScopeUpload: "upload", ScopeProcess: "process", ScopeDelete: "delete", ScopePurge: "purge"}

func (s Scope) String() string { return scopeNames[s] }

// ParseScope is the scope of a name, one of upload, process, delete and purge.
func ParseScope(name string) (Scope, error) {
	for s, n := range scopeNames {
		if n == name {
			return s, nil
		}
	}
	return 0, fmt.Errorf("there is no scope %q", name)
}

// Token lets its holder in.
type Token struct {
	// Name is no secret, and names the holder in logs, keys and counts.
	Name string
	// Digest is the SHA-256 of the secret, so that nothing here could print that.
	Digest [sha256.Size]byte
	Scopes []Scope
}

// Access says who is let in, and how often. The zero value lets everybody do everything.
type Access struct {
	// Tokens are all that are valid; without any, none is asked for.
	Tokens []Token
	// Proxies are whose X-Forwarded-For is believed.
	Proxies []netip.Prefix
	// Rate is how many requests a second each client may make on average, and Burst how
	// many at once. A Rate of 0 is no such bound.
	Rate, Burst int
	// Now is the time; nil for time.Now.
	Now func() time.Time
}

// caller is who a request comes from.
type caller struct {
	address netip.Addr
	token   *Token // nil where there is none
	request string // its id
}

// client is what a caller's requests are counted by.
func (c caller) client() string {
	if c.token != nil {
		return "token " + c.token.Name
	}
	return c.address.String()
}

type callerKey struct{}

// tokenName is the name of the token that a request came with, "" for none.
func tokenName(ctx context.Context) string {
	if c, ok := ctx.Value(callerKey{}).(caller); ok && c.token != nil {
		return c.token.Name
	}
	return ""
}
