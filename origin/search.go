package origin

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"lightwell/cache"
	"lightwell/origin/library"
	"lightwell/transform"
)

// searchRules is the version of how things are found: raise it when that changes.
const searchRules = 1

// foundFormat marks what was found among the renditions in the cache.
const foundFormat = "found"

// searchKey names the outcome of a search, as Key names a rendition.
func searchKey(fingerprint string, a library.Asset, search transform.Search) string {
	h := sha256.New()
	fmt.Fprintf(h, "search %d\n%s\n%s\n%d\n%+v\n", searchRules, fingerprint, a.Original, a.Generation, search)
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// found is what a recipe needs to know of an asset's pixels. It is remembered like
// a rendition, so that all sizes of one picture look for it once.
func (s *Service) found(ctx context.Context, a library.Asset, r transform.Recipe) (transform.Found, error) {
	var all transform.Found
	for _, search := range r.Searches(a.Page(r.Page)) {
		found, err := s.search(ctx, a, search)
		if err != nil {
			return transform.Found{}, err
		}
		all = all.Join(found)
	}
	return all, nil
}

// blendFaces are the faces in a blend's image, where its crop is by them.
func (s *Service) blendFaces(ctx context.Context, a Subject, r transform.Recipe) (faces []transform.Face, err error) {
	for _, search := range r.Blend.Searches(a.Blend.Source) {
		found, err := s.search(ctx, a.Blend, search)
		if err != nil {
			return nil, fmt.Errorf("the blend: %w", err)
		}
		faces = found.Faces
	}
	return faces, nil
}

// search shares one look among all that need it now.
func (s *Service) search(ctx context.Context, a library.Asset, search transform.Search) (transform.Found, error) {
	key := cache.Name(a.Original, searchKey(s.Fingerprint, a, search))
	found, err := s.together(key, func() (any, error) { return s.look(ctx, a, search, key) })
	if err != nil {
		return transform.Found{}, err
	}
	return found.(transform.Found), nil
}

// look is for what is remembered, and else in the pixels.
func (s *Service) look(ctx context.Context, a library.Asset, search transform.Search, key string) (found transform.Found, err error) {
	if known, ok := s.lookup(ctx, key); ok && known.Entry.Format == foundFormat && json.Unmarshal(known.Entry.Body, &found) == nil {
		return found, nil
	}
	if err := s.Suspects.Check(a.Original, key); err != nil {
		return found, err
	}
	src, err := s.openOne(ctx, a, nil)
	if err != nil {
		return found, err
	}
	defer src.Close()
	found, err = s.Renderer.Search(ctx, src, a.Page(search.Page), search, s.Limits)
	if err := s.judged(err, a, a.Original, key, fmt.Sprintf("%+v", search)); err != nil {
		return found, err
	}
	s.Log.Debug("searched", "asset", a.ID, "search", search, "found", found)
	body, err := json.Marshal(found)
	if err != nil {
		return found, fmt.Errorf("encode what was found: %w", err)
	}
	s.remember(ctx, &cache.Entry{Key: key, Format: foundFormat, Body: body})
	return found, nil
}
