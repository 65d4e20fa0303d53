package transform

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
)

// decimal reads digits with an optional fraction and, if signed, a minus sign:
// none of the other spellings that strconv takes (1e3, 0x1p4, inf, 1_000).
func decimal(s string, signed bool) (float64, error) {
	digits := s
	if signed {
		digits = strings.TrimPrefix(s, "-")
	}
	whole, fraction, dotted := strings.Cut(digits, ".")
	if !allDigits(whole) || dotted && !allDigits(fraction) || whole+fraction == "" {
		return 0, fmt.Errorf("%q is not a number", s)
	}
	x, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return 0, fmt.Errorf("%q is not a number that can be held", s)
	}
	return x + 0, nil // no negative zero
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

func whole(s string, signed bool) (int, error) {
	x, err := decimal(s, signed)
	if err != nil || strings.Contains(s, ".") {
		return 0, fmt.Errorf("%q is not a whole number", s)
	}
	return int(max(math.MinInt32, min(x, math.MaxInt32))), nil
}

func parseInt(s string, least, most int, to *int) error {
	n, err := whole(s, false)
	if err != nil {
		return err
	}
	if n < least || n > most {
		return fmt.Errorf("%s is not within %d to %d", s, least, most)
	}
	*to = n
	return nil
}

func parseFloat(s string, least, most float64, to *float64) error {
	x, err := decimal(s, false)
	if err != nil {
		return err
	}
	if x < least || x > most {
		return fmt.Errorf("%s is not within %v to %v", s, least, most)
	}
	*to = x
	return nil
}

// parseClamped is for a suggested range: what is beyond it counts as its end.
func parseClamped(s string, least, most float64, to *float64) error {
	x, err := decimal(s, true)
	if err != nil {
		return err
	}
	*to = max(least, min(x, most))
	return nil
}

// parseWhole is parseClamped for whole numbers.
func parseWhole(s string, least, most int, to *int) error {
	n, err := whole(s, true)
	if err != nil {
		return err
	}
	*to = max(least, min(n, most))
	return nil
}

func parseBool(s string, to *bool) error {
	switch s {
	case "0", "false":
		*to = false
	case "1", "true":
		*to = true
	default:
		return fmt.Errorf("%q is neither 0 nor 1", s)
	}
	return nil
}

// leastSide and mostSide are the least and the most w and h, in pixels.
const leastSide, mostSide = 2, 8192

func parseLength(s string, to *Length) error {
	x, err := decimal(s, false)
	if err != nil {
		return err
	}
	isPart := x > 0 && x < 1
	isPixels := x >= leastSide && x <= mostSide && x == math.Trunc(x)
	if x != 0 && !isPart && !isPixels {
		return fmt.Errorf("%s is not %s", s, pixelsOrPart)
	}
	*to = Length(x)
	return nil
}

// parseAspect reads 16:9. The bounds are those of the sides it is to make.
func parseAspect(s string, to *float64) error {
	left, right, ok := strings.Cut(s, ":")
	if !ok {
		return fmt.Errorf("%q is not of the form width:height", s)
	}
	for _, side := range []string{left, right} {
		if _, err := decimal(side, false); err != nil {
			return err
		}
	}
	ratio := quotient(left, right)
	if ratio < 1.0/8192 || ratio > 8192 {
		return fmt.Errorf("%s is not within 1:8192 to 8192:1", s)
	}
	*to = ratio
	return nil
}

// quotient is that of two decimals, rounded once, so that 1.6:0.9 is 16:9; 0 where there
// is none.
func quotient(left, right string) float64 {
	width, ok := new(big.Rat).SetString(left)
	height, alsoOK := new(big.Rat).SetString(right)
	if !ok || !alsoOK || height.Sign() == 0 {
		return 0
	}
	ratio, _ := width.Quo(width, height).Float64()
	return ratio
}

func spellAspect(r Recipe) string {
	if r.Aspect == 0 {
		return ""
	}
	return number(r.Aspect) + ":1"
}

func parseFocal(s string, to *float64) error { return parseFloat(s, 0, 1, to) }

func spellFocal(r Recipe, x float64) string {
	if r.Crop.Mode != CropFocal || x == 0.5 {
		return ""
	}
	return strconv.FormatFloat(x, 'f', -1, 64)
}

func parseZoom(d *draft, s string) error {
	var zoom float64
	if err := parseFloat(s, 1, 100, &zoom); err != nil {
		return err
	}
	d.Focal.Zoom = min(zoom, 10)
	return nil
}

// parseRect reads x,y,width,height.
func parseRect(s string, to *Rect) error {
	fields := strings.Split(s, ",")
	if len(fields) != 4 {
		return fmt.Errorf("%q is not of the form x,y,width,height", s)
	}
	var r Rect
	var err error
	if r.X, err = parsePosition(fields[0], "left", "center", "right"); err != nil {
		return err
	}
	if r.Y, err = parsePosition(fields[1], "top", "middle", "bottom"); err != nil {
		return err
	}
	if err := parseInt(fields[2], 1, math.MaxInt32, &r.Width); err != nil {
		return err
	}
	if err := parseInt(fields[3], 1, math.MaxInt32, &r.Height); err != nil {
		return err
	}
	*to = r
	return nil
}

func parsePosition(s, start, center, end string) (Position, error) {
	switch s {
	case start:
		return Position{}, nil
	case center:
		return Position{Edge: AtCenter}, nil
	case end:
		return Position{Edge: AtEnd}, nil
	}
	x, err := decimal(s, false)
	switch {
	case err != nil:
		return Position{}, fmt.Errorf("%q is neither a number nor %s, %s or %s", s, start, center, end)
	case x == 0:
		return Position{}, nil
	case strings.Contains(s, ".") && x <= 1:
		return Position{Edge: AtPart, Value: x}, nil
	case x != math.Trunc(x) || x > math.MaxInt32:
		return Position{}, fmt.Errorf("%s is neither whole pixels nor a part between 0 and 1", s)
	}
	return Position{Value: x}, nil
}

func spellRect(r Recipe) string {
	if r.Rect == (Rect{}) {
		return ""
	}
	return fmt.Sprintf("%s,%s,%d,%d", r.Rect.X.spell("center", "right"), r.Rect.Y.spell("middle", "bottom"), r.Rect.Width, r.Rect.Height)
}

func (p Position) spell(center, end string) string {
	value := strconv.FormatFloat(p.Value, 'f', -1, 64)
	switch p.Edge {
	case AtCenter:
		return center
	case AtEnd:
		return end
	case AtPart:
		if !strings.Contains(value, ".") {
			return value + ".0" // the whole side, not one pixel
		}
	}
	return value
}
