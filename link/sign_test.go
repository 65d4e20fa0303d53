package link_test

import (
	"strings"
	"testing"

	"lightwell/link"
)

const (
	key   = "0123456789abcdef"
	id    = "0123456789abcdefghjkmnpqrs"
	image = "/image/" + id
)

func pairs(p ...string) (list []link.Pair) {
	for i := 0; i < len(p); i += 2 {
		list = append(list, link.Pair{Name: p[i], Value: p[i+1]})
	}
	return list
}

// vectors are what another implementation, in Python with hmac and urllib.parse.quote,
// makes of the contract: they never change, since URLs that were signed are out there.
var vectors = []struct {
	what, key, path string
	params          []link.Pair
	canonical, s    string
}{
	{"the original", key, image, pairs(),
		"/image/0123456789abcdefghjkmnpqrs?", "N4hKq8lDvpD-W6-6IqVoNoRLaHJHraa9AQR62S-IGlw"},
	{"one parameter", key, image, pairs("w", "800"),
		"/image/0123456789abcdefghjkmnpqrs?w=800", "_jK9Oz5LFuuOq9W79dGlNgRn3BP5vUQhpwdVjorprIU"},
	{"sorted", key, image, pairs("w", "800", "fm", "webp", "auto", "format"),
		"/image/0123456789abcdefghjkmnpqrs?auto=format&fm=webp&w=800", "QfbYQ0vq0QmiHgDVwx7ztbkEMeyF65ia-s_1edvquhw"},
	{"another key", "fedcba9876543210", image, pairs("w", "800"),
		"/image/0123456789abcdefghjkmnpqrs?w=800", "ZlfTGTU8lCzt-1CCCv3zGChu0smafSIT17zKY888_sI"},
	{"another asset", key, "/image/zzzzzzzzzzzzzzzzzzzzzzzzzz", pairs("w", "800"),
		"/image/zzzzzzzzzzzzzzzzzzzzzzzzzz?w=800", "iovvCtGYhyLHVO8krfZsrD2zRaiwMMSqb0SDPl0QP7g"},
	{"information", key, "/info/" + id, pairs(),
		"/info/0123456789abcdefghjkmnpqrs?", "rqMwRMkKoo8TDMsLWhXOkQzhN6zKByYhHzGDlmRZLhs"},
	{"until a time", key, image, pairs("w", "800", "expires", "1735689600"),
		"/image/0123456789abcdefghjkmnpqrs?expires=1735689600&w=800", "ZsLvaXJ9Gzv9iiXh63oOtka9UEsE9W3CmWSXv285kuo"},
	{"commas", key, image, pairs("rect", "1,2,30,40"),
		"/image/0123456789abcdefghjkmnpqrs?rect=1%2C2%2C30%2C40", "jXziD3dYIFN_tQdxNfdvLSDPl5OOkOEb_ewxorULXjk"},
	{"a plus and a space", key, image, pairs("dl", "a+b c"),
		"/image/0123456789abcdefghjkmnpqrs?dl=a%2Bb%20c", "flMqwZvSjb_8gVeDoZ2KlAVPbPKWcWC8eCOvnNB6MZk"},
	{"a percent and a slash", key, image, pairs("dl", "100%/x"),
		"/image/0123456789abcdefghjkmnpqrs?dl=100%25%2Fx", "z8DARf3Tyjz7JdTLxuNycg4yjfncFEV3Up_0dI1f0QA"},
	{"separators", key, image, pairs("dl", "a&b=c?d#e"),
		"/image/0123456789abcdefghjkmnpqrs?dl=a%26b%3Dc%3Fd%23e", "rqaInquUW9nwiXvizUcfUmwpDKexJR3z72MF99ew3j0"},
	{"unicode", key, image, pairs("dl", "café 日本 😀.jpg"),
		"/image/0123456789abcdefghjkmnpqrs?dl=caf%C3%A9%20%E6%97%A5%E6%9C%AC%20%F0%9F%98%80.jpg", "SGXDYtAN71tupqmeSPMgzSmslLQseILHir8vDeivsXI"},
	{"empty values", key, image, pairs("dl", "", "v", ""),
		"/image/0123456789abcdefghjkmnpqrs?dl=&v=", "QcnbNV0V4Pt9tOqPnQw7iYFvH3iqKjot6JgTKrnzQjo"},
	{"suffix 64", key, image, pairs("w64", "ODAw", "dl64", "Y2Fmw6k"),
		"/image/0123456789abcdefghjkmnpqrs?dl64=Y2Fmw6k&w64=ODAw", "X3UUsex4BquyU1iAQjaWKENlj4pOv1ggsClo4-CnMIQ"},
	{"what is unreserved", key, image, pairs("v", "AZaz09-._~"),
		"/image/0123456789abcdefghjkmnpqrs?v=AZaz09-._~", "tjaO2vWYtqrQK5q2uUFrWU5ZvZetLwjepihE8HJfD3E"},
	{"what is not", key, image, pairs("v", "!'()*:;@[]{}|\\^`\"<>$"),
		"/image/0123456789abcdefghjkmnpqrs?v=%21%27%28%29%2A%3A%3B%40%5B%5D%7B%7D%7C%5C%5E%60%22%3C%3E%24", "GsgAKQ5tpRvZAiOmicJvT2H6y4Rng_wsTM6xyyFM_8U"},
	{"upper case before lower, a dash before letters", key, image, pairs("mark", "x", "mark-w", "5", "W", "1", "markw", "2"),
		"/image/0123456789abcdefghjkmnpqrs?W=1&mark=x&mark-w=5&markw=2", "ue6rHbev0hf2Dk4Gjmlz0oYJqRne9SxqBPB2nCnZ4Fg"},
	{"one name twice", key, image, pairs("auto", "format", "auto", "compress"),
		"/image/0123456789abcdefghjkmnpqrs?auto=format&auto=compress", "5fogkMp5uFpZdoVxINEUuvOLMHUy0GI9lS06-39V8s0"},
	{"one name twice the other way", key, image, pairs("auto", "compress", "auto", "format"),
		"/image/0123456789abcdefghjkmnpqrs?auto=compress&auto=format", "dafJz5gYlgt2vAvLGZhTKSVYrNBHD3ZAqvZRaEsuJpk"},
	{"ixlib is not signed, nor s", key, image, pairs("ixlib", "go-1", "w", "800", "s", "x"),
		"/image/0123456789abcdefghjkmnpqrs?w=800", "_jK9Oz5LFuuOq9W79dGlNgRn3BP5vUQhpwdVjorprIU"},
}

