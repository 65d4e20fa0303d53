// Package console is the page at / of the push side, with which people upload images.
//
// Its files are in the program: scripts in modules, one idea each, that the browser takes
// as they are. They come from this server alone, and nothing stands in the markup that
// would have to be trusted, so that the page's policy can forbid everything else.
package console

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"maps"
	"net/http"
	"path"
	"slices"
	"time"
)

//go:embed static
var static embed.FS

// policy lets the page load its own files, show pictures from wherever images are served,
// and send bytes to a bucket, whose address only a presigned upload tells.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data: http: https:; " +
	"connect-src 'self' http: https:; form-action 'none'; frame-ancestors 'none'; base-uri 'none'"

// contentTypes are said whatever the machine's own table of types says.
var contentTypes = map[string]string{
	".html": "text/html; charset=utf-8",
	".css":  "text/css; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
}

type file struct {
	body        []byte
	contentType string
	etag        string
}

// files are those of the page by path. They do not change.
var files = load()

func load() map[string]file {
	entries, err := fs.ReadDir(static, "static")
	if err != nil {
		panic(err) // a program that was built without them
	}
	files := map[string]file{}
	for _, e := range entries {
		body, err := static.ReadFile("static/" + e.Name())
		if err != nil {
			panic(err)
		}
		at := "/console/" + e.Name()
		if e.Name() == "index.html" {
			at = "/"
		}
		sum := sha256.Sum256(body)
		files[at] = file{body, contentTypes[path.Ext(e.Name())], `"` + hex.EncodeToString(sum[:16]) + `"`}
	}
	return files
}

// Paths are those that Serve knows, in order.
func Paths() []string { return slices.Sorted(maps.Keys(files)) }

// Serve answers GET and HEAD of one of the paths. A browser asks each time whether what it
// has is still right, so that all files are of one version.
func Serve(w http.ResponseWriter, r *http.Request) {
	f, ok := files[r.URL.Path]
	if !ok {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", f.contentType)
	h.Set("ETag", f.etag)
	h.Set("Cache-Control", "no-cache")
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(f.body))
}
