package main

import (
	"lightwell/config"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sys/unix"
)

var (
	diskFreeDesc = prometheus.NewDesc("lightwell_disk_free_bytes", "Bytes that are free for Lightwell in the file system of a folder: data, or originals-cache where that is elsewhere.", []string{"folder"}, nil)
	diskSizeDesc = prometheus.NewDesc("lightwell_disk_size_bytes", "Size of the file system of such a folder.", []string{"folder"}, nil)
)

// disks are the folders that fill, by name. Their file systems are looked at when the metrics are asked for.
type disks map[string]string

func newDisks(cfg config.Config) disks {
	d := disks{"data": cfg.Data}
	if cfg.S3Bucket != "" && cfg.OriginalsCacheDir != "" {
		d["originals-cache"] = cfg.OriginalsCacheDir
	}
	return d
}

func (d disks) Describe(to chan<- *prometheus.Desc) { to <- diskFreeDesc; to <- diskSizeDesc }

func (d disks) Collect(to chan<- prometheus.Metric) {
	for name, folder := range d {
		var fs unix.Statfs_t
		if err := unix.Statfs(folder, &fs); err != nil {
			to <- prometheus.NewInvalidMetric(diskFreeDesc, err)
			continue
		}
		to <- prometheus.MustNewConstMetric(diskFreeDesc, prometheus.GaugeValue, float64(fs.Bavail)*float64(fs.Bsize), name)
		to <- prometheus.MustNewConstMetric(diskSizeDesc, prometheus.GaugeValue, float64(fs.Blocks)*float64(fs.Bsize), name)
	}
}
