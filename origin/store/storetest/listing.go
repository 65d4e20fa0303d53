package storetest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"lightwell/origin/store"
)

// awkward names sort otherwise by folder than by name ('%', '-' and '.' come before '/', digits and
// letters after), and mix components of less and more than 20 bytes that begin alike.
var awkward = func() []string {
	long := strings.Repeat("z", 20)
	return []string{
		"a/x", "a-b", "a-b/x", "a.b", "a.b/c", "a=b", "a0", "a_", "aa/x", "A/x", "%41/x",
		"b/ab/x", "b/ab-" + long, "b/ab." + long, "b/ab" + long, "b/ab" + long + "/x/y",
		"b/ab" + long + "-1", "b/ab0" + long, "b/abz", "b/abzz/x", "b/abzzz-" + long, "b/aa" + long,
		"b/a", "b/b", "b/ac" + long, "b/abc", "b/abcd", "b/abcde", "b/abcd" + long, "b/abcc" + long,
		"c-" + long + "/1", "c/1", "c." + long, "c%" + long, "c..." + long, "c.-." + long,
		long, long + "/" + strings.Repeat("y", 25) + "/x", long + "-/x", long + "0",
	}
}()

func putAll(t *testing.T, s store.Store, names []string) []string {
	t.Helper()
	var wg sync.WaitGroup
	work := make(chan string)
	for range 8 {
		wg.Go(func() {
			for name := range work {
				if err := s.Put(t.Context(), name, strings.NewReader(name), int64(len(name))); err != nil {
					t.Errorf("Put(%q) = %v", name, err)
				}
			}
		})
	}
	for _, name := range names {
		work <- name
	}
	close(work)
	wg.Wait()
	return slices.Sorted(slices.Values(names))
}

// matching is List, done the plain way.
func matching(sorted []string, prefix, after string) (names []string) {
	for _, name := range sorted {
		if strings.HasPrefix(name, prefix) && name > after {
			names = append(names, name)
		}
	}
	return names
}

func testListOrder(t *testing.T, s store.Store) {
	// "c-zzz.../1" and its like: no name is also a folder.
	names := slices.DeleteFunc(slices.Clone(awkward), func(name string) bool {
		return slices.ContainsFunc(awkward, func(other string) bool { return strings.HasPrefix(other, name+"/") })
	})
	sorted := putAll(t, s, names)
	if got := list(t, s, "", ""); !slices.Equal(got, sorted) {
		t.Fatalf("List = %q, want %q", got, sorted)
	}
	// Every prefix of some names, and something just beside each name as the mark.
	prefixes := map[string]bool{"": true, "zzzz/": true}
	for i := 0; i < len(sorted); i += 3 {
		for j := range min(len(sorted[i]), 8) {
			prefixes[sorted[i][:j+1]] = true
		}
	}
	afters := []string{"", "\x00", "~", "b/", "b/ab/", "b/ab~"}
	for _, name := range sorted {
		afters = append(afters, name, name[:len(name)-1])
	}
	for prefix := range prefixes {
		for _, after := range afters {
			got, want := list(t, s, prefix, after), matching(sorted, prefix, after)
			if !slices.Equal(got, want) {
				t.Fatalf("List(%q, %q) = %q, want %q", prefix, after, got, want)
			}
		}
	}
}

func testListPrefixAndAfter(t *testing.T, s store.Store) {
	putAll(t, s, []string{"a/1", "a/2", "a/30", "a/31", "ab/1", "b"})
	for _, c := range []struct {
		prefix, after string
		want          []string
	}{
		{"a", "", []string{"a/1", "a/2", "a/30", "a/31", "ab/1"}},
		{"a/", "", []string{"a/1", "a/2", "a/30", "a/31"}},
		{"a/3", "", []string{"a/30", "a/31"}},
		{"a/3", "a/30", []string{"a/31"}},
		{"a/3", "a/31", nil},
		{"a/", "a/1x", []string{"a/2", "a/30", "a/31"}},
		{"a/", "0", []string{"a/1", "a/2", "a/30", "a/31"}},
		{"a/", "b", nil},
		{"", "ab", []string{"ab/1", "b"}},
		{"b", "", []string{"b"}},
		{"nothing/here", "", nil},
	} {
		if got := list(t, s, c.prefix, c.after); !slices.Equal(got, c.want) {
			t.Errorf("List(%q, %q) = %q, want %q", c.prefix, c.after, got, c.want)
		}
	}
}

func testListStops(t *testing.T, s store.Store) {
	putAll(t, s, []string{"a/1", "a/2", "b/1", "c/1"})
	seq := s.List(t.Context(), "", "")
	for range 2 { // a listing can be ranged over again
		var got []string
		for info, err := range seq {
			if got = append(got, info.Name); err != nil || len(got) == 2 {
				break
			}
		}
		if want := []string{"a/1", "a/2"}; !slices.Equal(got, want) {
			t.Errorf("List stopped after two = %q, want %q", got, want)
		}
	}
	for info, err := range s.List(t.Context(), "", "") { // deleting what is listed is the sweeper's way
		if err := errors.Join(err, s.Delete(t.Context(), info.Name)); err != nil {
			t.Errorf("Delete of the listed %q = %v", info.Name, err)
		}
	}
	if got := list(t, s, "", ""); got != nil {
		t.Errorf("List = %q, want nothing", got)
	}
}

func testListMany(t *testing.T, s store.Store) {
	names := make([]string, 2000)
	for i := range names {
		names[i] = []string{"originals/" + hash(i), "refs/" + hash(i%7) + fmt.Sprint("/", i), fmt.Sprint("flat/", i)}[i%3]
	}
	sorted := putAll(t, s, names)
	if got := list(t, s, "", ""); !slices.Equal(got, sorted) {
		t.Errorf("List of %d names yields %d, or not in order", len(sorted), len(got))
	}
	var paged []string
	for after := ""; ; after = paged[len(paged)-1] { // 100 at a time, as an API does it
		page := 0
		for info, err := range s.List(t.Context(), "originals/", after) {
			if err != nil {
				t.Fatal(err)
			}
			paged = append(paged, info.Name)
			if page++; page == 100 {
				break
			}
		}
		if page < 100 {
			break
		}
	}
	if want := matching(sorted, "originals/", ""); !slices.Equal(paged, want) {
		t.Errorf("paged List yields %d names, want %d", len(paged), len(want))
	}
}
