package queue

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// maxTogether is how many changes share a transaction.
const maxTogether = 256

// change is something to do in a transaction.
type change struct {
	do      func(t *tx) error
	err     error
	changed []string // jobs
	work    bool     // there may be something to take
	done    chan struct{}
}

// tx is a transaction, and what it has to tell those who wait.
type tx struct {
	ctx  context.Context
	conn *sql.Conn
	stmt map[string]*sql.Stmt
	last int64 // time given out last
	now  int64 // of the change, in microseconds; no two have the same in one process
	of   *change
}

func (t *tx) touch(job string) { t.of.changed = append(t.of.changed, job) }

func (t *tx) prepared(query string) (*sql.Stmt, error) {
	if s := t.stmt[query]; s != nil {
		return s, nil
	}
	s, err := t.conn.PrepareContext(t.ctx, query)
	if err == nil {
		t.stmt[query] = s
	}
	return s, err
}

// close lets everything go: with a statement left the file would keep its log.
func (t *tx) close() {
	for _, s := range t.stmt {
		s.Close()
	}
	if t.conn != nil {
		t.conn.Close()
	}
}

// exec returns how many rows it has changed.
func (t *tx) exec(query string, args ...any) (int64, error) {
	s, err := t.prepared(query)
	if err != nil {
		return 0, err
	}
	r, err := s.ExecContext(t.ctx, args...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// one reads one row; found is false where there is none.
func (t *tx) one(query string, args []any, into ...any) (found bool, err error) {
	s, err := t.prepared(query)
	if err != nil {
		return false, err
	}
	err = s.QueryRowContext(t.ctx, args...).Scan(into...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// apply has a change made, durably, together with those that come at the same time.
func (q *SQLite) apply(ctx context.Context, doing string, do func(t *tx) error) error {
	c := &change{do: do, done: make(chan struct{})}
	select {
	case q.changes <- c:
	case <-q.closed:
		return failure(ctx, doing, ErrUnavailable)
	case <-ctx.Done():
		return failure(ctx, doing, context.Cause(ctx))
	}
	<-c.done // what is begun takes a moment, and is known then
	return failure(ctx, doing, c.err)
}

// commits makes all changes, one transaction after the other.
func (q *SQLite) commits() {
	ctx := context.Background()
	t := &tx{ctx: ctx, stmt: map[string]*sql.Stmt{}}
	defer t.close()
	for {
		var together []*change
		select {
		case c := <-q.changes:
			together = append(together, c)
		case <-q.closed:
			return
		}
	more:
		for len(together) < maxTogether {
			select {
			case c := <-q.changes:
				together = append(together, c)
			default:
				break more
			}
		}
		q.commit(t, together)
	}
}

// commit makes some changes. One for which there is no room ends the transaction of all:
// then each has its own.
func (q *SQLite) commit(t *tx, together []*change) {
	err := q.transact(t, together)
	if err != nil && len(together) > 1 {
		for _, c := range together {
			c.err, c.changed, c.work = nil, nil, false
			q.commit(t, []*change{c})
		}
		return
	}
	var jobs []string
	work := false
	for _, c := range together {
		if err != nil {
			c.err = err
		} else if c.err == nil {
			jobs, work = append(jobs, c.changed...), work || c.work
		}
	}
	if len(jobs) > 0 || work {
		q.bell.ring(jobs)
	}
	for _, c := range together {
		close(c.done)
	}
}

func (q *SQLite) transact(t *tx, together []*change) (err error) {
	if t.conn == nil {
		if t.conn, err = q.write.Conn(t.ctx); err != nil {
			return err
		}
	}
	if _, err := t.conn.ExecContext(t.ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	for _, c := range together {
		t.of = c
		t.now = max(micros(time.Now()), t.last+1)
		t.last = t.now
		if err := t.separately(c); err != nil {
			t.conn.ExecContext(t.ctx, "ROLLBACK") // it may have been already
			return err
		}
	}
	if _, err := t.conn.ExecContext(t.ctx, "COMMIT"); err != nil {
		t.conn.ExecContext(t.ctx, "ROLLBACK")
		return err
	}
	return nil
}

// separately makes a change so that its failure undoes it, and not the others. The
// error is the whole transaction's.
func (t *tx) separately(c *change) error {
	if _, err := t.exec("SAVEPOINT one"); err != nil {
		return err
	}
	if c.err = c.do(t); c.err != nil {
		c.changed, c.work = nil, false
		if _, err := t.exec("ROLLBACK TO one"); err != nil {
			return errors.Join(c.err, err)
		}
	}
	_, err := t.exec("RELEASE one")
	return err
}
