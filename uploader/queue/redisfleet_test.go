package queue_test

import (
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"lightwell/cache/redistest"
	"lightwell/uploader/queue"
)

// startCluster starts three masters that share the slots.
func startCluster(t *testing.T) []*redisServer {
	t.Helper()
	var nodes []*redisServer
	for n, slots := range [][2]int{{0, 5460}, {5461, 10922}, {10923, 16383}} {
		s := startRedis(t, append(redistest.Durable, "--cluster-enabled", "yes", "--cluster-node-timeout", "2000")...)
		s.Do("CLUSTER", "ADDSLOTSRANGE", slots[0], slots[1])
		if n > 0 {
			host, port, _ := net.SplitHostPort(nodes[0].Addr)
			s.Do("CLUSTER", "MEET", host, port)
		}
		nodes = append(nodes, s)
	}
	for _, s := range nodes {
		eventually(t, "the cluster is whole", func() bool {
			info := s.Do("CLUSTER", "INFO").(string)
			return strings.Contains(info, "cluster_state:ok") && strings.Contains(info, "cluster_known_nodes:3")
		})
	}
	return nodes
}

func TestRedisCluster(t *testing.T) {
	nodes := startCluster(t)
	q := nodes[0].open() // which finds out that it is one of a cluster
	lifeOfAJob(t, q)
	all := nodes[1].open(func(o *queue.RedisOptions) { o.URL += "?addr=" + nodes[2].Addr })
	const jobs = 60
	var wg sync.WaitGroup
	for n := range jobs {
		wg.Go(func() {
			b := batch(fmt.Sprint("job", n), queue.Bulk, fmt.Sprint("item", n, ".0"), fmt.Sprint("item", n, ".1"))
			b.Job.Key = fmt.Sprint("key", n)
			if _, err := all.Add(t.Context(), b); err != nil {
				t.Errorf("Add = %v", err)
			}
		})
		wg.Go(func() {
			finish(t, q, take(t, q, time.Minute, queue.Bulk))
			finish(t, all, take(t, all, time.Minute, queue.Bulk))
		})
	}
	wg.Wait()
	for n := range jobs {
		if j := getJob(t, q, fmt.Sprint("item", n, ".1")); j.State != queue.Completed || j.Finished.Completed != 2 {
			t.Errorf("Get = %+v, want it completed", j)
		}
	}
	for _, s := range nodes {
		if got := s.Do("DBSIZE"); got == int64(0) {
			t.Errorf("a master has no key, want some on each")
		}
	}
}

// A cluster is refused when one of its masters would lose jobs.
func TestRedisClusterRefused(t *testing.T) {
	nodes := startCluster(t)
	nodes[2].Do("CONFIG", "SET", "maxmemory-policy", "volatile-ttl")
	_, err := queue.OpenRedis(t.Context(), queue.RedisOptions{URL: nodes[0].URL()})
	if want := "maxmemory-policy to noeviction"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("OpenRedis = %v, want %q", err, want)
	}
}

// With WaitReplicas nothing is acknowledged that only one server has, also not when it
// comes again.
func TestRedisWaitsForReplicas(t *testing.T) {
	s := startRedis(t, append(redistest.Durable, "--repl-diskless-sync-delay", "0")...)
	host, port, _ := net.SplitHostPort(s.Addr)
	replica := startRedis(t, append(redistest.Durable, "--replicaof", host+" "+port)...)
	linked := func() bool {
		return strings.Contains(s.Do("INFO", "replication").(string), "state=online")
	}
	eventually(t, "the replica is there", linked)
	wait := func(o *queue.RedisOptions) { o.WaitReplicas, o.WaitTimeout = 1, 200*time.Millisecond }
	long := func(o *queue.RedisOptions) { o.WaitReplicas, o.WaitTimeout = 1, 10*time.Second }
	q := s.open(long)
	add(t, q, batch("one", queue.Bulk, "one"))
	c := take(t, q, time.Minute, queue.Bulk)
	replica.Kill()
	b := batch("two", queue.Bulk, "two")
	for range 2 {
		q = s.open(wait) // on connections that have written nothing, of which WAIT would be content
		if _, err := q.Add(t.Context(), b); !errors.Is(err, queue.ErrUnavailable) {
			t.Errorf("Add without a replica = %v, want ErrUnavailable", err)
		}
		if err := q.Finish(t.Context(), c, queue.Completed, nil); !errors.Is(err, queue.ErrUnavailable) {
			t.Errorf("Finish without a replica = %v, want ErrUnavailable", err)
		}
	}
	replica.Start()
	eventually(t, "the replica is there again", linked)
	q = s.open(long)
	add(t, q, b)
	finish(t, q, c)
	if _, err := queue.OpenRedis(t.Context(), queue.RedisOptions{URL: replica.URL()}); !errors.Is(err, queue.ErrUnavailable) {
		t.Errorf("OpenRedis of a replica = %v, want ErrUnavailable", err)
	}
}
