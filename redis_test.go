package main_test

import (
	"testing"

	"lightwell/cache/redistest"
)

// startRedis starts a Redis that keeps what it is given, which ends with the test. fsync is its appendfsync.
func startRedis(t *testing.T, fsync string) *redistest.Server {
	t.Helper()
	return redistest.Start(t, "--appendonly", "yes", "--appendfsync", fsync, "--maxmemory-policy", "noeviction")
}
