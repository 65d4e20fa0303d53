package uploader

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"

	"lightwell/origin/clients"
	"lightwell/origin/problem"
	"lightwell/origin/requestid"
)

const (
	// guessRate is how many wrong tokens a second an address may send, and guessBurst how
	// many at once. What is over is not compared, right or wrong: else guessing would go on.
	guessRate  = 1
	guessBurst = 10
)

// guard stands before the routes.
type guard struct {
	Access
	clients *clients.Buckets // of requests
	guesses *clients.Buckets // of wrong tokens
	refused func(why string)
}

func newGuard(a Access, refused func(why string)) *guard {
	if a.Now == nil {
		a.Now = time.Now
	}
	g := &guard{Access: a, guesses: clients.NewBuckets(guessRate, guessBurst, a.Now), refused: refused}
	if a.Rate > 0 {
		g.clients = clients.NewBuckets(float64(a.Rate), a.Burst, a.Now)
	}
	return g
}

// admit lets a request in that has what a scope needs, before anything of its body has
// been read, or says why not.
func (g *guard) admit(w http.ResponseWriter, r *http.Request, needs Scope) (*http.Request, error) {
	switch {
	case needs == Signed && hasSignature(r):
		needs = Public
	case needs == Signed:
		needs = ScopeUpload
	}
	who := caller{address: clients.Address(r.RemoteAddr, r.Header.Values("X-Forwarded-For"), g.Proxies), request: w.Header().Get(requestid.Header)}
	var denied error
	if needs != Public && len(g.Tokens) > 0 {
		who.token, denied = g.identify(w, r, who.address)
	}
	if err := g.often(who.client()); err != nil { // also of those who come without a token
		w.Header().Del("WWW-Authenticate")
		denied = err
	}
	if denied == nil {
		denied = g.authorize(w, who.token, needs)
	}
	if denied != nil {
		if r.ContentLength != 0 {
			dismiss(w)
		}
		return r, denied
	}
	return r.WithContext(context.WithValue(r.Context(), callerKey{}, who)), nil
}

// parting is how long a client that was refused may go on sending. Closed at once, its
// connection could lose the answer on the way; net/http would wait as long as for an upload.
const parting = time.Second

// dismiss ends a connection after the answer: what is coming is not worth reading.
func dismiss(w http.ResponseWriter) {
	w.Header().Set("Connection", "close")
	http.NewResponseController(w).SetReadDeadline(time.Now().Add(parting)) // an error is the client's leaving
}

// often refuses a client that makes too many requests.
func (g *guard) often(client string) error {
	if g.clients == nil {
		return nil
	}
	wait := g.clients.Take(client)
	if wait == 0 {
		return nil
	}
	g.refused("rate")
	p := problem.New(http.StatusTooManyRequests, fmt.Sprintf("A client may make %d requests a second here, and %d at once.", g.Rate, g.Burst))
	p.RetryAfter = wait
	return p
}

const challenge = `Bearer realm="lightwell"`

// identify is whose token a request has (RFC 6750, sections 2.1 and 3).
func (g *guard) identify(w http.ResponseWriter, r *http.Request, from netip.Addr) (*Token, error) {
	secret, sent := bearer(r)
	if !sent {
		g.refused("token")
		w.Header().Set("WWW-Authenticate", challenge)
		return nil, problem.New(http.StatusUnauthorized, "A token is needed here, as in Authorization: Bearer SECRET.")
	}
	var token *Token
	if wait := g.guesses.Try(from.String(), func() bool { token = g.find(secret); return token != nil }); wait > 0 {
		g.refused("rate")
		p := problem.New(http.StatusTooManyRequests, "There were too many wrong tokens from this address.")
		p.RetryAfter = wait
		return nil, p
	}
	if token == nil {
		g.refused("token")
		w.Header().Set("WWW-Authenticate", challenge+`, error="invalid_token"`)
		return nil, problem.New(http.StatusUnauthorized, "The token is not valid here.")
	}
	return token, nil
}

// bearer is the secret that a request was sent with.
func bearer(r *http.Request) (secret string, sent bool) {
	values := r.Header.Values("Authorization")
	if len(values) == 0 {
		return "", false
	}
	scheme, secret, _ := strings.Cut(values[0], " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return "", false
	}
	if len(values) > 1 { // which of them is meant, nobody knows
		return "", true
	}
	return strings.TrimLeft(secret, " "), true
}

// find is the token of a secret. It looks at all of them, whichever it is, and compares
// digests, so that its time tells nothing of a secret.
func (g *guard) find(secret string) *Token {
	digest := sha256.Sum256([]byte(secret))
	at := len(g.Tokens)
	for i := range g.Tokens {
		at = subtle.ConstantTimeSelect(subtle.ConstantTimeCompare(digest[:], g.Tokens[i].Digest[:]), i, at)
	}
	if at == len(g.Tokens) {
		return nil
	}
	return &g.Tokens[at]
}

// authorize refuses a token that is not good for what is asked for.
func (g *guard) authorize(w http.ResponseWriter, t *Token, needs Scope) error {
	switch {
	case needs == Public, needs == AnyToken, len(g.Tokens) == 0, slices.Contains(t.Scopes, needs):
		return nil
	}
	g.refused("scope")
	w.Header().Set("WWW-Authenticate", fmt.Sprintf(`%s, error="insufficient_scope", scope="%s"`, challenge, needs))
	return problem.New(http.StatusForbidden, fmt.Sprintf("The token is not good for this: it has no scope %s.", needs))
}
