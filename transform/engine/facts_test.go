package engine

import (
	"encoding/binary"
	"math"
	"testing"
	"unicode/utf16"

	"lightwell/transform"

	"github.com/davidbyttow/govips/v2/vips"
)

// taggedPhoto is a photo that says all that is read of a camera.
func taggedPhoto(t *testing.T) []byte {
	t.Helper()
	img := header(t, fixture(t, "photo.jpg"))
	for field, value := range map[string]string{
		"exif-ifd0-Make": "Lumen", "exif-ifd0-Model": "One", "exif-ifd0-Artist": "Anna", "exif-ifd0-Copyright": "Anna",
		"exif-ifd0-ImageDescription": "A harbour", "exif-ifd0-Software": "none",
		"exif-ifd2-DateTimeOriginal": "2026:02:03 04:05:06", "exif-ifd2-OffsetTimeOriginal": "+01:00", "exif-ifd2-ExposureTime": "1/250", "exif-ifd2-FNumber": "28/10",
		"exif-ifd2-ISOSpeedRatings": "400", "exif-ifd2-FocalLength": "35/1", "exif-ifd2-FocalLengthIn35mmFilm": "52", "exif-ifd2-Flash": "1",
		"exif-ifd3-GPSLatitudeRef": "S", "exif-ifd3-GPSLatitude": "33/1 51/1 3000/100", "exif-ifd3-GPSLongitudeRef": "E", "exif-ifd3-GPSLongitude": "151/1 12/1 0/1",
		"exif-ifd3-GPSAltitude": "25/2",
	} {
		img.SetString(field, value)
	}
	body, _, err := img.ExportJpeg(&vips.JpegExportParams{Quality: 90})
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func TestFactsOfACamera(t *testing.T) {
	seen, err := Inspect(taggedPhoto(t), transform.DefaultLimits)
	if err != nil || seen.Exif == nil || seen.GPS == nil || seen.GPS.Altitude == nil {
		t.Fatalf("Inspect = %+v, %v, want EXIF with a position", seen, err)
	}
	want := transform.Exif{
		Make: "Lumen", Model: "One", Software: "none", Artist: "Anna", Copyright: "Anna", ImageDescription: "A harbour",
		DateTimeOriginal: "2026-02-03T04:05:06", ExposureTime: 0.004, FNumber: 2.8, ISO: 400, FocalLength: 35, FocalLength35mm: 52, Flash: true,
	}
	got := *seen.Exif
	if got.DateTimeOriginal == "2026-02-03T04:05:06+01:00" { // not every libexif writes the offset
		want.DateTimeOriginal = got.DateTimeOriginal
	}
	if got != want {
		t.Errorf("Exif = %+v, want %+v", got, want)
	}
	if at := *seen.GPS; math.Abs(at.Latitude+33.8583333) > 1e-7 || at.Longitude != 151.2 || *at.Altitude != 12.5 {
		t.Errorf("GPS = %+v, want 33 51 30 south, 151 12 east", at)
	}
	if seen, err := Inspect(fixture(t, "basn6a08.png"), transform.DefaultLimits); err != nil || seen.Exif != nil || seen.GPS != nil || seen.Profile != "" {
		t.Errorf("Inspect of what says nothing = %+v, %v", seen, err)
	}
}

func TestPositionsThatAreNone(t *testing.T) {
	angle := func(n ...float64) exifValue { return exifValue{numbers: n} }
	for name, said := range map[string]exif{
		"no direction":    {latitudeTag: angle(1, 2, 3), longitudeTag: angle(1, 2, 3)},
		"beyond the pole": {latitudeTag: angle(91, 0, 0), latitudeRefTag: {text: "N"}, longitudeTag: angle(1, 2, 3), longitudeRefTag: {text: "E"}},
		"half":            {latitudeTag: angle(1, 2, 3), latitudeRefTag: {text: "N"}},
		"too few":         {latitudeTag: angle(1), latitudeRefTag: {text: "N"}, longitudeTag: angle(1, 2, 3), longitudeRefTag: {text: "E"}},
	} {
		if at := said.place(); at != nil {
			t.Errorf("%s: %+v, want none", name, at)
		}
	}
}

// profileOf is a profile that has no more than a name.
func profileOf(tag []byte) []byte {
	p := make([]byte, 144, 144+len(tag))
	binary.BigEndian.PutUint32(p[128:], 1)
	copy(p[132:], "desc")
	binary.BigEndian.PutUint32(p[136:], 144)
	binary.BigEndian.PutUint32(p[140:], uint32(len(tag)))
	return append(p, tag...)
}

func TestProfileName(t *testing.T) {
	old := append([]byte("desc\x00\x00\x00\x00\x00\x00\x00\x06Adobe\x00"), make([]byte, 20)...)
	var name []byte
	for _, unit := range utf16.Encode([]rune("P3 Ä")) {
		name = binary.BigEndian.AppendUint16(name, unit)
	}
	unicode := append([]byte("mluc\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x0cenUS\x00\x00\x00\x08\x00\x00\x00\x1c"), name...)
	for want, tag := range map[string][]byte{"Adobe": old, "P3 Ä": unicode, "": []byte("text\x00\x00\x00\x00abcd")} {
		profile := profileOf(tag)
		if got := profileName(profile); got != want {
			t.Errorf("profileName = %q, want %q", got, want)
		}
		broken(profile, func(b []byte) { profileName(b) })
	}
}

// A palette is of what can be seen, and the most frequent colour is its first.
func TestPaletteOfAPicture(t *testing.T) {
	red, green, blue := [4]int{200, 40, 40}, [4]int{40, 160, 60}, [4]int{50, 60, 180}
	seen, err := Inspect(quarters(t, red, red, green, blue), transform.DefaultLimits)
	if err != nil || len(seen.Palette) < 3 {
		t.Fatalf("Inspect = %+v, %v, want three colours", seen, err)
	}
	three := seen.Palette.Reduced(3)
	near := func(c transform.RGB, want [4]int) bool {
		return abs(int(c.R)-want[0]) < 12 && abs(int(c.G)-want[1]) < 12 && abs(int(c.B)-want[2]) < 12
	}
	if !near(three[0].Color, red) || math.Abs(three[0].Share-0.5) > 0.05 {
		t.Errorf("the palette is %v, want %v at a half first", three, red)
	}
	clear, err := Inspect(transparent(t), transform.DefaultLimits)
	if err != nil || len(clear.Palette) == 0 || clear.BlurHash == "" {
		t.Errorf("Inspect of a disc = %+v, %v, want its colours", clear.Facts, err)
	}
}
