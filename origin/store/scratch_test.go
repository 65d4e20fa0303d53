package store_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"lightwell/origin/store"
)

// leftover makes a scratch folder with an unfinished file in it and returns its lock file, not locked.
func leftover(t *testing.T, dir, name string) *os.File {
	t.Helper()
	folder := filepath.Join(dir, "tmp", name)
	err := errors.Join(os.MkdirAll(folder, 0o700), os.WriteFile(filepath.Join(folder, "7"), []byte("half"), 0o600))
	if err != nil {
		t.Fatal(err)
	}
	lock, err := os.Create(filepath.Join(folder, "lock"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { lock.Close() })
	return lock
}

func TestOpenDiskSweepsDeadOwners(t *testing.T) {
	dir := t.TempDir()
	leftover(t, dir, "DEAD")
	if err := os.MkdirAll(filepath.Join(dir, "tmp", "NOLOCK", "sub"), 0o700); err != nil {
		t.Fatal(err)
	}
	alive := leftover(t, dir, "ALIVE")
	if err := syscall.Flock(int(alive.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		t.Fatal(err)
	}
	d, err := store.OpenDisk(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got := paths(t, dir, "tmp"); len(got) != 3 || !slices.Contains(got, "ALIVE/7") {
		t.Errorf("below tmp = %q, want ALIVE, what is in it, and the Disk's own folder", got)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if got, want := paths(t, dir, "tmp"), []string{"ALIVE/", "ALIVE/7"}; !slices.Equal(got, want) {
		t.Errorf("below tmp after Close = %q, want %q", got, want)
	}
}

func TestOpenDiskSparesTheLiving(t *testing.T) {
	dir := t.TempDir()
	first := openDisk(t, dir)
	unfinished, w := io.Pipe()
	put := make(chan error)
	go func() { put <- first.Put(t.Context(), "a", unfinished, 4) }()
	if _, err := w.Write([]byte("ho")); err != nil { // returns when Put has read it
		t.Fatal(err)
	}
	second := openDisk(t, dir)
	if _, err := w.Write([]byte("le")); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-put; err != nil {
		t.Errorf("Put across another's OpenDisk = %v", err)
	}
	if info, err := second.Stat(t.Context(), "a"); err != nil || info.Size != 4 {
		t.Errorf("Stat = %+v, %v, want 4 bytes", info, err)
	}
}

// Many processes start at once on a folder full of leftovers.
func TestOpenDiskConcurrently(t *testing.T) {
	dir := t.TempDir()
	for i := range 20 {
		leftover(t, dir, fmt.Sprint("DEAD", i))
	}
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			d, err := store.OpenDisk(dir)
			if err != nil {
				t.Error(err)
				return
			}
			if err := d.Put(t.Context(), "a", strings.NewReader("x"), 1); err != nil {
				t.Error(err)
			}
			if err := d.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	openDisk(t, dir) // a sweep may have left to another one what that one had no time for
	if got := paths(t, dir, "tmp"); len(got) != 1 {
		t.Errorf("below tmp = %q, want the last Disk's own folder", got)
	}
}

func TestDiskTempFile(t *testing.T) {
	dir := t.TempDir()
	d := openDisk(t, dir)
	f, err := d.TempFile()
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if got := paths(t, dir, "tmp"); len(got) != 1 {
		t.Errorf("below tmp = %q, want no name for the file", got)
	}
	if _, err := f.WriteString("spooled"); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	if err := d.Put(t.Context(), "a", f, 7); err != nil {
		t.Errorf("Put of a TempFile = %v", err)
	}
}

// TestDiskKilled kills a process in the middle of a Put and expects nothing of it after the next start.
func TestDiskKilled(t *testing.T) {
	dir := t.TempDir()
	child := exec.Command(os.Args[0], "-test.run=^TestKilledChild$")
	child.Env = append(os.Environ(), "STORE_TEST_DIR="+dir)
	stdin, err := child.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer stdin.Close()
	stdout, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil || line != "putting\n" {
		t.Errorf("the child says %q, %v", line, err)
	}
	if got := paths(t, dir, "tmp"); len(got) != 2 {
		t.Errorf("below tmp = %q, want a folder and an unfinished file", got)
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	child.Wait() // says that it was killed
	openDisk(t, dir)
	if got := paths(t, dir, "tmp"); len(got) != 1 {
		t.Errorf("below tmp = %q, want the new Disk's own folder", got)
	}
	if got := paths(t, dir, "objects"); got != nil {
		t.Errorf("below objects = %q, want nothing", got)
	}
}

// TestKilledChild is the process that TestDiskKilled starts.
func TestKilledChild(t *testing.T) {
	dir := os.Getenv("STORE_TEST_DIR")
	if dir == "" {
		return
	}
	d := openDisk(t, dir)
	saying := io.MultiReader(strings.NewReader("half"), announcing{}, os.Stdin)
	t.Errorf("Put = %v, want to be killed in it", d.Put(t.Context(), "a/b", saying, 1<<20))
}

// announcing tells the parent that reading has begun, and has no bytes.
type announcing struct{}

func (announcing) Read([]byte) (int, error) {
	fmt.Println("putting")
	return 0, io.EOF
}
