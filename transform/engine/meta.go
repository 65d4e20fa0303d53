package engine

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"slices"
	"strings"

	"lightwell/transform"

	"github.com/davidbyttow/govips/v2/vips"
)

// label leaves of what an image says of itself what the plan keeps, and tells whether that
// is anything.
func label(img *vips.ImageRef, p *transform.Plan) (any bool, err error) {
	var kept []string
	var credit, iptc []byte
	switch p.Meta {
	case transform.MetaCopyright:
		credit = credits(img)
	case transform.MetaKeep:
		kept = slices.DeleteFunc(img.ImageFields(), func(field string) bool { return !stays(field, p.Position) })
		if iptc = img.GetBlob("iptc-data"); !p.Position {
			iptc = placeless(iptc)
		}
		if len(iptc) == 0 {
			kept = slices.DeleteFunc(kept, func(field string) bool { return field == "iptc-data" })
		}
	}
	if err := img.RemoveMetadata(kept...); err != nil {
		return false, vipsError(nil, "remove the metadata", err)
	}
	if err := img.RemoveOrientation(); err != nil { // the pixels are upright
		return false, vipsError(nil, "remove the orientation", err)
	}
	if credit != nil {
		img.SetBlob("xmp-data", credit)
	}
	if len(iptc) > 0 {
		img.SetBlob("iptc-data", iptc)
	}
	return len(kept) > 0 || credit != nil, nil
}

// stays tells whether a field of an image's metadata may stay. XMP, and what a camera's maker
// adds, may say the position, too; a thumbnail is of the whole picture.
func stays(field string, position bool) bool {
	switch {
	case field == "exif-ifd0-Orientation", field == "jpeg-thumbnail-data", field == "exif-ifd1-Orientation":
		return false
	case strings.HasPrefix(field, "exif-ifd3-"), field == "exif-ifd2-MakerNote", field == "xmp-data":
		return position
	}
	return strings.HasPrefix(field, "exif-") || field == "iptc-data"
}

// mostCredit is the longest text that is kept, in bytes.
const mostCredit = 1000

// credits is an XMP packet of who made an image and whose it is, by its EXIF, else its XMP, else
// its IPTC; nil where none says. libvips writes EXIF in ASCII alone, and people have names.
func credits(img *vips.ImageRef) []byte {
	said := readExif(img.GetBlob("exif-data"))
	creator, rights := dublinCore(img.GetBlob("xmp-data"))
	oldCreator, oldRights := iptcCredits(img.GetBlob("iptc-data"))
	creator, rights = cmp.Or(said.text(artistTag), creator, oldCreator), cmp.Or(said.text(copyrightTag), rights, oldRights)
	if creator == "" && rights == "" {
		return nil
	}
	var packet bytes.Buffer
	packet.WriteString(`<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">` +
		`<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">`)
	write := func(before, text, after string) {
		if text == "" {
			return
		}
		packet.WriteString(before)
		_ = xml.EscapeText(&packet, []byte(strings.ToValidUTF8(text[:min(len(text), mostCredit)], ""))) // a buffer takes all
		packet.WriteString(after)
	}
	write("<dc:creator><rdf:Seq><rdf:li>", creator, "</rdf:li></rdf:Seq></dc:creator>")
	write(`<dc:rights><rdf:Alt><rdf:li xml:lang="x-default">`, rights, "</rdf:li></rdf:Alt></dc:rights>")
	packet.WriteString("</rdf:Description></rdf:RDF></x:xmpmeta>")
	return packet.Bytes()
}

// dublinCore reads dc:creator and dc:rights of an XMP packet (ISO 16684-1), several creators
// joined.
func dublinCore(packet []byte) (creator, rights string) {
	const most = 1 << 20
	if len(packet) == 0 || len(packet) > most {
		return "", ""
	}
	var creators []string
	within := ""
	for decoder := xml.NewDecoder(strings.NewReader(string(packet))); ; {
		token, err := decoder.Token()
		if err != nil {
			break
		}
		switch token := token.(type) {
		case xml.StartElement:
			if token.Name.Space == "http://purl.org/dc/elements/1.1/" {
				within = token.Name.Local
			}
		case xml.EndElement:
			if token.Name.Space == "http://purl.org/dc/elements/1.1/" {
				within = ""
			}
		case xml.CharData:
			text := strings.TrimSpace(string(token))
			switch {
			case text == "":
			case within == "creator":
				creators = append(creators, text)
			case within == "rights" && rights == "":
				rights = text
			}
		}
	}
	return strings.Join(creators, "; "), rights
}
