package store_test

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync/atomic"
	"testing"

	"lightwell/origin/store/s3test"
)

// gateway stands between a store and its server, counts, and can be told to spoil things.
type gateway struct {
	url        string
	gets, puts atomic.Int64 // of objects and parts
	// refuse answers in the server's place, and says so.
	refuse atomic.Pointer[func(w http.ResponseWriter, r *http.Request) bool]
	// change changes an answer.
	change atomic.Pointer[func(*http.Response)]
}

// startGateway starts one, which ends with the test.
func startGateway(t *testing.T, server *s3test.Server) *gateway {
	t.Helper()
	target, err := url.Parse(server.URL())
	if err != nil {
		t.Fatal(err)
	}
	g := &gateway{}
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) { // Host stays: it is signed
			r.Out.URL.Scheme, r.Out.URL.Host = target.Scheme, target.Host
		},
		ModifyResponse: func(resp *http.Response) error {
			if change := g.change.Load(); change != nil {
				(*change)(resp)
			}
			return nil
		},
		ErrorLog: log.New(io.Discard, "", 0),
	}
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method == http.MethodGet && !r.URL.Query().Has("list-type"):
			g.gets.Add(1)
		case r.Method == http.MethodPut:
			g.puts.Add(1)
		}
		if refuse := g.refuse.Load(); refuse != nil && (*refuse)(w, r) {
			return
		}
		proxy.ServeHTTP(w, r)
	}))
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.Start()
	t.Cleanup(s.Close)
	g.url = s.URL
	return g
}

// answerXML answers as S3 does that something is wrong.
func answerXML(w http.ResponseWriter, status int, code string) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	io.WriteString(w, "<Error><Code>"+code+"</Code><Message>says the gateway</Message></Error>")
}

// refusing makes the gateway answer the next so many requests by itself.
func (g *gateway) refusing(times, status int, code string) {
	var left atomic.Int64
	left.Store(int64(times))
	refuse := func(w http.ResponseWriter, r *http.Request) bool {
		if left.Add(-1) < 0 {
			return false
		}
		io.Copy(io.Discard, r.Body)
		answerXML(w, status, code)
		return true
	}
	g.refuse.Store(&refuse)
}

// cutting makes the gateway end the next so many answers with objects in their middle.
func (g *gateway) cutting(times int) {
	var left atomic.Int64
	left.Store(int64(times))
	change := func(resp *http.Response) {
		if resp.Request.Method != http.MethodGet || resp.StatusCode != http.StatusOK || left.Add(-1) < 0 {
			return
		}
		resp.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(resp.Body, resp.ContentLength/2), resp.Body}
	}
	g.change.Store(&change)
}
