package bench

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// Photo is an original to make renditions of.
type Photo struct {
	Name string // of its file
	Body []byte
}

//go:embed fixtures/*.jpg
var fixtures embed.FS

// photoTypes are the names' ends of what counts as a photograph in a folder.
var photoTypes = []string{".jpg", ".jpeg", ".png", ".webp", ".avif", ".heic", ".tif", ".tiff", ".jxl"}

// ReadPhotos reads the photographs that lie in a folder, by name.
func ReadPhotos(dir string) ([]Photo, error) {
	photos, err := readPhotos(os.DirFS(dir), ".")
	if err == nil && len(photos) == 0 {
		err = errors.New("there is no photograph in it")
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", dir, err)
	}
	return photos, nil
}

func builtIn() ([]Photo, error) { return readPhotos(fixtures, "fixtures") }

func readPhotos(files fs.FS, dir string) (photos []Photo, err error) {
	entries, err := fs.ReadDir(files, dir)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if e.IsDir() || !slices.Contains(photoTypes, strings.ToLower(path.Ext(e.Name()))) {
			continue
		}
		body, err := fs.ReadFile(files, path.Join(dir, e.Name()))
		if err != nil {
			return nil, err
		}
		photos = append(photos, Photo{e.Name(), body})
	}
	return photos, nil
}

// share writes a file where peers read it, if there is such a place.
func (s *Suite) share(name string, body []byte) error {
	if s.Share == "" {
		return nil
	}
	return os.WriteFile(filepath.Join(s.Share, name), body, 0o644)
}
