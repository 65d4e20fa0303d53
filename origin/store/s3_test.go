package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"lightwell/origin/store"
	"lightwell/origin/store/s3test"
	"lightwell/origin/store/storetest"

	"github.com/minio/minio-go/v7"
)

func TestS3(t *testing.T) {
	server := s3test.Start(t)
	last := 0
	storetest.Test(t, func(t *testing.T) store.Store {
		last++
		o := server.Options("suite")
		o.Prefix = fmt.Sprintf("case/%d", last)
		return s3test.Open(t, o)
	})
}

// TestS3WithoutPrefix has somebody else's keys in the bucket, too.
func TestS3WithoutPrefix(t *testing.T) {
	server := s3test.Start(t)
	s := s3test.Open(t, server.Options("plain"))
	client := server.Client()
	for _, key := range []string{"not a name", "a/.hidden", "b"} {
		if _, err := client.Client.PutObject(t.Context(), "plain", key, strings.NewReader("x"), 1, minio.PutObjectOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	put(t, s, "a/b", "1")
	put(t, s, "c", "2")
	var names []string
	for info, err := range s.List(t.Context(), "", "") {
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, info.Name)
	}
	if want := []string{"a/b", "b", "c"}; !slices.Equal(names, want) {
		t.Errorf("List = %q, want %q", names, want)
	}
}

func TestS3Credentials(t *testing.T) {
	server := s3test.Start(t)
	s3test.Open(t, server.Options("bucket"))
	for what, keys := range map[string][2]string{
		"access key": {"nobody", s3test.SecretKey}, "secret key": {s3test.AccessKey, "guessed"},
	} {
		o := server.Options("bucket")
		o.AccessKey, o.SecretKey = keys[0], keys[1]
		_, err := store.OpenS3(t.Context(), o)
		if err == nil || !strings.Contains(err.Error(), "key is wrong") || strings.Contains(err.Error(), "guessed") {
			t.Errorf("OpenS3 with a wrong %s = %v", what, err)
		}
	}
	t.Setenv("AWS_ACCESS_KEY_ID", s3test.AccessKey)
	t.Setenv("AWS_SECRET_ACCESS_KEY", s3test.SecretKey)
	o := server.Options("bucket")
	o.AccessKey, o.SecretKey = "", ""
	put(t, s3test.Open(t, o), "a", "x")
}

func TestS3MissingBucket(t *testing.T) {
	server := s3test.Start(t)
	o := server.Options("not-there")
	o.CreateBucket = false
	if _, err := store.OpenS3(t.Context(), o); err == nil || !strings.Contains(err.Error(), "no such bucket as not-there") {
		t.Errorf("OpenS3 = %v, want an error that names the bucket", err)
	}
	s3test.Open(t, server.Options("not-there"))
	put(t, s3test.Open(t, o), "a", "x") // it was made
}

func TestS3BadOptions(t *testing.T) {
	for _, o := range []store.S3Options{
		{Endpoint: "localhost:9000", Bucket: "bucket"},
		{Endpoint: "ftp://localhost", Bucket: "bucket"},
		{Endpoint: "http://localhost", PublicEndpoint: "s3.example.com", Bucket: "bucket"},
		{Endpoint: "http://localhost", Bucket: "bucket", Prefix: "../up"},
		{Endpoint: "http://localhost", Bucket: "a bucket"},
		{Endpoint: "http://localhost", Bucket: ""},
	} {
		if _, err := store.OpenS3(t.Context(), o); err == nil {
			t.Errorf("OpenS3(%+v) = nil, want an error", o)
		}
	}
}

// A server that is not there costs a bounded time, and none when nobody waits.
func TestS3NobodyThere(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	o := store.S3Options{Endpoint: "http://" + l.Addr().String(), Bucket: "bucket", AccessKey: "a", SecretKey: "secretkey"}
	start := time.Now()
	if _, err := store.OpenS3(t.Context(), o); err == nil || time.Since(start) > 5*time.Second {
		t.Errorf("OpenS3 with nobody there = %v after %v, want an error within 5s", err, time.Since(start))
	}
	o.Tries = 1000
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	start = time.Now()
	if _, err := store.OpenS3(ctx, o); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) > 5*time.Second {
		t.Errorf("OpenS3 = %v after %v, want ctx's end", err, time.Since(start))
	}
}

// What comes from a file is sent out of it, whatever its offset, in one request or in parts.
func TestS3PutOfFiles(t *testing.T) {
	server := s3test.Start(t)
	requests := startGateway(t, server)
	o := server.Options("files")
	o.Endpoint, o.PartSize = requests.url, 5<<20
	s := s3test.Open(t, o)
	body := bytes.Repeat([]byte("0123456789abcde\n"), 12<<20/16)
	f, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.Write(body); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ from, size, puts int64 }{
		{0, 0, 1}, {0, 100_000, 1}, {7, 2 << 20, 1}, {1 << 20, 5 << 20, 1}, {3, 5<<20 + 1, 2}, {0, 12 << 20, 3},
	} {
		if _, err := f.Seek(c.from, io.SeekStart); err != nil {
			t.Fatal(err)
		}
		requests.puts.Store(0)
		if err := s.Put(t.Context(), "a", io.LimitReader(f, c.size), c.size); err != nil {
			t.Fatal(err)
		}
		if got := requests.puts.Load(); got != c.puts {
			t.Errorf("Put of %d bytes made %d requests, want %d", c.size, got, c.puts)
		}
		if at, err := f.Seek(0, io.SeekCurrent); err != nil || at != c.from+c.size {
			t.Errorf("Put of %d bytes from %d left the file at %d, %v", c.size, c.from, at, err)
		}
		wantBody(t, s, "a", body[c.from:c.from+c.size])
	}
}

// Objects above a MiB have a file, which goes on when the name is another's.
func TestS3ObjectHasFile(t *testing.T) {
	scratch, err := store.OpenScratch(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer scratch.Close()
	var made atomic.Int64
	o := s3test.Start(t).Options("files")
	o.TempFile = func() (*os.File, error) { made.Add(1); return scratch.TempFile() }
	s := s3test.Open(t, o)
	for size, want := range map[int]bool{1 << 20: false, 1<<20 + 1: true} {
		made.Store(0)
		body := strings.Repeat("x", size)
		put(t, s, "a", body)
		object, err := s.Open(t.Context(), "a")
		if err != nil {
			t.Fatal(err)
		}
		put(t, s, "a", "other")
		f, is := object.File()
		if is != want || made.Load() > 0 != want {
			t.Errorf("an object of %d bytes has a file = %t, with %d made; want %t", size, is, made.Load(), want)
		}
		if is {
			if got, err := io.ReadAll(f); err != nil || string(got) != body {
				t.Errorf("File() reads %d bytes, %v, want %d", len(got), err, size)
			}
		}
		object.Close()
	}
}
