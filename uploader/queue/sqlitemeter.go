package queue

import (
	"context"
	"fmt"
	"time"
)

// Spend implements Meter.
func (q *SQLite) Spend(ctx context.Context, s Spending, most int64) (left int64, err error) {
	if err := s.check(); err != nil {
		return 0, err
	}
	err = q.apply(ctx, "count what "+s.Name+" uses", func(t *tx) error {
		total, under, err := t.spent(s)
		if err != nil {
			return err
		}
		more := max(0, s.N-under)
		if more > 0 && total+more > most {
			return fmt.Errorf("%d of %d are left of %s: %w", max(0, most-total), most, s.Day, ErrSpent)
		}
		left = max(0, most-total-more)
		return t.count(s, more)
	})
	return left, err
}

// Refund implements Meter.
func (q *SQLite) Refund(ctx context.Context, s Spending) error {
	if err := s.check(); err != nil {
		return err
	}
	return q.apply(ctx, "give back what "+s.Name+" used", func(t *tx) error {
		_, under, err := t.spent(s)
		if err != nil || under == 0 {
			return err
		}
		if _, err := t.exec("DELETE FROM spent WHERE day = ? AND name = ? AND id = ?", s.Day, s.Name, s.ID); err != nil {
			return err
		}
		_, err = t.exec("UPDATE spent SET n = n - ? WHERE day = ? AND name = ? AND id = ''", under, s.Day, s.Name)
		return err
	})
}

// Spent implements Meter.
func (q *SQLite) Spent(ctx context.Context, name, day string) (n int64, err error) {
	err = q.read.QueryRowContext(ctx, spentQuery, day, name, "").Scan(&n)
	return n, failure(ctx, "look at what "+name+" used", err)
}

const spentQuery = "SELECT coalesce((SELECT n FROM spent WHERE day = ? AND name = ? AND id = ?), 0)"

// spent is what was spent of a name and day, and under the id.
func (t *tx) spent(s Spending) (total, under int64, err error) {
	if _, err = t.one(spentQuery, []any{s.Day, s.Name, ""}, &total); err == nil {
		_, err = t.one(spentQuery, []any{s.Day, s.Name, s.ID}, &under)
	}
	return total, under, err
}

func (t *tx) count(s Spending, more int64) error {
	if more == 0 {
		return nil
	}
	for _, id := range []string{"", s.ID} {
		if _, err := t.exec("INSERT INTO spent (day, name, id, n) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET n = n + excluded.n",
			s.Day, s.Name, id, more); err != nil {
			return err
		}
	}
	return nil
}

// forgetSpent forgets old days, some rows at a time, so that nobody waits long.
func (q *SQLite) forgetSpent(ctx context.Context) error {
	before := time.Now().UTC().Add(-MeterLife).Format(time.DateOnly)
	for {
		var gone int64
		err := q.apply(ctx, "forget what was used", func(t *tx) (err error) {
			gone, err = t.exec(`DELETE FROM spent WHERE (day, name, id) IN
				(SELECT day, name, id FROM spent WHERE day <= ? LIMIT 1000)`, before)
			return err
		})
		if err != nil || gone == 0 {
			return err
		}
	}
}
