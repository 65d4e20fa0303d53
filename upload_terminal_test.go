package main_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// On a terminal there are bars, and the table is not among them.
func TestUploadOnATerminal(t *testing.T) {
	p := serve(t, t.TempDir(), nil)
	var out bytes.Buffer
	shown := onTerminal(t, func(terminal *os.File) *exec.Cmd {
		cmd := uploading(p.uploads, filepath.Join(t.TempDir(), "state"), []string{"TERM=xterm"}, album(t, 10, 0))
		cmd.Stdout, cmd.Stderr = &out, terminal
		return cmd
	})
	for _, want := range []string{"\x1b[", "bytes ", "images ", "10 of 10", "[="} {
		if !strings.Contains(shown, want) {
			t.Errorf("the terminal does not show %q: %q", want, shown)
		}
	}
	if strings.Contains(out.String(), "\x1b") || strings.Count(out.String(), "\nuploaded ") != 10 {
		t.Errorf("standard output is\n%s", out.String())
	}
	shown = onTerminal(t, func(terminal *os.File) *exec.Cmd {
		cmd := uploading(p.uploads, filepath.Join(t.TempDir(), "state"), []string{"TERM=xterm"}, "--json", album(t, 10, 0))
		cmd.Stdout, cmd.Stderr = terminal, terminal
		return cmd
	})
	if strings.Contains(shown, "\x1b") || strings.Count(shown, `{"path":`) != 10 {
		t.Errorf("with --json the same terminal shows\n%q, want ten lines and no bars", shown)
	}
}

// onTerminal runs a command to its end, and returns what is on the screen then.
func onTerminal(t *testing.T, with func(terminal *os.File) *exec.Cmd) string {
	t.Helper()
	screen, terminal := openTerminal(t)
	cmd := with(terminal)
	err := cmd.Start()
	terminal.Close()
	shown, readErr := io.ReadAll(screen)
	if !errors.Is(readErr, syscall.EIO) { // which is how a terminal ends
		t.Errorf("reading the terminal ends with %v", readErr)
	}
	if err := errors.Join(err, cmd.Wait()); err != nil {
		t.Errorf("upload: %v\n%s", err, shown)
	}
	return string(shown)
}

// openTerminal is a terminal of 100 columns, and what is on its screen.
func openTerminal(t *testing.T) (screen, terminal *os.File) {
	t.Helper()
	screen, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { screen.Close() })
	fd := int(screen.Fd())
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	err = errors.Join(err, unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0), unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: 30, Col: 100}))
	if err != nil {
		t.Fatal(err)
	}
	terminal, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	return screen, terminal
}
