package link_test

import (
	"fmt"
	"time"

	"lightwell/link"
)

func ExampleBuilder_URL() {
	b := link.Builder{Base: "https://img.example.com", Key: "0123456789abcdef"}
	fmt.Println(b.URL("0123456789abcdefghjkmnpqrs", link.Pair{Name: "w", Value: "800"}))
	b.Path, b.Expires = true, time.Unix(1735689600, 0)
	fmt.Println(b.URL("0123456789abcdefghjkmnpqrs", link.Pair{Name: "w", Value: "800"}))
	// Output:
	// https://img.example.com/image/0123456789abcdefghjkmnpqrs?w=800&s=_jK9Oz5LFuuOq9W79dGlNgRn3BP5vUQhpwdVjorprIU
	// https://img.example.com/image/0123456789abcdefghjkmnpqrs/w=800,expires=1735689600,s=ZsLvaXJ9Gzv9iiXh63oOtka9UEsE9W3CmWSXv285kuo
}
