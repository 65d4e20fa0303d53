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

// Send writes one frame, with a descriptor unless file is nil.
func (c *Conn) Send(header any, body []byte, file *os.File) error {
	encoded, err := json.Marshal(header)
	if err != nil {
		return err
	}
	frame := make([]byte, 8, 8+len(encoded))
	binary.BigEndian.PutUint32(frame, uint32(len(encoded)))
	binary.BigEndian.PutUint32(frame[4:], uint32(len(body)))
	frame = append(frame, encoded...)
	if file == nil { // in one go, so that the other end wakes once
		_, err = (&net.Buffers{frame, body}).WriteTo(c.c)
		return err
	}
	if err := c.sendWithFile(frame, file); err != nil {
		return err
	}
	if len(body) > 0 {
		_, err = c.c.Write(body)
	}
	return err
}

func (c *Conn) sendWithFile(frame []byte, file *os.File) error {
	raw, err := file.SyscallConn()
	if err != nil {
		return err
	}
	var n int
	var sendErr error
	// Control keeps the descriptor from being closed and reused meanwhile.
	if err := raw.Control(func(fd uintptr) {
		n, _, sendErr = c.c.WriteMsgUnix(frame, syscall.UnixRights(int(fd)), nil)
	}); err != nil {
		return err
	}
	if sendErr != nil {
		return sendErr
	}
	if n < len(frame) {
		_, err = c.c.Write(frame[n:])
	}
	return err
}

// Receive reads one frame into header and returns its body and its descriptor,
// which the caller closes; nil where there was none.
func (c *Conn) Receive(header any) (body []byte, file *os.File, err error) {
	var lengths [8]byte
	file, err = c.readFirst(lengths[:])
	if err != nil {
		return nil, nil, err
	}
	defer func() {
		if err != nil && file != nil {
			file.Close()
			file = nil
		}
	}()
	headerLen, bodyLen := binary.BigEndian.Uint32(lengths[:]), binary.BigEndian.Uint32(lengths[4:])
	if headerLen > maxHeader || bodyLen > maxBody {
		return nil, file, fmt.Errorf("a frame of %d and %d bytes is over the limit", headerLen, bodyLen)
	}
	encoded := make([]byte, headerLen)
	if _, err := io.ReadFull(c.c, encoded); err != nil {
		return nil, file, noEOF(err)
	}
	if err := json.Unmarshal(encoded, header); err != nil {
		return nil, file, fmt.Errorf("read a frame: %w", err)
	}
	if bodyLen > 0 {
		body = make([]byte, bodyLen)
		if _, err := io.ReadFull(c.c, body); err != nil {
			return nil, file, noEOF(err)
		}
	}
	return body, file, nil
}

// readFirst fills the lengths, and takes the descriptor that came with them.
func (c *Conn) readFirst(lengths []byte) (*os.File, error) {
	control := make([]byte, syscall.CmsgSpace(4))
	n, controlLen, flags, _, err := c.c.ReadMsgUnix(lengths, control)
	if err != nil {
		return nil, err
	}
	if n == 0 {
		return nil, io.EOF
	}
	file, err := receivedFile(control[:controlLen])
	if err != nil {
		return nil, err
	}
	if flags&syscall.MSG_CTRUNC != 0 {
		err = errors.New("more descriptors came than were expected")
	} else if n < len(lengths) {
		_, err = io.ReadFull(c.c, lengths[n:])
		err = noEOF(err)
	}
	if err != nil && file != nil {
		file.Close()
		file = nil
	}
	return file, err
}

func receivedFile(control []byte) (*os.File, error) {
	if len(control) == 0 {
		return nil, nil
	}
	messages, err := syscall.ParseSocketControlMessage(control)
	if err != nil {
		return nil, err
	}
	var file *os.File
	for _, m := range messages {
		fds, err := syscall.ParseUnixRights(&m)
		if err != nil {
			return nil, err
		}
		for _, fd := range fds {
			syscall.CloseOnExec(fd)
			file = os.NewFile(uintptr(fd), "source")
		}
	}
	return file, nil
}

// noEOF marks an end in mid-frame as what it is.
func noEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
