package main_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// selfSigned writes a certificate for this machine and its key into a folder, and gives who trusts it.
func selfSigned(t *testing.T, dir string) *http.Client {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate})
	pool.AppendCertsFromPEM(text)
	for name, data := range map[string][]byte{"cert.pem": text, "key.pem": pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}}
}

// behindTLS starts nginx, as somebody does who puts TLS before the uploads' door.
func behindTLS(t *testing.T, uploads string) (at string, client *http.Client) {
	t.Helper()
	dir, address := t.TempDir(), freeAddress(t)
	client = selfSigned(t, dir)
	config := fmt.Sprintf(`
daemon off; pid %[1]s/pid; error_log stderr crit;
events { worker_connections 64; }
http {
	access_log off; client_body_temp_path %[1]s/body; proxy_temp_path %[1]s/proxy;
	fastcgi_temp_path %[1]s/fastcgi; uwsgi_temp_path %[1]s/uwsgi; scgi_temp_path %[1]s/scgi;
	server {
		listen %[2]s ssl; ssl_certificate %[1]s/cert.pem; ssl_certificate_key %[1]s/key.pem;
		client_max_body_size 100m;
		location / {
			proxy_pass %[3]s; proxy_http_version 1.1; proxy_request_buffering off;
			proxy_set_header Host $http_host; proxy_set_header X-Forwarded-Proto $scheme;
		}
	}
}`, dir, address, uploads)
	if err := os.WriteFile(filepath.Join(dir, "nginx.conf"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	startServer(t, address, "nginx", "-p", dir, "-c", filepath.Join(dir, "nginx.conf"), "-e", "stderr")
	return "https://" + address, client
}

// through makes a request by a client.
func through(t *testing.T, client *http.Client, method, url string, body []byte, headers ...string) answer {
	t.Helper()
	resp, err := client.Do(request(t, method, url, body, headers...))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{resp.StatusCode, resp.Header, data}
}

// Behind a proxy that speaks https, whoever takes the URLs in answers as they are gets all the way.
func TestDirectUploadsThroughTLS(t *testing.T) {
	t.Parallel()
	photo := testdata(t, "mona-lisa.jpg")
	p := serve(t, t.TempDir(), []string{"--sync-wait=" + patience.String()})
	at, client := behindTLS(t, p.uploads)

	a := through(t, client, http.MethodPost, at+"/upload/resumable/", nil, "Tus-Resumable", tus, "Upload-Length", strconv.Itoa(len(photo)))
	upload, id := a.header.Get("Location"), a.header.Get("X-Image-Id")
	if !strings.HasPrefix(upload, at+"/upload/resumable/") {
		t.Fatalf("POST = %d %s, Location %q, want one at %s", a.status, a.body, upload, at)
	}
	half := len(photo) / 2
	for from, part := range map[int][]byte{0: photo[:half]} {
		through(t, client, http.MethodPatch, upload, part, "Tus-Resumable", tus, "Upload-Offset", strconv.Itoa(from), "Content-Type", "application/offset+octet-stream")
	}
	if a := through(t, client, http.MethodHead, upload, nil, "Tus-Resumable", tus); a.header.Get("Upload-Offset") != strconv.Itoa(half) {
		t.Errorf("HEAD = %d, offset %q, want %d", a.status, a.header.Get("Upload-Offset"), half)
	}
	a = through(t, client, http.MethodPatch, upload, photo[half:], "Tus-Resumable", tus, "Upload-Offset", strconv.Itoa(half), "Content-Type", "application/offset+octet-stream")
	if a.status != http.StatusNoContent {
		t.Errorf("PATCH of the rest = %d %s", a.status, a.body)
	}
	p.wantImage(id, photo)

	a = through(t, client, http.MethodPost, at+"/upload/presign", []byte(announce("image/jpeg", photo, "")), "Content-Type", "application/json")
	var w presigned
	if err := json.Unmarshal(a.body, &w); err != nil || !strings.HasPrefix(w.URL, at) || !strings.HasPrefix(w.CompleteURL, at) {
		t.Fatalf("POST /upload/presign = %d %s, want URLs at %s", a.status, a.body, at)
	}
	if a := through(t, client, http.MethodPut, w.URL, photo, "Content-Type", w.Headers["Content-Type"]); a.status != http.StatusOK {
		t.Errorf("PUT = %d %s", a.status, a.body)
	}
	if a := through(t, client, http.MethodPost, w.CompleteURL, nil); a.status != http.StatusOK || !bytes.Contains(a.body, []byte(w.UploadID)) {
		t.Errorf("complete = %d %s", a.status, a.body)
	}
}
