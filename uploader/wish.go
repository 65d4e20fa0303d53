package uploader

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"lightwell/origin/problem"
	"lightwell/transform"
)

// wish is what an upload is to be that is asked for.
type wish struct {
	options
	terms
	method string
}

// readWishes reads the body of POST /upload/presign, and tells whether it asks for a list.
func (u *Uploader) readWishes(members []transform.Member) (wishes []wish, several bool, err error) {
	count := 0
	var list []json.RawMessage
	var own []transform.Member
	for _, m := range members {
		switch m.Name {
		case "count":
			if count, err = strconv.Atoi(string(m.Value)); err != nil || count < 1 || count > maxPresigned {
				return nil, false, bad("count", "count is a number from 1 to %d.", maxPresigned)
			}
		case "uploads":
			if json.Unmarshal(m.Value, &list) != nil || len(list) < 1 || len(list) > maxPresigned {
				return nil, false, bad("uploads", "uploads is a list of 1 to %d objects.", maxPresigned)
			}
		default:
			own = append(own, m)
		}
	}
	if list == nil {
		w, err := u.readWish(own)
		return slices.Repeat([]wish{w}, max(1, count)), count > 0, err
	}
	if count > 0 || len(own) > 0 {
		return nil, false, bad("uploads", "Each of the uploads says for itself what it is: there is nothing beside them.")
	}
	wishes, err = u.readList(list)
	return wishes, true, err
}

func (u *Uploader) readList(list []json.RawMessage) (wishes []wish, err error) {
	for i, one := range list {
		members, err := transform.ReadMembers(fmt.Sprintf("uploads[%d]", i), one)
		if err != nil {
			return nil, err
		}
		w, err := u.readWish(members)
		if err != nil {
			return nil, itemError(err, i)
		}
		wishes = append(wishes, w)
	}
	return wishes, nil
}

// sha256Text is a SHA-256 in hex.
var sha256Text = regexp.MustCompile(`^[0-9a-f]{64}$`)

// readWish reads what one upload is to be.
func (u *Uploader) readWish(members []transform.Member) (w wish, err error) {
	for _, m := range members {
		switch m.Name {
		case "contentType":
			err = readText(m, &w.ContentType)
		case "sha256":
			err = readText(m, &w.SHA256)
		case "method":
			err = readText(m, &w.method)
		case "bytes":
			if w.Bytes, err = strconv.ParseInt(string(m.Value), 10, 64); err != nil || w.Bytes < 1 {
				err = bad("bytes", "bytes is a number, from 1 on.")
			}
		case "async":
			err = bad("async", "async is said when the upload is completed.")
		default:
			err = w.options.setJSON(m.Name, m.Value)
		}
		if err != nil {
			return w, err
		}
	}
	return w, u.checkWish(&w)
}

func (u *Uploader) checkWish(w *wish) error {
	w.ContentType, w.SHA256 = strings.ToLower(w.ContentType), strings.ToLower(w.SHA256)
	switch {
	case w.ContentType != "" && !imageType.MatchString(w.ContentType):
		return problem.New(http.StatusUnsupportedMediaType, fmt.Sprintf("%.80q is not taken: contentType is that of an image, such as image/jpeg, or application/octet-stream.", w.ContentType))
	case w.Bytes > u.MaxBytes:
		return u.tooLarge()
	case w.SHA256 != "" && !sha256Text.MatchString(w.SHA256):
		return bad("sha256", "sha256 is 64 hex digits.")
	}
	known := w.ContentType != "" && w.Bytes > 0
	switch {
	case w.method == "" && known:
		w.method = http.MethodPut
	case w.method == "":
		w.method = http.MethodPost
	case w.method == http.MethodPut && !known:
		return bad("method", "A PUT needs contentType and bytes: they are signed.")
	case w.method != http.MethodPut && w.method != http.MethodPost:
		return bad("method", "method is PUT or POST.")
	}
	return nil
}

// imageType is the type of what may be brought.
var imageType = regexp.MustCompile(`^(image/[a-z0-9][a-z0-9!#&^_.+-]{0,100}|application/octet-stream)$`)

// readText takes a member that is a string.
func readText(m transform.Member, into *string) error {
	if json.Unmarshal(m.Value, into) != nil {
		return bad(m.Name, "%.80s is not a string.", m.Name)
	}
	return nil
}
