package library

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"lightwell/origin/store"
	"lightwell/tracing"
	"lightwell/transform"

	lru "github.com/hashicorp/golang-lru/v2"
)

// ErrName is the error of a name that a preset or a mark cannot have.
var ErrName = errors.New("a name is 1 to 64 letters, digits, dots, dashes and underscores, begins with a letter or digit, and does not look like an image's id")

// ValidName tells whether a preset or a mark may be called so. What could be an id,
// in whatever case, is left to assets.
func ValidName(s string) bool { return transform.ValidName(s) && !ValidID(strings.ToLower(s)) }

// shelfEntries is how many records of a kind are held in memory. Each is as long as
// transform.MaxInstructions allows.
const shelfEntries = 1000

// shelf keeps small records of one kind by name: one object in the store for each,
// {kind}s/{name}.json, and in memory those that were asked for lately.
type shelf[T named] struct {
	store store.Store
	kind  string
	life  time.Duration // how long what is held is trusted
	held  *lru.Cache[string, heldRecord[T]]
	// tell tells the fleet of a change: the kind, a colon and the name.
	tell func(ctx context.Context, what string)
}

// named is a record that knows its name.
type named interface{ name() string }

type heldRecord[T any] struct {
	record T
	loaded time.Time
}

func newShelf[T named](s store.Store, kind string, life time.Duration, tell func(context.Context, string)) (*shelf[T], error) {
	held, err := lru.New[string, heldRecord[T]](shelfEntries)
	if err != nil {
		return nil, fmt.Errorf("hold %ss: %w", kind, err)
	}
	return &shelf[T]{store: s, kind: kind, life: life, held: held, tell: tell}, nil
}

func (s *shelf[T]) folder() string { return s.kind + "s/" }

func (s *shelf[T]) object(name string) string { return s.folder() + name + ".json" }

// get is what the name stands for. The error wraps fs.ErrNotExist; with a store that
// does not answer, what is held is returned however old, and without that the error
// wraps ErrUnavailable.
func (s *shelf[T]) get(ctx context.Context, name string) (T, error) {
	var none T
	if !ValidName(name) {
		return none, fmt.Errorf("%s %.80q: %w", s.kind, name, fs.ErrNotExist)
	}
	h, held := s.held.Get(name)
	if held && time.Since(h.loaded) < s.life {
		return h.record, nil
	}
	record, err := s.load(ctx, name)
	switch {
	case err == nil:
		s.hold(name, record)
		return record, nil
	case errors.Is(err, fs.ErrNotExist):
		s.held.Remove(name)
		return none, err
	case held:
		return h.record, nil
	}
	return none, unavailable(ctx, err)
}

func (s *shelf[T]) hold(name string, record T) {
	s.held.Add(strings.Clone(name), heldRecord[T]{record, time.Now()})
}

func (s *shelf[T]) load(ctx context.Context, name string) (record T, err error) {
	ctx, span := tracing.Start(ctx, "metadata")
	defer func() { endSpan(span, err) }()
	o, err := s.store.Open(ctx, s.object(name))
	if err != nil {
		return record, fmt.Errorf("load %s %s: %w", s.kind, name, err)
	}
	defer o.Close()
	if err := json.NewDecoder(o).Decode(&record); err != nil {
		return record, fmt.Errorf("load %s %s: %w", s.kind, name, err)
	}
	if record.name() != name { // the store is out of its mind
		return record, fmt.Errorf("load %s %s: it says that it is %.80q", s.kind, name, record.name())
	}
	return record, nil
}

// set keeps a record under a name, durably, and tells whether it replaced one. The
// error wraps ErrName, store.ErrFull or ErrUnavailable.
func (s *shelf[T]) set(ctx context.Context, name string, record T) (replaced bool, err error) {
	if !ValidName(name) {
		return false, fmt.Errorf("%s %.80q: %w", s.kind, name, ErrName)
	}
	encoded, err := json.Marshal(record)
	if err != nil {
		return false, err
	}
	replaced, err = s.has(ctx, name)
	if err == nil {
		err = s.store.Put(ctx, s.object(name), strings.NewReader(string(encoded)), int64(len(encoded)))
	}
	if err != nil { // a store without room says so itself
		return false, unavailable(ctx, fmt.Errorf("keep %s %s: %w", s.kind, name, err))
	}
	s.hold(name, record)
	s.tell(ctx, s.kind+":"+name)
	return replaced, nil
}

func (s *shelf[T]) has(ctx context.Context, name string) (bool, error) {
	_, err := s.store.Stat(ctx, s.object(name))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// remove forgets a name. The error wraps fs.ErrNotExist or ErrUnavailable.
func (s *shelf[T]) remove(ctx context.Context, name string) error {
	if !ValidName(name) {
		return fmt.Errorf("%s %.80q: %w", s.kind, name, fs.ErrNotExist)
	}
	had, err := s.has(ctx, name)
	if err == nil && had {
		err = s.store.Delete(ctx, s.object(name))
	}
	switch {
	case err != nil:
		return unavailable(ctx, fmt.Errorf("delete %s %s: %w", s.kind, name, err))
	case !had:
		err = fmt.Errorf("%s %s: %w", s.kind, name, fs.ErrNotExist)
	}
	s.held.Remove(name)
	s.tell(ctx, s.kind+":"+name)
	return err
}

// list reads up to limit records after a name, by name, and says after which the next
// ones come; next is empty on the last page. The error wraps ErrUnavailable.
func (s *shelf[T]) list(ctx context.Context, after string, limit int) (records []T, next string, err error) {
	if after != "" {
		after = s.object(after)
	}
	last := ""
	for info, err := range s.store.List(ctx, s.folder(), after) {
		if err != nil {
			return nil, "", unavailable(ctx, fmt.Errorf("list %ss: %w", s.kind, err))
		}
		name := strings.TrimSuffix(strings.TrimPrefix(info.Name, s.folder()), ".json")
		record, err := s.load(ctx, name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, "", unavailable(ctx, err)
		}
		if len(records) == limit {
			return records, last, nil
		}
		records = append(records, record)
		last = name
	}
	return records, "", nil
}
