package origin

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"lightwell/cache"
	"lightwell/origin/library"
	"lightwell/transform"

	"github.com/valyala/fasthttp"
)

// offer is what a URL offers of an asset: a rendition, or the original, by its key,
// with the headers that describe it. Nobody changes an offer, but for how it was answered.
//
// An offer is remembered, so it holds only what follows from the URL, what the Accept
// header comes to, the asset, its mark, the preset and the settings. What depends on the time or on the
// caller is no part of it.
type offer struct {
	Target
	asset Subject
	// ofOriginal tells that the URL comes to the original, though perhaps a drawing is
	// delivered in its place.
	ofOriginal bool
	varies     bool             // by the Accept header
	recipe     transform.Recipe // resolved, its mark to an id
	key        string
	name       string // of its entry in the cache
	etag       string
	modified   time.Time // of an original only
	// interim is answered for as long as this is not made; nil for none. isInterim tells one.
	interim   *offer
	isInterim bool
	// hot is how it was answered last; nil for what hit does not answer.
	hot atomic.Pointer[hot]
	// kept are the headers that a 304 carries, too: what a cache goes by (RFC 9110,
	// section 15.4.5). The others are of the body.
	kept, described []field
}

// field is a header, its name as fasthttp spells it.
type field struct{ name, value []byte }

// offer works out what a target offers of its asset.
func (h *Handler) offer(t Target, a Subject, accept string) *offer {
	t.ID, t.Pairs = a.ID, nil // as read, they hold on to the whole URL
	o := &offer{Target: t, asset: a}
	o.recipe, o.varies = t.Request.Recipe.Resolve(a.Page(t.Request.Page), accept, h.Writes)
	if a.Mark.ID != "" { // by whichever of its names: it is one rendition
		o.recipe.Mark.Image = a.Mark.ID
	}
	o.ofOriginal = o.isOriginal()
	if o.ofOriginal && a.Source.Format == transform.SVG {
		o.recipe = h.SVGOriginal
	}
	if o.isOriginal() {
		o.modified = a.Created
	}
	h.name(o)
	o.interim = h.interimOf(o, accept)
	return o
}

// name gives an offer its names, and the headers that go with them.
func (h *Handler) name(o *offer) {
	o.key = h.key(o.asset, o.recipe)
	o.name = cache.Name(o.asset.Original, o.key)
	o.etag = etag(o.key)
	o.describe()
}

func (h *Handler) key(a Subject, r transform.Recipe) string {
	return Key(WithFonts(h.Fingerprint, h.Fonts, a, r), h.Service.SourceOf(a, r), a, r)
}

func (o *offer) isOriginal() bool { return o.recipe == (transform.Recipe{}) }

// writable refuses a format that this build of the engine cannot write.
func (h *Handler) writable(o *offer) error {
	if f := o.recipe.Format; !o.isOriginal() && f != transform.SVG && !h.Writes.Has(f) {
		return &transform.ParamError{Param: "fm", Reason: fmt.Sprintf("%v is none of the formats that this server can write: %v", f, h.Writes)}
	}
	return nil
}

func etag(key string) string { return `"` + key + `"` }

// isOf tells whether it was worked out for the asset and its layers as they are now.
func (o *offer) isOf(a Subject) bool {
	return same(o.asset.Asset, a.Asset) && same(o.asset.Mark, a.Mark) && same(o.asset.Blend, a.Blend)
}

// same tells whether nothing about an asset has changed.
func same(was, a library.Asset) bool {
	return was.ID == a.ID && was.Original == a.Original && was.Generation == a.Generation &&
		was.Source == a.Source && was.Bytes == a.Bytes && was.Name == a.Name &&
		was.Created.Equal(a.Created) && slices.Equal(was.Tags, a.Tags) && slices.Equal(was.Pages, a.Pages) && slices.Equal(was.Levels, a.Levels)
}

// describe writes the headers of an image.
func (o *offer) describe() {
	add := func(to *[]field, name, value string) { *to = append(*to, field{[]byte(name), []byte(value)}) }
	add(&o.kept, "Etag", o.etag)
	life, _ := o.life()
	add(&o.kept, "Cache-Control", life)
	if o.isInterim {
		add(&o.kept, cdnLifeHeader, cdnLife(interimSeconds))
		add(&o.kept, interimHeader, interimValue)
	}
	if o.varies {
		add(&o.kept, "Vary", "Accept")
	}
	tags := cacheTags(o.asset)
	add(&o.kept, "Cache-Tag", strings.Join(tags, ","))
	add(&o.kept, "Surrogate-Key", strings.Join(tags, " "))

	format := o.recipe.Format
	if o.isOriginal() {
		format = o.asset.Source.Format
		add(&o.described, "Last-Modified", o.modified.UTC().Format(http.TimeFormat))
	}
	add(&o.described, "Content-Type", format.ContentType())
	add(&o.described, "Accept-Ranges", "bytes")
	add(&o.described, "Content-Disposition", disposition(o.asset.Asset, o.Request, format))
}

// settle corrects the headers of a body for a rendition in another format than the one that the client
// prefers: of those that it takes, one that came out smaller.
func (o *offer) settle(header *fasthttp.ResponseHeader, e *cache.Entry) error {
	if e.Format == o.recipe.Format.String() {
		return nil
	}
	format, err := transform.ParseFormat(e.Format)
	if err != nil {
		return fmt.Errorf("rendition %s: %w", o.key, err)
	}
	header.SetContentType(format.ContentType())
	header.Set("Content-Disposition", disposition(o.asset.Asset, o.Request, format))
	return nil
}

// cacheTags are what a CDN is told to purge by.
func cacheTags(a Subject) []string {
	tags := []string{a.ID}
	for _, layer := range a.layers() {
		if !slices.Contains(tags, layer.ID) {
			tags = append(tags, layer.ID)
		}
	}
	for _, tag := range a.Tags {
		tags = append(tags, url.QueryEscape(tag))
	}
	return tags
}

// mayChange tells whether another rendition may come to stand under the URL.
func (o *offer) mayChange() bool { return o.Request.Preset != "" || o.hasNamedMark() }

// life is how long the answer may be kept, as a header has it and as a time.
func (o *offer) life() (header string, most time.Duration) {
	if o.isInterim {
		return interimLife, interimSeconds * time.Second
	}
	if o.mayChange() {
		return presetLife, presetSeconds * time.Second
	}
	return imageLife, imageSeconds * time.Second
}

func write(header *fasthttp.ResponseHeader, fields []field) {
	for _, f := range fields {
		header.SetCanonical(f.name, f.value)
	}
}
