package origin

import (
	"lightwell/origin/library"
	"lightwell/transform"
)

// DispositionOf is the Content-Disposition of an asset of a name, or of a download of that name.
func DispositionOf(a library.Asset, name string, download bool) string {
	if download {
		return disposition(a, transform.Request{Download: true, DownloadName: name}, a.Source.Format)
	}
	a.Name = name
	return disposition(a, transform.Request{}, a.Source.Format)
}
