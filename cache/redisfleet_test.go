package cache_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"lightwell/cache"
	"lightwell/cache/cachetest"
	"lightwell/cache/redistest"
)

// A server that is part of a cluster is used as such: keys go where they belong.
func TestRedisCluster(t *testing.T) {
	t.Parallel()
	a, b := startRedis(t, "--cluster-enabled", "yes"), startRedis(t, "--cluster-enabled", "yes")
	join(t, a, b)
	for _, url := range []string{a.URL(), a.URL() + "?addr=" + b.Addr} {
		a.Do("FLUSHALL")
		b.Do("FLUSHALL")
		c := openRedis(t, url)
		r := cache.NewRedis(c)
		for i := range 100 {
			cachetest.Set(t, r, cachetest.Entry(i, 1, 100))
			cachetest.Want(t, r, cachetest.Entry(i, 1, 100))
		}
		if n, m := a.Do("DBSIZE").(int64), b.Do("DBSIZE").(int64); n < 20 || m < 20 || n+m != 100 {
			t.Errorf("the two hold %d and %d entries, want about 50 each", n, m)
		}
		useShared(t, c)
		useLeases(t, c)
	}
}

// join makes a cluster of the two, with half of the slots each, and waits until both know.
func join(t *testing.T, a, b *redisServer) {
	t.Helper()
	a.Do("CLUSTER", "ADDSLOTSRANGE", 0, 8191)
	b.Do("CLUSTER", "ADDSLOTSRANGE", 8192, 16383)
	host, port, _ := net.SplitHostPort(b.Addr)
	a.Do("CLUSTER", "MEET", host, port)
	eventually(t, "the two are a cluster", func() bool {
		info := func(s *redisServer) string { return s.Do("CLUSTER", "INFO").(string) }
		return contains(info(a), "cluster_state:ok", "cluster_known_nodes:2") &&
			contains(info(b), "cluster_state:ok", "cluster_known_nodes:2")
	})
}

// A cluster that is down when it is opened is found to be one later.
func TestRedisClusterLater(t *testing.T) {
	t.Parallel()
	a, b := startRedis(t, "--cluster-enabled", "yes"), startRedis(t, "--cluster-enabled", "yes")
	join(t, a, b)
	a.Kill()
	c := a.open(quick)
	if c.State().Down == nil {
		t.Fatal("State().Down = nil for a server that is dead")
	}
	a.Start()
	wantUp(t, c)
	r := cache.NewRedis(c)
	eventually(t, "both halves of the cluster take entries", func() bool {
		for i := range 20 {
			if r.Set(t.Context(), cachetest.Entry(i, 1, 10)) != nil {
				return false
			}
		}
		return true
	})
}

// Sentinel is asked who the master is.
func TestRedisSentinel(t *testing.T) {
	t.Parallel()
	master := startRedis(t)
	host, port, _ := net.SplitHostPort(master.Addr)
	conf := filepath.Join(t.TempDir(), "sentinel.conf")
	text := fmt.Sprintf("sentinel monitor images %s %s 1\n", host, port)
	if err := os.WriteFile(conf, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	sentinel := redistest.StartSentinel(t, conf)
	c := openRedis(t, "redis://"+sentinel.Addr+"?master_name=images")
	r := cache.NewRedis(c)
	cachetest.Set(t, r, cachetest.Entry(1, 1, 100))
	cachetest.Want(t, r, cachetest.Entry(1, 1, 100))
	if n := master.Do("DBSIZE").(int64); n != 1 {
		t.Errorf("the master holds %d entries, want 1", n)
	}
	useShared(t, c)
	useLeases(t, c)
}

// With rediss:// the connection is TLS, and a certificate that nobody vouches for means that it is down.
func TestRedisTLS(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	cert, key := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	certificate(t, cert, key)
	addr := redistest.FreeAddr(t)
	_, port, _ := net.SplitHostPort(addr)
	startRedis(t, "--tls-port", port, "--tls-cert-file", cert, "--tls-key-file", key, "--tls-auth-clients", "no")
	r := cache.NewRedis(openRedis(t, "rediss://"+addr+"?skip_verify=true"))
	cachetest.Set(t, r, cachetest.Entry(1, 1, 100))
	cachetest.Want(t, r, cachetest.Entry(1, 1, 100))
	for _, url := range []string{"rediss://" + addr, "redis://" + addr} {
		if c := openRedis(t, url, quick); c.State().Down == nil {
			t.Errorf("State().Down of %s = nil, want an error", url)
		}
	}
}

// certificate writes one that it signs itself, and its key.
func certificate(t *testing.T, certFile, keyFile string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	about := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{{127, 0, 0, 1}}}
	cert, err := x509.CreateCertificate(rand.Reader, about, about, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for file, block := range map[string]*pem.Block{
		certFile: {Type: "CERTIFICATE", Bytes: cert}, keyFile: {Type: "PRIVATE KEY", Bytes: private},
	} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func contains(text string, parts ...string) bool {
	return !slices.ContainsFunc(parts, func(part string) bool { return !strings.Contains(text, part) })
}
