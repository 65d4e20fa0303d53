package fetch

import (
	"net/netip"
	"testing"
)

func TestPublic(t *testing.T) {
	for _, tt := range []struct {
		address string
		want    bool
	}{
		{"8.8.8.8", true}, {"1.1.1.1", true}, {"93.184.216.34", true}, {"172.15.255.255", true}, {"172.32.0.1", true},
		{"100.63.255.255", true}, {"100.128.0.0", true}, {"169.253.1.1", true}, {"192.0.1.1", true}, {"198.17.0.1", true}, {"198.20.0.1", true},
		{"223.255.255.255", true}, {"168.63.129.15", true}, {"2606:4700::1111", true}, {"2a00:1450::1", true}, {"2001:200::1", true},
		{"::ffff:8.8.8.8", true}, // the same host as 8.8.8.8

		{"0.0.0.0", false}, {"0.1.2.3", false}, {"10.0.0.1", false}, {"10.255.255.255", false},
		{"100.64.0.1", false}, {"100.100.100.200", false}, {"100.127.255.255", false},
		{"127.0.0.1", false}, {"127.1.2.3", false}, {"127.255.255.255", false},
		{"169.254.0.1", false}, {"169.254.169.254", false}, {"169.254.170.2", false}, {"168.63.129.16", false},
		{"172.16.0.1", false}, {"172.31.255.255", false}, {"192.0.0.1", false}, {"192.0.0.192", false}, {"192.0.2.1", false},
		{"192.88.99.1", false}, {"192.168.0.1", false}, {"192.168.255.255", false}, {"198.18.0.1", false}, {"198.19.255.255", false},
		{"198.51.100.1", false}, {"203.0.113.1", false}, {"224.0.0.1", false}, {"239.255.255.250", false}, {"240.0.0.1", false}, {"255.255.255.255", false},

		{"::", false}, {"::1", false}, {"::127.0.0.1", false}, {"::ffff:127.0.0.1", false}, {"::ffff:10.0.0.1", false},
		{"::ffff:169.254.169.254", false}, {"::ffff:0:127.0.0.1", false}, {"64:ff9b::7f00:1", false}, {"64:ff9b::a9fe:a9fe", false}, {"64:ff9b:1::1", false},
		{"100::1", false}, {"2001::1", false}, {"2001:0:a9fe:a9fe::", false}, {"2001:db8::1", false}, {"2002:7f00:1::", false}, {"2002:a9fe:a9fe::1", false},
		{"3fff::1", false}, {"5f00::1", false}, {"fc00::1", false}, {"fd00:ec2::254", false}, {"fd12::1", false}, {"fe80::1", false},
		{"fe80::1%eth0", false}, {"fec0::1", false}, {"ff02::1", false}, {"ff05::2", false}, {"2606:4700::1111%eth0", false},
	} {
		if got := public(netip.MustParseAddr(tt.address)); got != tt.want {
			t.Errorf("public(%s) = %v, want %v", tt.address, got, tt.want)
		}
	}
}
