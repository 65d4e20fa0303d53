package bench

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// renders is how many renditions Lightwell has made so far; nil where that is not known.
func (r *run) renders(ctx context.Context, t *target) (*int, error) {
	if t != r.main() || r.Server.Metrics == "" {
		return nil, nil
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.Server.Metrics, nil)
	if err != nil {
		return nil, err
	}
	resp, err := t.api.http.Do(req)
	if err != nil {
		return nil, fmt.Errorf("read the metrics: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("read the metrics: GET %s = %d", r.Server.Metrics, resp.StatusCode)
	}
	sum, err := sumOf("lightwell_renders_total", resp.Body)
	made := int(sum)
	return &made, err
}

// sumOf adds up the series of a metric in Prometheus' text format. None is 0: a counter with labels
// appears when it first counts.
func sumOf(metric string, text io.Reader) (sum float64, err error) {
	lines := bufio.NewScanner(text)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		line := lines.Text()
		name, rest, _ := strings.Cut(line, " ")
		if base, _, labelled := strings.Cut(name, "{"); base != metric {
			continue
		} else if labelled {
			rest = line[strings.LastIndex(line, "} ")+1:] // a label may have blanks and braces in it
		}
		value, _, _ := strings.Cut(strings.TrimSpace(rest), " ") // a time may follow
		n, err := strconv.ParseFloat(value, 64)
		if err != nil {
			return 0, fmt.Errorf("metric %s: %w", metric, err)
		}
		sum += n
	}
	return sum, lines.Err()
}
