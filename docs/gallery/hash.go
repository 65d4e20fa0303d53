package main

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/png"
	"strings"

	"github.com/bbrks/go-blurhash"
	"github.com/galdor/go-thumbhash"
)

// drawHash draws what a hash has of its picture.
func (a asker) drawHash(s *shot, hash []byte, name string) error {
	picture, err := decodeHash(s.query, hash)
	if err != nil || picture == nil {
		return err
	}
	s.Width, s.Height, s.Shown = picture.Bounds().Dx(), picture.Bounds().Dy(), name+".png"
	var drawn bytes.Buffer
	if err := png.Encode(&drawn, picture); err != nil {
		return err
	}
	return a.write(s.Shown, drawn.Bytes())
}

// decodeHash is nil for what is no hash.
func decodeHash(query string, hash []byte) (image.Image, error) {
	switch {
	case strings.Contains(query, "fm=blurhash"):
		return blurhash.Decode(string(hash), 96, 64, 1) // it does not tell the shape
	case strings.Contains(query, "fm=thumbhash"):
		raw, err := base64.StdEncoding.DecodeString(string(hash))
		if err != nil {
			return nil, err
		}
		return thumbhash.DecodeImageWithCfg(raw, thumbhash.DecodingCfg{BaseSize: 96})
	}
	return nil, nil
}
