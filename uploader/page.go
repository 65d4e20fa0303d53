package uploader

import (
	"net/http"

	"lightwell/uploader/console"
)

// pageRoutes are those of the upload page and its files. They are for everybody: the page
// is what asks for a token.
func pageRoutes() map[string]map[string]route {
	routes := map[string]map[string]route{}
	for _, path := range console.Paths() {
		if path == "/" {
			path = "/{$}" // and nothing below it
		}
		routes[path] = map[string]route{http.MethodGet: {Public, page}}
	}
	return routes
}

func page(w http.ResponseWriter, r *http.Request) error {
	console.Serve(w, r)
	return nil
}
