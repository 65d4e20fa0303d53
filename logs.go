package main

import (
	"fmt"
	"log/slog"
	"os"

	"lightwell/config"
)

// newLogger is the log, on stderr.
func newLogger(cfg config.Config) *slog.Logger { return slog.New(logHandler(cfg, cfg.Level())) }

func logHandler(cfg config.Config, level slog.Level) slog.Handler {
	opts := &slog.HandlerOptions{Level: level}
	if cfg.LogFormat == "json" {
		return slog.NewJSONHandler(os.Stderr, opts)
	}
	return slog.NewTextHandler(os.Stderr, opts)
}

// openAudit opens what is told of each change of images: the log, in which such lines are marked and there whatever its
// level, or a file beside it.
func openAudit(cfg config.Config, log *slog.Logger, closing *closers) (*slog.Logger, error) {
	switch cfg.AuditLog {
	case "":
		return log, nil
	case config.AuditToLog:
		return slog.New(logHandler(cfg, slog.LevelInfo)).With("audit", true), nil
	}
	file, err := os.OpenFile(cfg.AuditLog, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o640)
	if err != nil {
		return nil, fmt.Errorf("open the audit log: %w", err)
	}
	closing.add(file.Close)
	return slog.New(slog.NewMultiHandler(log.Handler(), slog.NewJSONHandler(file, nil))), nil
}
