package engine

import (
	"cmp"
	"math"
	"strings"
	"time"

	"lightwell/transform"
)

// The tags of what a camera says (EXIF 2.32, tables 4, 7 and 15).
var (
	descriptionTag = exifTag{imageDirectory, 0x010e}
	makeTag        = exifTag{imageDirectory, 0x010f}
	modelTag       = exifTag{imageDirectory, 0x0110}
	softwareTag    = exifTag{imageDirectory, 0x0131}

	exposureTag = exifTag{photoDirectory, 0x829a}
	fNumberTag  = exifTag{photoDirectory, 0x829d}
	isoTag      = exifTag{photoDirectory, 0x8827}
	takenTag    = exifTag{photoDirectory, 0x9003}
	offsetTag   = exifTag{photoDirectory, 0x9011}
	flashTag    = exifTag{photoDirectory, 0x9209}
	focalTag    = exifTag{photoDirectory, 0x920a}
	focal35Tag  = exifTag{photoDirectory, 0xa405}
	lensTag     = exifTag{photoDirectory, 0xa434}

	latitudeRefTag  = exifTag{gpsDirectory, 1}
	latitudeTag     = exifTag{gpsDirectory, 2}
	longitudeRefTag = exifTag{gpsDirectory, 3}
	longitudeTag    = exifTag{gpsDirectory, 4}
	altitudeRefTag  = exifTag{gpsDirectory, 5}
	altitudeTag     = exifTag{gpsDirectory, 6}
)

// mostSaid is how long a text may be that is kept of what a file says, in bytes.
const mostSaid = 500

func (e exif) short(t exifTag) string {
	text := e.text(t)
	return strings.ToValidUTF8(text[:min(len(text), mostSaid)], "")
}

// camera is what is kept of an EXIF block with the asset, nil for nothing.
func (e exif) camera() *transform.Exif {
	said := transform.Exif{
		Make: e.short(makeTag), Model: e.short(modelTag), LensModel: e.short(lensTag), Software: e.short(softwareTag),
		Artist: e.short(artistTag), Copyright: e.short(copyrightTag), ImageDescription: e.short(descriptionTag),
		DateTimeOriginal: e.taken(), ExposureTime: e.number(exposureTag), FNumber: e.number(fNumberTag),
		ISO: int(e.number(isoTag)), FocalLength: e.number(focalTag), FocalLength35mm: int(e.number(focal35Tag)),
		Flash: int(e.number(flashTag))&1 == 1,
	}
	if said == (transform.Exif{}) {
		return nil
	}
	return &said
}

// taken is when the picture was, "" where it is not said.
func (e exif) taken() string {
	at, err := time.Parse("2006:01:02 15:04:05", e.text(takenTag))
	if err != nil {
		return ""
	}
	local := at.Format("2006-01-02T15:04:05")
	if _, err := time.Parse("-07:00", e.text(offsetTag)); err != nil {
		return local
	}
	return local + e.text(offsetTag)
}

// place is where the picture was taken, nil where it is not said.
func (e exif) place() *transform.GPS {
	latitude, ok := e.degrees(latitudeTag, latitudeRefTag, "N", "S", 90)
	longitude, also := e.degrees(longitudeTag, longitudeRefTag, "E", "W", 180)
	if !ok || !also {
		return nil
	}
	at := &transform.GPS{Latitude: latitude, Longitude: longitude}
	if n := e[altitudeTag].numbers; len(n) == 1 {
		altitude := n[0]
		if e.number(altitudeRefTag) == 1 { // under the sea
			altitude = -altitude
		}
		at.Altitude = &altitude
	}
	return at
}

// degrees are an angle of degrees, minutes and seconds.
func (e exif) degrees(angle, ref exifTag, ahead, behind string, most float64) (float64, bool) {
	n := e[angle].numbers
	direction := cmp.Or(e.text(ref), "?")
	if len(n) != 3 || direction != ahead && direction != behind {
		return 0, false
	}
	const decimals = 1e7 // of a degree: a centimetre
	x := math.Round((n[0]+n[1]/60+n[2]/3600)*decimals) / decimals
	if direction == behind {
		x = -x
	}
	return x, math.Abs(x) <= most
}
