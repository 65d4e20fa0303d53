package child

// allowed are the system calls of the Go runtime, libc, libvips and its codecs
// once they are up, of reading fonts, and of the talk with the pool. Opening a
// file for writing is among them by name and stopped by Landlock.
var allowed = []string{
	"access", "arch_prctl", "brk", "clock_getres", "clock_gettime", "clock_nanosleep", "close", "dup",
	"epoll_create1", "epoll_ctl", "epoll_pwait", "epoll_pwait2", "epoll_wait", "eventfd2", "exit", "exit_group",
	"faccessat", "faccessat2", "fadvise64", "fcntl", "fstat", "fstatfs", "futex",
	"getcwd", "getdents64", "getegid", "geteuid", "getgid", "getpid", "getppid", "getrandom", "getrlimit",
	"getrusage", "gettid", "gettimeofday", "getuid", "lseek", "lstat", "madvise", "membarrier", "mincore", "mmap",
	"mprotect", "mremap", "munmap", "nanosleep", "newfstatat", "open", "openat", "pipe2", "poll", "ppoll",
	"pread64", "preadv", "read", "readlink", "readlinkat", "readv", "recvfrom", "recvmsg", "restart_syscall", "rseq",
	"rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sched_getaffinity", "sched_yield", "sendmsg", "sendto",
	"set_robust_list", "shutdown", "sigaltstack", "stat", "statfs", "statx", "sysinfo", "time", "timer_settime", "uname",
	"write", "writev",
}
