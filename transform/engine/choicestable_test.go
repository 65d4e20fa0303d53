package engine

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

const choicesHead = `# What auto=format chooses

What three clients get for ` + "`w=800&auto=format`" + `: one that takes AVIF and WebP (` + "`Accept: " + modern + "`" + `), one that takes WebP (` + "`" + middle + "`" + `), and a plain one (` + "`" + old + "`" + `).
No file is larger than the plain client's. The score is the multi-scale structural similarity to the PNG of the same size, of the luma, on white where there is alpha: 1 is the same.
A lossless file has no pixel that is another; PNGs always are. Nothing is enlarged: pixels are those of the result. The files are from Debian packages. Written by:

    make choices LIGHTWELL_UPDATE=1

`

const graphicsHead = `
## 20 graphics

Screenshots, icons, logos, a chart, diagrams and SVGs. What is seen as a drawing is answered without loss where that takes at most twice the bytes, and no more than the plain client's file.
What has a photograph or long gradients within it is seen as a photograph, and answered with loss: most of its pixels are of many colours.

`

func choicesTable(photographs, graphics []chosenRow) string {
	var drawings, others []chosenRow
	for _, row := range graphics {
		if row.drawing {
			drawings = append(drawings, row)
		} else {
			others = append(others, row)
		}
	}
	var b strings.Builder
	fmt.Fprint(&b, choicesHead)
	writeTotals(&b, "40 photographs", photographs)
	writeTotals(&b, fmt.Sprintf("%d drawings", len(drawings)), drawings)
	writeTotals(&b, fmt.Sprintf("%d graphics seen as photographs", len(others)), others)
	fmt.Fprint(&b, "\n## 40 photographs\n\n")
	writeRows(&b, photographs)
	fmt.Fprint(&b, graphicsHead)
	writeRows(&b, append(drawings, others...))
	return b.String()
}

// writeTotals writes one line for each client: all bytes, how many times those of the plain client
// (the geometric mean of the files), and the mean score. The first has the table's head before it.
func writeTotals(b *strings.Builder, of string, rows []chosenRow) {
	if !strings.Contains(b.String(), "| of ") {
		fmt.Fprint(b, "| of | client | bytes | times the plain client's | mean score | formats |\n| --- | --- | ---: | ---: | ---: | --- |\n")
	}
	for i, asker := range askers {
		total, ratios, scores, formats := 0, 0.0, 0.0, map[string]int{}
		for _, row := range rows {
			a := row.answers[i]
			total += a.bytes
			ratios += math.Log(float64(a.bytes) / float64(row.answers[len(askers)-1].bytes))
			scores += a.score
			formats[a.kind()]++
		}
		n := float64(max(len(rows), 1))
		fmt.Fprintf(b, "| %s | %s | %s | %.2f | %.4f | %s |\n", of, asker.name, thousands(total), math.Exp(ratios/n), scores/n, listed(formats))
	}
}

func writeRows(b *strings.Builder, rows []chosenRow) {
	fmt.Fprint(b, "| file | of the package | pixels | seen as |")
	for _, asker := range askers {
		fmt.Fprintf(b, " %s client | bytes | score |", asker.name)
	}
	fmt.Fprintf(b, "\n| --- | --- | ---: | --- |%s\n", strings.Repeat(" --- | ---: | ---: |", len(askers)))
	for _, row := range rows {
		seen := "photograph"
		if row.drawing {
			seen = "drawing"
		}
		fmt.Fprintf(b, "| %s | %s | %d x %d | %s |", row.name, row.origin, row.size.Width, row.size.Height, seen)
		for _, a := range row.answers {
			fmt.Fprintf(b, " %s | %s | %.4f |", a.kind(), thousands(a.bytes), a.score)
		}
		fmt.Fprintln(b)
	}
}

// kind is the format, and whether that is without loss where it could be either.
func (a answered) kind() string {
	if a.lossless && a.format.Lossy() {
		return a.format.String() + ", lossless"
	}
	return a.format.String()
}

// listed are counts of names, the names in order.
func listed(counts map[string]int) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		parts = append(parts, fmt.Sprintf("%d %s", counts[name], name))
	}
	return strings.Join(parts, "; ")
}

// thousands is a number with a comma before each three of its digits.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
