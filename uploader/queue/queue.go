// Package queue keeps jobs and their items, durably, until they are done.
//
// A job comes in batches and stays open, invisible to workers, until its last batch
// is in: so a bulk upload of any length needs no room in memory, and half of one is
// never worked on. From then on its items are leased to workers, one at a time. Each
// claim counts as an attempt and has a token; a lease that runs out gives the item to
// the next worker, and what the first one says of it afterwards is refused, for its
// token is not the last. An item that failed is kept, and its job goes on. A job ends with its last item, once; at that moment what is to follow
// it is queued, in the same transaction.
//
// [Meter] counts beside them what those who add jobs use up.
//
// [Queue] is the contract, package queuetest the suite that holds every implementation
// to it. [SQLite] keeps a queue in a file, which processes of one machine may share;
// [Redis] keeps it for a fleet.
package queue

import (
	"context"
	"errors"
	"io/fs"
	"time"
)

// Class is the order in which items are taken: all that are due of a lower one come
// before any of a higher one. Within a class jobs take turns, and the items of a job
// come in their order.
type Class int

const (
	Awaited  Class = iota // a client waits for it
	Bulk                  // nobody waits for it
	Callback              // something to send elsewhere
)

// State is that of a job or an item.
type State string

const (
	Open      State = "open"      // a job that is still coming in
	Waiting   State = "waiting"   // an item that nobody works on; perhaps not due yet
	Running   State = "running"   // a job that is all there; an item that is leased
	Completed State = "completed" // a job of which at least one item is, or that has none
	Failed    State = "failed"    // a job of which nothing has succeeded
	Cancelled State = "cancelled"
)

// Job is a number of items that came together.
type Job struct {
	ID    string // 1 to 64 lower-case letters, digits and dots; one that ends in .then follows another job
	Class Class
	// Info is what its owner keeps of it, at most MaxRecord bytes. It never changes.
	Info []byte
	// Key makes the job the only one of its kind for KeyLife: Add refuses another with
	// the same key, or, where Print is equal too, says that this is the one. "" for none.
	Key, Print string
	// Then becomes the only item of the job {ID}.then of class Callback when this one
	// ends. It is not made for a job without one, nor for one that is dropped.
	Then []byte

	// What follows is the queue's.

	State    State
	Created  time.Time // of its first batch, by the queue's clock
	Ended    time.Time // zero before
	Total    int       // items
	Running  int       // items that are leased, or whose lease has run out unnoticed
	Finished Finished
}

// Finished counts the items of a job that have ended.
type Finished struct{ Completed, Failed, Cancelled int }

// Item is one piece of work.
type Item struct {
	ID    string // as Job's; unique in the queue. The only item of a job may share its id
	Job   string
	Index int // from 0, in its job
	// Work says what is to be done, and Result how it went, in the worker's words: each
	// at most MaxRecord bytes. Result is empty before the end.
	Work, Result []byte

	State    State
	Attempts int // claims so far
	// Due is when it may be taken, when State is Waiting, and when its lease ends, when
	// State is Running.
	Due time.Time
}

// Claim is an item that one worker has, until Until.
type Claim struct {
	Item  Item // Attempts counts this one, so it is at least 1
	Job   Job  // without its counters
	Token int64
	Until time.Time
}

// Batch is some of a job's items. Their indices go on where the batch before ended: only
// their ID and Work count.
type Batch struct {
	// Job has the same id and class in all batches. Its Info, Key, Print and Then are those
	// of the last one: what belongs to all items may be known only after them.
	Job   Job
	Items []Item
	// Last makes the job run. A job may have no items at all: it is then completed at once.
	Last bool
}

// Following is the end of the id of a job that follows another.
const Following = ".then"

const (
	MaxRecord = 64 << 10         // bytes
	MaxBatch  = 1000             // items
	KeyLife   = 24 * time.Hour   // how long Job.Key holds
	OpenLife  = 10 * time.Minute // how long a job stays open without another batch, before a sweep may drop it
	MinLife   = 24 * time.Hour   // the least time that an ended job is kept, so that keys find theirs
)

var (
	// ErrNotFound is the error for a job or an item that is not there. It wraps fs.ErrNotExist.
	ErrNotFound error = notFound{}
	// ErrStale is the error of a claim that is no longer its holder's: the lease has run
	// out and another has the item, or it has ended.
	ErrStale = errors.New("the claim is stale")
	// ErrConflict is the error of a key that another job has, with another print.
	ErrConflict = errors.New("the key is in use for something else")
	// ErrEnded is the error for a job that is no longer open, or has ended.
	ErrEnded = errors.New("the job has ended")
	// ErrInvalid is the error of what breaks a rule of the contract.
	ErrInvalid = errors.New("this is not what the queue takes")
	// ErrFull is the error of a queue that has no room.
	ErrFull = errors.New("the queue has no room")
	// ErrUnavailable is the error of a queue that does not answer, or cannot promise that
	// what it is told is durable. What was asked for may have happened all the same.
	ErrUnavailable = errors.New("the queue does not answer")
)

