package config

import (
	"testing"
	"testing/fstest"
)

func TestMemory(t *testing.T) {
	const meminfo = "MemTotal:       16777216 kB\nMemFree:  1 kB\n" // 16 GiB
	for _, tt := range []struct {
		name  string
		files map[string]string
		want  int64
	}{
		{"nothing is known", nil, assumedMemory},
		{"machine", map[string]string{"proc/meminfo": meminfo}, 16 << 30},
		{"cgroup 2 in a container", map[string]string{"proc/meminfo": meminfo,
			"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "536870912\n"}, 512 << 20},
		{"cgroup 2 without a limit", map[string]string{"proc/meminfo": meminfo,
			"proc/self/cgroup": "0::/a\n", "sys/fs/cgroup/a/memory.max": "max\n"}, 16 << 30},
		{"a parent limits", map[string]string{"proc/meminfo": meminfo, "proc/self/cgroup": "0::/a/b\n",
			"sys/fs/cgroup/a/memory.max": "1073741824\n", "sys/fs/cgroup/a/b/memory.max": "2147483648\n"}, 1 << 30},
		{"cgroup 1", map[string]string{"proc/meminfo": meminfo, "proc/self/cgroup": "9:cpu,memory:/docker/x\n8:pids:/docker/x\n",
			"sys/fs/cgroup/memory/memory.limit_in_bytes": "268435456\n"}, 256 << 20},
		{"cgroup 1 without a limit", map[string]string{"proc/meminfo": meminfo, "proc/self/cgroup": "9:memory:/x\n",
			"sys/fs/cgroup/memory/x/memory.limit_in_bytes": "9223372036854771712\n"}, 16 << 30},
		{"above the root", map[string]string{"proc/meminfo": meminfo, "proc/self/cgroup": "0::/../../x\n",
			"sys/fs/cgroup/memory.max": "1073741824\n"}, 1 << 30},
		{"nonsense", map[string]string{"proc/meminfo": "MemTotal: lots kB\n", "proc/self/cgroup": "what\n\n0:\n"}, assumedMemory},
	} {
		root := fstest.MapFS{}
		for name, text := range tt.files {
			root[name] = &fstest.MapFile{Data: []byte(text)}
		}
		if got := memory(root); got != tt.want {
			t.Errorf("%s: memory = %d, want %d", tt.name, got, tt.want)
		}
	}
}

func TestCacheBytes(t *testing.T) {
	for _, tt := range []struct{ memory, want int64 }{
		{512 << 20, 64 << 20}, {16 << 30, 2 << 30}, {32 << 30, 4 << 30}, {1 << 40, 4 << 30},
	} {
		if got := autoCache(tt.memory); got != tt.want {
			t.Errorf("autoCache(%d) = %d, want %d", tt.memory, got, tt.want)
		}
	}
	if got := (&Config{CacheMemory: 5}).CacheBytes(); got != 5 {
		t.Errorf("CacheBytes of 5 = %d, want 5", got)
	}
	if got := new(Config).CacheBytes(); got <= 0 || got > maxAutoCache {
		t.Errorf("CacheBytes of auto = %d, want 1 to %d", got, maxAutoCache)
	}
}
