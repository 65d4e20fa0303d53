package cache

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

const (
	// dialTimeout is for a connection's beginning, TLS included. It may take longer than a request
	// waits: the next one has it.
	dialTimeout = time.Second

	// noRetries is what go-redis takes for none. The caller has a next tier to ask instead.
	noRetries = -1
)

// errAt is for a password that holds what ends the host's part of a URL. The rest of it would be in
// the texts of errors about the path and the options.
var errAt = errors.New("there is an @ after the host: in a name or password write / as %2F, ? as %3F, # as %23, @ as %40")

// noNotices keeps go-redis from asking for notices of maintenance, which Redis does not know and which
// cost each new connection a question.
func noNotices() *maintnotifications.Config {
	return &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
}

// newClient makes the client that the URL asks for, in go-redis's spelling: redis:// or rediss:// (TLS),
// user:password@host:port/database, and as options further nodes of a cluster (?addr=host:port), or the
// name of Sentinel's master (?master_name=): then the hosts, user and password are Sentinel's, and those
// of the servers are ?username= and ?password=. It connects to nothing yet. No error shows a password.
func newClient(rawURL string) (redis.UniversalClient, error) {
	u, err := url.Parse(rawURL)
	if err != nil {
		return nil, errors.New("redis URL: cannot be parsed") // its error would show the password
	}
	_, rest, _ := strings.Cut(rawURL, "://")
	if _, after, found := strings.Cut(rest, "/"); found && strings.Contains(after, "@") {
		return nil, fmt.Errorf("redis URL: %w", errAt)
	}
	if strings.Contains(u.RawQuery+u.Fragment, "@") {
		return nil, fmt.Errorf("redis URL: %w", errAt)
	}
	var c redis.UniversalClient
	switch {
	case u.Query().Has("master_name"):
		c, err = newFailover(rawURL)
	case u.Query().Has("addr"):
		c, err = newCluster(rawURL)
	default:
		c, err = newSingle(rawURL)
	}
	if err != nil {
		return nil, fmt.Errorf("redis URL: %w", err)
	}
	return c, nil
}

func newSingle(rawURL string) (redis.UniversalClient, error) {
	o, err := redis.ParseURL(rawURL)
	if err != nil {
		return nil, err
	}
	o.ContextTimeoutEnabled = true
	o.MaxRetries, o.DialerRetries, o.DialTimeout = noRetries, 1, dialTimeout
	o.MaintNotificationsConfig = noNotices()
	return redis.NewClient(o), nil
}

func newCluster(rawURL string) (redis.UniversalClient, error) {
	o, err := redis.ParseClusterURL(rawURL)
	if err != nil {
		return nil, err
	}
	o.ContextTimeoutEnabled = true
	o.MaxRetries, o.DialerRetries, o.DialTimeout = noRetries, 1, dialTimeout
	o.MaintNotificationsConfig = noNotices()
	return redis.NewClusterClient(o), nil
}

func newFailover(rawURL string) (redis.UniversalClient, error) {
	o, err := redis.ParseFailoverURL(rawURL)
	if err != nil {
		return nil, err
	}
	if o.MasterName == "" {
		return nil, errors.New("master_name is empty")
	}
	o.ContextTimeoutEnabled = true
	o.MaxRetries, o.DialerRetries, o.DialTimeout = noRetries, 1, dialTimeout
	return redis.NewFailoverClient(o), nil
}
