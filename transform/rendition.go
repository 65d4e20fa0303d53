package transform

import "time"

// Rendition is what carrying out a Plan makes: the encoded image, and where the
// time went.
type Rendition struct {
	Body   []byte
	Format Format // the Plan's, or another that its Choice has
	Size   Size
	Queue  time.Duration // waiting for a child
	Decode time.Duration // reading, resizing and colour: all before the encoder
	Steps  time.Duration // of Decode: what came after the pixels had been read
	Encode time.Duration
}
