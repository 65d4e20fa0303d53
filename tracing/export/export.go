// Package export sends the spans of package tracing to a collector that speaks OTLP over HTTP.
package export

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"lightwell/tracing"

	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace"
	"go.opentelemetry.io/otel/sdk/resource"
	"go.opentelemetry.io/otel/sdk/trace"
)

// Options say where spans go, and how many there are.
type Options struct {
	URL     string            // all of it, the path included
	Headers map[string]string // of each request
	// Sample and Most are as those of tracing.New.
	Sample float64
	Most   int
	// Version is that of the program, and Role what this process does.
	Version, Role string
	Log           *slog.Logger
	Registerer    prometheus.Registerer // nil for no metrics
}

// Export sends what its Tracer traces.
type Export struct {
	*tracing.Tracer
	provider *trace.TracerProvider
}

// maxText is how much of a text a span keeps, in bytes: a recipe may be as long as a URL.
const maxText = 1024

// Start begins to send. It does not look whether anybody is there.
func Start(ctx context.Context, o Options) (*Export, error) {
	about, err := resource.New(ctx,
		resource.WithAttributes(
			attribute.String("service.name", "lightwell"), attribute.String("service.version", o.Version),
			attribute.String("lightwell.role", o.Role),
		),
		resource.WithTelemetrySDK(),
		resource.WithFromEnv(), // last: OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES are the operator's word
	)
	if err != nil { // a variable that is malformed, and for other programs, too, is no reason not to start
		o.Log.Warn("not all is said of this process in traces", "error", err)
	}
	limits := trace.NewSpanLimits()
	limits.AttributeValueLengthLimit = maxText
	exporter, err := otlptrace.New(ctx, newPoster(o))
	if err != nil {
		return nil, err
	}
	provider := trace.NewTracerProvider(
		trace.WithSampler(trace.AlwaysSample()), // what is not to be is never begun
		trace.WithResource(about), trace.WithRawSpanLimits(limits),
		trace.WithSpanProcessor(startBatches(exporter, newMetrics(o.Registerer), o.Log)),
	)
	return &Export{tracing.New(provider.Tracer("lightwell"), o.Sample, o.Most), provider}, nil
}

// Close sends what there is, for so long.
func (e *Export) Close(within time.Duration) error {
	ctx, cancel := context.WithTimeout(context.Background(), within)
	defer cancel()
	if err := e.provider.Shutdown(ctx); err != nil {
		return fmt.Errorf("end the sending of traces: %w", err)
	}
	return nil
}
