package origin

import (
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"time"

	"lightwell/origin/clients"
	"lightwell/origin/problem"

	"github.com/valyala/fasthttp"
)

// Cold bounds how many renditions that are not in the cache a client may have made.
type Cold struct {
	// Rate is how many a second, on average, and Burst how many at once.
	Rate, Burst int
	// Proxies are whose word is taken for who the client is: Header, or where that is empty
	// X-Forwarded-For.
	Proxies []netip.Prefix
	Header  string

	buckets *clients.Buckets
}

// NewCold makes a bound; nil, for none, where the rate is 0.
func NewCold(c Cold) *Cold {
	if c.Rate == 0 {
		return nil
	}
	c.buckets = clients.NewBuckets(float64(c.Rate), c.Burst, time.Now)
	return &c
}

// admit refuses a client that is over the bound.
func (c *Cold) admit(client string) error {
	wait := c.buckets.Take(client)
	if wait == 0 {
		return nil
	}
	p := problem.New(http.StatusTooManyRequests, fmt.Sprintf("A client may have %d renditions a second made here, and %d at once.", c.Rate, c.Burst))
	p.RetryAfter = wait
	return p
}

func (c *Cold) client(rc *fasthttp.RequestCtx) string {
	peer := rc.RemoteAddr().String()
	if c.Header != "" && clients.Trusted(peer, c.Proxies) {
		if said := rc.Request.Header.Peek(c.Header); len(said) > 0 {
			return clients.Named(string(said))
		}
	}
	var forwarded []string
	for _, value := range rc.Request.Header.PeekAll("X-Forwarded-For") {
		forwarded = append(forwarded, string(value))
	}
	return clients.Address(peer, forwarded, c.Proxies).String()
}

// rendition is what is offered, from the cache or, unless the client has had too many made, made for it.
func (h *Handler) rendition(ctx context.Context, rc *fasthttp.RequestCtx, o *offer) (Result, error) {
	if h.Cold == nil {
		return h.Service.Rendition(ctx, o.asset, o.recipe, o.name)
	}
	client := h.Cold.client(rc) // now: a flight may outlive the request
	return h.Service.rendition(ctx, o.asset, o.recipe, o.name, func() error { return h.Cold.admit(client) })
}
