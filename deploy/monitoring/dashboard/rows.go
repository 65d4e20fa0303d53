package main

import "fmt"

// rate is of a counter, added up by some labels.
func rate(metric, by string) string {
	return fmt.Sprintf("sum by (%s) (rate(%s[$__rate_interval]))", by, metric)
}

// quantiles are the median and the 99th percentile of a histogram.
func quantiles(metric string) []query {
	of := func(quantile, legend string) query {
		return query{fmt.Sprintf("histogram_quantile(%s, sum by (le) (rate(%s_bucket[$__rate_interval])))", quantile, metric), legend}
	}
	return []query{of("0.5", "median"), of("0.99", "99th percentile")}
}

func one(expr, legend string) []query { return []query{{expr, legend}} }

var rows = []row{
	{"Images", []panel{
		{"Requests by status", perSecond, one(rate("lightwell_requests_total", "status"), "{{status}}")},
		{"Time of a request", seconds, quantiles("lightwell_request_seconds")},
		{"Part of the renditions that a cache has", part, one(
			"sum by (tier) (rate(lightwell_cache_hits_total[$__rate_interval])) / on () group_left () (sum(rate(lightwell_cache_hits_total[$__rate_interval])) + sum(rate(lightwell_cache_misses_total[$__rate_interval])))", "{{tier}}")},
		{"Renditions made, by format", perSecond, one(rate("lightwell_renders_total", "format"), "{{format}}")},
		{"Renditions made, by what from", perSecond, one(rate("lightwell_renders_total", "source"), "{{source}}")},
		{"Renditions that failed, by reason", perSecond, one(rate("lightwell_render_failures_total", "reason"), "{{reason}}")},
		{"Time of a rendition", seconds, quantiles("lightwell_render_seconds")},
		{"Waiting for a render process", seconds, quantiles("lightwell_render_queue_seconds")},
		{"Interim renditions", perSecond, one(rate("lightwell_interim_total", "job"), "interim")},
	}},
	{"Caches", []panel{
		{"In memory", bytes, one(`lightwell_cache_bytes{tier="memory"}`, "{{instance}}")},
		{"Tiers that answer", number, one("lightwell_cache_up", "{{instance}} {{tier}}")},
		{"Renditions that a tier did not take", perSecond, one(rate("lightwell_cache_unwritten_total", "tier"), "{{tier}}")},
		{"Redis: memory in use", bytes, one("redis_memory_used_bytes", "{{of}}")},
		{"Redis: keys forgotten", perSecond, one(rate("redis_evicted_keys_total", "of"), "{{of}}")},
		{"Redis: commands", perSecond, one(rate("redis_commands_processed_total", "of"), "{{of}}")},
	}},
	{"Uploads", []panel{
		{"Uploads by result", perSecond, one(rate("lightwell_uploads_total", "result"), "{{result}}")},
		{"Not let in, by why", perSecond, one(rate("lightwell_uploads_refused_total", "why"), "{{why}}")},
		{"Items done, by result", perSecond, []query{{rate("lightwell_items_total", "result"), "{{result}}"}, {rate("lightwell_items_dead_total", "job"), "given up by no fault of theirs"}}},
		{"Items in the queue", number, one("max by (state) (lightwell_queue_depth)", "{{state}}")},
		{"Oldest upload that is not done", seconds, one("max(lightwell_oldest_item_seconds)", "oldest")},
		{"Longest at one item", seconds, one("lightwell_item_running_seconds", "{{instance}}")},
		{"Levels stored", bytes, one("sum(increase(lightwell_levels_bytes_total[$__rate_interval]))", "bytes")},
	}},
	{"Processes", []panel{
		{"CPU, without render processes", number, one(`rate(process_cpu_seconds_total{job="lightwell"}[$__rate_interval])`, "{{instance}}")},
		{"Memory, without render processes", bytes, one(`process_resident_memory_bytes{job="lightwell"}`, "{{instance}}")},
		{"Goroutines", number, one(`go_goroutines{job="lightwell"}`, "{{instance}}")},
		{"Render processes replaced, by cause", perSecond, one(rate("lightwell_pool_restarts_total", "cause"), "{{cause}}")},
		{"Sandbox", number, one("min by (feature) (lightwell_pool_sandbox)", "{{feature}}")},
		{"Part of the disk that is free", part, one("lightwell_disk_free_bytes / lightwell_disk_size_bytes", "{{instance}} {{folder}}")},
	}},
}
