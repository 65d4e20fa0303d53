package config

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

const (
	day = 24 * time.Hour
	// maxMetadataLife is what purges promise: they hold everywhere within it.
	maxMetadataLife = 10 * time.Second
)

// Validate says everything that is out of range or excluded by another setting, each with the
// setting's name and where its value came from; sources may be nil. It asks nothing of the network
// or the disk.
func (c *Config) Validate(sources Sources) error {
	v := &validator{sources: sources}
	c.checkNumbers(v)
	c.checkSizes(v)
	c.checkDurations(v)
	c.checkAddresses(v)
	c.checkWords(v)
	c.checkAccess(v)
	c.checkSigning(v)
	c.checkStorage(v)
	c.checkCDN(v)
	c.checkTraces(v)
	c.checkTogether(v)
	return errors.Join(v.errs...)
}

// A validator collects what is wrong.
type validator struct {
	sources Sources
	errs    []error
}

func (v *validator) refuse(name, format string, args ...any) {
	v.errs = append(v.errs, fmt.Errorf("%s (%s): %s", name, v.sources.Of(name), fmt.Sprintf(format, args...)))
}

// within refuses a value outside of least to most, both allowed.
func within[T int | ByteSize | time.Duration](v *validator, name string, value, least, most T) {
	if value < least || value > most {
		v.refuse(name, "%s is out of range: %s to %s", spell(value), spell(least), spell(most))
	}
}

// wholeDays refuses what is not counted in days, at least so many and at most ten years: buckets know no less.
func wholeDays(v *validator, name string, value, least time.Duration) {
	within(v, name, value, least, 3650*day)
	if value%day != 0 {
		v.refuse(name, "%s is not a number of whole days, such as 24h or 720h", spell(value))
	}
}

func oneOf(v *validator, name, value string, allowed ...string) {
	if !slices.Contains(allowed, value) {
		v.refuse(name, "%q is none of %s", value, wordList(allowed))
	}
}

// mostLevels is how many levels there may be.
const mostLevels = 8

// sides refuses sides in pixels that are out of range, or there twice.
func sides(v *validator, name string, all []int, least int) {
	for i, side := range all {
		within(v, name, side, least, 8192)
		if slices.Contains(all[:i], side) {
			v.refuse(name, "%d is named twice", side)
		}
	}
}

func (c *Config) checkNumbers(v *validator) {
	within(v, "metadata-entries", c.MetadataEntries, 1, 100_000_000)
	within(v, "pool-children", c.PoolChildren, 0, 1024)
	within(v, "pool-queue", c.PoolQueue, 0, 1_000_000)
	within(v, "pool-renders", c.PoolRenders, 1, 1_000_000_000)
	within(v, "max-pixels", c.MaxPixels, 1, 10_000_000_000)
	within(v, "max-side", c.MaxSide, 1, 10_000_000) // VIPS_MAX_COORD of libvips 8.14
	within(v, "max-frames", c.MaxFrames, 1, 1_000_000)
	within(v, "max-frame-pixels", c.MaxFramePixels, 1, 100_000_000_000)
	within(v, "max-output-side", c.MaxOutputSide, 1, 65_535) // a JPEG's (ITU-T T.81)
	within(v, "max-output-pixels", c.MaxOutputPixels, 1, 65_535*65_535)
	within(v, "max-output-frame-pixels", c.MaxOutputFramePixels, 1, 65_535*65_535)
	within(v, "max-connections", c.MaxConnections, 1, 10_000_000)
	within(v, "max-connections-per-ip", c.MaxConnectionsPerIP, 0, 10_000_000)
	within(v, "upload-rate", c.UploadRate, 0, 1_000_000)
	within(v, "upload-burst", c.UploadBurst, 1, 1_000_000)
	within(v, "bulk-items", c.BulkItems, 1, 10_000_000)
	within(v, "render-rate", c.RenderRate, 0, 1_000_000)
	within(v, "render-burst", c.RenderBurst, 1, 1_000_000)
	within(v, "redis-replicas", c.RedisReplicas, 0, 100)
	within(v, "attempts", c.Attempts, 1, 100)
	within(v, "max-uploads", c.MaxUploads, 1, 10_000_000)
	if len(c.Levels) > mostLevels {
		v.refuse("levels", "%d are too many: at most %d", len(c.Levels), mostLevels)
	}
	sides(v, "levels", c.Levels, 64)
}

