package origin

import (
	"context"
	"time"

	"lightwell/origin/library"
	"lightwell/transform"
)

// DispositionOf is the Content-Disposition of an asset of a name, or of a download of that name.
func DispositionOf(a library.Asset, name string, download bool) string {
	if download {
		return disposition(a, transform.Request{Download: true, DownloadName: name}, a.Source.Format)
	}
	a.Name = name
	return disposition(a, transform.Request{}, a.Source.Format)
}

// MaxOffers is how many offers are remembered at most.
const MaxOffers = 2 * maxOffers

// Offers counts those that a handler remembers.
func Offers(h *Handler) int {
	h.offers.mu.RLock()
	defer h.offers.mu.RUnlock()
	return len(h.offers.young) + len(h.offers.old)
}

// OfferHolds tells whether what was offered of an asset holds for what it is now.
func OfferHolds(was, now library.Asset) bool {
	return (&offer{asset: Subject{Asset: was}}).isOf(Subject{Asset: now})
}

// NewPatience is a request's context, and its end.
func NewPatience(until time.Time) (context.Context, func()) {
	p := &patience{until: until}
	return p, p.end
}
