package uploader

import (
	"context"
	"os"

	"lightwell/origin/library"
	"lightwell/tracing"
	"lightwell/transform"
	"lightwell/uploader/queue"
)

// trace begins the span of an item: under that of the upload, or for one of a bulk's many items in a trace of its own
// with a link to it.
func (w *Worker) trace(ctx context.Context, c queue.Claim) (context.Context, *tracing.Span) {
	if w.Tracer == nil {
		return ctx, nil
	}
	begin := w.Tracer.Continue
	if c.Job.Class == queue.Bulk {
		begin = w.Tracer.Branch
	}
	ctx, span := begin(ctx, tracing.Consumer, itemNames[c.Job.Class], traceOf(c))
	span.Text("lightwell.job", c.Job.ID)
	span.Text("lightwell.item", c.Item.ID)
	span.Number("lightwell.attempt", int64(c.Item.Attempts))
	return ctx, span
}

var itemNames = map[queue.Class]string{queue.Awaited: "item", queue.Bulk: "item of a bulk", queue.Callback: "errand"}

func (im *ImageWork) openTraced(ctx context.Context, id string, t *task) (f *os.File, err error) {
	ctx, span := tracing.Start(ctx, "open source")
	defer func() { endSpan(span, err) }()
	return im.open(ctx, id, t)
}

func (im *ImageWork) inspect(ctx context.Context, file *os.File) (seen transform.Inspection, err error) {
	ctx, span := tracing.Start(ctx, "inspect") // the waiting for a turn included
	defer func() { endSpan(span, err) }()
	return im.Inspector.Inspect(ctx, file, im.Limits)
}

// traceStore keeps a file and its levels.
func traceStore(ctx context.Context, name string, keep func(context.Context, *os.File, library.Asset, ...transform.LevelFile) (library.Asset, error),
	file *os.File, a library.Asset, levels []transform.LevelFile) (_ library.Asset, err error) {
	ctx, span := tracing.Start(ctx, name)
	defer func() { endSpan(span, err) }()
	span.Number("lightwell.levels", int64(len(levels)))
	return keep(ctx, file, a, levels...)
}
