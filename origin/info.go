package origin

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"lightwell/origin/library"
	"lightwell/origin/problem"
	"lightwell/transform"

	"github.com/valyala/fasthttp"
)

// Info is the document at /info/{id}. Sizes are pixels as shown, upright.
type Info struct {
	ID            string           `json:"id"`
	Width         int              `json:"width"`
	Height        int              `json:"height"`
	Format        transform.Format `json:"format"`
	Bytes         int64            `json:"bytes"`
	Orientation   int              `json:"orientation"` // of the stored pixels, as EXIF numbers it
	Frames        int              `json:"frames"`
	Pages         []transform.Size `json:"pages,omitempty"` // of a document
	Alpha         bool             `json:"alpha"`
	Depth         int              `json:"depth"`             // bits a channel
	Grey          bool             `json:"grey"`              // it has no colours
	Profile       string           `json:"profile,omitempty"` // what the ICC profile calls itself
	Name          string           `json:"name,omitempty"`
	Tags          []string         `json:"tags,omitempty"`
	Created       time.Time        `json:"created"`
	Placeholder   string           `json:"placeholder,omitempty"` // a ThumbHash in base64
	BlurHash      string           `json:"blurHash,omitempty"`
	DominantColor *transform.RGB   `json:"dominantColor,omitempty"`
	Palette       []transform.RGB  `json:"palette,omitempty"` // the most frequent first
	Exif          *transform.Exif  `json:"exif,omitempty"`
	GPS           *transform.GPS   `json:"gps,omitempty"` // only where the operator allows it
}

// info is what is known of an asset. Where it was taken, only with the operator's leave.
func info(a library.Asset, position bool) Info {
	size := a.Source.Upright()
	known := Info{
		ID: a.ID, Width: size.Width, Height: size.Height, Format: a.Source.Format, Bytes: a.Bytes,
		Orientation: a.Source.Orientation, Frames: a.Source.Frames, Pages: pages(a), Alpha: a.Source.Alpha,
		Depth: max(8, a.Source.Depth), Grey: a.Source.Grey, Profile: a.Profile,
		Name: a.Name, Tags: a.Tags, Created: a.Created, Placeholder: a.Placeholder, BlurHash: a.BlurHash, Exif: a.Exif,
	}
	if position {
		known.GPS = a.GPS
	}
	if c, ok := a.Palette.Dominant(); ok {
		known.DominantColor = &c
	}
	for _, s := range a.Palette {
		known.Palette = append(known.Palette, s.Color)
	}
	return known
}

// pages are the sizes of a document's pages, upright.
func pages(a library.Asset) (sizes []transform.Size) {
	if !a.Source.Format.Document() {
		return nil
	}
	for page := range a.Source.Frames {
		sizes = append(sizes, a.Page(page+1).Upright())
	}
	return sizes
}

// errUnknown is of an image that could be decoded, but not shown: of its colours nothing is known.
var errUnknown = problem.New(http.StatusNotFound, "This is not known of the image.")

// report answers with what a URL asks to be told of an asset.
func (h *Handler) report(rc *fasthttp.RequestCtx, t Target, a library.Asset) error {
	body, contentType, err := h.told(t, a)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(body)
	o := &offer{Target: t, asset: Subject{Asset: a}, etag: etag(hex.EncodeToString(sum[:16]))}
	header := &rc.Response.Header
	header.Set("ETag", o.etag)
	tags := cacheTags(o.asset)
	header.Set("Cache-Tag", strings.Join(tags, ","))
	header.Set("Surrogate-Key", strings.Join(tags, " "))
	life, most := o.life()
	if t.tellsAll() { // name and tags may change
		life, most = infoLife, infoSeconds*time.Second
	}
	header.Set("Cache-Control", life)
	h.shorten(header, t, most)
	switch precondition(&rc.Request.Header, o.etag, o.modified) {
	case http.StatusNotModified:
		rc.SetStatusCode(http.StatusNotModified)
		return nil
	case http.StatusPreconditionFailed:
		return errPrecondition
	}
	header.SetContentType(contentType)
	rc.Response.SetBodyRaw(body)
	return nil
}

// told is what is told in answer to a target, as a document.
func (h *Handler) told(t Target, a library.Asset) (body []byte, contentType string, err error) {
	asked := t.Request.Report
	switch {
	case t.tellsAll():
		body, err = json.Marshal(info(a, h.Service.Positions))
		return append(body, '\n'), "application/json", err
	case asked.Kind == transform.PaletteJSON:
		body, err = a.Palette.JSON(asked.Colors)
		return append(body, '\n'), "application/json", err
	case asked.Kind == transform.PaletteCSS:
		return []byte(a.Palette.CSS(asked.Colors, asked.Prefix)), "text/css; charset=utf-8", nil
	case asked.Kind == transform.BlurHash:
		body = []byte(a.BlurHash)
	case asked.Kind == transform.ThumbHash:
		body = []byte(a.Placeholder)
	}
	if len(body) == 0 {
		return nil, "", errUnknown
	}
	return body, "text/plain; charset=utf-8", nil
}
