package wiretest

import (
	"time"

	"lightwell/link"
)

// Sign adds to a door's names the URLs that the table has under a signature, of the image
// that is called id. Key is the door's.
func Sign(vars map[string]string, key string) {
	w, card := link.Pair{Name: "w", Value: "120"}, link.Pair{Name: "preset", Value: "card"}
	until := func(d time.Duration) link.Builder { return link.Builder{Key: key, Expires: time.Now().Add(d)} }
	id, signed := vars["id"], link.Builder{Key: key}
	vars["signed"] = signed.URL(id, w)
	vars["signed-path"] = link.Builder{Key: key, Path: true}.URL(id, w)
	vars["signed-original"] = signed.URL(id)
	vars["signed-info"] = signed.Info(id)
	vars["signed-absent"] = signed.URL(vars["absent"], w)
	vars["signed-hour"] = until(time.Hour).URL(id, w)
	vars["signed-card-hour"] = until(time.Hour).URL(id, card)
	vars["signed-card-minute"] = until(time.Minute).URL(id, card)
	vars["signed-info-hour"] = until(time.Hour).Info(id)
	vars["signed-years"] = until(5*365*24*time.Hour).URL(id, w)
	vars["signed-over"] = until(-time.Hour).URL(id, w)
	vars["signed-otherwise"] = link.Builder{Key: key + "x"}.URL(id, w)
}
