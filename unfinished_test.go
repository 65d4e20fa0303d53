package main_test

import (
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"lightwell/origin/store/s3test"
)

// Uploads that nobody finishes expire, and nothing of them stays; what is finished does.
func TestUnfinishedUploadsAreSwept(t *testing.T) {
	photo := testdata(t, "mona-lisa.jpg")
	flags := []string{"--sweep-every=1s", "--sweep-grace=0s", "--incoming-life=24h", "--sync-wait=" + patience.String()}
	for name, start := range map[string]func(t *testing.T) (p *process, age func(time.Duration)){
		"disk": func(t *testing.T) (*process, func(time.Duration)) {
			p := serve(t, t.TempDir(), flags)
			return p, func(by time.Duration) { ageFiles(t, filepath.Join(p.data, "objects", "incoming"), by) }
		},
		"S3": func(t *testing.T) (*process, func(time.Duration)) {
			server := s3test.Start(t)
			o := server.Options("images")
			o.Prefix = "test/images"
			p := serve(t, t.TempDir(), append(s3Flags(server), flags...))
			p.bucket = s3test.Open(t, o)
			return p, server.Age
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, age := start(t)
			done, brought := p.presign(announce("image/jpeg", photo, "")), p.presign(announce("image/jpeg", photo, ""))
			p.api(http.MethodPost, "/upload/presign", `{"count":1}`) // which nobody goes on with
			for _, w := range []presigned{done, brought} {
				if a := w.bring(t, photo); a.status >= 300 {
					t.Fatalf("PUT = %d %s", a.status, a.body)
				}
			}
			p.wantCompleted("the finished one", done.complete(t), done.UploadID, photo)
			a := do(t, request(t, http.MethodPost, p.uploads+"/upload/resumable/", nil, "Tus-Resumable", tus, "Upload-Length", strconv.Itoa(len(photo))))
			half := a.header.Get("Location")
			do(t, request(t, http.MethodPatch, half, photo[:1000], "Tus-Resumable", tus, "Upload-Offset", "0", "Content-Type", "application/offset+octet-stream"))
			eventually(t, patience, "they are there", func() bool { return len(p.objects("incoming")) == 5 })
			age(25 * time.Hour)
			eventually(t, patience, "they are swept", func() bool { return len(p.objects("incoming")) == 0 })
			if a := brought.complete(t); a.status != http.StatusNotFound {
				t.Errorf("completed after all = %d %s, want 404", a.status, a.body)
			}
			if a := do(t, request(t, http.MethodHead, half, nil, "Tus-Resumable", tus)); a.status != http.StatusNotFound {
				t.Errorf("HEAD after all = %d, want 404", a.status)
			}
			p.wantCompleted("the finished one after all", done.complete(t), done.UploadID, photo)
		})
	}
}

// ageFiles makes what lies below a folder older.
func ageFiles(t *testing.T, folder string, by time.Duration) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		then := time.Now().Add(-by)
		return os.Chtimes(path, then, then)
	})
	if err != nil {
		t.Fatal(err)
	}
}
