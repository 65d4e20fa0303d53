package uploader_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"lightwell/origin/store"
	"lightwell/uploader"
)

// The secret of a token is its name and this.
const secretTail = "-0123456789abcdef"

func token(name string, scopes ...uploader.Scope) uploader.Token {
	return uploader.Token{Name: name, Digest: sha256.Sum256([]byte(name + secretTail)), Scopes: scopes}
}

func bearer(name string) string { return "Authorization: Bearer " + name + secretTail }

var scopes = []uploader.Scope{uploader.ScopeUpload, uploader.ScopeProcess, uploader.ScopeDelete, uploader.ScopePurge}

// clock stands still until it is moved.
type clock struct {
	mu sync.Mutex // guards at
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) move(by time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(by)
}

// midday is 12 hours before and after a midnight.
func midday() *clock { return &clock{at: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)} }

// lockedDoor has one token for each scope, called by it, and "all" and "none".
func lockedDoor(t *testing.T, change ...func(*door)) *door {
	t.Helper()
	return openDoorOver(t, store.NewMem(), append([]func(*door){func(d *door) {
		tokens := []uploader.Token{token("all", scopes...), token("none")}
		for _, s := range scopes {
			tokens = append(tokens, token(s.String(), s))
		}
		d.uploader.Access.Tokens = tokens
	}}, change...)...)
}

// refused is lightwell_uploads_refused_total by why, where it is not 0.
func (d *door) refused() map[string]int {
	d.t.Helper()
	families, err := d.registry.Gather()
	if err != nil {
		d.t.Fatal(err)
	}
	found := map[string]int{}
	for _, family := range families {
		if family.GetName() == "lightwell_uploads_refused_total" {
			for _, m := range family.GetMetric() {
				if n := m.GetCounter().GetValue(); n > 0 {
					found[m.GetLabel()[0].GetValue()] = int(n)
				}
			}
		}
	}
	return found
}

const (
	realm        = `Bearer realm="lightwell"`
	invalidToken = realm + `, error="invalid_token"`
)

func insufficient(s uploader.Scope) string {
	return fmt.Sprintf(`%s, error="insufficient_scope", scope="%s"`, realm, s)
}

// Every route is refused without a token, with a wrong one and with one that is not good
// for it, and answers by itself with the right one; and says which it is.
func TestEveryRouteNeedsItsScope(t *testing.T) {
	d := lockedDoor(t)
	want := map[string]uploader.Scope{
		"POST /upload": uploader.ScopeUpload, "DELETE /status/{id}": uploader.ScopeUpload, "GET /status/{id}": uploader.Public,
		"POST /process": uploader.ScopeProcess, "DELETE /presets/{name}": uploader.ScopeProcess,
		"PUT /marks/{name}": uploader.ScopeProcess, "DELETE /marks/{name}": uploader.ScopeProcess,
		"DELETE /image/{id}": uploader.ScopeDelete, "GET /images": uploader.AnyToken,
		"DELETE /images": uploader.ScopeDelete, "POST /purge": uploader.ScopePurge,
		"GET /presets": uploader.AnyToken, "GET /presets/{name}": uploader.AnyToken,
		"GET /marks": uploader.AnyToken, "GET /marks/{name}": uploader.AnyToken,
		"POST /upload/presign": uploader.ScopeUpload, "POST /upload/{id}/complete": uploader.Signed,
		"PUT /upload/{id}/content": uploader.Public, "POST /upload/{id}/content": uploader.Public,
		"POST /upload/resumable": uploader.ScopeUpload, "OPTIONS /upload/resumable": uploader.Public,
		"POST /upload/resumable/{$}": uploader.ScopeUpload, "OPTIONS /upload/resumable/{$}": uploader.Public,
		"POST /upload/resumable/{id}": uploader.ScopeUpload, "OPTIONS /upload/resumable/{id}": uploader.Public,
		"HEAD /upload/resumable/{id}": uploader.ScopeUpload, "PATCH /upload/resumable/{id}": uploader.ScopeUpload,
		"DELETE /upload/resumable/{id}": uploader.ScopeUpload,
	}
	walked := 0
	routes, err := d.uploader.Routes()
	if err != nil {
		t.Fatal(err)
	}
	for path, methods := range routes {
		for method, needs := range methods {
			what := method + " " + path
			if needs != want[what] || needs == 0 {
				t.Errorf("%s needs %d (%s), want %d (%s)", what, needs, needs, want[what], want[what])
			}
			uri := strings.NewReplacer("{id}", "zzzzzzzzzzzzzzzzzzzzzzzzzz", "{name}", "absent", "{$}", "").Replace(path)
			if needs == uploader.Signed {
				d.wantGuarded(method, uri+"?signature=x", uploader.Public)
				needs = uploader.ScopeUpload
			}
			d.wantGuarded(method, uri, needs)
			if method == "GET" {
				d.wantGuarded("HEAD", uri, needs)
			}
			walked++
		}
	}
	if walked != len(want) {
		t.Errorf("%d routes were walked, want %d", walked, len(want))
	}
}

