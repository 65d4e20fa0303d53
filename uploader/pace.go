package uploader

import (
	"io"
	"net/http"
	"time"
)

// paced bounds the time of every request's body, also of one that nobody reads:
// net/http takes in some of it before it answers.
func (u *Uploader) paced(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Body != http.NoBody {
			b := &pacedBody{
				ReadCloser: r.Body, deadline: http.NewResponseController(w).SetReadDeadline,
				piece: int64(float64(u.MinRate) * u.BodyTimeout.Seconds()), within: u.BodyTimeout,
			}
			if err := b.next(); err != nil {
				u.Log.Error("a body's time is not bounded", "error", err)
			}
			r = r.WithContext(r.Context()) // net/http looks at its own request's body again
			r.Body = b
		}
		next.ServeHTTP(w, r)
	})
}

// pacedBody must come at a pace: each piece of so many bytes in so much time. So a
// big upload may take long, and neither silence nor a trickle may.
type pacedBody struct {
	io.ReadCloser
	deadline func(time.Time) error // of reading
	piece    int64
	within   time.Duration
	left     int64 // bytes of the piece that is coming
}

func (b *pacedBody) Read(p []byte) (int, error) {
	if b.left <= 0 {
		if err := b.next(); err != nil {
			return 0, err
		}
	}
	n, err := b.ReadCloser.Read(p)
	b.left -= int64(n)
	if err == io.EOF {
		// The time was the body's. Left on, its end would look like the client's leaving.
		b.deadline(time.Time{})
	}
	return n, err
}

// next begins the time of a piece.
func (b *pacedBody) next() error {
	b.left = b.piece
	return b.deadline(time.Now().Add(b.within))
}
