// Package store keeps objects by name: a few bytes or many gigabytes, written whole, read by anybody,
// never changed in place.
//
// [Store] is the contract, and package storetest the suite that holds every implementation to it.
// [Disk] keeps the objects as files below a folder that several processes may share; [S3] in a bucket
// of Amazon S3 or a server like it, with [Cached] in front of it for what is read often; [Mem] keeps
// them in memory, for tests. What a name may look like is [CheckName]'s business, so that a name which one
// store takes is a file name, an S3 key and a log field in all of them.
package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"syscall"
	"time"
)

// Store keeps objects by name. Its methods may be called from many goroutines at once, and by several
// processes on the same objects.
//
// Every method refuses a name that [CheckName] refuses, with its error, and returns an error that wraps
// ctx.Err() once ctx is done. No name may also be the folder of another ("a" beside "a/b"): a store may
// refuse the second of them.
type Store interface {
	// Put stores r under name, whole or not at all, and replaces what was there. A reader, an Open at
	// the same moment included, sees all of the old object or all of the new one. It is durable when
	// Put returns nil; after an error the old object is still there and nothing of the new one is, unless
	// the error is that a store across a network did not answer: then one of the two is there, whole.
	//
	// size is the exact number of bytes. When r has fewer, the error wraps ErrSize and
	// io.ErrUnexpectedEOF; when it has more, ErrSize. r's own errors are wrapped, and a store without
	// room returns one that wraps ErrFull. Put reads r to its end and does not close it.
	Put(ctx context.Context, name string, r io.Reader, size int64) error

	// Copy puts the bytes of the object from under the name to, as Put would, but without moving them
	// where the store can do that; Modified may then be as from's. What happens to one of the two
	// afterwards leaves the other as it is. A missing from is an error that wraps fs.ErrNotExist.
	Copy(ctx context.Context, from, to string) error

	// Open opens the object for reading; the caller closes it. The open object keeps its bytes,
	// whatever is put or deleted meanwhile. A missing one is an error that wraps fs.ErrNotExist, and
	// one that was moved where nobody can read it at once, ErrArchived.
	Open(ctx context.Context, name string) (Object, error)

	// Stat tells what Open would, without opening. A missing object is an error that wraps
	// fs.ErrNotExist.
	Stat(ctx context.Context, name string) (Info, error)

	// Update replaces an object of at most 1 MiB by what change makes of it, as Put would. What another
	// Update of the same name does comes before or after, never between: change is called again when
	// the object is not any more what it was made of. That is no protection from Put, Copy and Delete.
	// An error of change is returned as it is, and nothing is put. After an error of a store across
	// a network the change may have been made, as with Put, and change may be shown its own result.
	Update(ctx context.Context, name string, change Change) error

	// Delete removes the object, durably when it returns nil. Deleting a missing one is no error.
	Delete(ctx context.Context, name string) error

	// List yields the objects whose name begins with prefix and is greater than after ("" is before
	// the first), in ascending bytewise order of the whole name. prefix may end within a component and
	// after need not exist. An error is the last thing yielded; a prefix with which no name can begin
	// wraps fs.ErrInvalid. Objects put or deleted during the listing may or may not appear; all others
	// do, once. It works as it is read: who stops early does not pay for the rest.
	List(ctx context.Context, prefix, after string) iter.Seq2[Info, error]
}

// Info is what a store knows about an object.
type Info struct {
	Name     string
	Size     int64     // bytes
	Modified time.Time // when it was put, by the store's clock
}

// Object is an open object. Close it once; an Object is read by one goroutine at a time.
type Object struct {
	Info
	io.ReadCloser
}

// File returns the file that is the object, where it lies on a disk as one: to pass its descriptor to
// a child process, to map it, or for sendfile. It shares the Object's offset and is closed with it.
func (o Object) File() (*os.File, bool) {
	f, ok := o.ReadCloser.(*os.File)
	return f, ok
}

var (
	// ErrSize is the error of a Put whose reader has fewer or more bytes than announced.
	ErrSize = errors.New("not the announced size")

	// ErrFull is the error of a store without room: the disk is full (syscall.ENOSPC) or the quota
	// is used up (syscall.EDQUOT). The cause is wrapped, too.
	ErrFull = errors.New("store is full")

	// ErrArchived is the error of an object that is there and cannot be read before somebody has it
	// restored: it is in an archive class of S3 (GLACIER, DEEP_ARCHIVE, the archive tiers of
	// INTELLIGENT_TIERING). Nothing here restores one: that costs money, and takes hours.
	ErrArchived = errors.New("the object is archived, and has to be restored first")
)

// begin refuses what no method should start on: a bad name, or a ctx that is done.
func begin(ctx context.Context, op, name string) error {
	if err := CheckName(name); err != nil {
		return err
	}
	return failed(op, name, ctx.Err())
}

// failed says what was being done when err happened; nil stays nil.
func failed(op, name string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return fmt.Errorf("%s %s: %w: %w", op, name, ErrFull, err)
	}
	return fmt.Errorf("%s %s: %w", op, name, err)
}
