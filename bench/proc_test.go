package bench

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"testing"
	"testing/fstest"
	"time"
)

// stat is /proc/PID/stat of a process.
func stat(name string, parent, utime, stime, cutime, cstime, pages int) *fstest.MapFile {
	return &fstest.MapFile{Data: fmt.Appendf(nil, "1 (%s) S %d 1 1 0 -1 4194560 100 200 0 0 %d %d %d %d 20 0 9 0 100 999999 %d 184467 1 1\n",
		name, parent, utime, stime, cutime, cstime, pages)}
}

func TestTree(t *testing.T) {
	page := int64(os.Getpagesize())
	proc := fstest.MapFS{
		"1/stat":     stat("init", 0, 9000, 0, 0, 0, 9000),
		"10/stat":    stat("lightwell", 1, 100, 20, 50, 5, 1000),
		"11/stat":    stat("a) R 1 (b", 10, 30, 3, 0, 0, 300),
		"12/stat":    stat("grandchild", 11, 7, 0, 1, 0, 10),
		"13/stat":    stat("another's", 1, 5000, 0, 0, 0, 5000),
		"self/stat":  stat("self", 10, 1, 1, 1, 1, 1),
		"cpuinfo":    &fstest.MapFile{Data: []byte("model name: x")},
		"14/cmdline": &fstest.MapFile{},
	}
	for _, tt := range []struct {
		root  int
		ticks int
		pages int64
	}{
		{10, 175 + 33 + 8, 1310},
		{11, 33 + 8, 310},
		{12, 8, 10},
	} {
		got, err := (&tree{proc, tt.root}).use()
		want := use{time.Duration(tt.ticks) * 10 * time.Millisecond, tt.pages * page}
		if err != nil || got != want {
			t.Errorf("use of %d = %v, %v, want %v", tt.root, got, err, want)
		}
	}
	if _, err := (&tree{proc, 99}).use(); err == nil {
		t.Error("use of a process that is not there is no error")
	}
	if _, err := parseStat(5, []byte("5 (x) S 1 2")); err == nil {
		t.Error("half a stat is no error")
	}
}

// What a child used stays when it has ended, and counts once.
func TestTreeKeepsWhatEnded(t *testing.T) {
	const busy = `i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done`
	cmd := exec.Command("sh", "-c", `read x; sh -c '`+busy+`; exit'; echo done; read x`)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	m, err := startMeter(&tree{procFS, cmd.Process.Pid})
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintln(in)
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "done\n" {
		t.Fatalf("the shell says %q, %v", line, err)
	}
	used, err := m.end()
	if err != nil {
		t.Fatal(err)
	}
	in.Close()
	cmd.Wait()
	whole := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	const tick = time.Second / ticksPerSecond
	if used.cpu <= 0 || used.cpu > whole+4*tick { // each of the four times is cut to a tick
		t.Errorf("the shell's tree used %v, and %v by its parent's count", used.cpu, whole)
	}
	if used.resident <= 0 {
		t.Errorf("the shell has %d bytes resident", used.resident)
	}
	if _, err := m.tree.use(); err == nil {
		t.Error("use of a process that has ended is no error")
	}
}
