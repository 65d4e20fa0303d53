// Package clients tells the clients of a server apart, and how often each may ask.
package clients

import (
	"math"
	"net/netip"
	"strings"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/time/rate"
)

// remembered is how many clients are. One that is forgotten begins anew, so there must be more than somebody
// can easily be.
const remembered = 20_000

// Buckets are token buckets by client, for those who came last.
type Buckets struct {
	rate  rate.Limit
	burst int
	clock func() time.Time

	mu  sync.Mutex // guards get's looking and adding
	all *lru.Cache[string, *bucket]
}

type bucket struct {
	mu sync.Mutex // held while a guess is made, so that all at once are no more than one after the other
	*rate.Limiter
}

// NewBuckets makes buckets that hold burst each, and get so many a second, by a clock.
func NewBuckets(perSecond float64, burst int, clock func() time.Time) *Buckets {
	all, err := lru.New[string, *bucket](remembered)
	if err != nil {
		panic(err) // only of a size below 1
	}
	return &Buckets{rate: rate.Limit(perSecond), burst: burst, clock: clock, all: all}
}

func (b *Buckets) get(client string) *bucket {
	b.mu.Lock()
	defer b.mu.Unlock()
	one, ok := b.all.Get(client)
	if !ok {
		one = &bucket{Limiter: rate.NewLimiter(b.rate, b.burst)}
		b.all.Add(client, one)
	}
	return one
}

// Take takes one of what a client has left. Otherwise it returns in how many seconds,
// rounded up, there is one again.
func (b *Buckets) Take(client string) (wait int) {
	one := b.get(client)
	now := b.clock()
	if one.AllowN(now, 1) {
		return 0
	}
	return one.wait(now)
}

// Try makes an attempt that costs one if it fails, and is not made when there is none.
func (b *Buckets) Try(client string, attempt func() bool) (wait int) {
	one := b.get(client)
	one.mu.Lock()
	defer one.mu.Unlock()
	now := b.clock()
	if one.TokensAt(now) < 1 {
		return one.wait(now)
	}
	if !attempt() {
		one.AllowN(now, 1)
	}
	return 0
}

func (b *bucket) wait(now time.Time) int {
	return max(1, int(math.Ceil((1-b.TokensAt(now))/float64(b.Limit()))))
}

// Address is where a request comes from: the other end of its connection (peer, with a port), or, as
// long as that is a proxy that is trusted, whoever the proxy says it has it from, in the values of
// X-Forwarded-For. What is further to the left in those may have been written by anybody. Whoever has an
// IPv6 address has a /64 of them, which counts as one.
func Address(peer string, forwarded []string, proxies []netip.Prefix) netip.Addr {
	from, err := netip.ParseAddrPort(peer)
	if err != nil {
		return netip.Addr{}
	}
	at := from.Addr().Unmap().WithZone("")
	hops := strings.Split(strings.Join(forwarded, ","), ",")
	for i := len(hops) - 1; i >= 0 && contains(proxies, at); i-- {
		hop, ok := parseHop(strings.TrimSpace(hops[i]))
		if !ok {
			break // it is the proxy's own word that nobody can read
		}
		at = hop
	}
	return ofOne(at)
}

// Named is the client that a proxy names, by an address or in any other way.
func Named(said string) string {
	if addr, ok := parseHop(strings.TrimSpace(said)); ok {
		return ofOne(addr).String()
	}
	return said
}

// ofOne is the address that stands for all that one client may have.
func ofOne(at netip.Addr) netip.Addr {
	if at.Is6() {
		return netip.PrefixFrom(at, 64).Masked().Addr()
	}
	return at
}

// Trusted tells whether the other end of a connection is one of the proxies.
func Trusted(peer string, proxies []netip.Prefix) bool {
	from, err := netip.ParseAddrPort(peer)
	return err == nil && contains(proxies, from.Addr().Unmap().WithZone(""))
}

// parseHop reads an address, which some proxies give with its port.
func parseHop(s string) (netip.Addr, bool) {
	addr, err := netip.ParseAddr(s)
	if err != nil {
		with, err := netip.ParseAddrPort(s)
		if err != nil {
			return addr, false
		}
		addr = with.Addr()
	}
	return addr.Unmap().WithZone(""), true
}

func contains(proxies []netip.Prefix, addr netip.Addr) bool {
	for _, p := range proxies {
		if p.Contains(addr) {
			return true
		}
	}
	return false
}
