package config

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// ByteSize is a number of bytes, written as a whole number and a unit: B (or nothing), KB, MB, GB,
// TB (powers of 1000), KiB, MiB, GiB, TiB (powers of 1024). 0 is written auto; a literal 0 is
// refused, because some would mean "none" by it.
type ByteSize int64

// units, the largest first: String takes the first that divides evenly.
var units = []struct {
	suffix string
	bytes  int64
}{
	{"TiB", 1 << 40}, {"TB", 1e12},
	{"GiB", 1 << 30}, {"GB", 1e9},
	{"MiB", 1 << 20}, {"MB", 1e6},
	{"KiB", 1 << 10}, {"KB", 1e3},
	{"B", 1},
}

// String gives the shortest exact spelling, which UnmarshalText reads again.
func (b ByteSize) String() string {
	if b == 0 {
		return "auto"
	}
	for _, u := range units {
		if int64(b)%u.bytes == 0 {
			return strconv.FormatInt(int64(b)/u.bytes, 10) + u.suffix
		}
	}
	panic("unreachable: every number divides by 1")
}

// UnmarshalText reads what String writes.
func (b *ByteSize) UnmarshalText(text []byte) error {
	n, err := parseBytes(string(text))
	if err != nil {
		return err
	}
	*b = ByteSize(n)
	return nil
}

func parseBytes(s string) (int64, error) {
	if s == "auto" {
		return 0, nil
	}
	number, unit := splitUnit(s)
	n, err := strconv.ParseUint(number, 10, 63)
	if err != nil || n == 0 {
		return 0, fmt.Errorf("%q is not a size: write bytes or a whole number with KB, MB, GB, KiB, MiB or GiB, such as 512MiB", s)
	}
	if n > uint64(math.MaxInt64/unit) {
		return 0, fmt.Errorf("%q is more bytes than can be counted", s)
	}
	return int64(n) * unit, nil
}

// splitUnit cuts a known unit off s; without one, s is bytes.
func splitUnit(s string) (number string, unit int64) {
	for _, u := range units {
		if number, ok := strings.CutSuffix(s, u.suffix); ok {
			return number, u.bytes
		}
	}
	return s, 1
}
