package uploader

import (
	"math"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/time/rate"
)

const (
	// guessRate is how many wrong tokens a second an address may send, and guessBurst how
	// many at once. What is over is not compared, right or wrong: else guessing would go on.
	guessRate  = 1
	guessBurst = 10
	// maxClients is how many clients are remembered. One that is forgotten begins anew, so
	// there must be more than somebody can easily be.
	maxClients = 20_000
)

// buckets are token buckets by client, for those who came last.
type buckets struct {
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

func newBuckets(perSecond float64, burst int, clock func() time.Time) *buckets {
	all, err := lru.New[string, *bucket](maxClients)
	if err != nil {
		panic(err) // only of a size below 1
	}
	return &buckets{rate: rate.Limit(perSecond), burst: burst, clock: clock, all: all}
}

func (b *buckets) get(client string) *bucket {
	b.mu.Lock()
	defer b.mu.Unlock()
	one, ok := b.all.Get(client)
	if !ok {
		one = &bucket{Limiter: rate.NewLimiter(b.rate, b.burst)}
		b.all.Add(client, one)
	}
	return one
}

// take takes one of what a client has left. Otherwise it returns in how many seconds,
// rounded up, there is one again.
func (b *buckets) take(client string) (wait int) {
	one := b.get(client)
	now := b.clock()
	if one.AllowN(now, 1) {
		return 0
	}
	return one.wait(now)
}

// try makes an attempt that costs one if it fails, and is not made when there is none.
func (b *buckets) try(client string, attempt func() bool) (wait int) {
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

// clientAddress is where a request comes from: the other end of its connection, or, as
// long as that is a proxy that is trusted, whoever the proxy says it has it from. What is
// further to the left in X-Forwarded-For may have been written by anybody. Whoever has an
// IPv6 address has a /64 of them, which counts as one.
func clientAddress(r *http.Request, proxies []netip.Prefix) netip.Addr {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	at := peer.Addr().Unmap().WithZone("")
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && contains(proxies, at); i-- {
		hop, ok := parseHop(strings.TrimSpace(hops[i]))
		if !ok {
			break // it is the proxy's own word that nobody can read
		}
		at = hop
	}
	if at.Is6() {
		at = netip.PrefixFrom(at, 64).Masked().Addr()
	}
	return at
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
