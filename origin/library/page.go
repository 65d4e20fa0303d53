package library

import "lightwell/transform"

// Page is the source of a page, from 1: where there is no such page, and of what has no
// pages, that of the asset.
func (a Asset) Page(n int) transform.Source {
	s := a.Source
	if n < 2 || n > s.Frames || !s.Format.Document() {
		return s
	}
	s.Page = n
	if n <= len(a.Pages) {
		s.Width, s.Height = a.Pages[n-1].Width, a.Pages[n-1].Height
	}
	return s
}
