package main_test

import (
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"lightwell/origin/store"
	"lightwell/origin/store/s3test"
)

// setting is a number from the environment.
func setting(t testing.TB, name string, otherwise int) int {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("%s=%q is not a number from 1 on", name, text)
	}
	return n
}

// place is where a fleet has its queue and its objects.
type place struct {
	flags []string
	// bucket has the objects, and then every process has a machine to itself, with a data folder of its
	// own. Nil: all share the folder data.
	bucket *store.S3
	data   string
}

// machine is the data folder of another process.
func (at place) machine(t *testing.T) string {
	if at.bucket != nil {
		return t.TempDir()
	}
	return at.data
}

// places are where a fleet may have them.
var places = []struct {
	name string
	open func(t *testing.T) place
}{
	{"SQLite", func(t *testing.T) place { return place{data: t.TempDir()} }},
	{"Redis", func(t *testing.T) place {
		return place{flags: []string{"--redis-url=" + startRedis(t, "everysec").URL()}, data: t.TempDir()}
	}},
	{"Redis and S3", func(t *testing.T) place {
		server := s3test.Start(t)
		o := server.Options("images")
		o.Prefix = "test/images"
		return place{
			flags:  append(s3Flags(server), "--redis-url="+startRedis(t, "everysec").URL()),
			bucket: s3test.Open(t, o),
		}
	}},
}

// killedLease is so short that a run has many that run out.
const killedLease = time.Second

// Uploaders and workers that are killed at any moment, while one large bulk and many
// small ones come in and are worked on, lose nothing and do nothing twice: every image
// that was promised is there once, the counters are exact, each image is told of once
// and each job's end once, and nothing is left over. What a worker held when it was
// killed, another has soon after the lease.
//
// LIGHTWELL_KILLS, LIGHTWELL_KILL_IMAGES and LIGHTWELL_SEED change the size and what is
// killed when. LIGHTWELL_KILL_PATIENCE is how many seconds to wait for the bytes of uploads
// that were broken off: the queue keeps them for queue.OpenLife.
func TestKilledProcessesLoseNothing(t *testing.T) {
	t.Parallel()
	kills, images := setting(t, "LIGHTWELL_KILLS", 10), setting(t, "LIGHTWELL_KILL_IMAGES", 200)
	seed := setting(t, "LIGHTWELL_SEED", 1+rand.IntN(1_000_000))
	photos := newPhotos(t)
	for _, place := range places {
		t.Run(place.name, func(t *testing.T) {
			t.Logf("LIGHTWELL_SEED=%d", seed)
			f := newFleet(t, uint64(seed), place.open(t))
			f.patience = 2*time.Minute + time.Duration(images)*time.Second/2
			heard := listen(t)
			began := time.Now()
			large := newUpload(photos, "large", images, heard.url)
			uploads := f.under(large, photos, heard, kills)
			t.Logf("%d kills of workers, %d of uploaders, %d of both, %d before the large bulk ended, which was %v after it began, all after %v",
				f.killed["worker"], f.killed["uploader"], f.killed["both"], f.during, large.ended.Sub(began).Round(time.Millisecond), time.Since(began).Round(time.Millisecond))
			broken, connections := 0, 0
			for _, u := range uploads {
				broken, connections = broken+u.broken, connections+u.connections
			}
			t.Logf("%d uploads, %d times broken off and repeated, the large one %d times; %d connections for events", len(uploads), broken, large.broken, connections)
			f.wantRecovered()
			heard.wantEach(t, uploads)
			f.stop()
			f.wantExact(uploads)
		})
	}
}

// under has uploads come in and be worked on while processes are killed, and returns all
// of them when they have ended.
func (f *fleet) under(large *upload, photos *photos, heard *listener, kills int) []*upload {
	stop := make(chan struct{})
	var clients sync.WaitGroup
	var mu sync.Mutex // guards uploads
	uploads := []*upload{large}
	over := make(chan struct{})
	clients.Go(func() { defer close(over); large.run(f) })
	for c := range 2 { // small bulks, one after the other
		clients.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				u := newUpload(photos, "small-"+strconv.Itoa(c)+"-"+strconv.Itoa(n), 4, heard.url)
				if !u.run(f) {
					return
				}
				mu.Lock()
				uploads = append(uploads, u)
				mu.Unlock()
			}
		})
	}
	// Of a few workers that are killed none may leave anything to be begun again: then some more are.
	for n := 0; n < kills || n < 10*kills && len(recoveries(f.lived()).took) == 0; n++ {
		f.kill(large)
		select {
		case <-over:
		default:
			f.during++
		}
	}
	close(stop)
	clients.Wait()
	if f.t.Failed() {
		f.t.FailNow()
	}
	return uploads
}
