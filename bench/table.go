package bench

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// columns are those of a table, right of part and target. A column in which nothing is known is left
// out.
var columns = []struct {
	name string
	cell func(Sample) string
}{
	{"REQUESTS", func(s Sample) string { return fmt.Sprint(s.Requests) }},
	{"ERRORS", func(s Sample) string { return fmt.Sprint(s.failures()) }},
	{"/S", func(s Sample) string { return figure(s.PerSecond) }},
	{"CPU MS", func(s Sample) string { return pointed(s.CPU) }},
	{"P50 MS", func(s Sample) string { return ofLatencyText(s, func(l *Latency) float64 { return l.P50 }) }},
	{"P99 MS", func(s Sample) string { return ofLatencyText(s, func(l *Latency) float64 { return l.P99 }) }},
	{"P99.9 MS", func(s Sample) string { return ofLatencyText(s, func(l *Latency) float64 { return l.P999 }) }},
	{"MAX MS", func(s Sample) string { return ofLatencyText(s, func(l *Latency) float64 { return l.Max }) }},
	{"KB", func(s Sample) string { return known(bytesEach(s) / 1000) }},
	{"HITS", func(s Sample) string { return pointed(s.Hits) }},
	{"RENDERS", func(s Sample) string {
		if s.Renders == nil {
			return ""
		}
		return fmt.Sprint(*s.Renders)
	}},
	{"SCORE", func(s Sample) string { return pointed(s.Score) }},
	{"MEMORY MB", func(s Sample) string { return known(float64(s.Memory) / 1e6) }},
}

// figure is a number to three digits.
func figure(n float64) string {
	switch {
	case n >= 100 || n == 0:
		return fmt.Sprintf("%.0f", n)
	case n >= 10:
		return fmt.Sprintf("%.1f", n)
	case n >= 1:
		return fmt.Sprintf("%.2f", n)
	}
	return fmt.Sprintf("%.3f", n)
}

func known(n float64) string {
	if n == 0 {
		return ""
	}
	return figure(n)
}

func pointed(n *float64) string {
	if n == nil {
		return ""
	}
	return figure(*n)
}

func ofLatencyText(s Sample, of func(*Latency) float64) string {
	if s.Latency == nil {
		return ""
	}
	return figure(of(s.Latency))
}

// WriteTable writes the report for people.
func (r *Report) WriteTable(out io.Writer) error {
	var text strings.Builder
	fmt.Fprintf(&text, "%d cores, %s, Linux %s, %s; %d rounds in turn, seed %d\n", r.Machine.Cores, r.Machine.CPU, r.Machine.Kernel, r.Machine.Go, r.Settings.Rounds, r.Settings.Seed)
	for _, s := range r.Scenarios {
		s.write(&text)
	}
	for _, note := range r.Notes {
		fmt.Fprintf(&text, "\n%s\n", note)
	}
	_, err := io.WriteString(out, text.String())
	return err
}

func (s Scenario) write(text *strings.Builder) {
	fmt.Fprintf(text, "\n%s\n", s.Name)
	text.WriteString(aligned(s.rows(), 2))
	if rows := s.ratioRows(); len(rows) > 1 {
		text.WriteString("\n" + aligned(rows, 2))
	}
	for _, line := range s.faultLines() {
		fmt.Fprintf(text, "  %s\n", line)
	}
	for _, note := range s.Notes {
		fmt.Fprintf(text, "  %s\n", note)
	}
}

// rows are the figures of each part and target.
func (s Scenario) rows() [][]string {
	rows := [][]string{{"PART", "TARGET"}}
	for _, c := range columns {
		rows[0] = append(rows[0], c.name)
	}
	for _, p := range s.Parts {
		for i, t := range p.Targets {
			row := []string{"", t.Target}
			if i == 0 {
				row[0] = p.title()
			}
			for _, c := range columns {
				row = append(row, c.cell(t.Total))
			}
			rows = append(rows, row)
		}
	}
	return withoutEmpty(rows)
}

// title is a part's name, with the rate of an open loop.
func (p *Part) title() string {
	if p.Rate > 0 {
		return p.Name + " " + figure(p.Rate) + "/s"
	}
	return p.Name
}

// ratioRows are the ratios of each part, with the least and the most of the rounds.
func (s Scenario) ratioRows() [][]string {
	rows := [][]string{{"PART", "RATIO TO"}}
	for _, m := range measures {
		rows[0] = append(rows[0], ratioNames[m.name])
	}
	for _, p := range s.Parts {
		title := p.title()
		for _, against := range p.peers() {
			row := []string{title, against}
			for _, m := range measures {
				row = append(row, p.ratioText(against, m.name))
			}
			rows, title = append(rows, row), ""
		}
	}
	return withoutEmpty(rows)
}

var ratioNames = map[string]string{"cpu": "CPU", "p50": "P50", "p99": "P99", "bytes": "BYTES", "perSecond": "/S"}

// peers are those to which there are ratios.
func (p *Part) peers() (names []string) {
	for _, r := range p.Ratios {
		if !slices.Contains(names, r.Against) {
			names = append(names, r.Against)
		}
	}
	return names
}

func (p *Part) ratioText(against, measure string) string {
	for _, r := range p.Ratios {
		if r.Against == against && r.Measure == measure {
			return fmt.Sprintf("%s (%s to %s)", figure(r.Mean), figure(r.Min), figure(r.Max))
		}
	}
	return ""
}

// faultLines say which errors there were.
func (s Scenario) faultLines() (lines []string) {
	for _, p := range s.Parts {
		for _, t := range p.Targets {
			for _, kind := range slices.Sorted(maps.Keys(t.Total.Errors)) {
				lines = append(lines, fmt.Sprintf("%s, %s: %d errors: %s", p.Name, t.Target, t.Total.Errors[kind], kind))
			}
		}
	}
	return lines
}

// withoutEmpty leaves out columns that have nothing below their names.
func withoutEmpty(rows [][]string) [][]string {
	for i := len(rows[0]) - 1; i >= 0; i-- {
		if !slices.ContainsFunc(rows[1:], func(row []string) bool { return row[i] != "" }) {
			for n := range rows {
				rows[n] = slices.Delete(rows[n], i, i+1)
			}
		}
	}
	return rows
}

// aligned is rows with their columns below each other: so many are aligned left, and the others, which
// are figures, right.
func aligned(rows [][]string, left int) string {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	var text strings.Builder
	for _, row := range rows {
		line := ""
		for i, cell := range row {
			blanks := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if i < left {
				line += "  " + cell + blanks
			} else {
				line += "  " + blanks + cell
			}
		}
		text.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return text.String()
}
