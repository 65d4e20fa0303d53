package main_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

var quoted = regexp.MustCompile("`([^`]+)`")

// The limits that SECURITY.md tells are those of the settings that it names.
func TestSECURITYNamesSettingsAndTheirDefaults(t *testing.T) {
	settings, err := lightwell(t, nil, "config", "--markdown")
	if err != nil {
		t.Fatal(err)
	}
	defaults := map[string]string{}
	for row := range strings.Lines(settings) {
		if cells := strings.Split(row, "|"); len(cells) > 4 {
			defaults[strings.Trim(cells[1], " `")] = strings.Trim(cells[3], " `")
		}
	}
	security, err := os.ReadFile("SECURITY.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(security), "| limit | door |")
	table, _, _ = strings.Cut(table, "\n\n")
	checked := 0
	for row := range strings.Lines(table) {
		cells := strings.Split(row, "|")
		if len(cells) < 6 {
			continue
		}
		names, values := quoted.FindAllStringSubmatch(cells[4], -1), quoted.FindAllStringSubmatch(cells[3], -1)
		for i, name := range names {
			initial, known := defaults[name[1]]
			switch {
			case !known:
				t.Errorf("there is no setting %s", name[1])
			case len(values) == len(names) && values[i][1] != initial:
				t.Errorf("the default of %s is %s, not %s", name[1], initial, values[i][1])
			}
			checked++
		}
	}
	if checked < 15 {
		t.Errorf("%d settings were found in the table of limits", checked)
	}
}
