package store

import "strings"

// Below its folder, a Disk has three others:
//
//	objects/originals/~a/~b/abcd...     the object originals/abcd...
//	objects/presets/hero.json           the object presets/hero.json
//	tmp/{random}/                       one process's unfinished files: scratch
//	locks/{number}                      held while an object is replaced by Update
//
// Names of hashes, ids and times come by the million, so the first component of wideLen bytes or more
// lies two folders deeper, named after its first two bytes: some 256 of hashes, and 1,024 of ids. With
// two bytes each every object would have a folder to itself until there are a million, and to make a
// folder durable costs as much as the object. '~' is not allowed in names: such a folder is never
// mistaken for a component.
const (
	objectsDir = "objects"
	tmpDir     = "tmp"
	locksDir   = "locks"
	wideLen    = 20
)

// locate returns where the object, or the folder of objects, lies. name must be valid.
func locate(name string) string {
	var b strings.Builder
	b.WriteString(objectsDir)
	split := false
	for c := range strings.SplitSeq(name, "/") {
		if len(c) >= wideLen && !split {
			split = true
			b.WriteString("/~" + c[:1] + "/~" + c[1:2])
		}
		b.WriteString("/" + c)
	}
	return b.String()
}

// shard returns the byte that the folder dir stands for, if it is one of those that wide components lie
// in.
func shard(dir string) (string, bool) {
	if len(dir) == 2 && dir[0] == '~' {
		return dir[1:], true
	}
	return "", false
}

// stays tells whether a folder stays when it is empty: the shards of a kind of objects, which will be
// needed again, and of which there are few.
func stays(dir string) bool {
	c := strings.Split(dir, "/") // objects, kind, shard, shard
	for i, name := range c {
		if _, is := shard(name); is != (i >= 2) {
			return false
		}
	}
	return dir == objectsDir || len(c) == 3 || len(c) == 4
}
