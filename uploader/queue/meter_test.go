package queue_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"lightwell/cache/redistest"
	"lightwell/uploader/queue"
)

// A file forgets in a sweep what is older than MeterLife, however much that is.
func TestSQLiteForgetsOldDays(t *testing.T) {
	q := openSQLite(t, filepath.Join(t.TempDir(), "queue.db"), queue.SQLiteOptions{})
	spending := func(age, i int) queue.Spending {
		return queue.Spending{Name: "web", Day: time.Now().UTC().AddDate(0, 0, -age).Format(time.DateOnly), ID: fmt.Sprintf("i%d", i), N: 1}
	}
	for i := range 1200 {
		if _, err := q.Spend(t.Context(), spending(4, i), 10_000); err != nil {
			t.Fatalf("Spend() = %v", err)
		}
	}
	if _, err := q.Spend(t.Context(), spending(1, 0), 10); err != nil {
		t.Fatalf("Spend() = %v", err)
	}
	if err := q.Sweep(t.Context(), 0, nil); err != nil {
		t.Fatalf("Sweep() = %v", err)
	}
	for age, want := range map[int]int64{4: 0, 1: 1} {
		if n, err := q.Spent(t.Context(), "web", spending(age, 0).Day); err != nil || n != want {
			t.Errorf("Spent(%d days ago) = %d, %v, want %d", age, n, err, want)
		}
	}
}

// Redis forgets by itself.
func TestRedisForgetsOldDays(t *testing.T) {
	s := startRedis(t, redistest.Durable...)
	q := s.open()
	for _, id := range []string{"a", "b"} {
		if _, err := q.Spend(t.Context(), queue.Spending{Name: "web", Day: "2026-02-28", ID: id, N: 1}, 10); err != nil {
			t.Fatalf("Spend() = %v", err)
		}
	}
	key := "lwq:spent:2026-02-28:web"
	if left := s.Do("TTL", key).(int64); left < int64(queue.MeterLife.Seconds())-60 || left > int64(queue.MeterLife.Seconds()) {
		t.Errorf("TTL of %s = %d s, want %v", key, left, queue.MeterLife)
	}
	if n := s.Do("HGET", key, "").(string); n != "2" {
		t.Errorf("the sum in %s = %s, want 2", key, n)
	}
}