// wantGuarded checks one route with all kinds of tokens.
func (d *door) wantGuarded(method, uri string, needs uploader.Scope) {
	d.t.Helper()
	check := func(with string, status int, challenge string, headers ...string) {
		d.t.Helper()
		got := d.do(method, uri, "", headers...)
		if let := got.status != 401 && got.status != 403 && got.status != 429; status != got.status && !(status == 0 && let) {
			d.t.Errorf("%s %s with %s = %d %s, want %d (0 for let in)", method, uri, with, got.status, got.body, status)
		}
		if got.header.Get("WWW-Authenticate") != challenge {
			d.t.Errorf("%s %s with %s: WWW-Authenticate = %q, want %q", method, uri, with, got.header.Get("WWW-Authenticate"), challenge)
		}
	}
	if needs == uploader.Public {
		check("nothing", 0, "")
		check("a token of no scope", 0, "", bearer("none"))
		return
	}
	check("nothing", 401, realm)
	check("all", 0, "", bearer("all"))
	check("a lower-case scheme", 0, "", "authorization: bearer all"+secretTail)
	if needs == uploader.AnyToken {
		check("a token of no scope", 0, "", bearer("none"))
		return
	}
	check("a token of no scope", 403, insufficient(needs), bearer("none"))
	for _, s := range scopes {
		if s == needs {
			check("its scope", 0, "", bearer(s.String()))
		} else {
			check("the scope "+s.String(), 403, insufficient(needs), bearer(s.String()))
		}
	}
}

// What is no token, or not exactly one, is refused.
func TestWrongTokens(t *testing.T) {
	for _, tt := range []struct {
		name      string
		headers   []string
		challenge string
	}{
		{"another scheme", []string{"Authorization: Basic YTpi"}, realm},
		{"an empty header", []string{"Authorization:"}, realm},
		{"no secret", []string{"Authorization: Bearer"}, invalidToken},
		{"an empty secret", []string{"Authorization: Bearer  "}, invalidToken},
		{"another secret", []string{"Authorization: Bearer nobody" + secretTail}, invalidToken},
		{"less", []string{strings.TrimSuffix(bearer("all"), "f")}, invalidToken},
		{"more", []string{bearer("all") + "f"}, invalidToken},
		{"more after a space", []string{bearer("all") + " f"}, invalidToken},
		{"another case", []string{strings.Replace(bearer("all"), "abcdef", "ABCDEF", 1)}, invalidToken},
		{"the name", []string{"Authorization: Bearer all"}, invalidToken},
		{"the digest", []string{fmt.Sprintf("Authorization: Bearer sha256-%x", sha256.Sum256([]byte("all"+secretTail)))}, invalidToken},
		{"two headers", []string{bearer("all"), bearer("upload")}, invalidToken},
	} {
		d := lockedDoor(t)
		got := d.post("image/jpeg", jpeg, tt.headers...)
		wantProblem(t, tt.name, got, 401, "", map[string]string{"Www-Authenticate": tt.challenge})
		if !got.closes {
			t.Errorf("%s: the connection stays open for a body that nobody reads", tt.name)
		}
		d.nothingKept(tt.name)
		if got := d.refused(); len(got) != 1 || got["token"] != 1 {
			t.Errorf("%s: refused = %v, want 1 for its token", tt.name, got)
		}
	}
}

// What is no route is answered as without tokens; so is a door without tokens.
func TestNoTokenNeeded(t *testing.T) {
	d := lockedDoor(t)
	for _, tt := range []struct {
		method, uri string
		status      int
	}{{"GET", "/nothing", 404}, {"OPTIONS", "/upload", 405}, {"GET", "/upload", 405}, {"GET", "/status/nonsense", 404}} {
		if got := d.do(tt.method, tt.uri, "").status; got != tt.status {
			t.Errorf("%s %s = %d, want %d", tt.method, tt.uri, got, tt.status)
		}
	}
	open := openDoor(t)
	completed(t, "POST with a token where none is asked for", open.post("image/jpeg", jpeg, bearer("nobody")))
}

