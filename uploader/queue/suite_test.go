package queue_test

import (
	"path/filepath"
	"testing"

	"lightwell/cache/redistest"
	"lightwell/uploader/queue"
	"lightwell/uploader/queue/queuetest"
)

func TestSQLite(t *testing.T) {
	queuetest.Run(t, func(t *testing.T) queuetest.Backend {
		path := filepath.Join(t.TempDir(), "jobs.db")
		return queuetest.Backend{Open: func(t *testing.T, lives queuetest.Lives) queuetest.Handle {
			return openSQLite(t, path, queue.SQLiteOptions{KeyLife: lives.Key, OpenLife: lives.Open, MinLife: lives.Min})
		}}
	})
}

func openSQLite(t testing.TB, path string, opts queue.SQLiteOptions) *queue.SQLite {
	t.Helper()
	q, err := queue.OpenSQLite(path, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { q.Close() })
	return q
}

func TestRedis(t *testing.T) {
	queuetest.Run(t, func(t *testing.T) queuetest.Backend {
		s := startRedis(t, redistest.Durable...)
		return queuetest.Backend{Open: func(t *testing.T, lives queuetest.Lives) queuetest.Handle {
			return s.open(func(o *queue.RedisOptions) { o.KeyLife, o.OpenLife, o.MinLife = lives.Key, lives.Open, lives.Min })
		}}
	})
}
