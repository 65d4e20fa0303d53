package main_test

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lightwell/transform/pool/pooltest"
)

// sameFrom asserts that another server answers alike: body and headers, but for
// values that differ from answer to answer, the server's name, and the
// Connection that nginx always sends.
func (w warm) sameFrom(b *testing.B, address string) {
	b.Helper()
	other := do(b, request(b, http.MethodGet, "http://"+address+w.uri, nil))
	if other.status != http.StatusOK || !bytes.Equal(other.body, w.body) {
		b.Fatalf("nginx answers %d and %d bytes, want 200 and the same body", other.status, len(other.body))
	}
	other.header.Del("Connection")
	names := slices.Sorted(maps.Keys(w.header))
	if others := slices.Sorted(maps.Keys(other.header)); !slices.Equal(names, others) {
		b.Fatalf("nginx's headers = %q, want %q", others, names)
	}
	for _, name := range names {
		differs := name == "Server" || name == "Date" || name == "X-Request-Id"
		if got, want := other.header[name], w.header[name]; !differs && !slices.Equal(got, want) {
			b.Fatalf("nginx's %s = %q, want %q", name, got, want)
		}
	}
}

// startNginx starts nginx with the rendition as a file, until the benchmark ends.
func startNginx(b *testing.B, w warm, name, setting string) contender {
	b.Helper()
	dir := b.TempDir()
	path, _, _ := strings.Cut(w.uri, "?")
	if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(path)), 0o755); err != nil {
		b.Fatal(err)
	}
	write(b, filepath.Join(dir, path), w.body)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	config := filepath.Join(dir, "nginx.conf")
	write(b, config, []byte(nginxConfig(w, dir, address, setting)))
	cmd := exec.Command("nginx", "-p", dir, "-c", config, "-e", "stderr")
	if errors.Is(cmd.Err, exec.ErrNotFound) {
		cmd = exec.Command("/usr/sbin/nginx", cmd.Args[1:]...) // which is not in everybody's PATH
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		b.Fatalf("this benchmark needs nginx: %v", err)
	}
	b.Cleanup(func() {
		cmd.Process.Signal(os.Interrupt)
		cmd.Wait()
	})
	pooltest.Until(b, "nginx listens", func() bool {
		c, err := net.Dial("tcp", address)
		if err == nil {
			c.Close()
		}
		return err == nil
	})
	w.sameFrom(b, address)
	return contender{name, cmd.Process.Pid, address}
}

// nginxConfig has the headers of the rendition in place of nginx's own.
func nginxConfig(w warm, dir, address, setting string) string {
	headers := "add_header Last-Modified '';\nadd_header X-Request-Id $request_id;\n"
	for name, values := range w.header {
		switch name {
		case "Content-Type", "Content-Length", "Accept-Ranges", "Date", "Server", "X-Request-Id":
		default:
			headers += fmt.Sprintf("add_header %s %q;\n", name, values[0])
		}
	}
	return fmt.Sprintf(`
daemon off; user root; worker_processes auto; pid %[1]s/pid; error_log stderr crit;
events { worker_connections 1024; }
http {
	sendfile on; access_log off; etag off; keepalive_requests 1000000000;
	client_body_temp_path %[1]s/body; proxy_temp_path %[1]s/proxy; fastcgi_temp_path %[1]s/fastcgi;
	uwsgi_temp_path %[1]s/uwsgi; scgi_temp_path %[1]s/scgi;
	types {} default_type %[2]s;
	%[3]s
	server { listen %[4]s; root %[1]s; %[5]s }
}`, dir, w.header.Get("Content-Type"), setting, address, headers)
}

func write(b *testing.B, path string, data []byte) {
	b.Helper()
	if err := os.WriteFile(path, data, 0o644); err != nil {
		b.Fatal(err)
	}
}
