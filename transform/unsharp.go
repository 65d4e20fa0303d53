package transform

// Unsharp is an unsharp mask: what a picture differs by from a blurred one is added
// to it, or with a negative amount taken away.
type Unsharp struct {
	Amount int     `json:"amount,omitempty"` // -100 to 100 percent
	Radius float64 `json:"radius,omitempty"` // standard deviation of the blur, in output pixels
}

// defaultUnsharpRadius is that of imgix.
const defaultUnsharpRadius = 2.5

func (u Unsharp) canonical() Unsharp {
	if u.Amount == 0 || u.Radius == 0 {
		return Unsharp{}
	}
	return u
}

func spellUnsharpRadius(r Recipe) string {
	if r.Unsharp.Radius == defaultUnsharpRadius {
		return ""
	}
	return number(r.Unsharp.Radius)
}
