// Package transform says what an image is to become: it parses a URL's
// parameters into a Recipe, settles the output format by what the client
// accepts, and works the Recipe out for one source as a Plan.
//
// Everything here is a value or a pure function. Nothing reads a file, a clock
// or a pixel; the package engine carries a Plan out.
//
//	ParseQuery, ParsePath   "w=800&fm=webp"  ->  Request{Recipe, ...}
//	DecodeInstructions      {"resize":{"width":800},"format":"webp"}  ->  the same pairs
//	Recipe.Resolve          Recipe + Source + Accept  ->  Recipe with one concrete Format
//	Recipe.Plan             Recipe + Source + Limits  ->  Plan
package transform
