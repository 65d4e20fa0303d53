package config

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// BaseURL is what the URLs of images begin with, without a slash at the end: PublicURL, or http://
// and Listen. Where Listen is every interface, localhost stands for it.
func (c *Config) BaseURL() string {
	if c.PublicURL != "" {
		return strings.TrimRight(c.PublicURL, "/")
	}
	host, port, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return "http://" + c.Listen
	}
	if ip, err := netip.ParseAddr(host); host == "" || err == nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port)
}

// CacheRedis is the URL of the Redis that origins share; empty where there is none.
func (c *Config) CacheRedis() string { return string(cmp.Or(c.CacheRedisURL, c.RedisURL)) }

func (c *Config) checkAddresses(v *validator) {
	c.checkDoor(v, "listen", c.Listen, c.Restricted(), fmt.Sprintf("set signing-keys (%s), or unsigned (%s) to presets or widths, ", envName("signing-keys"), envName("unsigned")))
	c.checkDoor(v, "upload-listen", c.UploadListen, len(c.Tokens) > 0, fmt.Sprintf("set tokens (%s), ", envName("tokens")))
	if err := checkAddress(c.AdminListen); err != nil {
		v.refuse("admin-listen", "%q: %v", c.AdminListen, err)
	}
	c.checkDistinct(v)
	for name, url := range map[string]string{"public-url": c.PublicURL, "upload-public-url": c.UploadPublicURL} {
		if err := checkPublicURL(url); err != nil {
			v.refuse(name, "%q: %v", url, err)
		}
	}
}

// checkDoor refuses an address that strangers may reach, unless the door is locked or
// Open says that they may come in. lock is how it could be locked, with a comma at the end.
func (c *Config) checkDoor(v *validator, name, address string, locked bool, lock string) {
	if err := checkAddress(address); err != nil {
		v.refuse(name, "%q: %v", address, err)
		return
	}
	if !c.Open && !locked && !isLoopback(address) {
		v.refuse(name, "%s is not a loopback address, and anybody who reaches it could use it: "+
			"%slisten on 127.0.0.1, or allow everybody with --open (%s=true)", address, lock, envName("open"))
	}
}

// checkDistinct refuses two equal addresses; port 0 is a different one each time.
func (c *Config) checkDistinct(v *validator) {
	doors := []struct{ name, address string }{
		{"listen", c.Listen}, {"upload-listen", c.UploadListen}, {"admin-listen", c.AdminListen},
	}
	for i, later := range doors {
		for _, earlier := range doors[:i] {
			if later.address == earlier.address && !strings.HasSuffix(later.address, ":0") {
				v.refuse(later.name, "%s is the address of %s, too", later.address, earlier.name)
			}
		}
	}
}

func checkAddress(address string) error {
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return errors.New("not of the form host:port")
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return errors.New("the port is not a number from 0 to 65535")
	}
	return nil
}

// isLoopback asks no resolver: of the names, only localhost is known to stay on the machine.
func isLoopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.Unmap().IsLoopback()
}

func checkPublicURL(s string) error {
	if s == "" {
		return nil
	}
	u, err := url.Parse(s)
	switch {
	case err != nil:
		return errors.New("not a URL")
	case u.Scheme != "http" && u.Scheme != "https", u.Host == "":
		return errors.New("must begin with http:// or https:// and a host")
	case u.User != nil, u.RawQuery != "", u.ForceQuery, u.Fragment != "", strings.HasSuffix(s, "#"):
		return errors.New("must have no user, query or fragment")
	}
	return nil
}
