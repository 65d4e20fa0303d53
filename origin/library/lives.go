package library

import (
	"context"

	"lightwell/origin/store"
)

// Lives are how long things stay in a bucket as they are, in whole days; 0 is without end.
type Lives struct {
	// Incoming is for uploads that are begun and not finished, and Renditions for those that are kept.
	Incoming, Renditions int
	// Originals is when originals are moved to OriginalsClass, from where they can be read at once, too.
	Originals      int
	OriginalsClass string
}

// Rules are the lifecycle rules for that. None of them takes away what belongs to an asset or was promised to
// be one: what is incoming is neither, and a rendition can be made again.
func (l Lives) Rules() (rules []store.LifecycleRule) {
	if l.Incoming > 0 {
		rules = append(rules, store.LifecycleRule{Name: "incoming", Prefix: incoming, ExpireDays: l.Incoming},
			store.LifecycleRule{Name: "parts", AbortDays: l.Incoming})
	}
	if l.Renditions > 0 {
		rules = append(rules, store.LifecycleRule{Name: "renditions", Prefix: "renditions/", ExpireDays: l.Renditions})
	}
	if l.Originals > 0 && l.OriginalsClass != "" {
		rules = append(rules, store.LifecycleRule{Name: "originals", Prefix: "originals/", MoveDays: l.Originals, Class: l.OriginalsClass})
	}
	return rules
}

// sweepIncoming removes uploads that nobody has finished. A bucket's lifecycle rule may have done so before.
func (l *Library) sweepIncoming(ctx context.Context, c clock, s *Swept) error {
	if l.cfg.IncomingLife == 0 {
		return nil
	}
	for info, err := range l.store.List(ctx, incoming, "") {
		if err != nil {
			return err
		}
		if c.age(info.Modified) < l.cfg.IncomingLife {
			continue
		}
		if err := l.store.Delete(ctx, info.Name); err != nil {
			return err
		}
		s.Incoming++
	}
	return nil
}
