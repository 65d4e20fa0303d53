package main_test

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lightwell/origin/store/s3test"
)

// s3Flags are those to keep everything in a bucket of a server, in a folder beside other things.
func s3Flags(server *s3test.Server) []string {
	return []string{
		"--s3-endpoint=" + server.URL(), "--s3-bucket=images", "--s3-prefix=test/images", "--s3-create-bucket",
		"--s3-access-key=" + s3test.AccessKey, "--s3-secret-key=" + s3test.SecretKey, "--metadata-life=10ms",
	}
}

// What is uploaded over S3 is there for every process that uses the bucket, and after a crash.
func TestServeOverS3(t *testing.T) {
	t.Parallel()
	server := s3test.Start(t)
	flags, data := s3Flags(server), t.TempDir()
	photo := testdata(t, "photo.jpg")
	p := serve(t, data, flags)
	p.wantLine(`level=WARN .*redis-url`)
	id := p.upload(photo)
	if a := p.get("/image/" + id + "?w=100&fm=webp"); a.status != http.StatusOK {
		t.Fatalf("GET of a rendition = %d %s", a.status, a.body)
	}
	if _, err := os.Stat(filepath.Join(data, "objects")); err == nil {
		t.Error("there are objects below data")
	}
	if strings.Contains(p.logged(), s3test.SecretKey) {
		t.Error("the secret key is in the log")
	}
	other := launch(t, "origin", t.TempDir(), flags) // as on another machine
	p.cmd.Process.Kill()
	<-p.exited
	p = serve(t, data, flags)
	for _, at := range []*process{p, other} {
		if a := at.get("/image/" + id); a.status != http.StatusOK || !bytes.Equal(a.body, photo) {
			t.Errorf("GET of the original = %d with %d bytes, want the %d uploaded", a.status, len(a.body), len(photo))
		}
		if a := at.get("/image/" + id + "?w=120&fm=webp"); a.status != http.StatusOK {
			t.Errorf("GET of a rendition = %d %s", a.status, a.body)
		}
	}
	if found, err := filepath.Glob(filepath.Join(data, "originals-cache", "objects", "originals", "*", "*", "*")); err != nil || len(found) != 1 {
		t.Errorf("the cache of originals has %q, %v, want one", found, err)
	}
	out, err := lightwell(t, nil, append([]string{"explain", "--data=" + t.TempDir(), p.images + "/image/" + id + "?w=120&fm=webp"}, flags...)...)
	if err != nil || !strings.Contains(out, "3072 x 2048") {
		t.Errorf("explain = %v, %s", err, out)
	}
	if a := do(t, request(t, http.MethodDelete, p.uploads+"/image/"+id, nil)); a.status != http.StatusNoContent {
		t.Fatalf("DELETE = %d %s", a.status, a.body)
	}
	for _, at := range []*process{p, other} {
		eventually(t, 10*time.Second, "it is gone", func() bool { return at.get("/image/"+id).status == http.StatusGone })
	}
	p.stop()
	other.stop()
}

// A bucket that cannot be used is said at the start, without the secret.
func TestServeOverS3Refused(t *testing.T) {
	server := s3test.Start(t)
	for flag, want := range map[string]string{
		"--s3-bucket=images":      "no such bucket as images",
		"--s3-secret-key=guessed": "the access key or the secret key is wrong",
	} {
		args := append([]string{"serve", "--listen=127.0.0.1:0", "--upload-listen=127.0.0.1:0", "--admin-listen=127.0.0.1:0", "--data=" + t.TempDir()}, s3Flags(server)...)
		args = append(args, "--s3-create-bucket=false", flag)
		out, err := lightwell(t, nil, args...)
		if err == nil || !strings.Contains(out, want) || strings.Contains(out, "guessed") {
			t.Errorf("serve %s = %v, %s; want %q", flag, err, out, want)
		}
	}
}

// The page of the uploads' own door may put images into the bucket, and so may those of upload-origins.
func TestBucketLetsItsPageIn(t *testing.T) {
	server := s3test.Start(t)
	p := serve(t, t.TempDir(), append(s3Flags(server), "--upload-public-url=https://UP.test/x/", "--upload-origins=https://a.test"))
	p.wantLine(`msg="the bucket lets pages of upload-origins bring images" origins="\[https://a.test https://up.test\]" changed=true`)
}
