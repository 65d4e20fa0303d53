package main_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lightwell/origin/store"
)

// unsynced puts objects where store.Disk does and waits for no disk, which makes a store of a million assets a matter
// of minutes. It has what an Add needs of new assets, and nothing else.
type unsynced struct {
	store.Store // nil
	data        string
}

// located is where store.Disk has an object (store/layout.go).
func located(name string) string {
	at, split := "objects", false
	for c := range strings.SplitSeq(name, "/") {
		if len(c) >= 20 && !split {
			split = true
			at += "/~" + c[:1] + "/~" + c[1:2]
		}
		at += "/" + c
	}
	return at
}

func (u unsynced) path(name string) string { return filepath.Join(u.data, located(name)) }

func (u unsynced) Put(_ context.Context, name string, r io.Reader, _ int64) error {
	body, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	err = os.WriteFile(u.path(name), body, 0o640)
	if errors.Is(err, fs.ErrNotExist) {
		if err = os.MkdirAll(filepath.Dir(u.path(name)), 0o750); err == nil {
			err = os.WriteFile(u.path(name), body, 0o640)
		}
	}
	return err
}

func (u unsynced) Update(ctx context.Context, name string, change store.Change) error {
	was, err := os.ReadFile(u.path(name))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	becomes, err := change(was)
	if err != nil || becomes == nil {
		return err
	}
	return u.Put(ctx, name, strings.NewReader(string(becomes)), int64(len(becomes)))
}

func (u unsynced) Open(_ context.Context, name string) (store.Object, error) {
	f, err := os.Open(u.path(name))
	if err != nil {
		return store.Object{}, err
	}
	return store.Object{Info: store.Info{Name: name}, ReadCloser: f}, nil
}

func (u unsynced) Stat(_ context.Context, name string) (store.Info, error) {
	info, err := os.Lstat(u.path(name))
	if err != nil {
		return store.Info{}, err
	}
	return store.Info{Name: name, Size: info.Size(), Modified: info.ModTime()}, nil
}

// What is filled in for benchmarks is, file by file, what a server makes of the same uploads.
func TestFilledStoreIsAsServersMakeIt(t *testing.T) {
	t.Parallel()
	seeds := grownSeeds(t)
	p := serve(t, t.TempDir(), nil)
	filled := t.TempDir()
	s, err := newSower(filled)
	if err != nil {
		t.Fatal(err)
	}
	defer s.file.Close()
	for i, seed := range seeds[:3] {
		body := seed.numbered(i)
		uploaded := p.assetOf(p.uploadAs(body, fmt.Sprintf("?tags=tag-%d", i)))
		a := seed.asset(i, body, time.Now())
		a.ID, a.Created = uploaded.ID, uploaded.Created
		if err := s.add(body, a); err != nil {
			t.Fatal(err)
		}
	}
	p.stop()
	ours, theirs := kept(t, filled), kept(t, p.data)
	if len(ours) == 0 {
		t.Error("nothing is filled in")
	}
	for file, what := range ours {
		if theirs[file] != what {
			t.Errorf("%s is filled in as %s, and is %q at the server", file, what, theirs[file])
		}
		delete(theirs, file)
	}
	for file, what := range theirs {
		t.Errorf("%s is not filled in, and is %s at the server", file, what)
	}
}

// kept is the modes of the objects' files and their folders, and the bytes.
func kept(t *testing.T, data string) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, file := range files(t, filepath.Join(data, "objects")) {
		path := filepath.Join(data, "objects", file)
		body, err := os.ReadFile(path)
		info, statErr := os.Stat(path)
		folder, folderErr := os.Stat(filepath.Dir(path))
		if err := errors.Join(err, statErr, folderErr); err != nil {
			t.Fatal(err)
		}
		all[file] = fmt.Sprintf("%v %v %s", folder.Mode(), info.Mode(), body)
	}
	return all
}
