package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"lightwell/config"
)

// healthTime is how long a server may take to say how it is: more than it takes to find out (readyTime).
const healthTime = 3 * time.Second

// healthCommand is for container engines, in whose image nothing else can ask.
type healthCommand struct {
	config.Config
	Alive bool `help:"Ask whether it is alive, which it is while it starts and drains, too."`
}

// Run asks the server that has the same settings. An error is that it does not answer, or not that it is well.
func (c *healthCommand) Run(a *app) error {
	if err := c.Validate(a.sources); err != nil {
		return err
	}
	path := "/readyz?store=optional" // ending it would not bring the store back
	if c.Alive {
		path = "/healthz"
	}
	url, err := nearby(c.AdminListen)
	if err != nil {
		return fmt.Errorf("admin-listen: %w", err)
	}
	ctx, cancel := context.WithTimeout(a.ctx, healthTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url+path, nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<10))
	if err != nil {
		return fmt.Errorf("read what the server says: %w", err)
	}
	said := strings.TrimSpace(string(body))
	if resp.StatusCode != http.StatusOK {
		return errors.New(said)
	}
	_, err = fmt.Fprintln(a.out, said)
	return err
}

// nearby is the URL by which this machine reaches a server that listens on an address, on whichever interface.
func nearby(listen string) (string, error) {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return "", err
	}
	if ip, err := netip.ParseAddr(host); host == "" || err == nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port), nil
}
