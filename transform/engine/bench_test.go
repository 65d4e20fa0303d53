package engine

import "testing"

// BenchmarkRender is one rendition of a 6 megapixel photograph, from the file's
// bytes to the encoded image. Compare the lines of one run with each other.
func BenchmarkRender(b *testing.B) {
	data := fixture(b, "photo.jpg")
	for _, query := range []string{
		"w=200&fm=jpg", "w=400&fm=jpg", "w=400&fm=webp", "w=400&fm=avif", "w=1600&fm=jpg", "w=1600&fm=webp", "w=1600&fm=avif",
		"w=400&h=400&fit=crop&crop=edges&fm=jpg", "w=400&rot=10&fm=jpg", "w=400&blur=100&fm=jpg", "w=400&sharp=30&fm=jpg",
		"w=400&mask=ellipse&fm=jpg", "w=400&border=5,red&border-radius=20&fm=jpg", "w=400&h=400&fit=fill&fill=blur&fm=jpg",
	} {
		b.Run(query, func(b *testing.B) {
			_, plan := render(b, data, query)
			for b.Loop() {
				if _, err := Render(data, Layers{}, &plan); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkInspect decodes the whole photograph, as every upload is.
func BenchmarkInspect(b *testing.B) {
	data := fixture(b, "photo.jpg")
	_, plan := render(b, data, "w=100")
	for b.Loop() {
		if _, err := Inspect(data, plan.Limits); err != nil {
			b.Fatal(err)
		}
	}
}
