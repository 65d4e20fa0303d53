package queue_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"testing"
	"time"

	"lightwell/uploader/queue"
)

// A file of version 1 is made one of this version, with all that is in it, by however many
// processes open it at once.
func TestOpenSQLiteOfVersion1(t *testing.T) {
	script, err := os.ReadFile("testdata/version1.sql")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "queue.db")
	db, err := sql.Open("sqlite", path)
	if err == nil {
		_, err = db.Exec(string(script))
		db.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	opened := make(chan *queue.SQLite, 4)
	for range cap(opened) {
		go func() {
			q, err := queue.OpenSQLite(path, queue.SQLiteOptions{})
			if err != nil {
				t.Errorf("OpenSQLite(a file of version 1) = %v", err)
			}
			opened <- q
		}()
	}
	var all []*queue.SQLite
	for range cap(opened) {
		if q := <-opened; q != nil {
			defer q.Close()
			all = append(all, q)
		}
	}
	if t.Failed() {
		return
	}
	job, items, err := all[0].Get(t.Context(), "a", 0, 10)
	if err != nil || job.Finished.Completed != 1 || len(items) != 2 || string(items[0].Result) != "result" || !all[0].Born().Equal(time.Unix(1700000000, 0)) {
		t.Errorf("Get(a) = %+v, %d items, %v, born %v, want what version 1 had", job, len(items), err, all[0].Born())
	}
	if c, err := all[1].Take(t.Context(), time.Minute, 0, queue.Bulk); err != nil || c.Item.ID != "a.1" {
		t.Errorf("Take() = %s, %v, want a.1", c.Item.ID, err)
	}
	s := queue.Spending{Name: "web", Day: "2026-03-01", ID: "a", N: 3}
	for _, q := range all {
		if left, err := q.Spend(t.Context(), s, 10); err != nil || left != 7 {
			t.Errorf("Spend() = %d, %v, want 7 left", left, err)
		}
	}
}
