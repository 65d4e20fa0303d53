package config_test

import (
	"math"
	"testing"

	"lightwell/config"
)

func TestByteSize(t *testing.T) {
	for _, tt := range []struct {
		text string
		want config.ByteSize
		// canonical is how String writes it
		canonical string
	}{
		{"auto", 0, "auto"},
		{"1", 1, "1B"},
		{"1B", 1, "1B"},
		{"007", 7, "7B"},
		{"1024", 1024, "1KiB"},
		{"1KiB", 1024, "1KiB"},
		{"64KB", 64_000, "64KB"},
		{"64000", 64_000, "64KB"},
		{"512MiB", 512 << 20, "512MiB"},
		{"1024MiB", 1 << 30, "1GiB"},
		{"1GB", 1e9, "1GB"},
		{"5TiB", 5 << 40, "5TiB"},
		{"9223372036854775807", math.MaxInt64, "9223372036854775807B"},
	} {
		var got config.ByteSize
		if err := got.UnmarshalText([]byte(tt.text)); err != nil || got != tt.want {
			t.Errorf("UnmarshalText(%q) = %d, %v, want %d", tt.text, got, err, tt.want)
		}
		if got.String() != tt.canonical {
			t.Errorf("String(%d) = %q, want %q", int64(got), got.String(), tt.canonical)
		}
	}
}

func TestByteSizeRefuses(t *testing.T) {
	for _, text := range []string{"", "0", "0B", "0MiB", "-1", "+1", "1.5GiB", "1 GiB", " 1", "1k", "1K", "1KIB", "1mib", "MiB",
		"Auto", "1_000", "0x10", "9223372036854775808", "8388608TiB", "99999999999999999999"} {
		var got config.ByteSize
		if err := got.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("UnmarshalText(%q) = %d, want an error", text, got)
		}
	}
}

func FuzzByteSize(f *testing.F) {
	for _, text := range []string{"auto", "1", "64KB", "512MiB", "8388607TiB", "1B"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var first, again config.ByteSize
		if first.UnmarshalText([]byte(text)) != nil {
			return
		}
		if err := again.UnmarshalText([]byte(first.String())); err != nil || again != first || first < 0 {
			t.Errorf("UnmarshalText(%q) = %d, UnmarshalText(%q) = %d, %v, want the same", text, first, first.String(), again, err)
		}
	})
}
