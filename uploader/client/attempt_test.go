package client_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"lightwell/uploader/client"
)

// jpeg is what begins like one, different for each n.
func jpeg(n, size int) []byte {
	data := fmt.Appendf([]byte("\xff\xd8\xff"), "%d ", n)
	for len(data) < size {
		data = append(data, byte(len(data)*n>>3))
	}
	return data
}

// folder writes files, and returns where.
func folder(t *testing.T, files map[string][]byte) string {
	t.Helper()
	dir := t.TempDir()
	for name, data := range files {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, data, 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// outcome is a run's.
type outcome struct {
	client.Summary
	results map[string]client.Result // by the base of the path
}

// attempt is a run with small pieces and little patience; change may have it otherwise.
func (s *server) attempt(ctx context.Context, state string, args []string, change func(*client.Client)) outcome {
	s.t.Helper()
	journal, err := client.OpenJournal(state)
	if err != nil {
		s.t.Fatal(err)
	}
	found, err := client.Find(context.Background(), args)
	if err != nil {
		s.t.Fatal(err)
	}
	c := &client.Client{
		Server: s.url, Parallel: 2, Journal: journal, Small: 1000, Chunk: 700,
		Pause: time.Millisecond, Patience: 5 * time.Second, Quiet: 20 * time.Second, Follow: 20 * time.Second,
	}
	if change != nil {
		change(c)
	}
	got := outcome{results: map[string]client.Result{}}
	got.Summary = c.Upload(ctx, found.Sources, func(r client.Result) { got.results[filepath.Base(r.Path)] = r })
	if err := journal.Close(); err != nil {
		s.t.Error(err)
	}
	return got
}

// run is attempt that wants so many uploaded, skipped and failed.
func (s *server) run(state, dir string, uploaded, skipped, failed int, change func(*client.Client)) outcome {
	s.t.Helper()
	got := s.attempt(context.Background(), state, []string{dir}, change)
	if got.Uploaded != uploaded || got.Skipped != skipped || got.Failed != failed || got.Left() != 0 {
		s.t.Errorf("uploaded %d, skipped %d, failed %d and left %d, want %d, %d, %d and 0: %+v", got.Uploaded, got.Skipped, got.Failed, got.Left(), uploaded, skipped, failed, got.results)
	}
	return got
}
