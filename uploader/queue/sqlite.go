package queue

import (
	"context"
	"database/sql"
	_ "embed" // the schema
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"sync"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// SQLiteOptions are what a SQLite may do otherwise. The zero value is for production.
type SQLiteOptions struct {
	// KeyLife, OpenLife and MinLife replace the constants; 0 does not.
	KeyLife, OpenLife, MinLife time.Duration
	// MaxPages bounds the file, in pages of 4 KiB; 0 does not.
	MaxPages int
}

// SQLite is a Queue, Watcher and Keeper in a file of a local file system. Any number of
// processes of one machine may have it open. Changes that are asked for at the same
// time share one transaction, and so one wait for the disk.
type SQLite struct {
	opts  SQLiteOptions
	read  *sql.DB
	write *sql.DB
	born  time.Time

	changes chan *change
	closed  chan struct{}
	once    sync.Once
	running sync.WaitGroup
	bell    *bell
}

//go:embed schema.sql
var schema1 string

//go:embed schema2.sql
var schema2 string

// schemas make of a file of each version, from 0 on, one of the next.
var schemas = []string{schema1, schema2}

// applicationID marks the file as ours: "LWQu".
const applicationID = 0x4c575175

// OpenSQLite opens the queue in a file, which it makes when it is missing. The caller
// closes it.
func OpenSQLite(path string, opts SQLiteOptions) (*SQLite, error) {
	orElse(&opts.KeyLife, KeyLife)
	orElse(&opts.OpenLife, OpenLife)
	orElse(&opts.MinLife, MinLife)
	q := &SQLite{opts: opts, changes: make(chan *change), closed: make(chan struct{})}
	if err := q.open(path); err != nil {
		q.Close()
		return nil, fmt.Errorf("open the queue in %s: %w", path, err)
	}
	return q, nil
}

func (q *SQLite) open(path string) (err error) {
	path, err = filepath.Abs(path)
	if err != nil {
		return err
	}
	pragmas := url.Values{"_pragma": {"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)"}, "_txlock": {"immediate"}}
	if q.opts.MaxPages > 0 {
		pragmas.Add("_pragma", fmt.Sprintf("max_page_count(%d)", q.opts.MaxPages))
	}
	at := (&url.URL{Scheme: "file", Path: path, RawQuery: pragmas.Encode()}).String()
	if q.write, err = sql.Open("sqlite", at); err != nil {
		return err
	}
	q.write.SetMaxOpenConns(1)
	if err := q.prepareInTurn(); err != nil {
		return err
	}
	readOnly := url.Values{"_pragma": {"busy_timeout(10000)", "query_only(1)"}}
	if q.read, err = sql.Open("sqlite", (&url.URL{Scheme: "file", Path: path, RawQuery: readOnly.Encode()}).String()); err != nil {
		return err
	}
	if err := openAll(q.read, readers); err != nil {
		return err
	}
	if q.bell, err = openBell(path + ".bell"); err != nil {
		return err
	}
	q.running.Go(q.commits)
	q.running.Go(q.bell.listen)
	return nil
}

// readers is how many read at the same time.
const readers = 4

// openAll opens so many connections, which stay, so that what a process needs of
// descriptors shows at its start.
func openAll(db *sql.DB, n int) error {
	db.SetMaxOpenConns(n)
	db.SetMaxIdleConns(n)
	var all []*sql.Conn
	defer func() {
		for _, conn := range all {
			conn.Close()
		}
	}()
	for range n {
		conn, err := db.Conn(context.Background())
		if err != nil {
			return err
		}
		all = append(all, conn)
		if err := conn.PingContext(context.Background()); err != nil {
			return err
		}
	}
	return nil
}

// openTurn is how long others may be at making the file.
const openTurn = 10 * time.Second

// prepareInTurn prepares once others that do so at this moment are through. SQLite has its own wait for that, but
// not where a file begins to have a write-ahead log: of two that would begin it, one is turned away at once.
func (q *SQLite) prepareInTurn() error {
	for end := time.Now().Add(openTurn); ; time.Sleep(10 * time.Millisecond) {
		err := q.prepare()
		if busy, ok := errors.AsType[*sqlite.Error](err); !ok || busy.Code()&0xff != sqlite3.SQLITE_BUSY || time.Now().After(end) {
			return err
		}
	}
}

// prepare makes the tables where they are missing.
func (q *SQLite) prepare() error {
	tx, err := q.write.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback()
	var version, application, tables int
	for query, into := range map[string]*int{
		"PRAGMA user_version": &version, "PRAGMA application_id": &application, "SELECT count(*) FROM sqlite_schema": &tables,
	} {
		if err := tx.QueryRow(query).Scan(into); err != nil {
			return err
		}
	}
	switch {
	case tables > 0 && application != applicationID:
		return errors.New("it is a database of another program")
	case version > len(schemas):
		return fmt.Errorf("it is of version %d, and this program knows those up to %d", version, len(schemas))
	case version > 0:
		if err := sound(tx); err != nil {
			return err
		}
	}
	if err := raise(tx, version); err != nil {
		return err
	}
	var born int64
	if err := tx.QueryRow("SELECT born FROM meta").Scan(&born); err != nil {
		return err
	}
	q.born = timeOf(born)
	return tx.Commit()
}

// raise makes a file of some version, 0 being none, one of the last. Processes that have it
// open go on, so a new version only adds.
func raise(tx *sql.Tx, version int) error {
	if version == len(schemas) {
		return nil
	}
	for _, schema := range schemas[version:] {
		if _, err := tx.Exec(schema); err != nil {
			return err
		}
	}
	if version == 0 {
		if _, err := tx.Exec(fmt.Sprintf("PRAGMA application_id = %d", applicationID)); err != nil {
			return err
		}
		if _, err := tx.Exec("INSERT INTO meta (born) VALUES (?)", micros(time.Now())); err != nil {
			return err
		}
	}
	_, err := tx.Exec(fmt.Sprintf("PRAGMA user_version = %d", len(schemas)))
	return err
}

// maxChecked is how many pages a file may have that is looked through when it is
// opened: 64 MiB take a fraction of a second.
const maxChecked = 64 << 20 / 4096

// sound looks for damage.
func sound(tx *sql.Tx) error {
	var pages int
	if err := tx.QueryRow("PRAGMA page_count").Scan(&pages); err != nil || pages > maxChecked {
		return err
	}
	var verdict string
	if err := tx.QueryRow("PRAGMA quick_check(1)").Scan(&verdict); err != nil {
		return err
	}
	if verdict != "ok" {
		return fmt.Errorf("it is damaged: %s", verdict)
	}
	return nil
}

// Born implements Keeper.
func (q *SQLite) Born() time.Time { return q.born }

// Close implements Keeper.
func (q *SQLite) Close() error {
	var errs []error
	q.once.Do(func() {
		close(q.closed)
		if q.bell != nil {
			errs = append(errs, q.bell.close())
		}
		q.running.Wait()
		for _, db := range []*sql.DB{q.read, q.write} {
			if db != nil {
				errs = append(errs, db.Close())
			}
		}
	})
	return errors.Join(errs...)
}

// Watch implements Watcher.
func (q *SQLite) Watch(job string, nudge func()) (stop func()) { return q.bell.watch(job, nudge) }

func micros(t time.Time) int64 { return t.UnixMicro() }

// timeOf is zero for 0.
func timeOf(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}

// failure says what an error of SQLite is in the words of the contract.
func failure(ctx context.Context, doing string, err error) error {
	if err == nil {
		return nil
	}
	for _, known := range []error{ErrNotFound, ErrStale, ErrConflict, ErrEnded, ErrFull, ErrUnavailable, ErrInvalid} {
		if errors.Is(err, known) {
			return fmt.Errorf("%s: %w", doing, err)
		}
	}
	if ctx.Err() != nil {
		return fmt.Errorf("%s: %w", doing, context.Cause(ctx))
	}
	if lite, ok := errors.AsType[*sqlite.Error](err); ok && lite.Code()&0xff == sqlite3.SQLITE_FULL {
		return fmt.Errorf("%s: %w: %w", doing, ErrFull, err)
	}
	return fmt.Errorf("%s: %w: %w", doing, ErrUnavailable, err)
}
