package main

import (
	"context"
	"runtime/debug"
	"time"

	"lightwell/tracing/export"
)

// tracesParting is how long what is left of traces may take to be sent at the end; with a shorter drain, that.
const tracesParting = 3 * time.Second

// openTraces begins to trace, where there is a collector. It is among the first to be opened, and so among the last to be
// closed: whatever ends before may still have been traced.
func (s *server) openTraces(ctx context.Context) error {
	if s.cfg.Traces == "" {
		return nil
	}
	traces, err := export.Start(ctx, export.Options{
		URL: s.cfg.Collector(), Headers: s.cfg.CollectorHeaders(), Sample: s.cfg.TracesSample, Most: s.cfg.TracesMost,
		Version: version(), Role: s.does.String(), Log: s.log, Registerer: s.registry,
	})
	if err != nil {
		return err
	}
	s.tracer = traces.Tracer
	s.closing.add(func() error { return traces.Close(min(tracesParting, s.cfg.DrainTimeout)) })
	return nil
}

// version is that of the module as it was built.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		return info.Main.Version
	}
	return ""
}
