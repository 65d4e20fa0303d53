package locks_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lightwell/uploader/locks"
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

func nobody() {}

// Of all that want a lock one has it at a time, in this process and in others, and each gets it; and those with
// another name are not kept waiting.
func TestOneAtATime(t *testing.T) {
	path := filepath.Join(t.TempDir(), "locks")
	files := []*locks.File{locks.New(path), locks.New(path), locks.New(path)} // each as another process
	var holding, most atomic.Int32
	var crowd sync.WaitGroup
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for i := range 30 {
		crowd.Go(func() {
			unlock, err := files[i%3].Lock(ctx, "a", nobody)
			if err != nil {
				t.Errorf("Lock %d = %v", i, err)
				return
			}
			most.Store(max(most.Load(), holding.Add(1)))
			if other, err := files[(i+1)%3].Lock(ctx, fmt.Sprint("b", i), nobody); err != nil {
				t.Errorf("Lock of another name = %v", err)
			} else {
				other()
			}
			holding.Add(-1)
			unlock()
		})
	}
	crowd.Wait()
	if most.Load() != 1 {
		t.Errorf("%d held a lock at once", most.Load())
	}
}

// Whoever has a lock is asked for it, by those here and elsewhere, and whoever waits may stop.
func TestAsked(t *testing.T) {
	path := filepath.Join(t.TempDir(), "locks")
	here, elsewhere := locks.New(path), locks.New(path)
	for name, waits := range map[string]*locks.File{"here": here, "elsewhere": elsewhere} {
		asked := make(chan struct{}, 100)
		unlock, err := here.Lock(t.Context(), name, func() { asked <- struct{}{} })
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		if _, err := waits.Lock(ctx, name, nobody); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: Lock of what is held = %v, want the deadline", name, err)
		}
		cancel()
		go func() {
			<-asked
			unlock()
		}()
		ctx, cancel = context.WithTimeout(t.Context(), patience)
		next, err := waits.Lock(ctx, name, nobody)
		if err != nil {
			t.Fatalf("%s: Lock of what is given up when it is asked for = %v", name, err)
		}
		next()
		cancel()
	}
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
		unlock, err := locks.New(path).Lock(ctx, "a", nobody)
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
