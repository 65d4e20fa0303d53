package origin_test

import (
	"fmt"
	"strings"
	"testing"

	"lightwell/transform"
)

// gather is every series as name{label=value}, with its value or the number of its observations.
func (d *door) gather() map[string]float64 {
	d.t.Helper()
	families, err := d.registry.Gather()
	if err != nil {
		d.t.Fatal(err)
	}
	series := map[string]float64{}
	for _, family := range families {
		for _, m := range family.GetMetric() {
			var labels []string
			for _, l := range m.GetLabel() {
				labels = append(labels, l.GetName()+"="+l.GetValue())
			}
			name := fmt.Sprintf("%s{%s}", family.GetName(), strings.Join(labels, ","))
			series[name] = m.GetCounter().GetValue() + float64(m.GetHistogram().GetSampleCount())
		}
	}
	return series
}

// The names and labels that API.md promises.
func TestMetrics(t *testing.T) {
	d := openDoor(t)
	d.photo()
	image := "/image/" + photoID
	d.get(image + "?w=400&fm=webp")                     // made
	d.get(image + "?w=400&fm=webp")                     // found
	d.do("HEAD", image+"?w=400&fm=webp")                // found
	d.get(image+"?w=400&fm=webp", "If-None-Match: *")   // not looked for
	d.get(image+"?w=400&fm=webp", "Range: bytes=0-1")   // found
	d.get(image+"?w=400&fm=webp", "Range: bytes=9999-") // found
	d.get(image + "?w=401")                             // made
	d.get(image)
	d.get("/nothing")
	d.get(image + "?w=x")
	d.do("POST", image)
	d.do("OPTIONS", image)
	d.raw("GET", "nonsense\r\n\r\n")
	for _, err := range []error{
		transform.ErrBusy, transform.ErrDeadline, transform.ErrMemory, transform.ErrCrash, transform.ErrLimit, transform.ErrUndecodable, errTier,
	} {
		d.renderer.failWith(func() error { return err })
		d.get(image + "?w=9")
	}
	got := d.gather()
	want := map[string]float64{
		"lightwell_requests_total{status=200}":                 5,
		"lightwell_requests_total{status=204}":                 1,
		"lightwell_requests_total{status=206}":                 1,
		"lightwell_requests_total{status=304}":                 1,
		"lightwell_requests_total{status=400}":                 2,
		"lightwell_requests_total{status=404}":                 1,
		"lightwell_requests_total{status=405}":                 1,
		"lightwell_requests_total{status=413}":                 1,
		"lightwell_requests_total{status=416}":                 1,
		"lightwell_requests_total{status=422}":                 1,
		"lightwell_requests_total{status=500}":                 2,
		"lightwell_requests_total{status=503}":                 2,
		"lightwell_requests_total{status=504}":                 1,
		"lightwell_request_seconds{}":                          20,
		"lightwell_renders_total{format=jpeg,source=original}": 1,
		"lightwell_renders_total{format=webp,source=original}": 1,
		"lightwell_render_seconds{}":                           2,
		"lightwell_render_failures_total{reason=busy}":         1,
		"lightwell_render_failures_total{reason=deadline}":     1,
		"lightwell_render_failures_total{reason=memory}":       1,
		"lightwell_render_failures_total{reason=crash}":        1,
		"lightwell_render_failures_total{reason=limit}":        1,
		"lightwell_render_failures_total{reason=undecodable}":  1,
		"lightwell_render_failures_total{reason=other}":        1,
		"lightwell_cache_hits_total{tier=memory}":              4,
		"lightwell_cache_misses_total{}":                       9,
	}
	for name := range want {
		if _, ok := got[name]; !ok {
			got[name] = 0
		}
	}
	for name, value := range got {
		if value != want[name] {
			t.Errorf("%s = %v, want %v", name, value, want[name])
		}
	}
}