type notFound struct{}

func (notFound) Error() string { return "not in the queue" }
func (notFound) Unwrap() error { return fs.ErrNotExist }

// Queue keeps jobs. Its methods may be called from many goroutines and, on one queue,
// by many processes at once. Whatever changes something is durable when it returns
// nil, and has happened whole or not at all. Times are by the queue's own clock, the
// same for all its users. Errors wrap ErrUnavailable where no other is named, and
// ctx.Err() once ctx is done.
type Queue interface {
	// Add puts a batch in, and says which job it belongs to: that of the batch, or the
	// one that has its Key, when Print is equal: nothing of the batch's job is then left.
	// A batch that comes twice is the same as once, so whoever heard no answer may
	// repeat it. Errors: ErrConflict and ErrFull, both before anything is kept of this
	// batch; ErrEnded for a job that is not open any more (a repeated Last batch of a job
	// is no error); ErrInvalid. The key is looked at in the Last batch only. IDs of items or jobs
	// that are in use elsewhere are ErrConflict.
	Add(ctx context.Context, b Batch) (job string, err error)

	// Get is a job, by its id or else by that of one of its items, and up to limit of its
	// items from index on. ErrNotFound. Items of an open job are there.
	Get(ctx context.Context, id string, index, limit int) (Job, []Item, error)

	// Find is an item, and its job. ErrNotFound.
	Find(ctx context.Context, item string) (Job, Item, error)

	// Take waits for an item of one of the classes that is due, and leases it to the
	// caller for so long. It does not poll: an item that is added, or due, or given back
	// by whatever process wakes one that waits. An item whose lease has run out is given
	// out however often that has happened, and also when its job has been cancelled
	// meanwhile: whoever gets it looks at Attempts and at the job's State, and takes back
	// what was left of it before ending it by Finish, or by Retry in a cancelled job.
	Take(ctx context.Context, lease time.Duration, classes ...Class) (Claim, error)

	// Extend makes a lease end so long from now, and returns when. ErrStale.
	Extend(ctx context.Context, c Claim, lease time.Duration) (time.Time, error)

	// Finish ends an item as Completed or Failed with a result. ErrStale. The same
	// claim finished again with the same state is no error, so it may be repeated.
	Finish(ctx context.Context, c Claim, state State, result []byte) error

	// Retry gives an item back, to be taken again after a while. In a cancelled job it
	// ends as Cancelled instead. ErrStale. Repeated before somebody has taken it, it is no
	// error.
	Retry(ctx context.Context, c Claim, after time.Duration) error

	// Cancel ends what has not run of a job: items that wait are Cancelled at once, those
	// that are leased go on to their end, and the job is Cancelled at once, and Ended with
	// the last of them. An open job is dropped: nothing of it is left. ErrNotFound,
	// ErrEnded.
	Cancel(ctx context.Context, job string) error
}

// Watcher tells of changes.
type Watcher interface {
	// Watch calls nudge after a change of a job, in whatever process it was made, until
	// stop is called. It may call too often, and once for several changes; it may miss
	// one where a server was away, so look again every few seconds. nudge returns at once.
	Watch(job string, nudge func()) (stop func())
}

// Keeper looks after a queue.
type Keeper interface {
	// Stats says how much there is to do.
	Stats(ctx context.Context) (Stats, error)

	// Sweep forgets the jobs that ended so long ago, or MinLife, whichever is longer. For
	// each item of a job that has been open for OpenLife without a batch it calls drop,
	// before it forgets that job; an error of drop keeps the job for the next sweep. What a
	// Meter has of days that began before MeterLife is forgotten, too.
	Sweep(ctx context.Context, life time.Duration, drop func(context.Context, Item) error) error

	// Born is when the queue was made: it knows nothing of what was before.
	Born() time.Time

	// Close ends the use of the queue: who waits in Take gets ErrUnavailable.
	Close() error
}

// Stats counts items of all jobs that are not open.
type Stats struct {
	Waiting int // due, or without an attempt yet
	Running int // leased
	Delayed int // given back, and not due yet
	Failed  int // ended as failed, of the jobs that are kept
	// Oldest is how long ago the oldest job that has not ended was complete, of those that are no callbacks, which wait
	// for others for a day; 0 when there is none.
	Oldest time.Duration
}
