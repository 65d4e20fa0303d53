package store

import "strings"

// Below its folder, a Disk has two others:
//
//	objects/originals/~ab/~cd/abcd...   the object originals/abcd...
//	objects/presets/hero.json           the object presets/hero.json
//	tmp/{random}/                       one process's unfinished files: scratch
//
// Names of hashes, ids and times come by the million, so a component of wideLen bytes or more lies
// two folders deeper, named after its first four bytes. '~' is not allowed in names: such a folder is
// never mistaken for a component.
const (
	objectsDir = "objects"
	tmpDir     = "tmp"
	wideLen    = 20
)

// locate returns where the object, or the folder of objects, lies. name must be valid.
func locate(name string) string {
	var b strings.Builder
	b.WriteString(objectsDir)
	for c := range strings.SplitSeq(name, "/") {
		if len(c) >= wideLen {
			b.WriteString("/~" + c[:2] + "/~" + c[2:4])
		}
		b.WriteString("/" + c)
	}
	return b.String()
}

// shard returns the two bytes that the folder dir stands for, if it is one of those that wide
// components lie in.
func shard(dir string) (string, bool) {
	if len(dir) == 3 && dir[0] == '~' {
		return dir[1:], true
	}
	return "", false
}