func (c *Config) checkSizes(v *validator) {
	if c.CacheMemory != 0 {
		within(v, "cache-memory", c.CacheMemory, 1<<20, 1<<50)
	}
	within(v, "cache-redis-entry", c.CacheRedisEntry, 1<<10, 256<<20)
	within(v, "cache-redis-room", c.CacheRedisRoom, 1<<20, 1<<50)
	within(v, "pool-memory", c.PoolMemory, 64<<20, 1<<50)
	within(v, "max-bytes", c.MaxBytes, 1, 5<<30)
	within(v, "bulk-bytes", c.BulkBytes, 1, 1<<50)
	within(v, "min-rate", c.MinRate, 1<<10, 1<<30)
}

func (c *Config) checkDurations(v *validator) {
	within(v, "metadata-life", c.MetadataLife, time.Millisecond, maxMetadataLife)
	within(v, "cache-redis-life", c.CacheRedisLife, time.Minute, 365*day)
	within(v, "cache-redis-timeout", c.CacheRedisTimeout, time.Millisecond, 10*time.Second)
	wholeDays(v, "cache-objects-life", c.CacheObjectsLife, day)
	within(v, "drain-delay", c.DrainDelay, 0, time.Hour)
	within(v, "lease", c.Lease, time.Second, time.Hour)
	within(v, "fetch-timeout", c.FetchTimeout, time.Second, time.Hour)
	within(v, "callback-patience", c.CallbackPatience, 0, 30*day)
	within(v, "job-life", c.JobLife, day, 3650*day)
	within(v, "pool-queue-wait", c.PoolQueueWait, 0, time.Hour)
	within(v, "render-deadline", c.RenderDeadline, time.Millisecond, time.Hour)
	within(v, "intake-deadline", c.IntakeDeadline, time.Millisecond, time.Hour)
	within(v, "background-deadline", c.BackgroundDeadline, time.Millisecond, time.Hour)
	within(v, "sync-wait", c.SyncWait, 0, time.Hour)
	within(v, "read-timeout", c.ReadTimeout, time.Millisecond, time.Hour)
	within(v, "write-timeout", c.WriteTimeout, time.Millisecond, day)
	within(v, "idle-timeout", c.IdleTimeout, time.Millisecond, day)
	within(v, "upload-timeout", c.UploadTimeout, time.Millisecond, day)
	within(v, "drain-timeout", c.DrainTimeout, 0, day)
	within(v, "sweep-every", c.SweepEvery, time.Second, 365*day)
	within(v, "sweep-grace", c.SweepGrace, 0, 365*day)
	wholeDays(v, "incoming-life", c.IncomingLife, day)
	within(v, "presign-life", c.PresignLife, time.Second, 7*day)
	if c.PresignLife%time.Second != 0 {
		v.refuse("presign-life", "%s is not a number of whole seconds", spell(c.PresignLife))
	}
	within(v, "tombstone-life", c.TombstoneLife, time.Minute, 100*365*day)
}

// checkTogether holds the exclusions between settings, addresses apart.
func (c *Config) checkTogether(v *validator) {
	if c.MaxFramePixels < c.MaxPixels {
		v.refuse("max-frame-pixels", "%d is less than max-pixels (%d): a still image within that would be refused",
			c.MaxFramePixels, c.MaxPixels)
	}
	if c.PresignLife >= c.IncomingLife {
		v.refuse("presign-life", "%s is not less than incoming-life (%s), after which what came is swept", spell(c.PresignLife), spell(c.IncomingLife))
	}
	if c.MaxConnectionsPerIP > c.MaxConnections {
		v.refuse("max-connections-per-ip", "%d is more than max-connections (%d)", c.MaxConnectionsPerIP, c.MaxConnections)
	}
}
