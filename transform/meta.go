package transform

import "fmt"

// Meta is what a rendition keeps of what the source says beside its pixels.
type Meta uint8

// The ways.
const (
	MetaStrip     Meta = iota // nothing
	MetaCopyright             // who made it, and whose it is
	MetaKeep                  // all, but for where it was taken, unless the operator allows that
)

var metaNames = [...]string{MetaStrip: "strip", MetaCopyright: "copyright", MetaKeep: "keep"}

func parseMeta(d *draft, s string) error {
	for meta, name := range metaNames {
		if s == name {
			d.Meta = Meta(meta)
			return nil
		}
	}
	return fmt.Errorf("%q is not strip, copyright or keep", s)
}

func spellMeta(r Recipe) string {
	if r.Meta == MetaStrip {
		return ""
	}
	return metaNames[r.Meta]
}

// describes tells whether the engine writes metadata into files of the format.
func (f Format) describes() bool {
	return f == JPEG || f == PNG || f == WebP || f == AVIF || f == TIFF
}
