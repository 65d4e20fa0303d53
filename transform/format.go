package transform

import "fmt"

// Format is a file format that Lightwell knows. The zero Format is none.
type Format uint8

// The formats, by the names of the fm parameter and of the formats setting.
const (
	NoFormat Format = iota
	JPEG
	PNG
	GIF
	WebP
	AVIF
	HEIC
	TIFF
	SVG
	JXL
	BMP
	ICO
	PDF
)

// formatFacts is what the rest of the program asks about a format.
var formatFacts = [...]struct {
	name, contentType, ext string
	write                  bool // the engine can encode it
	browser                bool // every current browser shows it in <img>
	lossy                  bool // the encoder takes a quality
	alpha                  bool // it can carry transparency
}{
	NoFormat: {name: "", contentType: "application/octet-stream"},
	JPEG:     {"jpeg", "image/jpeg", "jpg", true, true, true, false},
	PNG:      {"png", "image/png", "png", true, true, false, true},
	GIF:      {"gif", "image/gif", "gif", true, true, false, true},
	WebP:     {"webp", "image/webp", "webp", true, true, true, true},
	AVIF:     {"avif", "image/avif", "avif", true, true, true, true},
	HEIC:     {"heic", "image/heic", "heic", false, false, true, true},
	TIFF:     {"tiff", "image/tiff", "tiff", true, false, false, true},
	SVG:      {"svg", "image/svg+xml", "svg", false, true, false, true},
	JXL:      {"jxl", "image/jxl", "jxl", true, false, true, true},
	BMP:      {"bmp", "image/bmp", "bmp", false, false, false, false},
	ICO:      {"ico", "image/x-icon", "ico", false, false, false, true},
	PDF:      {"pdf", "application/pdf", "pdf", false, false, false, true},
}

// String is the format's name: "jpeg", "webp".
func (f Format) String() string { return formatFacts[f].name }

// ContentType is the media type that the format is served under.
func (f Format) ContentType() string { return formatFacts[f].contentType }

// Ext is the file name extension, without the dot.
func (f Format) Ext() string { return formatFacts[f].ext }

// Writable tells whether renditions can be made in the format.
func (f Format) Writable() bool { return formatFacts[f].write }

// Lossy tells whether a quality means something for the format.
func (f Format) Lossy() bool { return formatFacts[f].lossy }

// either tells whether the format is lossy or not as one wishes.
func (f Format) either() bool { return f == WebP || f == AVIF || f == JXL }

// Vector tells whether the format is drawn, at whatever size is asked for.
func (f Format) Vector() bool { return f == SVG || f == PDF }

// Document tells whether what the format has several of are pages, and not the frames of an
// animation.
func (f Format) Document() bool { return f == TIFF || f == HEIC || f == PDF }

// Alpha tells whether the format can carry transparency.
func (f Format) Alpha() bool { return formatFacts[f].alpha }

// ParseFormat finds a format by its name, as settings and metadata spell it.
func ParseFormat(name string) (Format, error) {
	for f, facts := range formatFacts {
		if facts.name == name && name != "" {
			return Format(f), nil
		}
	}
	return NoFormat, fmt.Errorf("unknown format %q", name)
}

// MarshalText spells the format in JSON and settings.
func (f Format) MarshalText() ([]byte, error) { return []byte(f.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (f *Format) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*f = NoFormat
		return nil
	}
	parsed, err := ParseFormat(string(text))
	if err != nil {
		return err
	}
	*f = parsed
	return nil
}
