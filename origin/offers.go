package origin

import (
	"sync"

	"github.com/valyala/fasthttp"
)

const (
	// maxOffers is how many offers are remembered in each of two halves. Two full
	// ones took 15 MB, and 23 MB with addresses near the longest (measured with short
	// names and tags, which an offer holds, too).
	maxOffers = 4096
	// maxAddress is the longest address that an offer is remembered for, in bytes.
	maxAddress = 1024
)

// offers remembers what was offered lately, by address: a hot URL is not parsed,
// hashed and described anew for every request. Once the young half is full it
// becomes the old one, and what was in the old one and not asked for since is
// forgotten. The zero offers is empty.
type offers struct {
	mu         sync.RWMutex // guards both halves
	young, old map[string]*offer
}

// addressOf appends all of a request that an offer depends on. A line ends what
// cannot contain one.
func addressOf(to []byte, h *fasthttp.RequestHeader) []byte {
	to = append(to, h.RequestURI()...)
	for _, accept := range h.PeekAll("Accept") {
		to = append(append(to, '\n'), accept...)
	}
	return to
}

// find is nil for what is not remembered. What is not fresh is forgotten soon,
// unless it is kept again.
func (o *offers) find(address []byte) (found *offer, fresh bool) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	if found := o.young[string(address)]; found != nil {
		return found, true
	}
	return o.old[string(address)], false
}

func (o *offers) keep(address []byte, kept *offer) {
	if len(address) > maxAddress {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.young) >= maxOffers {
		o.old, o.young = o.young, nil
	}
	if o.young == nil {
		o.young = map[string]*offer{}
	}
	o.young[string(address)] = kept
}
