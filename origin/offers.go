package origin

import (
	"encoding/binary"
	"sync"

	"lightwell/transform"

	"github.com/valyala/fasthttp"
)

const (
	// maxOffers is how many offers are remembered in each of two halves. Two full
	// ones took 15 MB, and 23 MB with addresses near the longest (measured with short
	// names and tags, which an offer holds, too).
	maxOffers = 4096
	// maxAddress is the longest URL that an offer is remembered for, in bytes.
	maxAddress = 1024
)

// offers remembers what was offered lately, by address: a hot URL is not parsed,
// hashed and described anew for every request. Once the young half is full it
// becomes the old one, and what was in the old one and not asked for since is
// forgotten. The zero offers is empty.
//
// The address is the URL, and where the answer varies with it what the Accept header
// comes to: the URL alone then finds varying, which is kept whenever one of its offers
// is, and so is never forgotten before them.
type offers struct {
	mu         sync.RWMutex // guards both halves
	young, old map[string]*offer
	accepts    accepts
}

// varying stands where an offer depends on the Accept header.
var varying = &offer{}

// acceptSize is by how much withAccept makes an address longer.
const acceptSize = 5

// withAccept makes of a URL the address of what varies. A line ends the URL, which
// cannot contain one.
func (o *offers) withAccept(url []byte, h *fasthttp.RequestHeader, writes transform.FormatSet) []byte {
	return binary.BigEndian.AppendUint32(append(url, '\n'), uint32(o.accepts.of(h, writes)))
}

// of is what is remembered of a URL, for a request with such a header; url has room for withAccept.
func (o *offers) of(url []byte, h *fasthttp.RequestHeader, writes transform.FormatSet) (found *offer, fresh bool) {
	if found, fresh = o.find(url); found == varying {
		found, fresh = o.find(o.withAccept(url, h, writes))
	}
	return found, fresh
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

// keep remembers what was offered for a URL to a request with such a header.
func (o *offers) keep(url []byte, h *fasthttp.RequestHeader, writes transform.FormatSet, kept *offer) {
	if len(url) > maxAddress {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.young)+2 > maxOffers { // an offer may take two places
		o.old, o.young = o.young, nil
	}
	if o.young == nil {
		o.young = map[string]*offer{}
	}
	if kept.varies {
		o.young[string(url)] = varying
		url = o.withAccept(url, h, writes)
	}
	o.young[string(url)] = kept
}