// A body is not asked for, nor a place taken, before the token has been looked at.
func TestTokenBeforeBody(t *testing.T) {
	d := lockedDoor(t, func(d *door) { d.uploader.MaxUploads = 1 })
	begun, release := make(chan struct{}, 9), make(chan struct{})
	d.holdInspections(begun, release)
	let := sync.OnceFunc(func() { close(release) })
	defer let()
	held := make(chan response, 1)
	go func() { held <- d.post("image/jpeg", jpeg, bearer("upload")) }()
	<-begun
	c := d.dial()
	defer c.Close()
	fmt.Fprintf(c, "POST /upload HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 1000\r\n\r\n")
	asked := time.Now()
	got, err := readResponse(c, "POST")
	if took := time.Since(asked); took > patience/2 {
		t.Errorf("a connection whose body nobody reads was held for %v", took)
	}
	if err != nil || got.status != 401 || !got.closes {
		t.Errorf("POST without a token that waits for 100, with all places taken = %d, closes %v, %v, want 401 and the end", got.status, got.closes, err)
	}
	wantProblem(t, "POST with a token, with all places taken", d.post("image/jpeg", jpeg, bearer("upload")), 503, "", map[string]string{"Retry-After": "1"})
	let()
	completed(t, "the first", <-held)
}

// Two tokens are valid at once, and a digest stands for its secret; what they did is logged with
// their names, and their secrets never are.
func TestTokensInTheLog(t *testing.T) {
	log := &syncBuffer{}
	d := lockedDoor(t, func(d *door) {
		d.uploader.Log = slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	first := completed(t, "POST with one", d.post("image/jpeg", jpeg, bearer("all")))
	second := completed(t, "POST with another", d.post("image/png", png, bearer("upload")))
	d.post("image/png", png, bearer("nobody"))
	d.post("image/png", png, bearer("delete"))
	if got := d.do("DELETE", "/image/"+first.ImageID, "", bearer("delete")); got.status != 204 {
		t.Errorf("DELETE with its token = %d", got.status)
	}
	begun, release := make(chan struct{}, 1), make(chan struct{})
	d.holdInspections(begun, release)
	job := d.do("POST", "/upload?async=true", jpeg, bearer("all"))
	<-begun
	id := string(job.body[bytes.Index(job.body, []byte(`"imageId":"`))+11:][:26])
	if got := d.do("DELETE", "/status/"+id, "", bearer("upload")); got.status != 204 {
		t.Errorf("DELETE /status with its token = %d %s", got.status, got.body)
	}
	close(release)
	for _, want := range []string{
		`msg="upload accepted" token=all client=127.0.0.1 request=\w+ job=` + first.ImageID, `msg="upload accepted" token=upload client=127.0.0.1 request=\w+ job=` + second.ImageID,
		`msg="image deleted" token=delete client=127.0.0.1 request=\w+ asset=` + first.ImageID, `msg="job cancelled" token=upload client=127.0.0.1 request=\w+ job=` + id,
	} {
		if !regexp.MustCompile(want).MatchString(log.String()) {
			t.Errorf("the log has no %q:\n%s", want, log)
		}
	}
	if strings.Contains(log.String(), secretTail) {
		t.Errorf("the log has a secret:\n%s", log)
	}
}

type syncBuffer struct {
	mu sync.Mutex // guards b
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// An Idempotency-Key is a token's own.
func TestIdempotencyKeyOfTwoTokens(t *testing.T) {
	d := lockedDoor(t)
	const key = "Idempotency-Key: one"
	a := completed(t, "POST", d.post("image/jpeg", jpeg, bearer("all"), key))
	b := completed(t, "POST of another's", d.post("image/jpeg", jpeg, bearer("upload"), key))
	again := completed(t, "POST again", d.post("image/jpeg", jpeg, bearer("all"), key))
	if a.ImageID == b.ImageID || again.ImageID != a.ImageID {
		t.Errorf("images %s, %s of another token, %s again; want the first and the last alike, and no other", a.ImageID, b.ImageID, again.ImageID)
	}
	completed(t, "another image with another's key", d.post("image/png", png, bearer("upload"), "Idempotency-Key: two"))
	completed(t, "the same key", d.post("image/jpeg", jpeg, bearer("all"), "Idempotency-Key: two"))
}

// Whoever knows an image from a page is not told with which others it came.
func TestStatusOfAnImageKeepsItsJob(t *testing.T) {
	for _, locked := range []bool{false, true} {
		d, header := openDoor(t), "Accept: */*"
		if locked {
			d, header = lockedDoor(t), bearer("all")
		}
		job := d.bulk(formType, file("a.jpg", jpeg)+file("b.jpg", jpeg)+end, header)
		s := d.ended(job)
		one := d.imageStatus(s.Items[1].ImageID)
		if want := map[bool]string{false: job, true: ""}[locked]; one.JobID != want || one.Name != "b.jpg" {
			t.Errorf("with tokens %t: GET /status of one of many = %+v, want it with the job %q", locked, one, want)
		}
	}
}
