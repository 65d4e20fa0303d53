package main

import (
	"context"
	"errors"
	"log/slog"
	"net/url"
	"slices"
	"strings"
	"time"

	"lightwell/config"
	"lightwell/origin/library"
	"lightwell/origin/store"
)

// rulesTime is how long setting a bucket's rules may take. It happens beside serving.
const rulesTime = time.Minute

func lives(cfg config.Config) library.Lives {
	l := library.Lives{Incoming: days(cfg.IncomingLife)}
	if cfg.CacheObjects {
		l.Renditions = days(cfg.CacheObjectsLife)
	}
	if cfg.S3OriginalsClass != "" {
		l.Originals, l.OriginalsClass = days(cfg.S3OriginalsClassAfter), cfg.S3OriginalsClass
	}
	return l
}

// bucketOrigins are those whose pages may put objects into the bucket: the door's own is one of them, where it is
// known from outside.
func bucketOrigins(cfg config.Config) []string {
	all := slices.Clone(cfg.UploadOrigins)
	own, err := url.Parse(cfg.UploadPublicURL)
	if err != nil || own.Host == "" || slices.Contains(all, "*") {
		return all
	}
	if origin := own.Scheme + "://" + strings.ToLower(own.Host); !slices.Contains(all, origin) {
		all = append(all, origin)
	}
	return all
}

func days(d time.Duration) int { return int(d / (24 * time.Hour)) }

// lifecycle has a bucket do away with what is left over, or does so itself where the bucket does not. The zero
// value, for a store that is no bucket, has nothing to do.
type lifecycle struct {
	bucket *store.S3
	rules  []store.LifecycleRule
	// life is how long an upload in parts may take.
	life time.Duration
	// origins are those whose pages may put objects into the bucket.
	origins []string
	log     *slog.Logger

	// settled is set once it is clear who does it, and kept when it is the bucket.
	settled, kept bool
	// corsSettled is set once it is clear whether the bucket lets pages of the origins in.
	corsSettled bool
}

func (s *server) lifecycle() *lifecycle {
	return &lifecycle{
		bucket: s.store.bucket, rules: lives(s.cfg).Rules(), life: s.cfg.IncomingLife, log: s.log,
		settled: s.cfg.S3Lifecycle == "off", origins: bucketOrigins(s.cfg), corsSettled: s.cfg.S3CORS == "off",
	}
}

// settle sets the bucket's rules, unless it is clear already that they are set or cannot be.
func (l *lifecycle) settle(ctx context.Context) {
	if l.bucket == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, rulesTime)
	defer cancel()
	l.settleRules(ctx)
	l.settleCORS(ctx)
}

func (l *lifecycle) settleCORS(ctx context.Context) {
	if l.corsSettled {
		return
	}
	changed, err := l.bucket.KeepCORS(ctx, l.origins)
	switch {
	case err == nil:
		l.corsSettled = true
		l.log.Info("the bucket lets pages of upload-origins bring images", "origins", l.origins, "changed", changed)
	case errors.Is(err, store.ErrNoCORS):
		l.corsSettled = true
		if len(l.origins) > 0 {
			l.log.Warn("the bucket's CORS rules cannot be set: where they do not let pages of upload-origins in, presigned uploads from these fail", "error", err)
		}
	case !errors.Is(err, context.Canceled):
		l.log.Warn("the bucket's CORS rules are not set yet; the next sweep tries again", "error", err)
	}
}

func (l *lifecycle) settleRules(ctx context.Context) {
	if l.settled {
		return
	}
	changed, err := l.bucket.KeepRules(ctx, l.rules)
	switch {
	case err == nil:
		l.settled, l.kept = true, true
		l.log.Info("the bucket's lifecycle rules are as the settings have them", "changed", changed)
	case errors.Is(err, store.ErrNoLifecycle):
		l.settled = true
		l.log.Warn("the bucket's lifecycle rules cannot be set: unfinished uploads are swept instead, and nothing is moved to another storage class", "error", err)
	case !errors.Is(err, context.Canceled):
		l.log.Warn("the bucket's lifecycle rules are not set yet; the next sweep tries again", "error", err)
	}
}

// sweep deletes parts of uploads that nobody has finished, where the bucket does not.
func (l *lifecycle) sweep(ctx context.Context) {
	l.settle(ctx)
	if l.bucket == nil || l.kept {
		return
	}
	aborted, err := l.bucket.AbortParts(ctx, time.Now().Add(-l.life))
	if err != nil && ctx.Err() == nil {
		l.log.Error("sweep of parts failed", "error", err)
	}
	if aborted > 0 {
		l.log.Info("swept parts of unfinished uploads", "uploads", aborted)
	}
}
