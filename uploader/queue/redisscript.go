package queue

import (
	"context"
	"embed"
	"fmt"
	"math/rand/v2"

	"github.com/redis/go-redis/v9"
)

//go:embed redis/*.lua
var luaFiles embed.FS

// The flags of scripts. What only reads, or ends more than it begins, runs at maxmemory,
// too; what does not is refused there before it has changed anything.
const (
	grows  = "#!lua\n"
	drains = "#!lua flags=allow-oom\n"
	reads  = "#!lua flags=no-writes\n"
)

var scripts = struct {
	add, reserve, spend, refund                                                 *redis.Script
	peek, claim, finish, retry, extend, cancel                                  *redis.Script
	forget, abandon, erase, revoke, release, swap, meet, get, find, owns, stats *redis.Script
}{
	add:     jobScript(grows, "add"),
	reserve: bareScript(grows, "reserve"),
	spend:   bareScript(grows, "spend"),
	refund:  bareScript(drains, "refund"),
	revoke:  jobScript(drains, "revoke"),
	peek:    bareScript(drains, "peek"),
	claim:   jobScript(drains, "claim"),
	finish:  jobScript(drains, "finish"),
	retry:   jobScript(drains, "retry"),
	extend:  jobScript(drains, "extend"),
	cancel:  jobScript(drains, "cancel"),
	forget:  jobScript(drains, "forget"),
	abandon: jobScript(drains, "abandon"),
	erase:   jobScript(drains, "erase"),
	release: bareScript(drains, "release"),
	swap:    bareScript(drains, "swap"),
	meet:    bareScript(drains, "meet"),
	get:     jobScript(reads, "get"),
	find:    jobScript(reads, "find"),
	owns:    jobScript(reads, "owns"),
	stats:   jobScript(reads, "stats"),
}

func jobScript(flags, name string) *redis.Script {
	return redis.NewScript(flags + luaFile("lib") + luaFile(name))
}

func bareScript(flags, name string) *redis.Script {
	return redis.NewScript(flags + luaFile(name))
}

func luaFile(name string) string {
	text, err := luaFiles.ReadFile("redis/" + name + ".lua")
	if err != nil {
		panic(err) // it is embedded
	}
	return string(text)
}

// run runs a script on whoever has its keys, and sends it whole where it is not known yet.
func (r *Redis) run(ctx context.Context, s *redis.Script, keys []string, args ...any) (any, error) {
	got, err := s.Run(ctx, r.client, keys, args...).Result()
	return got, redisError(ctx, err)
}

// runDurably is run for what is promised afterwards: it also waits for the replicas.
func (r *Redis) runDurably(ctx context.Context, s *redis.Script, keys []string, args ...any) (any, error) {
	if r.opt.WaitReplicas == 0 {
		return r.run(ctx, s, keys, args...)
	}
	node, err := r.nodeOf(ctx, keys[0])
	if err != nil {
		return nil, redisError(ctx, err)
	}
	got, replicas, err := r.runAndWait(ctx, node, s.EvalSha, keys, args)
	if redis.HasErrorPrefix(err, "NOSCRIPT") {
		got, replicas, err = r.runAndWait(ctx, node, s.Eval, keys, args)
	}
	if _, moved := redis.IsMovedError(err); moved {
		if c, ok := r.client.(*redis.ClusterClient); ok {
			c.ReloadState(ctx)
		}
	}
	if err == nil && replicas < int64(r.opt.WaitReplicas) {
		err = fmt.Errorf("%d of %d replicas have it after %v", replicas, r.opt.WaitReplicas, r.opt.WaitTimeout)
	}
	return got, redisError(ctx, err)
}

// runEach runs a script n times in one round trip, and returns the answers in their order,
// nil where there is none, and the first error.
func (r *Redis) runEach(ctx context.Context, s *redis.Script, n int, with func(i int) (keys []string, args []any)) ([]any, error) {
	p := r.client.Pipeline()
	cmds := make([]*redis.Cmd, n)
	for i := range cmds {
		keys, args := with(i)
		cmds[i] = s.EvalSha(ctx, p, keys, args...)
	}
	p.Exec(ctx) // its error is that of one of the commands
	answers := make([]any, n)
	var first error
	for i, cmd := range cmds {
		got, err := cmd.Result()
		if redis.HasErrorPrefix(err, "NOSCRIPT") {
			keys, args := with(i)
			got, err = s.Run(ctx, r.client, keys, args...).Result()
		}
		if err != nil && first == nil {
			first = redisError(ctx, err)
		}
		answers[i] = got
	}
	return answers, first
}

// eachShard runs a script once for each shard.
func (r *Redis) eachShard(ctx context.Context, s *redis.Script, keys func(shard int) []string, args ...any) ([]fields, error) {
	got, err := r.runEach(ctx, s, r.opt.Shards, func(shard int) ([]string, []any) { return keys(shard), args })
	answers := make([]fields, len(got))
	for i := range got {
		answers[i] = asFields(got[i])
	}
	return answers, err
}

type evaluator func(ctx context.Context, c redis.Scripter, keys []string, args ...any) *redis.Cmd

// runAndWait sends a script and WAIT in one pipeline, for WAIT speaks of the writes of
// its own connection.
func (r *Redis) runAndWait(ctx context.Context, node *redis.Client, eval evaluator, keys []string, args []any) (any, int64, error) {
	p := node.Pipeline()
	script := eval(ctx, p, keys, args...)
	wait := redis.NewIntCmd(ctx, "wait", r.opt.WaitReplicas, r.opt.WaitTimeout.Milliseconds())
	p.Process(ctx, wait)
	p.Exec(ctx) // its error is that of one of the two
	if err := script.Err(); err != nil {
		return nil, 0, err
	}
	return script.Val(), wait.Val(), wait.Err()
}

func (r *Redis) nodeOf(ctx context.Context, key string) (*redis.Client, error) {
	switch c := r.client.(type) {
	case *redis.ClusterClient:
		return c.MasterForKey(ctx, key)
	case *redis.Client:
		return c, nil
	}
	return nil, fmt.Errorf("a client of type %T has no nodes", r.client)
}

// redisError makes an error one of the package's.
func redisError(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("%w: %w", ErrUnavailable, ctx.Err())
	case redis.IsOOMError(err):
		return fmt.Errorf("%w: %w", ErrFull, err)
	}
	return fmt.Errorf("%w: %w", ErrUnavailable, err)
}

// newToken makes a positive number that no other call has.
func newToken() int64 { return 1 + rand.Int64N(1<<63-1) }
