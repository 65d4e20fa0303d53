package main_test

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
	"time"
)

// section prints what a benchmark has found, since a log is cut off, and with LIGHTWELL_UPDATE set writes it into
// docs/growth.md, between the marks of its name.
func section(b *testing.B, name, text string) {
	b.Helper()
	fmt.Printf("\n%s\n", text)
	if os.Getenv("LIGHTWELL_UPDATE") == "" {
		return
	}
	const page = "docs/growth.md"
	was, err := os.ReadFile(page)
	if err != nil {
		b.Fatal(err)
	}
	marked := regexp.MustCompile(`(?s)(<!-- ` + name + ` -->\n).*?(<!-- /` + name + ` -->)`)
	if !marked.Match(was) {
		b.Fatalf("%s has no section %s", page, name)
	}
	now := marked.ReplaceAllFunc(was, func(old []byte) []byte {
		m := marked.FindSubmatch(old)
		return slices.Concat(m[1], []byte("\n"+text+"\n"), m[2])
	})
	if err := os.WriteFile(page, now, 0o644); err != nil {
		b.Fatal(err)
	}
}

// percentile is the value that so many percent of values do not exceed; of none it is zero.
func percentile[T cmp.Ordered](values []T, percent int) (none T) {
	if len(values) == 0 {
		return none
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[(len(sorted)*percent+99)/100-1]
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// photographs are those of LIGHTWELL_CORPUS, or the one of testdata.
func photographs(b *testing.B) (all [][]byte) {
	b.Helper()
	paths := []string{"testdata/photo.jpg"}
	if dir := os.Getenv("LIGHTWELL_CORPUS"); dir != "" {
		var err error
		if paths, err = filepath.Glob(filepath.Join(dir, "photos", "*")); err != nil || len(paths) == 0 {
			b.Fatalf("photographs in %s: %q, %v", dir, paths, err)
		}
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			b.Fatal(err)
		}
		all = append(all, data)
	}
	return all
}
