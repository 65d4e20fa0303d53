package main_test

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"lightwell/origin/store/s3test"

	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"
)

// composeFile is the fleet on one machine that is shipped.
const composeFile = "deploy/compose/compose.yaml"

// loadCompose reads the Compose file as Compose does, with variables.
func loadCompose(t *testing.T, variables map[string]string) *types.Project {
	t.Helper()
	project, err := loader.LoadWithContext(context.Background(), types.ConfigDetails{
		WorkingDir: "deploy/compose", ConfigFiles: []types.ConfigFile{{Filename: composeFile}}, Environment: variables,
	})
	if err != nil {
		t.Fatal(err)
	}
	return project
}

// composed is what the Compose file describes, as plain processes: each service has an address of its own on loopback,
// the ports that it has there, and a folder for each volume.
type composed struct {
	t       *testing.T
	project *types.Project
	subnet  string // "127.x.y."
	dir     string
	names   *regexp.Regexp // NAME:PORT
	running map[string]*service
	edit    func(text string) string // of each file, for tests that want something else of it; nil for none
}

// service is a running one.
type service struct {
	types.ServiceConfig
	address string
	cmd     *exec.Cmd
	said    bytes.Buffer
	ended   chan struct{}
	err     error // of Wait, once ended is closed
}

// absent are services whose programs Debian does not have; what they are given is checked otherwise.
var absent = []string{"grafana", "logs"}

func compose(t *testing.T, variables map[string]string) *composed {
	t.Helper()
	pid := os.Getpid()
	c := &composed{
		t: t, project: loadCompose(t, variables), dir: t.TempDir(), running: map[string]*service{},
		subnet: fmt.Sprintf("127.%d.%d.", 64+pid>>8%128, pid%256),
	}
	names := c.project.ServiceNames()
	slices.SortFunc(names, func(a, b string) int { return len(b) - len(a) })
	c.names = regexp.MustCompile(`\b(` + strings.Join(names, "|") + `):(\d+)`)
	return c
}

// address is a service's: the last number is the one that the Compose file gives it.
func (c *composed) address(name string) string {
	s, err := c.project.GetService(name)
	if err != nil || s.Networks["fleet"] == nil {
		c.t.Fatalf("service %s has no address: %v", name, err)
	}
	return c.subnet + s.Networks["fleet"].Ipv4Address[strings.LastIndex(s.Networks["fleet"].Ipv4Address, ".")+1:]
}

var listens = regexp.MustCompile(`(?m)^(\s*listen )(\d+;)`)

// here is a text of a service's as it holds on this machine: with other addresses and paths.
func (c *composed) here(s *service, text string) string {
	text = c.names.ReplaceAllStringFunc(text, func(at string) string {
		name, port, _ := strings.Cut(at, ":")
		return c.address(name) + ":" + port
	})
	text = strings.ReplaceAll(text, "0.0.0.0", s.address)
	text = listens.ReplaceAllString(text, "${1}"+s.address+":${2}")
	for path, local := range c.paths(s) {
		text = regexp.MustCompile(`(^|[=\s"'])`+path+`\b`).ReplaceAllString(text, "${1}"+local)
	}
	return text
}

// paths are the folders and files that a service sees, and where they are.
func (c *composed) paths(s *service) map[string]string {
	all := map[string]string{}
	for _, v := range s.Volumes {
		all[v.Target] = filepath.Join(c.dir, s.Name, v.Target)
	}
	for _, target := range s.Tmpfs {
		all[target] = filepath.Join(c.dir, s.Name, target)
	}
	return all
}

// furnish makes the folders of a service, and the files that it is given.
func (c *composed) furnish(s *service) {
	c.t.Helper()
	paths := c.paths(s)
	for _, v := range s.Volumes {
		if v.Type != types.VolumeTypeBind {
			continue
		}
		text, err := os.ReadFile(v.Source)
		if c.edit != nil {
			text = []byte(c.edit(string(text)))
		}
		if err == nil {
			err = os.MkdirAll(filepath.Dir(paths[v.Target]), 0o755)
		}
		if err == nil {
			err = os.WriteFile(paths[v.Target], []byte(c.here(s, string(text))), 0o644)
		}
		if err != nil {
			c.t.Fatal(err)
		}
		delete(paths, v.Target)
	}
	for _, dir := range paths {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			c.t.Fatal(err)
		}
	}
}

// start starts a service, and waits until it is as healthy as its dependants want it.
func (c *composed) start(name string) *service {
	c.t.Helper()
	config, err := c.project.GetService(name)
	if err != nil {
		c.t.Fatal(err)
	}
	s := &service{ServiceConfig: config, address: c.address(name), ended: make(chan struct{})}
	c.furnish(s)
	s.cmd = c.command(s)
	s.cmd.Stdout, s.cmd.Stderr = &s.said, &s.said
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := s.cmd.Start(); err != nil {
		c.t.Fatalf("this test needs %s: %v", s.cmd.Path, err)
	}
	go func() {
		defer close(s.ended)
		s.err = s.cmd.Wait()
	}()
	c.running[name] = s
	c.t.Cleanup(func() {
		if name == "nginx" {
			syscall.Kill(c.nginxPID(), syscall.SIGTERM)
		}
		s.cmd.Process.Kill()
		<-s.ended
		if c.t.Failed() {
			c.t.Logf("%s said:\n%s", name, &s.said)
		}
	})
	eventually(c.t, 30*time.Second, name+" is healthy", func() bool {
		if s.isOver() {
			c.t.Fatalf("%s ended: %v\n%s", name, s.err, &s.said)
		}
		return c.healthy(s)
	})
	return s
}

