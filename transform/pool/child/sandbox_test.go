package child

import (
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"testing"

	"lightwell/transform/engine"
	"lightwell/transform/pool/wire"

	"golang.org/x/sys/unix"
)

// captive, in the environment, makes the test's program a child that tries to
// get out: "free" or "confined".
const captive = "LIGHTWELL_TEST_CAPTIVE"

func TestMain(m *testing.M) {
	mode := os.Getenv(captive)
	if mode == "" {
		os.Exit(m.Run())
	}
	if err := tryToGetOut(mode == "confined"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// scene is what a captive finds around it.
type scene struct {
	Dir     string // holds a file "secret", and may be written to by anybody
	Address string // where a canary listens
	Socket  string // where a canary listens on a Unix socket
	Parent  int    // a process that it has no business with
}

// attempts are what somebody who has taken over a child would try first.
var attempts = map[string]func(scene) error{
	"read /etc/passwd":         func(scene) error { _, err := os.ReadFile("/etc/passwd"); return err },
	"read another file":        func(s scene) error { _, err := os.ReadFile(filepath.Join(s.Dir, "secret")); return err },
	"read its own environment": func(scene) error { _, err := os.ReadFile("/proc/self/environ"); return err },
	"list a folder":            func(s scene) error { _, err := os.ReadDir(s.Dir); return err },
	"write a file":             func(s scene) error { return os.WriteFile(filepath.Join(s.Dir, "new"), nil, 0o600) },
	"delete a file":            func(s scene) error { return os.Remove(filepath.Join(s.Dir, "victim")) },
	"rename a file": func(s scene) error {
		return os.Rename(filepath.Join(s.Dir, "movable"), filepath.Join(s.Dir, "moved"))
	},
	"make a folder": func(s scene) error { return os.Mkdir(filepath.Join(s.Dir, "folder"), 0o700) },
	"make a link":   func(s scene) error { return os.Symlink("/etc/passwd", filepath.Join(s.Dir, "link")) },
	"connect over TCP": func(s scene) error {
		c, err := net.Dial("tcp", s.Address)
		if err == nil {
			c.Close()
		}
		return err
	},
	"connect over Multipath TCP": func(scene) error {
		const ipprotoMPTCP = 262 // linux/in.h
		fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM, ipprotoMPTCP)
		if err == nil {
			unix.Close(fd)
		}
		return err
	},
	"send over UDP": func(s scene) error {
		c, err := net.Dial("udp", s.Address)
		if err != nil {
			return err
		}
		defer c.Close()
		_, err = c.Write([]byte("x"))
		return err
	},
	"connect to a Unix socket": func(s scene) error {
		c, err := net.Dial("unix", s.Socket)
		if err == nil {
			c.Close()
		}
		return err
	},
	"listen": func(scene) error {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err == nil {
			l.Close()
		}
		return err
	},
	"start a program": func(scene) error { return exec.Command("/bin/true").Run() },
	"become a program": func(s scene) error {
		// In a success this process is gone, so only the permission is asked for:
		// a missing file is an error of another kind.
		err := syscall.Exec(filepath.Join(s.Dir, "no such program"), nil, nil)
		if err == syscall.ENOENT {
			return nil
		}
		return err
	},
	"fork": func(scene) error {
		pid, _, errno := syscall.RawSyscall6(syscall.SYS_CLONE, uintptr(syscall.SIGCHLD), 0, 0, 0, 0, 0)
		if errno != 0 {
			return errno
		}
		if pid == 0 {
			syscall.RawSyscall(syscall.SYS_EXIT_GROUP, 0, 0, 0)
		}
		_, err := syscall.Wait4(int(pid), nil, 0, nil)
		return err
	},
	"signal its parent": func(s scene) error { return syscall.Kill(s.Parent, syscall.SIGCONT) },
	"signal a thread of its parent": func(s scene) error {
		return unix.Tgkill(s.Parent, s.Parent, syscall.SIGCONT)
	},
	"look into its parent's memory": func(s scene) error {
		f, err := os.Open("/proc/" + strconv.Itoa(s.Parent) + "/status")
		if err == nil {
			f.Close()
		}
		return err
	},
	"raise its limits": func(scene) error {
		var limit unix.Rlimit
		if err := unix.Getrlimit(unix.RLIMIT_CORE, &limit); err != nil {
			return nil
		}
		return unix.Setrlimit(unix.RLIMIT_CORE, &limit)
	},
	"make a file in memory to run": func(scene) error {
		fd, err := unix.MemfdCreate("x", 0)
		if err == nil {
			unix.Close(fd)
		}
		return err
	},
}

// tryToGetOut is the captive: it reports the attempts that succeeded.
func tryToGetOut(confined bool) error {
	var s scene
	if err := json.NewDecoder(os.Stdin).Decode(&s); err != nil {
		return err
	}
	if err := engine.Start(func(_, _ string) {}); err != nil {
		return err
	}
	report := struct {
		Sandbox wire.Sandbox
		Did     map[string]bool
		Errors  map[string]string
	}{Did: map[string]bool{}, Errors: map[string]string{}}
	if confined {
		var err error
		if report.Sandbox, err = confine(); err != nil {
			return err
		}
	}
	for name, attempt := range attempts {
		err := attempt(s)
		report.Did[name] = err == nil
		if err != nil {
			report.Errors[name] = err.Error()
		}
	}
	return json.NewEncoder(os.Stdout).Encode(report)
}

// Each attempt succeeds in a process that is not confined, so that the test can
// fail, and none in one that is.
func TestWhoTakesAChildOverGetsNoFurther(t *testing.T) {
	dir := t.TempDir()
	canary, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer canary.Close()
	socket, err := net.Listen("unix", filepath.Join(dir, "socket"))
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	for _, mode := range []string{"free", "confined"} {
		dir := filepath.Join(dir, mode)
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"secret", "victim", "movable"} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte("x"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		report := runCaptive(t, mode, scene{Dir: dir, Address: canary.Addr().String(), Socket: socket.Addr().String(), Parent: os.Getpid()})
		for name, did := range report.Did {
			if did != (mode == "free") {
				t.Errorf("%s: %q succeeded: %v (%s)", mode, name, did, report.Errors[name])
			}
		}
		if len(report.Did) != len(attempts) {
			t.Errorf("%s: %d attempts of %d reported", mode, len(report.Did), len(attempts))
		}
		if mode == "confined" && (report.Sandbox.Landlock < 1 || report.Sandbox.Seccomp != (runtime.GOARCH == "amd64")) {
			t.Errorf("confined by %+v, want Landlock and seccomp", report.Sandbox)
		}
	}
}

func runCaptive(t *testing.T, mode string, s scene) (report struct {
	Sandbox wire.Sandbox
	Did     map[string]bool
	Errors  map[string]string
}) {
	t.Helper()
	in, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	if err := json.NewEncoder(w).Encode(s); err != nil {
		t.Fatal(err)
	}
	w.Close()
	cmd := exec.Command("/proc/self/exe")
	cmd.Env = append(os.Environ(), captive+"="+mode)
	cmd.Stdin = in
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v", mode, err)
	}
	if err := json.Unmarshal(out, &report); err != nil {
		t.Fatalf("%s: %v in %q", mode, err, out)
	}
	return report
}
