package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"time"

	"lightwell/docs/sheet"
)

// key signs the URLs that are signed. Those that are not are served, too, for which there is --open.
const key = "the-key-of-the-gallery"

// server is a running Lightwell.
type server struct {
	doors sheet.Doors
	cmd   *exec.Cmd
	data  string
	ended chan error // has the end, once
}

// startServer starts one with an empty data folder, and waits until it serves.
func startServer(ctx context.Context, binary string) (*server, error) {
	data, err := os.MkdirTemp("", "lightwell-gallery-")
	if err != nil {
		return nil, err
	}
	s := &server{data: data, ended: make(chan error, 1)}
	s.cmd = exec.CommandContext(ctx, binary, "serve", "--listen=127.0.0.1:0", "--upload-listen=127.0.0.1:0", "--admin-listen=127.0.0.1:0",
		"--data="+data, "--drain-delay=0s", "--open", "--signing-keys="+key, "--formats=jpeg,png,gif,webp,avif,heic,tiff,svg,jxl,pdf")
	s.cmd.Env = []string{"PATH=" + os.Getenv("PATH")} // no setting of whoever runs this
	s.cmd.Cancel = func() error { return s.cmd.Process.Signal(os.Interrupt) }
	s.cmd.WaitDelay = 10 * time.Second
	if err := s.start(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(data))
	}
	return s, nil
}

func (s *server) start() error {
	log, err := s.cmd.StderrPipe()
	if err != nil {
		return err
	}
	if err := s.cmd.Start(); err != nil {
		return err
	}
	ready := make(chan sheet.Doors, 1)
	go func() {
		said := watch(log, ready)
		err := s.cmd.Wait()
		if err != nil {
			err = fmt.Errorf("lightwell serve: %w\n%s", err, said)
		}
		s.ended <- err
	}()
	select {
	case s.doors = <-ready:
		return nil
	case err := <-s.ended:
		return errors.Join(errors.New("the server ended at once"), err)
	}
}

var listening = regexp.MustCompile(`msg=listening door=(\w+) address=(\S+)`)

// watch reads the log to its end, and tells where the doors are once they are open.
func watch(log io.Reader, ready chan<- sheet.Doors) (said string) {
	var all bytes.Buffer
	at := map[string]string{}
	for lines := bufio.NewScanner(log); lines.Scan(); {
		line := lines.Text()
		fmt.Fprintln(&all, line)
		if m := listening.FindStringSubmatch(line); m != nil {
			at[m[1]] = "http://" + m[2]
		}
		if strings.Contains(line, "msg=ready") {
			ready <- sheet.Doors{Images: at["images"], Uploads: at["uploads"]}
		}
	}
	return all.String()
}

// stop ends the server and takes its data away.
func (s *server) stop() error {
	s.cmd.Process.Signal(os.Interrupt) // it may have ended
	return errors.Join(<-s.ended, os.RemoveAll(s.data))
}
