package queue

import (
	"hash/fnv"
	"strconv"
	"strings"
)

// The keys in Redis. All scripts get them as KEYS, in the order of shardKeys and jobKeys,
// which lib.lua knows.
const (
	metaKey      = "lwq:meta"
	idPrefix     = "lwq:id:"     // and the id of an item or a job: the job that has it
	keyPrefix    = "lwq:key:"    // and a Job.Key: its reservation
	spentPrefix  = "lwq:spent:"  // and a day and a name: what was spent
	jobChannel   = "lwq:job:"    // and the id of a job: it has changed
	nudgeChannel = "lwq:nudge"   // something is due, or will be
	numClasses   = int(Callback) // the highest
)

// shardOf is the shard of a job, and of all that follows it.
func (r *Redis) shardOf(job string) int {
	for strings.HasSuffix(job, Following) {
		job = strings.TrimSuffix(job, Following)
	}
	h := fnv.New32a()
	h.Write([]byte(job))
	return int(h.Sum32() % uint32(r.opt.Shards))
}

func tag(shard int) string { return "{lwq:" + strconv.Itoa(shard) + "}:" }

// turnKeys are two sorted sets of the jobs of a class: those that have an item due, by
// when they were served last (microseconds), and those that will, by when (milliseconds).
func turnKeys(shard int, c Class) (ready, later string) {
	class := strconv.Itoa(int(c))
	return tag(shard) + "ready:" + class, tag(shard) + "later:" + class
}

// Where shardKeys and jobKeys have what more than scripts look at.
const (
	openSet, endedSet, goneSet     = 4, 5, 6
	jobHash, itemsHash, waitingSet = 0, 1, 5
)

// shardKeys are those of a shard, for a job of a class.
func shardKeys(shard int, c Class) []string {
	t := tag(shard)
	ready, later := turnKeys(shard, c)
	callbacks, _ := turnKeys(shard, Callback)
	return []string{
		ready, later, callbacks,
		t + "running", // sorted set: jobs that are complete and have not ended, by when they were complete
		t + "open",    // sorted set: jobs that are not complete, by their last batch
		t + "ended",   // sorted set: jobs that have ended, by when
		t + "gone",    // sorted set: jobs that are to be cleared away, by when that was said
		t + "given",   // set: jobs with items that were given back
		t + "stats",   // hash: numbers of items
	}
}

// jobKeys are those of one job, and two of the one that follows it.
func jobKeys(shard int, job string) []string {
	t := tag(shard)
	return []string{
		t + "job:" + job,     // hash: its fields and counters; next is the first item that was never claimed
		t + "items:" + job,   // hash: index to id, a line feed, and work
		t + "states:" + job,  // hash: index to state, attempts and token, of items that were claimed
		t + "results:" + job, // hash: index to result
		t + "held:" + job,    // hash: token to index, of items that are leased
		t + "waiting:" + job, // sorted set: items that were given back, by when they are due
		t + "leased:" + job,  // sorted set: items that are leased, by when the lease ends
		t + "ids:" + job,     // hash: id to index, while the job is open
		t + "job:" + job + Following,
		t + "items:" + job + Following,
	}
}

// keysFor are the keys of most scripts.
func (r *Redis) keysFor(job string, c Class) []string {
	shard := r.shardOf(job)
	return append(shardKeys(shard, c), jobKeys(shard, job)...)
}

// revokedKey holds the token of a reservation under which a job must not be completed.
func (r *Redis) revokedKey(job string) string {
	return tag(r.shardOf(job)) + "revoked:" + job
}
