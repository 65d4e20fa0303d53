package transform

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// The values of members, as a URL has them.

func text(value json.RawMessage) (s string, err error) {
	if kindOf(value) != aText {
		return "", errors.New(mustBe(aText, value))
	}
	return s, json.Unmarshal(value, &s)
}

// numeral is a number without an exponent. In JSON 1.0 is 1.
func numeral(value json.RawMessage) (string, error) {
	if kindOf(value) != aNumber {
		return "", errors.New(mustBe(aNumber, value))
	}
	var x float64
	if err := json.Unmarshal(value, &x); err != nil {
		return "", fmt.Errorf("%s is not a number that can be held", value)
	}
	return strconv.FormatFloat(x+0, 'f', -1, 64), nil // no negative zero
}

func boolean(value json.RawMessage) (string, error) {
	if kindOf(value) != aFlag {
		return "", errors.New(mustBe(aFlag, value))
	}
	if value[0] == 't' {
		return "1", nil
	}
	return "0", nil
}

func scalar(value json.RawMessage) (string, error) {
	switch kindOf(value) {
	case aText:
		return text(value)
	case aNumber:
		return numeral(value)
	}
	return "", fmt.Errorf("it is %s, and must be a string, a number, true, false or a list of strings and numbers", kindOf(value))
}

// words is a list with commas between, or one string.
func words(value json.RawMessage) (string, error) {
	if kindOf(value) == aText {
		return text(value)
	}
	var list []json.RawMessage
	if kindOf(value) != aList {
		return "", fmt.Errorf("it is %s, and must be a string or a list", kindOf(value))
	}
	if err := json.Unmarshal(value, &list); err != nil || len(list) == 0 {
		return "", errors.New("the list is empty")
	}
	values := make([]string, len(list))
	for i, element := range list {
		var err error
		if kind := kindOf(element); kind != aText && kind != aNumber {
			return "", fmt.Errorf("%s is in the list, which may have strings and numbers", kind)
		}
		if values[i], err = scalar(element); err != nil {
			return "", err
		}
	}
	return strings.Join(values, ","), nil
}

// positions are the nine places of a watermark.
var positions = map[string]string{
	"top-left": "top,left", "top": "top,center", "top-right": "top,right",
	"left": "middle,left", "center": "middle,center", "right": "middle,right",
	"bottom-left": "bottom,left", "bottom": "bottom,center", "bottom-right": "bottom,right",
}

func position(value json.RawMessage) (string, error) {
	name, err := text(value)
	if err != nil {
		return "", err
	}
	if positions[name] == "" {
		return "", fmt.Errorf("%q is not center, top, bottom, left, right, top-left, top-right, bottom-left or bottom-right", name)
	}
	return positions[name], nil
}

// opacity is a part of 1 in JSON and of 100 in a URL.
func opacity(value json.RawMessage) (string, error) {
	var x float64
	if _, err := numeral(value); err != nil {
		return "", err
	}
	if err := json.Unmarshal(value, &x); err != nil || !(x >= 0 && x <= 1) {
		return "", fmt.Errorf("%s is not within 0 to 1", value)
	}
	return strconv.Itoa(int(math.Round(100 * x))), nil
}
