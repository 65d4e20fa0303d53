package main

import (
	"fmt"
	"net"
	"net/http"
	"net/http/pprof"
	"time"

	"lightwell/config"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// doors are the addresses that are listened on.
type doors struct{ images, uploads, admin net.Listener }

func openDoors(cfg config.Config, does roles, closing *closers) (d doors, err error) {
	for _, door := range []struct {
		opens         bool
		name, address string
		to            *net.Listener
	}{
		{does.images, "images", cfg.Listen, &d.images},
		{does.uploads, "uploads", cfg.UploadListen, &d.uploads},
		{true, "admin", cfg.AdminListen, &d.admin},
	} {
		if !door.opens {
			continue
		}
		l, err := net.Listen("tcp", door.address)
		if err != nil {
			return d, fmt.Errorf("listen for %s: %w", door.name, err)
		}
		*door.to = l
		closing.add(func() error { l.Close(); return nil }) // its server has closed it, as a rule
	}
	return d, nil
}

func newRegistry() *prometheus.Registry {
	r := prometheus.NewRegistry()
	r.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return r
}

func (s *server) adminHandler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", s.readyz)
	mux.Handle("GET /metrics", promhttp.HandlerFor(s.registry, promhttp.HandlerOpts{Registry: s.registry}))
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	return mux
}

func (s *server) buildAdmin() {
	s.admin = &http.Server{
		Handler: unread(s.adminHandler(), s.cfg.ReadTimeout), ReadHeaderTimeout: s.cfg.ReadTimeout,
		IdleTimeout: s.cfg.IdleTimeout, MaxHeaderBytes: maxHead,
	}
}

// unread bounds the time of bodies that nobody wants: net/http takes in some of one
// before it answers. A ReadTimeout would also end profiles that take longer.
func unread(next http.Handler, within time.Duration) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Body != http.NoBody {
			http.NewResponseController(w).SetReadDeadline(time.Now().Add(within)) // an error is the client's leaving
		}
		next.ServeHTTP(w, r)
	})
}
