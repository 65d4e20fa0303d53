package library

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"lightwell/origin/store"
)

func TestListing(t *testing.T) {
	each(t, func(t *testing.T, s store.Store) {
		l := open(t, s, Config{Life: time.Hour, Entries: 100})
		noon := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
		var newestFirst []string
		for i := range 30 { // one each 5 hours back: several days, some with none on them
			f, a := upload(t, fmt.Sprint(i))
			a.Created = noon.Add(-time.Duration(i*i) * time.Hour)
			if i%3 == 0 {
				a.Tags = []string{"every third", "x/../y", "ümläut"}
			}
			if _, err := l.Add(ctx, f, a); err != nil {
				t.Fatal(err)
			}
			newestFirst = append(newestFirst, a.ID)
		}
		all := func(q Query) (ids []string) {
			for {
				page, err := l.List(ctx, q)
				if err != nil {
					t.Fatalf("List(%+v): %v", q, err)
				}
				if len(page.Assets) > q.Limit {
					t.Fatalf("a page of %d, want at most %d", len(page.Assets), q.Limit)
				}
				for _, a := range page.Assets {
					ids = append(ids, a.ID)
				}
				if q.Cursor = page.Next; q.Cursor == "" {
					return ids
				}
			}
		}
		for _, limit := range []int{1, 7, 30, 1000} {
			if got := all(Query{Limit: limit}); !slices.Equal(got, newestFirst) {
				t.Errorf("pages of %d: got %v, want %v", limit, got, newestFirst)
			}
		}
		var third []string
		for i := 0; i < 30; i += 3 {
			third = append(third, newestFirst[i])
		}
		for _, tag := range []string{"every third", "x/../y", "ümläut"} {
			if got := all(Query{Limit: 4, Tag: tag}); !slices.Equal(got, third) {
				t.Errorf("tag %q: got %v, want %v", tag, got, third)
			}
		}
		if got := all(Query{Limit: 4, Tag: "no such"}); len(got) != 0 {
			t.Errorf("an unknown tag: got %v", got)
		}
		between := Query{Limit: 3, Since: noon.Add(-100 * time.Hour), Until: noon.Add(-4 * time.Hour)}
		if got := all(between); !slices.Equal(got, newestFirst[3:11]) { // 9 to 100 hours back
			t.Errorf("since and until: got %v, want %v", got, newestFirst[3:11])
		}
		if err := l.Delete(ctx, newestFirst[1]); err != nil {
			t.Fatal(err)
		}
		if got := all(Query{Limit: 7}); !slices.Equal(got, slices.Delete(slices.Clone(newestFirst), 1, 2)) {
			t.Errorf("after a delete: got %v", got)
		}
		for _, cursor := range []string{"!", "aW5kZXg", "YXNzZXRzLw", "aW5kZXgvdGltZS8uLi8uLi94", "aW5kZXgvdGltZS85OTk5LTEyLTMxL3g"} {
			if _, err := l.List(ctx, Query{Limit: 1, Cursor: cursor}); !errors.Is(err, ErrCursor) {
				t.Errorf("List with cursor %q = %v, want %v", cursor, err, ErrCursor)
			}
		}
	})
}
