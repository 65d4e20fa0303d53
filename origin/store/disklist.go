package store

import (
	"container/heap"
	"context"
	"errors"
	"io/fs"
	"iter"
	"os"
	"strings"
	"time"

	"golang.org/x/sys/unix"
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
	var last folder
	defer last.close()
	for len(found) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		e := heap.Pop(&found).(entry)
		if !e.object {
			if err := d.expand(&found, &last, e, q); err != nil {
				return err
			}
			continue
		}
		if !e.isObject() {
			continue
		}
		info, err := d.statIn(&last, e)
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

// folder is one that is open; what is in it is reached with one system call, whatever lies above.
type folder struct {
	path string
	file *os.File // nil where none is open
}

func (f *folder) close() {
	if f.file != nil {
		f.file.Close()
		f.file = nil
	}
}

// enter opens a folder in place of the one that is open. One that was removed and made again meanwhile has nothing
// that was there all the time.
func (d *Disk) enter(f *folder, path string) error {
	if f.file != nil && f.path == path {
		return nil
	}
	f.close()
	inRoot, err := d.root.Open(path)
	if err != nil {
		return err
	}
	defer inRoot.Close()
	// A File of an os.Root looks at everything that its ReadDir finds.
	fd, err := unix.FcntlInt(inRoot.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return &fs.PathError{Op: "dup", Path: path, Err: err}
	}
	f.path, f.file = path, os.NewFile(uintptr(fd), path)
	return nil
}

// statIn is stat of an object, of which there are many in a folder as a rule.
func (d *Disk) statIn(last *folder, e entry) (Info, error) {
	if err := d.enter(last, e.path); err != nil {
		return Info{}, missing(err)
	}
	var stat unix.Stat_t
	err := unix.Fstatat(int(last.file.Fd()), e.key[len(e.folder):], &stat, unix.AT_SYMLINK_NOFOLLOW)
	switch {
	case err != nil:
		return Info{}, missing(&fs.PathError{Op: "fstatat", Path: e.path, Err: err})
	case stat.Mode&unix.S_IFMT != unix.S_IFREG:
		return Info{}, fs.ErrNotExist
	}
	return Info{e.key, stat.Size, time.Unix(stat.Mtim.Unix())}, nil
}

// expand adds to found what lies in the folder e and may be asked for. A folder that has gone
// meanwhile is empty; so is a file in its place.
func (d *Disk) expand(found *entries, last *folder, e entry, q query) error {
	inside, err := d.readDir(last, e.path)
	if err != nil && !errors.Is(missing(err), fs.ErrNotExist) {
		return err
	}
	few := len(inside) < len(*found)
	for _, de := range inside {
		c, ok := e.child(de)
		switch {
		case !ok || !q.wants(c):
		case few:
			heap.Push(found, c)
		default:
			*found = append(*found, c)
		}
	}
	if !few {
		heap.Init(found)
	}
	return nil
}

// readDir returns what is in the folder, in no order, and leaves it open.
func (d *Disk) readDir(last *folder, dir string) ([]fs.DirEntry, error) {
	last.close() // one that is open may have been read to its end
	if err := d.enter(last, dir); err != nil {
		return nil, err
	}
	return last.file.ReadDir(-1)
}

// entry is something found on the disk and not yet dealt with.
type entry struct {
	key    string // no name from this entry is less, and all begin with it
	path   string // below the root: of the folder, or of the one that the object is in
	folder string // what names in this folder, or beside this object, begin with: "" or "a/b/"; for a shard, those in its folder
	object bool
}

// child is the entry for what was found in the folder e. Whatever Put would not have put there, such as
// a symbolic link or a file of somebody else's, is not one; of files that is seen when their turn comes, since
// there may be many of which few are asked for.
func (e entry) child(de fs.DirEntry) (entry, bool) {
	name := e.folder + de.Name()
	if !de.IsDir() {
		return entry{key: name, path: e.path, folder: e.folder, object: true}, de.Type().IsRegular()
	}
	c := entry{path: e.path + "/" + de.Name(), folder: e.folder}
	if first, ok := shard(de.Name()); ok {
		c.key = e.key + first
		return c, true
	}
	c.key, c.folder = name+"/", name+"/"
	return c, CheckName(name) == nil && locate(name) == c.path
}

// isObject tells whether Put would have put the file where it is.
func (e entry) isObject() bool {
	return CheckName(e.key) == nil && locate(e.key) == e.path+"/"+e.key[len(e.folder):]
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
