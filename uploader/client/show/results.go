package show

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"lightwell/uploader/client"
)

// JSON writes a result as one line.
func JSON(out io.Writer, r client.Result) error {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false) // a URL is to be read, and copied; nothing here is HTML
	return encoder.Encode(r)
}

// Srcset writes a result's path, a tab and its srcset, if it is an image that is there.
func Srcset(out io.Writer, r client.Result) error {
	if r.Srcset == "" {
		return nil
	}
	_, err := fmt.Fprintf(out, "%s\t%s\n", plain(r.Path), plain(r.Srcset))
	return err
}

// Table writes results in the order of the sources.
func Table(out io.Writer, found client.Found, results []client.Result) error {
	if len(results) == 0 {
		return nil
	}
	order := make(map[string]int, len(found.Sources))
	for i, s := range found.Sources {
		order[s.Path] = i
	}
	results = slices.SortedStableFunc(slices.Values(results), func(a, b client.Result) int { return order[a.Path] - order[b.Path] })
	rows := [][]string{{"STATUS", "NAME", "SIZE", "DIMENSIONS", "URL"}}
	for _, r := range results {
		rows = append(rows, row(r))
	}
	_, err := io.WriteString(out, aligned(rows)+"\n")
	return err
}

func row(r client.Result) []string {
	cells := []string{string(r.Status), plain(r.Path), "", "", plain(r.URL)}
	if r.Bytes > 0 {
		cells[2] = size(r.Bytes)
	}
	if r.Width > 0 {
		cells[3] = fmt.Sprintf("%d x %d", r.Width, r.Height)
	}
	if r.Error != nil {
		cells[4] = plain(r.Error.Error())
	}
	return cells
}

// rightAligned is the column that is: sizes.
const rightAligned = 2

// aligned is rows with their columns below each other; the last is as long as it is.
func aligned(rows [][]string) string {
	var widths []int
	for _, row := range rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], cells(cell))
		}
	}
	var text strings.Builder
	for _, row := range rows {
		for i, cell := range row {
			switch i {
			case len(row) - 1:
				text.WriteString(cell)
			case rightAligned:
				text.WriteString(strings.Repeat(" ", widths[i]-cells(cell)) + cell + "  ")
			default:
				text.WriteString(padded(cell, widths[i]) + "  ")
			}
		}
		text.WriteByte('\n')
	}
	return text.String()
}

// Totals writes how many ended how, and what it took.
func Totals(out io.Writer, found client.Found, sum client.Summary, took time.Duration) error {
	text := counts(map[client.Status]int{
		client.Uploaded: sum.Uploaded, client.Skipped: sum.Skipped, client.Failed: sum.Failed, client.Interrupted: sum.Interrupted,
	})
	if text == "" {
		text = "nothing uploaded"
	}
	if left := sum.Left(); left > 0 {
		text += fmt.Sprintf(", %d not begun", left)
	}
	switch {
	case found.Others == 1:
		text += ", 1 file left out that is no image"
	case found.Others > 1:
		text += fmt.Sprintf(", %d files left out that are no images", found.Others)
	}
	if sum.Uploaded > 0 {
		text += fmt.Sprintf("; %s in %s, %s", size(sum.Sent), brief(took), rate(float64(sum.Sent)/max(took.Seconds(), 0.001)))
	}
	_, err := fmt.Fprintln(out, text)
	return err
}

// brief is how long something took, no more exactly than anybody cares.
func brief(d time.Duration) time.Duration {
	if d < 10*time.Second {
		return d.Round(10 * time.Millisecond)
	}
	return d.Round(time.Second)
}
