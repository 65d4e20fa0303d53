package client

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func opened(t *testing.T, path string) *Journal {
	t.Helper()
	j, err := OpenJournal(path)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func TestJournalIsForOne(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state")
	j := opened(t, path)
	if _, err := OpenJournal(path); !errors.Is(err, ErrBusy) {
		t.Errorf("OpenJournal of one that is open = %v, want %v", err, ErrBusy)
	}
	if err := j.Close(); err != nil {
		t.Error(err)
	}
	opened(t, path).Close()
	if _, err := OpenJournal(filepath.Join(path, "below a file")); err == nil {
		t.Error("OpenJournal below a file = nil, want an error")
	}
}

func TestJournalIsCompacted(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state")
	j := opened(t, path)
	const keys = 7
	for i := range compactFrom + 1 {
		j.put(entry{Key: fmt.Sprint("k", i%keys), Same: fmt.Sprint("s", i%keys), State: stateDone, ImageID: fmt.Sprint(i)}, false)
	}
	j.Close()
	opened(t, path).Close()
	text, err := os.ReadFile(path)
	if err != nil || bytes.Count(text, []byte("\n")) != keys {
		t.Errorf("%d lines are left (%v), want %d", bytes.Count(text, []byte("\n")), err, keys)
	}
	j = opened(t, path)
	defer j.Close()
	for i := compactFrom + 1 - keys; i <= compactFrom; i++ {
		key, same := fmt.Sprint("k", i%keys), fmt.Sprint("s", i%keys)
		if j.get(key).ImageID != fmt.Sprint(i) || j.same(same).Key != key {
			t.Errorf("get(%s) = %+v and same(%s) = %+v, want image %d", key, j.get(key), same, j.same(same), i)
		}
	}
	left, err := filepath.Glob(path + "*.new")
	if err != nil || len(left) > 0 {
		t.Errorf("left is %v, %v", left, err)
	}
}

// The entry of bytes is that of an image which is there.
func TestJournalForgetsWhatIsGone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state")
	j := opened(t, path)
	e := entry{Key: "k", Same: "s", State: stateDone, ImageID: "1"}
	j.put(e, true)
	e.anew("1")
	j.put(e, false)
	for range 2 {
		if got := j.same("s"); got.Key != "" || j.get("k").Salt != "1" {
			t.Errorf("same = %+v and get = %+v, want none and one that has failed", got, j.get("k"))
		}
		j.Close()
		j = opened(t, path)
	}
	j.Close()
}

// Where it cannot be written the run goes on, and says so in the end.
func TestJournalThatCannotBeWritten(t *testing.T) {
	j := opened(t, filepath.Join(t.TempDir(), "state"))
	j.file.Close()
	j.put(entry{Key: "k", Same: "s", State: stateDone}, false)
	if err := j.Close(); j.get("k").Key != "k" || err == nil || !strings.Contains(err.Error(), "write the state") {
		t.Errorf("get = %+v and Close = %v, want it to be remembered and the fault", j.get("k"), err)
	}
}
