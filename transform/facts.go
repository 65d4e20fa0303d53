package transform

// Facts are what is known of a picture beside what planning needs: read once, when the whole of
// it is decoded, and kept with the asset.
type Facts struct {
	// Pages are the sizes of a document's pages as stored, where not all are like the first.
	Pages []Size `json:"pages,omitempty"`
	// Placeholder is a ThumbHash in base64: the upright picture in some 25 bytes, to be
	// shown until it is there. "" where its colours could not be converted.
	Placeholder string `json:"placeholder,omitempty"`
	BlurHash    string `json:"blurHash,omitempty"` // the same as text, without alpha, on white
	// Palette are the picture's colours, the most frequent first; none where it is all transparent.
	Palette Palette `json:"palette,omitempty"`
	// Levels are those that were made of it, the largest first, and those that would not be worth their bytes.
	Levels  []Level `json:"levels,omitempty"`
	Profile string  `json:"profile,omitempty"` // what the ICC profile calls itself
	Exif    *Exif   `json:"exif,omitempty"`    // nil where there is none; read-only
	GPS     *GPS    `json:"gps,omitempty"`     // for whom the operator allows it; read-only
}

// Exif is what a camera says of a picture (EXIF 2.32), by the names of its tags. Zero is not said.
type Exif struct {
	Make             string  `json:"make,omitempty"`
	Model            string  `json:"model,omitempty"`
	LensModel        string  `json:"lensModel,omitempty"`
	Software         string  `json:"software,omitempty"`
	Artist           string  `json:"artist,omitempty"`
	Copyright        string  `json:"copyright,omitempty"`
	ImageDescription string  `json:"imageDescription,omitempty"`
	DateTimeOriginal string  `json:"dateTimeOriginal,omitempty"` // as in RFC 3339, without an offset where the camera knows none
	ExposureTime     float64 `json:"exposureTime,omitempty"`     // seconds
	FNumber          float64 `json:"fNumber,omitempty"`
	ISO              int     `json:"iso,omitempty"`
	FocalLength      float64 `json:"focalLength,omitempty"`     // millimetres
	FocalLength35mm  int     `json:"focalLength35mm,omitempty"` // millimetres, as if on 35 mm film
	Flash            bool    `json:"flash,omitempty"`           // it fired
}

// GPS is where a picture was taken.
type GPS struct {
	Latitude  float64  `json:"latitude"`           // degrees, north above zero
	Longitude float64  `json:"longitude"`          // degrees, east above zero
	Altitude  *float64 `json:"altitude,omitempty"` // metres over the sea; nil where it is not said
}
