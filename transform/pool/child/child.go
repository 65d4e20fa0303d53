// Package child is the life of a render process: it brings libvips up, says
// hello and then does one task after another until the pool closes the socket.
// It is the only code, beside main, that imports the engine.
package child

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"syscall"

	"lightwell/transform"
	"lightwell/transform/engine"
	"lightwell/transform/pool/wire"

	"golang.org/x/sys/unix"
)

// socketFD is where the pool puts the child's end of the socket pair.
const socketFD = 3

// Run is the whole child. It returns when the pool has gone.
func Run() error {
	runtime.LockOSThread() // all renders on one thread: its caches stay warm, its part of the heap its own
	// A terminal's Ctrl-C goes to the whole group; the pool decides, not the child.
	signal.Ignore(syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
	debug.SetGCPercent(50) // the Go heap is small beside libvips' memory
	conn, err := wire.NewConn(os.NewFile(socketFD, "pool"))
	if err != nil {
		return fmt.Errorf("take the pool's socket: %w", err)
	}
	defer conn.Close()
	if err := engine.Start(func(domain, message string) {
		fmt.Fprintf(os.Stderr, "%s: %s\n", domain, message)
	}); err != nil {
		return err
	}
	fingerprint, err := engine.Fingerprint()
	if err != nil {
		return fmt.Errorf("name the codecs: %w", err)
	}
	sandbox, err := confine()
	if err != nil {
		return err
	}
	if err := conn.Send(wire.Hello{Fingerprint: fingerprint, Sandbox: sandbox}, nil); err != nil {
		return err
	}
	for {
		err := serve(conn)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// serve does one task. Its error is the socket's; the task's own goes back.
func serve(conn *wire.Conn) error {
	var task wire.Task
	_, files, err := conn.Receive(&task)
	if err != nil {
		return err
	}
	defer wire.CloseAll(files)
	if len(files) != task.Files() {
		return fmt.Errorf("a task of %d files came with %d", task.Files(), len(files))
	}
	reply, body := do(task, files)
	return conn.Send(reply, body)
}

// layers are the files of the images that a plan lays over its picture.
func layers(p *transform.Plan, files [][]byte) (l engine.Layers) {
	for i, kind := range p.Layers() {
		if kind == transform.BlendLayer {
			l.Blend = files[i]
		} else {
			l.Mark = files[i]
		}
	}
	return l
}

// do maps the files and hands them to the engine. The mappings outlive the
// engine's use of them, and a file's end is the engine's business.
func do(task wire.Task, files []*os.File) (wire.Reply, []byte) {
	var all [][]byte
	for _, file := range files {
		data, err := mapped(file)
		if err != nil {
			return wire.Fail(err), nil
		}
		defer unix.Munmap(data)
		all = append(all, data)
	}
	var data []byte
	if len(all) > 0 {
		data = all[0]
	}
	switch task.Kind {
	case wire.Probe:
		can, err := engine.Capable()
		if err != nil {
			return wire.Fail(err), nil
		}
		return wire.Reply{Can: &can}, nil
	case wire.Inspect:
		seen, err := engine.Inspect(data, task.Limits, task.Levels...)
		if err != nil {
			return wire.Fail(err), nil
		}
		var bodies []byte
		for _, file := range seen.LevelFiles {
			bodies = append(bodies, file.Body...)
		}
		return wire.Reply{Seen: &seen}, bodies
	case wire.Render:
		r, err := engine.Render(data, layers(task.Plan, all[1:]), task.Plan)
		if err != nil {
			return wire.Fail(err), nil
		}
		return wire.Reply{Size: r.Size, Format: r.Format, Decode: r.Decode, Steps: r.Steps, Encode: r.Encode}, r.Body
	case wire.Search:
		found, err := engine.Search(data, *task.Source, *task.Search, task.Limits)
		if err != nil {
			return wire.Fail(err), nil
		}
		return wire.Reply{Found: &found}, nil
	}
	return wire.Fail(fmt.Errorf("unknown task %q", task.Kind)), nil
}

// mapped is a file's bytes in memory.
func mapped(file *os.File) ([]byte, error) {
	info, err := file.Stat()
	if err != nil {
		return nil, fmt.Errorf("stat the source: %w", err)
	}
	if info.Size() == 0 {
		return nil, fmt.Errorf("%w: it is empty", transform.ErrUndecodable)
	}
	data, err := unix.Mmap(int(file.Fd()), 0, int(info.Size()), unix.PROT_READ, unix.MAP_PRIVATE|unix.MAP_POPULATE)
	if err != nil {
		return nil, fmt.Errorf("map the source: %w", err)
	}
	return data, nil
}
