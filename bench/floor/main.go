// Command floor is the least that a server on fasthttp does: it answers with what another server has answered under
// the same URL, byte for byte and header for header, out of a map. What that costs is the floor for anything that does
// more. Beside "lightwell bench warm":
//
//	go run ./bench/floor -listen 127.0.0.1:8070 -of http://127.0.0.1:8080
//	lightwell bench warm --peer='fasthttp=http://127.0.0.1:8070/image/{id}?w={w}&fm={fm}&q={q}' ...
package main

import (
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"sync"

	"github.com/valyala/fasthttp"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:0", "address to listen on")
	of := flag.String("of", "http://127.0.0.1:8080", "server whose answers are given")
	flag.Parse()
	l, err := net.Listen("tcp", *listen)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(l.Addr())
	server := fasthttp.Server{Handler: (&replay{of: *of}).serve, NoDefaultServerHeader: true}
	log.Fatal(server.Serve(l))
}

// replay gives the answers of another server.
type replay struct {
	of    string
	known sync.Map // of URI to *answer
}

// answer is one, as it was given. Nobody changes it.
type answer struct {
	header fasthttp.ResponseHeader
	body   []byte
}

func (r *replay) serve(rc *fasthttp.RequestCtx) {
	uri := rc.RequestURI()
	known, ok := r.known.Load(string(uri))
	if !ok {
		a, err := fetch(r.of + string(uri))
		if err != nil {
			rc.Error(err.Error(), http.StatusBadGateway)
			return
		}
		known, _ = r.known.LoadOrStore(string(uri), a)
	}
	a := known.(*answer)
	a.header.CopyTo(&rc.Response.Header)
	rc.Response.SetBodyRaw(a.body)
}

func fetch(url string) (*answer, error) {
	resp, err := http.Get(url)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	a := &answer{}
	if a.body, err = io.ReadAll(resp.Body); err != nil || resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: status %d, %w", url, resp.StatusCode, err)
	}
	a.header.SetNoDefaultContentType(true)
	for name, values := range resp.Header {
		if name != "Date" && name != "Content-Length" { // which every server sets itself
			a.header.Set(name, values[0])
		}
	}
	return a, nil
}
