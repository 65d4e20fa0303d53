package bench

import (
	"archive/tar"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
)

// api is the uploads' door. All that comes through it has one tag, by which it is deleted again.
type api struct {
	base, token, tag string
	http             *http.Client
}

func newAPI(s Server, nonce uint64) *api {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 64
	return &api{
		base: strings.TrimRight(s.Uploads, "/"), token: s.Token, tag: "bench-" + strconv.FormatUint(nonce, 36),
		http: &http.Client{Transport: transport},
	}
}

// uploaded is what the server says of an image.
type uploaded struct {
	Status, ImageID, Name string
	Width, Height         int
}

// job is how a bulk stands.
type job struct {
	Status, JobID, Next      string
	Total, Completed, Failed int
	Items                    []uploaded
}

// upload uploads an image, and waits until it is one.
func (a *api) upload(ctx context.Context, name string, body []byte) (uploaded, error) {
	var got uploaded
	query := url.Values{"tags": {a.tag}, "name": {name}}
	err := a.do(ctx, http.MethodPost, "/upload?"+query.Encode(), "application/octet-stream", bytes.NewReader(body), &got)
	for wait := firstWait; err == nil && got.Status == "processing"; wait = min(wait*2, lastWait) {
		if err = pause(ctx, wait); err == nil {
			err = a.do(ctx, http.MethodGet, "/status/"+got.ImageID, "", nil, &got)
		}
	}
	if err == nil && got.Status != "completed" {
		err = fmt.Errorf("it is %s", got.Status)
	}
	return got, err
}

// How often a status is asked for.
const firstWait, lastWait = 10 * time.Millisecond, 200 * time.Millisecond

// bulk uploads files of a tar, and waits for the end of the job.
func (a *api) bulk(ctx context.Context, files func(add func(name string, body []byte) error) error) (job, error) {
	reader, writer := io.Pipe()
	var writing sync.WaitGroup
	defer writing.Wait()
	defer reader.Close() // which ends the writing
	writing.Go(func() {
		archive := tar.NewWriter(writer)
		err := files(func(name string, body []byte) error {
			if err := archive.WriteHeader(&tar.Header{Name: name, Size: int64(len(body)), Mode: 0o600}); err != nil {
				return err
			}
			_, err := archive.Write(body)
			return err
		})
		writer.CloseWithError(errors.Join(err, archive.Close()))
	})
	var j job
	err := a.do(ctx, http.MethodPost, "/upload?tags="+a.tag, "application/x-tar", reader, &j)
	for wait := firstWait; err == nil && j.Status == "processing"; wait = min(wait*2, lastWait) {
		if err = pause(ctx, wait); err == nil {
			err = a.do(ctx, http.MethodGet, "/status/"+j.JobID+"?limit=1", "", nil, &j)
		}
	}
	if err == nil && (j.Status != "completed" || j.Failed > 0) {
		err = fmt.Errorf("the bulk is %s, with %d of %d images failed", j.Status, j.Failed, j.Total)
	}
	return j, err
}

// items tells of all images of a job, page by page.
func (a *api) items(ctx context.Context, id string, tell func(uploaded)) error {
	for cursor := ""; ; {
		var page job
		if err := a.do(ctx, http.MethodGet, "/status/"+id+"?limit=1000"+cursor, "", nil, &page); err != nil {
			return err
		}
		for _, item := range page.Items {
			tell(item)
		}
		if page.Next == "" {
			return nil
		}
		cursor = "&cursor=" + url.QueryEscape(page.Next)
	}
}

// purge raises the generations of images, so that their renditions are made anew.
func (a *api) purge(ctx context.Context, ids []string) error {
	const together = 500 // which is the most that a request may name
	for len(ids) > 0 {
		some := ids[:min(together, len(ids))]
		ids = ids[len(some):]
		body, err := json.Marshal(map[string][]string{"ids": some})
		if err != nil {
			return err
		}
		var done struct{ Purged int }
		if err := a.do(ctx, http.MethodPost, "/purge", "application/json", bytes.NewReader(body), &done); err != nil {
			return err
		}
		if done.Purged != len(some) {
			return fmt.Errorf("%d of %d images were purged", done.Purged, len(some))
		}
	}
	return nil
}

func (a *api) deleteAll(ctx context.Context) error {
	return a.do(ctx, http.MethodDelete, "/images?tag="+a.tag, "", nil, &struct{}{})
}

// do makes a request, and reads its answer into a value.
func (a *api) do(ctx context.Context, method, path, contentType string, body io.Reader, into any) error {
	req, err := http.NewRequestWithContext(ctx, method, a.base+path, body)
	if err != nil {
		return err
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	if a.token != "" {
		req.Header.Set("Authorization", "Bearer "+a.token)
	}
	resp, err := a.http.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode >= 300 {
		return refused{resp.StatusCode, fmt.Sprintf("%s %s = %d %.200s", method, path, resp.StatusCode, bytes.TrimSpace(text))}
	}
	return json.Unmarshal(text, into)
}

// refused is an answer that is an error.
type refused struct {
	status int
	text   string
}

func (r refused) Error() string { return r.text }

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
