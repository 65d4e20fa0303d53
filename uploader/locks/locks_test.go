package locks_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"lightwell/uploader/locks"
	"lightwell/uploader/locks/lockstest"
)

const patience = 20 * time.Second

// TestMain may be another process, that takes a lock and holds it until it is killed.
func TestMain(m *testing.M) {
	if path := os.Getenv("LOCKS_HOLD"); path != "" {
		hold(path)
	}
	os.Exit(m.Run())
}

func hold(path string) {
	asked := make(chan struct{}, 100)
	_, err := locks.New(path).Lock(context.Background(), "a", func() { asked <- struct{}{} })
	fmt.Println("held", err)
	<-asked
	fmt.Println("asked")
	select {}
}

func TestFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "locks")
	lockstest.Run(t, [3]lockstest.Locks{locks.New(path), locks.New(path), locks.New(path)}) // each as another process
}

// What a process held that is killed is free.
func TestDiesWithItsHolder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "locks")
	other := exec.Command(os.Args[0])
	other.Env = append(os.Environ(), "LOCKS_HOLD="+path)
	out, err := other.StdoutPipe()
	if err == nil {
		err = other.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	defer other.Wait()
	defer other.Process.Kill()
	lines := bufio.NewScanner(out)
	if !lines.Scan() || lines.Text() != "held <nil>" {
		t.Fatalf("the other process says %q", lines.Text())
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	got := make(chan error, 1)
	go func() {
		unlock, err := locks.New(path).Lock(ctx, "a", lockstest.Nobody)
		if err == nil {
			unlock()
		}
		got <- err
	}()
	if !lines.Scan() || lines.Text() != "asked" {
		t.Errorf("the other process says %q, want that it was asked", lines.Text())
	}
	select {
	case err := <-got:
		t.Errorf("Lock while another process has it = %v", err)
	default:
	}
	other.Process.Kill()
	if err := <-got; err != nil {
		t.Errorf("Lock after its end = %v", err)
	}
}
