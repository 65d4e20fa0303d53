package ssimulacra2

import (
	"fmt"
	"testing"
)

func BenchmarkReferenceScore(b *testing.B) {
	for _, side := range []int{256, 300, 1000} {
		reference, err := NewReference(noise(side, side, 1))
		if err != nil {
			b.Fatal(err)
		}
		distorted := noise(side, side, 2)
		b.Run(fmt.Sprintf("%dx%d", side, side), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := reference.Score(distorted); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkNewReference(b *testing.B) {
	img := noise(256, 256, 1)
	for b.Loop() {
		if _, err := NewReference(img); err != nil {
			b.Fatal(err)
		}
	}
}
