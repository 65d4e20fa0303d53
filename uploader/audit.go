package uploader

import (
	"context"
	"log/slog"
)

// audit takes note of what a request has changed, and of who made it.
func (u *Uploader) audit(ctx context.Context) *slog.Logger {
	log := auditOr(u.Audit, u.Log)
	who, ok := ctx.Value(callerKey{}).(caller)
	if !ok {
		return log
	}
	if who.token != nil {
		log = log.With("token", who.token.Name)
	}
	return log.With("client", who.address.String(), "request", who.request)
}

// audit takes note of what has become of an item, and of whose it was.
func (o order) audit(audit, log *slog.Logger) *slog.Logger {
	log = auditOr(audit, log)
	if o.Token != "" {
		log = log.With("token", o.Token)
	}
	return log
}

func auditOr(audit, log *slog.Logger) *slog.Logger {
	if audit == nil {
		return log
	}
	return audit
}
