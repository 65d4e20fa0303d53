package pool

import "sync"

// crowds counts the renditions that are wanted now, by the file that they are made of. The zero crowds are none.
type crowds struct {
	mu sync.Mutex
	of map[string]int // guarded by mu
}

// join counts one of a file until it leaves. What has no name is not counted.
func (c *crowds) join(file string) (leave func()) {
	if file == "" {
		return func() {}
	}
	c.add(file, 1)
	return func() { c.add(file, -1) }
}

func (c *crowds) add(file string, n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.of == nil {
		c.of = map[string]int{}
	}
	if c.of[file] += n; c.of[file] == 0 {
		delete(c.of, file)
	}
}

// many tells whether more than one is wanted of a file.
func (c *crowds) many(file string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.of[file] > 1
}
