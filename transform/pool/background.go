package pool

import (
	"context"
	"os"

	"lightwell/transform"
)

// Background is a pool for what nobody waits for: that comes after all other work, and
// may take longer.
type Background struct{ *Pool }

// Render is Pool.Render for a rendition that nobody waits for.
func (b Background) Render(ctx context.Context, files []*os.File, plan transform.Plan) (transform.Rendition, error) {
	return b.render(ctx, newJob(background, renderTask(plan), files, b.cfg.PrepareDeadline, b.cfg.PrepareDeadline))
}

// Search is Pool.Search for such a rendition.
func (b Background) Search(ctx context.Context, src *os.File, s transform.Source, search transform.Search, limits transform.Limits) (transform.Found, error) {
	return b.search(ctx, newJob(background, searchTask(s, search, limits), []*os.File{src}, b.cfg.PrepareDeadline, b.cfg.PrepareDeadline))
}

// Levels is Pool.Levels for levels that nobody waits for.
func (b Background) Levels(ctx context.Context, src *os.File, limits transform.Limits) ([]transform.LevelFile, error) {
	seen, err := b.inspect(ctx, newJob(background, b.inspectTask(limits), []*os.File{src}, b.cfg.PrepareDeadline, b.cfg.PrepareDeadline))
	return seen.LevelFiles, err
}
