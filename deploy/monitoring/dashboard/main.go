// Command dashboard prints the Grafana dashboard of a fleet:
//
//	go run ./deploy/monitoring/dashboard >deploy/monitoring/dashboard.json
package main

import (
	"encoding/json"
	"fmt"
	"os"
)

func main() {
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	out.SetIndent("", " ")
	if err := out.Encode(dashboard(rows)); err != nil {
		fmt.Fprintln(os.Stderr, "dashboard:", err)
		os.Exit(1)
	}
}

// row is a line of panels with a title.
type row struct {
	title  string
	panels []panel
}

// panel draws queries over time.
type panel struct {
	title, unit string
	queries     []query
}

// query is PromQL, and what its series are called.
type query struct{ expr, legend string }

// Units, as Grafana names them.
const (
	perSecond = "reqps"
	seconds   = "s"
	bytes     = "bytes"
	part      = "percentunit"
	number    = "short"
)

// source is the data source that the Compose file provisions.
var source = map[string]any{"type": "prometheus", "uid": "prometheus"}

// dashboard is what Grafana loads: three panels beside each other, rows below rows.
func dashboard(rows []row) map[string]any {
	const width, height, beside = 8, 7, 3
	var panels []map[string]any
	y := 0
	for _, r := range rows {
		panels = append(panels, map[string]any{
			"id": len(panels) + 1, "type": "row", "title": r.title, "gridPos": map[string]int{"x": 0, "y": y, "w": width * beside, "h": 1},
		})
		y++
		for i, p := range r.panels {
			at := map[string]int{"x": i % beside * width, "y": y + i/beside*height, "w": width, "h": height}
			panels = append(panels, p.json(len(panels)+1, at))
		}
		y += (len(r.panels) + beside - 1) / beside * height
	}
	return map[string]any{
		"uid": "lightwell", "title": "Lightwell", "tags": []string{"lightwell"}, "schemaVersion": 41, "editable": false,
		"refresh": "30s", "time": map[string]string{"from": "now-6h", "to": "now"}, "panels": panels,
		"annotations": map[string]any{"list": []any{map[string]any{
			"name": "Alerts", "enable": true, "iconColor": "red", "datasource": source, "expr": `ALERTS{alertstate="firing"}`, "titleFormat": "{{alertname}}",
		}}},
	}
}

func (p panel) json(id int, at map[string]int) map[string]any {
	var targets []map[string]any
	for i, q := range p.queries {
		targets = append(targets, map[string]any{"refId": string(rune('A' + i)), "expr": q.expr, "legendFormat": q.legend, "datasource": source})
	}
	return map[string]any{
		"id": id, "type": "timeseries", "title": p.title, "gridPos": at, "datasource": source, "targets": targets,
		"fieldConfig": map[string]any{"defaults": map[string]any{"unit": p.unit, "min": 0, "custom": map[string]any{"fillOpacity": 10, "showPoints": "never"}}, "overrides": []any{}},
		"options":     map[string]any{"legend": map[string]any{"displayMode": "list", "placement": "bottom", "showLegend": true}, "tooltip": map[string]any{"mode": "multi", "sort": "desc"}},
	}
}
