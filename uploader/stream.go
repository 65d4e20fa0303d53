package uploader

import (
	"io"
	"os"
	"sync"
	"time"
)

// stream reads a body ahead, so that what has come can be kept while nothing comes.
type stream struct {
	blocks  chan []byte   // closed at the end
	free    chan []byte   // blocks to read into
	ended   chan struct{} // closed when nobody wants more
	reading sync.WaitGroup
	over    bool // the end has been seen
}

func newStream(src io.Reader) *stream {
	s := &stream{blocks: make(chan []byte), free: make(chan []byte, 2), ended: make(chan struct{})}
	for range cap(s.free) {
		s.free <- make([]byte, 128<<10)
	}
	s.reading.Go(func() { s.read(src) })
	return s
}

// read reads until src says that there is no more, whatever the reason.
func (s *stream) read(src io.Reader) {
	defer close(s.blocks)
	for {
		var buf []byte
		select {
		case buf = <-s.free:
		case <-s.ended:
			return
		}
		n, err := src.Read(buf)
		if n == 0 && err == nil {
			s.free <- buf // which has room for it
			continue
		}
		select {
		case s.blocks <- buf[:n]:
		case <-s.ended:
			return
		}
		if err != nil {
			return
		}
	}
}

// fill copies to a file until it is large enough, or some has come and more takes too long, or there is no more.
func (s *stream) fill(file *os.File) (n int64, more bool, err error) {
	timer := time.NewTimer(partTime)
	defer timer.Stop()
	for n < partBytes {
		select {
		case block, ok := <-s.blocks:
			if !ok {
				s.over = true
				return n, false, nil
			}
			if _, err := file.Write(block); err != nil {
				return n, false, full(err)
			}
			n += int64(len(block))
			s.free <- block[:cap(block)]
		case <-timer.C:
			if n > 0 {
				return n, true, nil
			}
			timer.Reset(partTime)
		}
	}
	return n, true, nil
}

// end waits for what is being read. interrupt breaks that off, where the body is not at its end.
func (s *stream) end(interrupt func()) {
	close(s.ended)
	if !s.over {
		interrupt()
	}
	s.reading.Wait()
}