func TestSign(t *testing.T) {
	for _, tt := range vectors {
		if got := link.Canonical(tt.path, tt.params); got != tt.canonical {
			t.Errorf("%s: canonical(%s, %q) = %s, want %s", tt.what, tt.path, tt.params, got, tt.canonical)
		}
		if got := link.Sign(tt.key, tt.path, tt.params); got != tt.s {
			t.Errorf("%s: Sign(%s, %q) = %s, want %s", tt.what, tt.path, tt.params, got, tt.s)
		}
	}
}

func TestVerify(t *testing.T) {
	keys := []string{"another-key-of-16", key}
	good := link.Sign(key, image, pairs("w", "800", "fm", "webp"))
	for _, tt := range []struct {
		what   string
		keys   []string
		path   string
		params []link.Pair
		want   bool
	}{
		{"as signed", keys, image, pairs("w", "800", "fm", "webp", "s", good), true},
		{"in another order", keys, image, pairs("s", good, "fm", "webp", "w", "800"), true},
		{"with ixlib", keys, image, pairs("w", "800", "fm", "webp", "ixlib", "go", "s", good), true},
		{"by the only key", keys[1:], image, pairs("w", "800", "fm", "webp", "s", good), true},
		{"by a key that is gone", keys[:1], image, pairs("w", "800", "fm", "webp", "s", good), false},
		{"without keys", nil, image, pairs("w", "800", "fm", "webp", "s", good), false},
		{"of another asset", keys, image[:len(image)-1] + "0", pairs("w", "800", "fm", "webp", "s", good), false},
		{"of what is known", keys, "/info/" + id, pairs("w", "800", "fm", "webp", "s", good), false},
		{"with another value", keys, image, pairs("w", "801", "fm", "webp", "s", good), false},
		{"with another spelling", keys, image, pairs("width", "800", "fm", "webp", "s", good), false},
		{"with one more", keys, image, pairs("w", "800", "fm", "webp", "h", "", "s", good), false},
		{"with one less", keys, image, pairs("w", "800", "s", good), false},
		{"without one", keys, image, pairs("w", "800", "fm", "webp"), false},
		{"with two", keys, image, pairs("w", "800", "fm", "webp", "s", good, "s", good), false},
		{"with an empty one", keys, image, pairs("w", "800", "fm", "webp", "s", ""), false},
		{"cut", keys, image, pairs("w", "800", "fm", "webp", "s", good[:42]), false},
		{"with padding", keys, image, pairs("w", "800", "fm", "webp", "s", good+"="), false},
		{"with a line's end in it", keys, image, pairs("w", "800", "fm", "webp", "s", good[:20]+"\n"+good[20:42]), false},
		{"in capitals", keys, image, pairs("w", "800", "fm", "webp", "s", strings.ToUpper(good)), false},
	} {
		if got := link.Verify(tt.keys, tt.path, tt.params); got != tt.want {
			t.Errorf("Verify %s = %v, want %v", tt.what, got, tt.want)
		}
	}
}

// The last character of a signature has two bits that say nothing: only one spelling is good.
func TestVerifyTakesOneSpelling(t *testing.T) {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	good := link.Sign(key, image, nil)
	right := 0
	for _, c := range alphabet {
		if link.Verify([]string{key}, image, pairs("s", good[:42]+string(c))) {
			right++
		}
	}
	if right != 1 {
		t.Errorf("%d last characters are taken, want 1", right)
	}
}
