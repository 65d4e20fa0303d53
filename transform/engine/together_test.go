package engine

import (
	"image/color"
	"testing"
)

// Any two parameters work together, with and without transparency: what one step
// leaves of the picture is what the next takes for one.
func TestAnyTwoTogether(t *testing.T) {
	pictures := map[string][]byte{"opaque": framed(t, color.White, nil), "transparent": transparent(t), "grey with alpha": fixture(t, "basn6a08.png")}
	all := []string{
		"w=40&h=40&fit=crop", "w=40&h=40&fit=fill", "w=40&h=40&fit=fill&fill=blur", "w=60&h=60&fit=clamp", "rot=10", "rot=10&rot-type=pivot", "flip=h",
		"bri=20", "exp=20", "con=20", "gam=20", "shad=20", "high=-20", "invert=1", "sat=20", "hue=20", "vib=20", "sharp=20", "usm=20",
		"blur=20", "px=5", "sepia=50", "monochrome=336699", "duotone=000080,fa8072",
		"bg=80ff0000", "pad=5", "border=3,80336699", "border=3,336699&border-radius=9", "mask=ellipse", "mask=corners&mask-bg=80ffffff",
		"fm=jpg", "fm=webp", "fm=gif", "fm=png",
	}
	for name, data := range pictures {
		for i, one := range all {
			for _, other := range all[i+1:] {
				if param(one) == param(other) {
					continue
				}
				t.Run(name+" "+one+"&"+other, func(t *testing.T) { render(t, data, one+"&"+other) })
			}
		}
	}
}

// param is the name of the first parameter.
func param(query string) string {
	for i := range query {
		if query[i] == '=' {
			return query[:i]
		}
	}
	return query
}
