package clients

import (
	"net/netip"
	"testing"
)

func TestAddress(t *testing.T) {
	proxies := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("2001:db8:ffff::/48")}
	for _, tt := range []struct {
		peer      string
		forwarded []string
		want      string
		trusted   bool
	}{
		{"192.0.2.1:80", nil, "192.0.2.1", false},
		{"192.0.2.1:80", []string{"198.51.100.1"}, "192.0.2.1", false},
		{"10.1.2.3:80", nil, "10.1.2.3", true},
		{"10.1.2.3:80", []string{"198.51.100.1"}, "198.51.100.1", true},
		{"10.1.2.3:80", []string{"203.0.113.9, 198.51.100.1"}, "198.51.100.1", true},
		{"10.1.2.3:80", []string{"203.0.113.9", "198.51.100.1, 10.9.9.9"}, "198.51.100.1", true},
		{"10.1.2.3:80", []string{"198.51.100.1:4711"}, "198.51.100.1", true},
		{"10.1.2.3:80", []string{"nonsense"}, "10.1.2.3", true},
		{"10.1.2.3:80", []string{"198.51.100.1, nonsense"}, "10.1.2.3", true},
		{"[::ffff:10.1.2.3]:80", []string{"198.51.100.1"}, "198.51.100.1", true},
		{"[2001:db8:1:2:3::4]:80", nil, "2001:db8:1:2::", false},
		{"[2001:db8:ffff::1]:80", []string{"2001:db8:1:2:3::4"}, "2001:db8:1:2::", true},
		{"nowhere", nil, "invalid IP", false},
	} {
		if got := Address(tt.peer, tt.forwarded, proxies).String(); got != tt.want {
			t.Errorf("Address(%q, %q) = %s, want %s", tt.peer, tt.forwarded, got, tt.want)
		}
		if got := Trusted(tt.peer, proxies); got != tt.trusted {
			t.Errorf("Trusted(%q) = %t", tt.peer, got)
		}
	}
}

func TestNamed(t *testing.T) {
	for said, want := range map[string]string{
		"192.0.2.1": "192.0.2.1", " 192.0.2.1 ": "192.0.2.1", "192.0.2.1:99": "192.0.2.1", "::ffff:192.0.2.1": "192.0.2.1",
		"2001:db8:1:2:3::4": "2001:db8:1:2::", "2001:db8:1:2:5::6": "2001:db8:1:2::", "[2001:db8:1:2::1]:80": "2001:db8:1:2::",
		"customer 7": "customer 7", "": "",
	} {
		if got := Named(said); got != want {
			t.Errorf("Named(%q) = %q, want %q", said, got, want)
		}
	}
}
