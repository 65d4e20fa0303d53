package store

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"iter"
	"slices"
	"strings"
	"sync"
	"time"
)

// Mem is a Store in memory, for tests and trials. It is durable as long as the process lives.
type Mem struct {
	mu      sync.RWMutex
	objects map[string]memObject // guarded by mu

	updating sync.Mutex // held for a whole Update
}

// memObject is never changed once it is in the map: open objects share its body.
type memObject struct {
	body     []byte
	modified time.Time
}

func (o memObject) info(name string) Info {
	return Info{name, int64(len(o.body)), o.modified}
}

// NewMem returns an empty store.
func NewMem() *Mem {
	return &Mem{objects: make(map[string]memObject)}
}

// Put implements Store.
func (m *Mem) Put(ctx context.Context, name string, r io.Reader, size int64) error {
	if err := begin(ctx, "put", name); err != nil {
		return err
	}
	var body bytes.Buffer
	if err := copyExactly(ctx, &body, r, size); err != nil {
		return failed("put", name, err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.objects[name] = memObject{body.Bytes(), time.Now()}
	return nil
}

// Copy implements Store.
func (m *Mem) Copy(ctx context.Context, from, to string) error {
	o, err := m.get(ctx, "copy", from)
	if err == nil {
		err = begin(ctx, "copy to", to)
	}
	if err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.objects[to] = o
	return nil
}

// Open implements Store.
func (m *Mem) Open(ctx context.Context, name string) (Object, error) {
	o, err := m.get(ctx, "open", name)
	if err != nil {
		return Object{}, err
	}
	return Object{o.info(name), io.NopCloser(bytes.NewReader(o.body))}, nil
}

// Stat implements Store.
func (m *Mem) Stat(ctx context.Context, name string) (Info, error) {
	o, err := m.get(ctx, "stat", name)
	if err != nil {
		return Info{}, err
	}
	return o.info(name), nil
}

func (m *Mem) get(ctx context.Context, op, name string) (memObject, error) {
	if err := begin(ctx, op, name); err != nil {
		return memObject{}, err
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	o, ok := m.objects[name]
	if !ok {
		return memObject{}, failed(op, name, fs.ErrNotExist)
	}
	return o, nil
}

// Delete implements Store.
func (m *Mem) Delete(ctx context.Context, name string) error {
	if err := begin(ctx, "delete", name); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.objects, name)
	return nil
}

// List implements Store. It takes the names that match when it starts, sorted, and looks each object
// up when its turn comes.
func (m *Mem) List(ctx context.Context, prefix, after string) iter.Seq2[Info, error] {
	return func(yield func(Info, error) bool) {
		if err := checkPrefix(prefix); err != nil {
			yield(Info{}, err)
			return
		}
		for _, name := range m.names(query{prefix, after}) {
			if ctx.Err() != nil {
				break
			}
			if info, ok := m.lookup(name); ok && !yield(info, nil) {
				return
			}
		}
		if err := ctx.Err(); err != nil {
			yield(Info{}, failed("list", prefix, err))
		}
	}
}

func (m *Mem) names(q query) []string {
	m.mu.RLock()
	defer m.mu.RUnlock()
	var names []string
	for name := range m.objects {
		if strings.HasPrefix(name, q.prefix) && name > q.after {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func (m *Mem) lookup(name string) (Info, bool) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	o, ok := m.objects[name]
	return o.info(name), ok
}
