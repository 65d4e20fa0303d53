package main_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// What somebody else asks for, or sends, does not make nginx take an origin for dead: neither bodies that origins refuse,
// nor the store's being down, which costs what is not cached and nothing else. Names at the end of a path are one picture,
// and nobody gets another's request id.
func TestNginxIsNotTurnedAgainstOrigins(t *testing.T) {
	t.Parallel()
	m := startMachines(t, 2)
	nginx := behindNginx(t, [2]string{strings.TrimPrefix(m.origins[0].images, "http://"), strings.TrimPrefix(m.origins[1].images, "http://")})
	id := m.push.upload(testdata(t, "photo.jpg"))
	hot := "/image/" + id + "?w=100"
	for _, p := range m.origins {
		p.get(hot)
	}
	// meanwhile has somebody ask without a pause while pictures are asked for, which nginx does not have.
	meanwhile := func(what string, ask func(n int), picture func(n int) string) {
		t.Helper()
		stop := make(chan struct{})
		var others sync.WaitGroup
		others.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				default:
					ask(n)
				}
			}
		})
		began := time.Now()
		for n := 0; time.Since(began) < 4*time.Second; n++ {
			if a, err := try(request(t, http.MethodGet, nginx.url+picture(n), nil)); err != nil || a.status != http.StatusOK {
				t.Errorf("while %s, GET %s = %d %.100s, %v", what, picture(n), a.status, a.body, err)
				break
			}
		}
		close(stop)
		others.Wait()
	}
	body := make([]byte, 900<<10)
	meanwhile("bodies come", func(n int) {
		try(request(t, http.MethodGet, fmt.Sprintf("%s/image/%d", nginx.url, n), body)) // whatever it is answered
	}, func(n int) string { return fmt.Sprintf("/image/%s?w=%d", id, 200+n) })

	m.s3.Kill()
	meanwhile("the store is down", func(n int) {
		try(request(t, http.MethodGet, fmt.Sprintf("%s/image/%026d", nginx.url, n), nil))
	}, func(n int) string { return fmt.Sprintf("%s&ixlib=%d", hot, n) })
	m.s3.Start()

	first := do(t, request(t, http.MethodGet, nginx.url+"/image/"+id+"/w=100/a.jpg", nil, "X-Request-Id", "mine"))
	second := do(t, request(t, http.MethodGet, nginx.url+"/image/"+id+"/w=100/b.jpg", nil, "X-Request-Id", "yours"))
	if first.status != http.StatusOK || second.header.Get("X-Cache") != "HIT" || string(first.body) != string(second.body) {
		t.Errorf("with another name: %d, %d, %s, want a hit", first.status, second.status, second.header.Get("X-Cache"))
	}
	if a, b := first.header.Values("X-Request-Id"), second.header.Values("X-Request-Id"); len(a) != 1 || len(b) != 1 || a[0] == b[0] {
		t.Errorf("two requests have the ids %q and %q", a, b)
	}
}
