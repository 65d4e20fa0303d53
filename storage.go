package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"

	"lightwell/config"
	"lightwell/origin/store"
)

// originals is what the names of objects begin with that end in the SHA-256 of their bytes.
const originals = "originals/"

// storage is where objects and temporary files are.
type storage struct {
	store.Store
	TempFile func() (*os.File, error)
	bucket   *store.S3 // that the Store is over; nil for a disk
}

// openStorage opens the store that the settings name.
func openStorage(ctx context.Context, cfg config.Config, closing *closers) (storage, error) {
	if cfg.S3Bucket == "" {
		disk, err := store.OpenDisk(cfg.Data)
		if err != nil {
			return storage{}, err
		}
		closing.add(disk.Close)
		return storage{Store: disk, TempFile: disk.TempFile}, nil
	}
	scratch, err := store.OpenScratch(cfg.Data)
	if err != nil {
		return storage{}, err
	}
	closing.add(scratch.Close)
	s3, err := store.OpenS3(ctx, store.S3Options{
		Endpoint: cfg.S3Endpoint, PublicEndpoint: cfg.S3PublicEndpoint, Region: cfg.S3Region, Bucket: cfg.S3Bucket, Prefix: cfg.S3Prefix,
		AccessKey: cfg.S3AccessKey, SecretKey: string(cfg.S3SecretKey),
		PathStyle: cfg.S3PathStyle, CreateBucket: cfg.S3CreateBucket, TempFile: scratch.TempFile,
	})
	if err != nil {
		return storage{}, err
	}
	closing.add(s3.Close)
	return storage{s3, scratch.TempFile, s3}, nil
}

// presigner signs requests that bring objects; nil where the store cannot.
func (s *storage) presigner() store.Presigner {
	if s.bucket == nil {
		return nil
	}
	return s.bucket
}

// openCache puts a breaker and the cache of originals before a store that is not on the disk.
func (s *storage) openCache(ctx context.Context, cfg config.Config, log *slog.Logger, closing *closers) error {
	if cfg.S3Bucket == "" {
		return nil
	}
	if cfg.RedisURL == "" {
		log.Warn("uploads are queued below data: other processes that use the bucket do not see them; set redis-url for more than one machine")
	}
	breaker := store.NewBreaker(s.Store, func(down bool) {
		if down {
			log.Error("the store does not answer: what is cached is served, and nothing else")
		} else {
			log.Info("the store answers again")
		}
	})
	closing.add(breaker.Close)
	cached, err := store.OpenCached(ctx, store.Verified{Store: breaker, Prefix: originals}, store.CachedOptions{
		Dir: cfg.CacheOfOriginals(), Bytes: int64(cfg.OriginalsCache), Prefixes: []string{originals, "levels/"},
		OnError: func(err error) { log.Warn("cache of originals failed", "error", err) },
	})
	if err != nil {
		return fmt.Errorf("cache of originals: %w", err)
	}
	closing.add(cached.Close)
	s.Store = cached
	return nil
}
