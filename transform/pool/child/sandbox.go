package child

import (
	"fmt"
	"os"

	"lightwell/transform/pool/wire"

	"github.com/elastic/go-seccomp-bpf"
	"github.com/landlock-lsm/go-landlock/landlock"
	landlocksys "github.com/landlock-lsm/go-landlock/landlock/syscall"
	"golang.org/x/sys/unix"
)

// readable is all of the file system that a child may read: what drawing text in
// an SVG needs. Libraries are mapped before. Without /usr itself, GIF and TIFF
// images inside an SVG stay blank: their decoders would be loaded from there.
var readable = []string{
	"/etc/fonts", "/usr/share/fontconfig", "/usr/share/fonts", "/usr/local/share/fonts",
	"/usr/share/mime", "/var/cache/fontconfig",
}

// confine takes away what a child does not need, after libvips has opened its
// modules and before the first byte from outside: files, the network, other
// processes. What the kernel cannot do is said in the result, for the log.
func confine() (wire.Sandbox, error) {
	var s wire.Sandbox
	// Landlock first: its own system calls are not among those allowed after.
	if abi, err := landlocksys.LandlockGetABIVersion(); err == nil {
		s.Landlock = abi
	}
	// Where the kernel knows less, it is restricted as far as it goes; V7 scopes
	// signals and abstract sockets, too.
	if err := landlock.V7.BestEffort().Restrict(landlock.RODirs(readable...).IgnoreIfMissing()); err != nil {
		return s, fmt.Errorf("restrict with Landlock: %w", err)
	}
	if !seccomp.Supported() || len(allowed) == 0 {
		return s, nil
	}
	if err := seccomp.LoadFilter(filter()); err != nil {
		return s, fmt.Errorf("restrict with seccomp: %w", err)
	}
	s.Seccomp = true
	return s, nil
}

// filter allows a list of system calls and refuses all others with EPERM. A list
// of what is forbidden was walked round through another architecture's entry.
func filter() seccomp.Filter {
	self := uint64(os.Getpid())
	return seccomp.Filter{
		NoNewPrivs: true,
		Flag:       seccomp.FilterFlagTSync, // every thread, not this one alone
		Policy: seccomp.Policy{
			DefaultAction: seccomp.ActionErrno,
			Syscalls: []seccomp.SyscallGroup{
				{Action: seccomp.ActionAllow, Names: allowed},
				// Its arguments lie in memory, where a filter cannot look. Told that
				// there is none, libc takes clone.
				{Action: seccomp.ActionErrno | seccomp.Action(unix.ENOSYS), Names: []string{"clone3"}},
				{Action: seccomp.ActionAllow, NamesWithCondtions: []seccomp.NameWithConditions{
					// Threads, but no processes.
					{Name: "clone", Conditions: []seccomp.Condition{{Argument: 0, Operation: seccomp.BitsSet, Value: unix.CLONE_THREAD}}},
					// The Go runtime preempts its own threads by signals.
					{Name: "tgkill", Conditions: []seccomp.Condition{{Argument: 0, Operation: seccomp.Equal, Value: self}}},
					// Limits may be read.
					{Name: "prlimit64", Conditions: []seccomp.Condition{{Argument: 2, Operation: seccomp.Equal, Value: 0}}},
				}},
			},
		},
	}
}
