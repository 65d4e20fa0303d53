package store

import (
	"container/heap"
	"context"
	"errors"
	"io/fs"
	"iter"
	"strings"
)

// List implements Store.
//
// It keeps what it has found but not yet yielded in a heap, ordered by the least name that can follow
// from it: an object's own, and for a folder what all names in it begin with. The least is taken out;
// an object is yielded, a folder is read and what it holds put in. So the order is that of the whole
// names, although neither the folders ('/' sorts after '-' and '.') nor the split of wide and short
// components lie in it, and a folder is read only when its turn comes.
func (d *Disk) List(ctx context.Context, prefix, after string) iter.Seq2[Info, error] {
	return func(yield func(Info, error) bool) {
		if err := checkPrefix(prefix); err != nil {
			yield(Info{}, err)
			return
		}
		if err := d.walk(ctx, query{prefix, after}, yield); err != nil {
			yield(Info{}, failed("list", prefix, err))
		}
	}
}

// walk yields objects until there are no more, or nobody wants more.
func (d *Disk) walk(ctx context.Context, q query, yield func(Info, error) bool) error {
	found := entries{q.start()}
	for len(found) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		e := heap.Pop(&found).(entry)
		if !e.object {
			if err := d.expand(&found, e, q); err != nil {
				return err
			}
			continue
		}
		info, err := d.stat(e.key, e.path)
		if errors.Is(err, fs.ErrNotExist) {
			continue // deleted since its folder was read
		}
		if err != nil {
			return err
		}
		if !yield(info, nil) {
			return nil
		}
	}
	return nil
}

// expand adds to found what lies in the folder e and may be asked for. A folder that has gone
// meanwhile is empty; so is a file in its place.
func (d *Disk) expand(found *entries, e entry, q query) error {
	inside, err := d.readDir(e.path)
	if err != nil && !errors.Is(missing(err), fs.ErrNotExist) {
		return err
	}
	for _, de := range inside {
		if c, ok := e.child(de); ok && q.wants(c) {
			heap.Push(found, c)
		}
	}
	return nil
}

// readDir returns what is in the folder, in no order.
func (d *Disk) readDir(dir string) ([]fs.DirEntry, error) {
	f, err := d.root.Open(dir)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return f.ReadDir(-1)
}

// entry is something found on the disk and not yet dealt with.
type entry struct {
	key    string // no name from this entry is less, and all begin with it
	path   string // below the root
	folder string // what names in this folder begin with: "" or "a/b/"; for a shard, those in its folder
	object bool
}

// child is the entry for what was found in the folder e. Whatever Put would not have put there, such as
// a symbolic link or a file of somebody else's, is not one.
func (e entry) child(de fs.DirEntry) (entry, bool) {
	c := entry{path: e.path + "/" + de.Name(), folder: e.folder}
	if first, ok := shard(de.Name()); ok && de.IsDir() {
		c.key = e.key + first
		return c, true
	}
	name := e.folder + de.Name()
	if CheckName(name) != nil || locate(name) != c.path {
		return entry{}, false
	}
	if de.IsDir() {
		c.key, c.folder = name+"/", name+"/"
		return c, true
	}
	c.key, c.object = name, true
	return c, de.Type().IsRegular()
}

// query is what List was asked for.
type query struct{ prefix, after string }

// start is the folder in which everything with the prefix lies.
func (q query) start() entry {
	folder := q.prefix[:strings.LastIndexByte(q.prefix, '/')+1]
	if folder == "" {
		return entry{path: objectsDir}
	}
	return entry{key: folder, folder: folder, path: locate(strings.TrimSuffix(folder, "/"))}
}

// wants tells whether e is asked for or, being a folder, may hold something that is.
func (q query) wants(e entry) bool {
	if e.object {
		return strings.HasPrefix(e.key, q.prefix) && e.key > q.after
	}
	return (strings.HasPrefix(e.key, q.prefix) || strings.HasPrefix(q.prefix, e.key)) &&
		(e.key > q.after || strings.HasPrefix(q.after, e.key))
}

// entries is a heap.Interface with the least key first.
type entries []entry

func (h entries) Len() int           { return len(h) }
func (h entries) Less(i, j int) bool { return h[i].key < h[j].key }
func (h entries) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *entries) Push(x any)        { *h = append(*h, x.(entry)) }
func (h *entries) Pop() any {
	old := *h
	last := old[len(old)-1]
	*h = old[:len(old)-1]
	return last
}
