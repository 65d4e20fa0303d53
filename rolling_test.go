package main_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Every process of the Compose file is restarted, one after the other, while images are asked for and uploaded: not one
// request for an image fails, and no upload is lost. What the queue or the store are needed for may be told to come again
// while those two are away, and is done then.
func TestRollingRestart(t *testing.T) {
	secrets := composeSecrets(t)
	secrets["LIGHTWELL_PUBLIC_URL"], secrets["LIGHTWELL_UPLOAD_PUBLIC_URL"] = "http://nginx:8000", "http://nginx:8001"
	c := compose(t, secrets)
	c.startAll()
	l := &rollingLoad{t: t, images: "http://" + c.address("nginx") + ":8000", uploads: "http://" + c.address("nginx") + ":8001", stop: make(chan struct{})}
	_, l.token, _ = strings.Cut(secrets["LIGHTWELL_TOKENS"], ":")
	l.body = testdata(t, "basn6a08.png")
	l.upload(0)
	l.start()
	for _, name := range []string{"origin-1", "origin-2", "uploader-1", "uploader-2", "worker", "redis-cache", "redis-exporter", "prometheus", "redis-jobs", "s3"} {
		l.during(name, func() { c.restart(name) })
	}
	l.during("nginx", c.upgradeNginx)
	l.end()
	c.scraped()
}

// upgradeNginx has nginx's program and configuration taken anew without a connection that is refused, since there is
// but one of it.
func (c *composed) upgradeNginx() {
	c.t.Helper()
	old := c.nginxPID()
	syscall.Kill(old, syscall.SIGUSR2)
	eventually(c.t, patience, "another nginx runs", func() bool { pid := c.nginxPID(); return pid != 0 && pid != old })
	syscall.Kill(old, syscall.SIGQUIT)
	eventually(c.t, patience, "the nginx of before has ended", func() bool { return c.running["nginx"].isOver() })
}

// nginxPID is nginx's as it says itself; 0 where it does not.
func (c *composed) nginxPID() (pid int) {
	text, _ := os.ReadFile(filepath.Join(c.dir, "nginx", "pid"))
	fmt.Sscan(string(text), &pid)
	return pid
}

// scraped wants Prometheus to have found all that it looks for, and its rules to be taken.
func (c *composed) scraped() {
	c.t.Helper()
	at := "http://" + c.address("prometheus") + ":9090/api/v1/"
	var targets struct {
		Data struct {
			ActiveTargets []struct {
				Labels            map[string]string
				Health, LastError string
			}
		}
	}
	eventually(c.t, 40*time.Second, "Prometheus has looked at all", func() bool {
		a, err := try(request(c.t, http.MethodGet, at+"targets", nil))
		return err == nil && json.Unmarshal(a.body, &targets) == nil && !strings.Contains(string(a.body), `"health":"unknown"`)
	})
	if n := len(targets.Data.ActiveTargets); n != 7 {
		c.t.Errorf("Prometheus looks at %d processes, want 7", n)
	}
	for _, target := range targets.Data.ActiveTargets {
		if target.Health != "up" {
			c.t.Errorf("%v is %s: %s", target.Labels, target.Health, target.LastError)
		}
	}
}

// restart ends a service, as an engine does, and starts it again.
func (c *composed) restart(name string) {
	c.t.Helper()
	s := c.running[name]
	s.cmd.Process.Signal(syscall.SIGTERM)
	grace := 10 * time.Second
	if s.StopGracePeriod != nil {
		grace = time.Duration(*s.StopGracePeriod)
	}
	select {
	case <-s.ended:
	case <-time.After(grace):
		if s.Image == "lightwell" {
			c.t.Errorf("%s has not ended %v after SIGTERM", name, grace)
		}
		s.cmd.Process.Kill()
		<-s.ended
	}
	if s.err != nil && s.Image == "lightwell" {
		c.t.Errorf("%s ended with %v", name, s.err)
	}
	c.start(name)
}
