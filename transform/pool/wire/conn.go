package wire

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
)

const (
	maxHeader = 1 << 20
	maxBody   = 1 << 30
	// maxFiles is the most descriptors with a frame: the image's, the mark's and the blend's.
	maxFiles = 3
)

// Conn is one end of the socket pair. It is used by one goroutine at a time.
type Conn struct{ c *net.UnixConn }

// NewConn takes the socket over from f and closes f.
func NewConn(f *os.File) (*Conn, error) {
	defer f.Close()
	c, err := net.FileConn(f)
	if err != nil {
		return nil, err
	}
	u, ok := c.(*net.UnixConn)
	if !ok {
		c.Close()
		return nil, fmt.Errorf("%T is not a Unix socket", c)
	}
	return &Conn{u}, nil
}

// Close ends the conversation: the other end reads EOF.
func (c *Conn) Close() error { return c.c.Close() }

// Send writes one frame, with the files' descriptors in their order.
func (c *Conn) Send(header any, body []byte, files ...*os.File) error {
	if len(files) > maxFiles {
		return fmt.Errorf("%d files are more than a frame may have", len(files))
	}
	encoded, err := json.Marshal(header)
	if err != nil {
		return err
	}
	frame := make([]byte, 8, 8+len(encoded))
	binary.BigEndian.PutUint32(frame, uint32(len(encoded)))
	binary.BigEndian.PutUint32(frame[4:], uint32(len(body)))
	frame = append(frame, encoded...)
	if len(files) == 0 { // in one go, so that the other end wakes once
		_, err = (&net.Buffers{frame, body}).WriteTo(c.c)
		return err
	}
	if err := c.sendWithFiles(frame, files, nil); err != nil {
		return err
	}
	if len(body) > 0 {
		_, err = c.c.Write(body)
	}
	return err
}

// sendWithFiles writes a frame with the descriptors that it has, and those of files.
func (c *Conn) sendWithFiles(frame []byte, files []*os.File, fds []int) error {
	if len(files) == 0 {
		n, _, err := c.c.WriteMsgUnix(frame, syscall.UnixRights(fds...), nil)
		if err == nil && n < len(frame) {
			_, err = c.c.Write(frame[n:])
		}
		return err
	}
	raw, err := files[0].SyscallConn()
	if err != nil {
		return err
	}
	var sendErr error
	// Control keeps the descriptor from being closed and reused meanwhile.
	if err := raw.Control(func(fd uintptr) {
		sendErr = c.sendWithFiles(frame, files[1:], append(fds, int(fd)))
	}); err != nil {
		return err
	}
	return sendErr
}

// Receive reads one frame into header and returns its body and its descriptors,
// which the caller closes.
func (c *Conn) Receive(header any) (body []byte, files []*os.File, err error) {
	var lengths [8]byte
	files, err = c.readFirst(lengths[:])
	if err != nil {
		return nil, nil, err
	}
	defer func() {
		if err != nil {
			CloseAll(files)
			files = nil
		}
	}()
	headerLen, bodyLen := binary.BigEndian.Uint32(lengths[:]), binary.BigEndian.Uint32(lengths[4:])
	if headerLen > maxHeader || bodyLen > maxBody {
		return nil, files, fmt.Errorf("a frame of %d and %d bytes is over the limit", headerLen, bodyLen)
	}
	encoded := make([]byte, headerLen)
	if _, err := io.ReadFull(c.c, encoded); err != nil {
		return nil, files, noEOF(err)
	}
	if err := json.Unmarshal(encoded, header); err != nil {
		return nil, files, fmt.Errorf("read a frame: %w", err)
	}
	if bodyLen > 0 {
		body = make([]byte, bodyLen)
		if _, err := io.ReadFull(c.c, body); err != nil {
			return nil, files, noEOF(err)
		}
	}
	return body, files, nil
}

// CloseAll closes what Receive has returned.
func CloseAll(files []*os.File) {
	for _, f := range files {
		f.Close()
	}
}

// readFirst fills the lengths, and takes the descriptors that came with them.
func (c *Conn) readFirst(lengths []byte) ([]*os.File, error) {
	control := make([]byte, syscall.CmsgSpace(4*maxFiles))
	n, controlLen, flags, _, err := c.c.ReadMsgUnix(lengths, control)
	if err != nil {
		return nil, err
	}
	if n == 0 {
		return nil, io.EOF
	}
	files, err := receivedFiles(control[:controlLen])
	switch {
	case err != nil:
	case flags&syscall.MSG_CTRUNC != 0 || len(files) > maxFiles:
		err = errors.New("more descriptors came than were expected")
	case n < len(lengths):
		_, err = io.ReadFull(c.c, lengths[n:])
		err = noEOF(err)
	}
	if err != nil {
		CloseAll(files)
		return nil, err
	}
	return files, nil
}

// receivedFiles takes the descriptors over, also where there is an error.
func receivedFiles(control []byte) (files []*os.File, err error) {
	if len(control) == 0 {
		return nil, nil
	}
	messages, err := syscall.ParseSocketControlMessage(control)
	if err != nil {
		return nil, err
	}
	for _, m := range messages {
		fds, err := syscall.ParseUnixRights(&m)
		if err != nil {
			return files, err
		}
		for _, fd := range fds {
			syscall.CloseOnExec(fd)
			files = append(files, os.NewFile(uintptr(fd), "source"))
		}
	}
	return files, nil
}

// noEOF marks an end in mid-frame as what it is.
func noEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
