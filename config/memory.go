package config

import (
	"bufio"
	"bytes"
	"io/fs"
	"math"
	"os"
	"path"
	"strconv"
	"strings"
)

const (
	autoCacheShare   = 8       // of the memory there is
	maxAutoCache     = 4 << 30 // bytes
	assumedMemory    = 2 << 30 // bytes, where the system does not say
	unlimitedMemory  = math.MaxInt64
	cgroupRoot       = "sys/fs/cgroup"
	cgroupMemoryRoot = "sys/fs/cgroup/memory" // of cgroup version 1
)

// CacheBytes is CacheMemory in bytes, with auto worked out for this machine.
func (c *Config) CacheBytes() int64 {
	if c.CacheMemory != 0 {
		return int64(c.CacheMemory)
	}
	return autoCache(memory(os.DirFS("/")))
}

func autoCache(memory int64) int64 {
	return min(memory/autoCacheShare, maxAutoCache)
}

// memory is what this process may use, in bytes: the machine's, or less where a cgroup says so.
func memory(root fs.FS) int64 {
	least := min(machineMemory(root), cgroupMemory(root))
	if least == unlimitedMemory {
		return assumedMemory
	}
	return least
}

// machineMemory reads the first line of meminfo: "MemTotal:  16306380 kB" (proc_meminfo(5)).
func machineMemory(root fs.FS) int64 {
	data, err := fs.ReadFile(root, "proc/meminfo")
	if err != nil {
		return unlimitedMemory
	}
	for line := range strings.Lines(string(data)) {
		fields := strings.Fields(line)
		if len(fields) == 3 && fields[0] == "MemTotal:" {
			if kib, err := strconv.ParseInt(fields[1], 10, 53); err == nil && kib > 0 {
				return kib << 10
			}
		}
	}
	return unlimitedMemory
}

// cgroupMemory is the least limit of the process's cgroup and those above it. Lines of
// /proc/self/cgroup are "0::/path" (version 2) or "9:memory:/path" (version 1), see cgroups(7).
func cgroupMemory(root fs.FS) int64 {
	data, err := fs.ReadFile(root, "proc/self/cgroup")
	if err != nil {
		return unlimitedMemory
	}
	least := int64(unlimitedMemory)
	lines := bufio.NewScanner(bytes.NewReader(data))
	for lines.Scan() {
		_, rest, _ := strings.Cut(lines.Text(), ":")
		controllers, group, ok := strings.Cut(rest, ":")
		switch {
		case !ok:
		case controllers == "":
			least = min(least, leastLimit(root, cgroupRoot, group, "memory.max"))
		case strings.Contains(","+controllers+",", ",memory,"):
			least = min(least, leastLimit(root, cgroupMemoryRoot, group, "memory.limit_in_bytes"))
		}
	}
	return least
}

// leastLimit looks in the group's folder and in all above it. Inside a container the group's path
// may be one of the host's, of which only the root is to be seen.
func leastLimit(root fs.FS, mount, group, file string) int64 {
	least := int64(unlimitedMemory)
	for dir := path.Clean("/" + group); ; dir = path.Dir(dir) {
		if data, err := fs.ReadFile(root, path.Join(mount, dir, file)); err == nil {
			if limit, err := strconv.ParseInt(strings.TrimSpace(string(data)), 10, 64); err == nil && limit > 0 {
				least = min(least, limit) // "max" is no number: no limit
			}
		}
		if dir == "/" {
			return least
		}
	}
}