// command is what a service runs here.
func (c *composed) command(s *service) *exec.Cmd {
	c.t.Helper()
	var args []string
	for _, arg := range s.Command {
		args = append(args, c.here(s, arg))
	}
	image, _, _ := strings.Cut(filepath.Base(s.Image), ":")
	switch image {
	case "lightwell":
		args = append([]string{binary}, args...)
	case "redis": // which has no address in its files
		args = append(args, "--bind", s.address, "--dir", c.paths(s)["/data"])
	case "versitygw":
		path, err := s3test.Binary()
		if err != nil {
			c.t.Fatal(err)
		}
		args = append([]string{path}, args...)
	case "nginx":
		// Its parent has to end, or nginx would not take its program anew; what it leaves behind is told by its pid file.
		args = []string{"sh", "-c", `PATH=$PATH:/usr/sbin; $(command -v nginx) -p "$1" -c "$2" -e "$1/log" && tail --pid="$(cat "$1/pid")" -n+1 -F "$1/log"`,
			"sh", filepath.Join(c.dir, s.Name), c.nginxConfig(s)}
	case "prometheus":
		args = append([]string{"prometheus"}, args...)
	case "redis_exporter":
		args = []string{"prometheus-redis-exporter"}
	default:
		c.t.Fatalf("nothing here runs %s", s.Image)
	}
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env = c.env(s)
	return cmd
}

// env is a service's environment, for Lightwell on top of its image's.
func (c *composed) env(s *service) []string {
	env := []string{"PATH=" + os.Getenv("PATH")}
	if s.Image == "lightwell" {
		env = append(env, "LIGHTWELL_DATA="+c.paths(s)["/data"], "LIGHTWELL_LISTEN="+s.address+":8080", "LIGHTWELL_UPLOAD_LISTEN="+s.address+":8081",
			"LIGHTWELL_ADMIN_LISTEN="+s.address+":9090", "LIGHTWELL_LOG_FORMAT=json")
	}
	for name, value := range s.Environment {
		if value != nil {
			env = append(env, name+"="+c.here(s, *value))
		}
	}
	return env
}

// nginxConfig is the file that nginx's image has, with what the Compose file puts beside it.
func (c *composed) nginxConfig(s *service) string {
	c.t.Helper()
	path := filepath.Join(c.dir, s.Name, "nginx.conf")
	text := fmt.Sprintf(`user root; worker_processes 2; pid %[1]s/pid; error_log %[1]s/log warn;
events { worker_connections 4096; }
http {
	access_log off; client_body_temp_path %[1]s/body; proxy_temp_path %[1]s/proxy; fastcgi_temp_path %[1]s/fastcgi;
	uwsgi_temp_path %[1]s/uwsgi; scgi_temp_path %[1]s/scgi;
	include %[1]s/etc/nginx/conf.d/*.conf;
}`, filepath.Dir(path))
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		c.t.Fatal(err)
	}
	return path
}

// isOver tells whether it has ended.
func (s *service) isOver() bool {
	select {
	case <-s.ended:
		return true
	default:
		return false
	}
}

// healthy asks as the service's health check does, or whether it listens.
func (c *composed) healthy(s *service) bool {
	switch {
	case s.Image == "lightwell":
		check := exec.Command(binary, s.HealthCheck.Test[2:]...)
		check.Env = c.env(s)
		return check.Run() == nil
	case s.Name == "redis-jobs", s.Name == "redis-cache":
		out, _ := exec.Command("redis-cli", "-h", s.address, "ping").Output()
		return strings.TrimSpace(string(out)) == "PONG"
	}
	port := map[string]string{"s3": "7070", "nginx": "8000", "prometheus": "9090", "redis-exporter": "9121"}[s.Name]
	conn, err := net.Dial("tcp", s.address+":"+port)
	if err == nil {
		conn.Close()
	}
	return err == nil
}

// startAll starts the services as they depend on each other.
func (c *composed) startAll() {
	c.t.Helper()
	for _, name := range c.project.ServiceNames() {
		c.startWithNeeds(name)
	}
}

func (c *composed) startWithNeeds(name string) {
	c.t.Helper()
	if c.running[name] != nil || slices.Contains(absent, name) {
		return
	}
	s, err := c.project.GetService(name)
	if err != nil {
		c.t.Fatal(err)
	}
	for _, needed := range s.GetDependencies() {
		c.startWithNeeds(needed)
	}
	c.start(name)
}
