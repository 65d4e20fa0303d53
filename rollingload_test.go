package main_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// rollingLoad asks for images, hot and cold, and uploads others, without a pause.
type rollingLoad struct {
	t                      *testing.T
	images, uploads, token string
	body                   []byte
	stop                   chan struct{}
	once                   sync.Once // closes stop
	all                    sync.WaitGroup

	asked, uploaded, again, failed atomic.Int64

	mu   sync.Mutex
	ids  []string // guarded by mu: of what was promised
	what string   // guarded by mu: what is being restarted
}

func (l *rollingLoad) start() {
	l.t.Cleanup(l.finish)
	for i := range 4 {
		l.all.Go(func() {
			for n := i; !l.stopped(); n += 4 {
				l.ask(n)
			}
		})
	}
	for i := range 2 {
		l.all.Go(func() {
			for n := 1 + i; !l.stopped(); n += 2 {
				l.upload(n)
			}
		})
	}
}

func (l *rollingLoad) stopped() bool {
	select {
	case <-l.stop:
		return true
	default:
		return false
	}
}

// during has something done, with load before and after it.
func (l *rollingLoad) during(what string, do func()) {
	l.mu.Lock()
	l.what = what
	l.mu.Unlock()
	before := [2]int64{l.asked.Load(), l.again.Load()}
	began := time.Now()
	do()
	time.Sleep(time.Second)
	l.t.Logf("%s restarted within %v: %d images asked for, %d uploads told to come again", what, time.Since(began).Round(time.Millisecond),
		l.asked.Load()-before[0], l.again.Load()-before[1])
}

// promised is the n-th image of those that have been promised, over and over.
func (l *rollingLoad) promised(n int) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.ids[n%len(l.ids)]
}

var rollingWidths = []int{320, 640, 960, 1280}

// ask asks for an image once. Three of four have been asked for before, as a rule.
func (l *rollingLoad) ask(n int) {
	id, width := l.promised(n/4*4), rollingWidths[n%len(rollingWidths)]
	url := fmt.Sprintf("%s/image/%s?w=%d&fm=webp", l.images, id, width)
	a, err := try(request(l.t, http.MethodGet, url, nil))
	l.asked.Add(1)
	if err != nil || a.status != http.StatusOK {
		l.fails(fmt.Sprintf("GET %s = %d %.200s, %v", url, a.status, a.body, err))
	}
}

func (l *rollingLoad) fails(what string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.failed.Add(1) < 20 {
		l.t.Errorf("while %s restarts: %s", l.what, what)
	}
}

// upload uploads an image of its own until it is promised, and then until it is there.
func (l *rollingLoad) upload(n int) {
	body := fmt.Append(slices.Clip(l.body), n)
	headers := []string{"Content-Type", "image/png", "Authorization", "Bearer " + l.token, "Idempotency-Key", fmt.Sprintf("upload-%d", n)}
	var taken struct{ Status, ImageID string }
	for end := time.Now().Add(patience); ; {
		a, err := try(request(l.t, http.MethodPost, l.uploads+"/upload", body, headers...))
		if err == nil && (a.status == http.StatusOK || a.status == http.StatusAccepted) && json.Unmarshal(a.body, &taken) == nil {
			break
		}
		l.again.Add(1)
		if err != nil || a.status != http.StatusServiceUnavailable || a.header.Get("Retry-After") == "" || time.Now().After(end) {
			l.fails(fmt.Sprintf("POST %d = %d %.200s, %v", n, a.status, a.body, err))
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	for end := time.Now().Add(patience); taken.Status == "processing"; time.Sleep(50 * time.Millisecond) {
		a, err := try(request(l.t, http.MethodGet, l.uploads+"/status/"+taken.ImageID, nil))
		if time.Now().After(end) || err == nil && a.status == http.StatusNotFound {
			l.fails(fmt.Sprintf("the status of %s = %d %.200s, %v", taken.ImageID, a.status, a.body, err))
			return
		}
		if err == nil && a.status == http.StatusOK {
			json.Unmarshal(a.body, &taken)
		}
	}
	if taken.Status != "completed" {
		l.fails(fmt.Sprintf("upload %d has become %s", n, taken.Status))
		return
	}
	l.uploaded.Add(1)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ids = append(l.ids, taken.ImageID)
}

// finish ends the load, also that of a test that has ended before its time.
func (l *rollingLoad) finish() {
	l.once.Do(func() { close(l.stop) })
	l.all.Wait()
}

// end wants every image that was promised.
func (l *rollingLoad) end() {
	l.finish()
	for _, id := range l.ids {
		if a, err := try(request(l.t, http.MethodGet, l.images+"/image/"+id+"?w=320", nil)); err != nil || a.status != http.StatusOK {
			l.t.Errorf("GET of %s at the end = %d %.200s, %v", id, a.status, a.body, err)
		}
	}
	l.t.Logf("%d images asked for, %d uploaded, %d uploads told to come again, %d failed", l.asked.Load(), l.uploaded.Load(), l.again.Load(), l.failed.Load())
}
