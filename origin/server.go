package origin

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"lightwell/origin/problem"

	"github.com/valyala/fasthttp"
)

// ServerConfig bounds connections. Zero durations mean no limit. How slowly a
// response may be taken, and how many connections one address may have, is the
// listener's affair: fasthttp has one time for a whole response, however long.
type ServerConfig struct {
	ReadTimeout time.Duration // for a whole request: it has no body
	IdleTimeout time.Duration
	// MaxConnections is what the listener lets in at once.
	MaxConnections int
}

const (
	maxRequestHead = 16 << 10
	// A GET has no use for a body; one that is small is read and dropped.
	maxRequestBody = 4 << 10
	// What is no longer than this, headers included, is copied before it is sent. The rest goes out of the cache's
	// memory with its header, in one call.
	writeBuffer = 4 << 10
)

// Server is the image door.
type Server struct {
	s         *fasthttp.Server
	lettingGo atomic.Bool

	mu       sync.Mutex // guards the fields below
	listener net.Listener
	over     bool // Shutdown has been called
}

// NewServer makes a server for a handler.
func NewServer(h *Handler, cfg ServerConfig) *Server {
	s := &Server{}
	s.s = &fasthttp.Server{
		Handler:                      s.answering(h.Serve),
		ErrorHandler:                 h.malformed,
		Name:                         "Lightwell",
		Logger:                       slog.NewLogLogger(h.Log.Handler(), slog.LevelDebug), // clients that hang up
		NoDefaultContentType:         true,
		LazyRequestTime:              true, // nobody asks for it
		ReadTimeout:                  cfg.ReadTimeout,
		IdleTimeout:                  cfg.IdleTimeout,
		Concurrency:                  2 * cfg.MaxConnections, // a worker counts for a moment after its connection
		ReadBufferSize:               maxRequestHead,
		WriteBufferSize:              writeBuffer,
		MaxRequestBodySize:           maxRequestBody,
		CloseOnShutdown:              true,
		DisablePreParseMultipartForm: true,
	}
	return s
}

// LetGo has each connection closed after its next answer, which tells the client so. New ones are taken as
// before, until Shutdown.
func (s *Server) LetGo() { s.lettingGo.Store(true) }

func (s *Server) answering(next fasthttp.RequestHandler) fasthttp.RequestHandler {
	return func(rc *fasthttp.RequestCtx) {
		next(rc)
		if s.lettingGo.Load() {
			rc.SetConnectionClose()
		}
	}
}

// Serve serves until Shutdown; it returns as soon as that is called, also where that was before. A listener that has
// a method Closed is told of each connection of its own that has ended.
func (s *Server) Serve(l net.Listener) error {
	if counts, ok := l.(interface{ Closed(net.Conn) }); ok {
		s.s.ConnState = func(conn net.Conn, state fasthttp.ConnState) {
			if state == fasthttp.StateClosed {
				counts.Closed(conn)
			}
		}
	}
	s.mu.Lock()
	s.listener = l
	over := s.over
	s.mu.Unlock()
	if over {
		return errors.Join(http.ErrServerClosed, l.Close())
	}
	return s.s.Serve(l)
}

// Shutdown stops taking connections and waits for the requests under way.
func (s *Server) Shutdown(ctx context.Context) error {
	s.mu.Lock()
	s.over = true
	l := s.listener
	s.mu.Unlock()
	err := s.s.ShutdownWithContext(ctx)
	if l != nil {
		l.Close() // fasthttp knows of none that it does not serve yet; else it is closed
	}
	return err
}

// malformed answers what could not be read as a request. That is never stored: a
// shared cache may have read more of it, and would keep the answer for others.
func (h *Handler) malformed(rc *fasthttp.RequestCtx, err error) {
	h.common(rc)
	nameRequest(rc)
	status, detail := http.StatusBadRequest, "This is not an HTTP request that can be read."
	var small *fasthttp.ErrSmallBuffer
	var netErr *net.OpError
	switch {
	case errors.As(err, &small):
		detail = "The URL and the headers are longer than 16 KiB." // which of them, nobody can tell
	case errors.Is(err, fasthttp.ErrBodyTooLarge):
		status, detail = http.StatusRequestEntityTooLarge, "A request for an image has no body."
	case errors.As(err, &netErr) && netErr.Timeout():
		status, detail = http.StatusRequestTimeout, "The request did not arrive in time."
	}
	h.refuse(rc, problem.New(status, detail))
	rc.Response.SkipBody = rc.IsHead() // as far as that was read; fasthttp does so after it only
	rc.Response.Header.Set("Cache-Control", noStore)
	h.Metrics.answered(status, 0)
}
