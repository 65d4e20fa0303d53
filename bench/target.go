package bench

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"
)

// Server is the Lightwell that is measured.
type Server struct {
	Name    string // in tables
	Uploads string // URL of the uploads' door
	Token   string // for it; empty for none
	Metrics string // URL of the metrics; empty where they are not looked at
	PID     int    // of the process; 0 where its costs are not measured
	Keep    bool   // what is uploaded stays there
	// URL is that of an image with parameters, signed where need be.
	URL func(id string, params []Param) string
}

// Param is a parameter of a URL.
type Param struct{ Name, Value string }

// Peer is another server, which has the same photographs by other means.
type Peer struct {
	Name     string
	Template Template
	PID      int // as of Server
}

// target is a server under load.
type target struct {
	name   string
	client *client
	tree   *tree // nil where costs are not measured
	url    func(ask) string
	api    *api  // nil with peers
	peer   *Peer // nil with Lightwell
}

// makes tells whether the target makes renditions.
func (t *target) makes() bool { return t.peer == nil || t.peer.Template.makes() }

// connect makes targets of servers, and finds out whether processes are there.
func (r *run) connect(ctx context.Context) error {
	main := &target{name: r.Server.Name, api: newAPI(r.Server, r.nonce), url: func(a ask) string {
		return r.Server.URL(a.photo.id, a.params())
	}}
	if err := r.add(ctx, main, r.Server.URL("", nil), r.Server.PID); err != nil {
		return err
	}
	for _, p := range r.Peers {
		t := &target{name: p.Name, peer: &p, url: p.Template.fill}
		if err := r.add(ctx, t, p.Template.text, p.PID); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) add(ctx context.Context, t *target, url string, pid int) (err error) {
	most := max(r.Connections, r.Clients, len(r.SrcsetWidths)*len(r.Formats))
	if t.client, err = newClient(ctx, url, most); err != nil {
		return fmt.Errorf("%s: %w", t.name, err)
	}
	if pid != 0 {
		t.tree = &tree{proc: procFS, root: pid}
		if _, err := t.tree.use(); err != nil {
			return fmt.Errorf("%s: %w", t.name, err)
		}
	}
	r.targets = append(r.targets, t)
	return nil
}

// main is the Lightwell that is measured.
func (r *run) main() *target { return r.targets[0] }

// bring uploads the photographs, and has them where peers read them.
func (r *run) bring(ctx context.Context) error {
	photos := r.Photos
	if len(photos) == 0 {
		var err error
		if photos, err = builtIn(); err != nil {
			return err
		}
	}
	r.Progress.Begin("bringing the photographs")
	for _, p := range photos {
		if isJPEG(p.Body) { // of the same bytes an earlier run may have had the same renditions made
			p.Body = commented(p.Body, fmt.Sprintf("lightwell bench %x", r.nonce))
		}
		got, err := r.main().api.upload(ctx, p.Name, p.Body)
		if err != nil {
			return fmt.Errorf("upload %s: %w", p.Name, err)
		}
		if err := r.share(p.Name, p.Body); err != nil {
			return err
		}
		r.report.Settings.Photos = append(r.report.Settings.Photos, p.Name)
		r.photos = append(r.photos, &photo{Photo: p, id: got.ImageID, pixelW: got.Width, pixelH: got.Height})
	}
	return nil
}

// chill has a target forget what it made of the photographs. Peers have another URL instead.
func (r *run) chill(ctx context.Context, t *target) error {
	if t.api == nil {
		return nil
	}
	var ids []string
	for _, p := range r.photos {
		ids = append(ids, p.id)
	}
	return t.api.purge(ctx, ids)
}

// fresh is a text that was in no URL before a round of a scenario.
func (r *run) fresh(scenario string, round int) string {
	return fmt.Sprintf("%s-%s-%d", scenario, strconv.FormatUint(r.nonce, 36), round)
}

// leave takes away what was uploaded, also when the run was broken off.
func (r *run) leave() {
	for _, t := range r.targets {
		t.client.close()
	}
	if r.Server.Keep || len(r.photos) == 0 {
		return
	}
	r.Progress.Begin("deleting what was uploaded")
	ctx, cancel := context.WithTimeout(context.Background(), leaveWithin)
	defer cancel()
	err := r.main().api.deleteAll(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		err = fmt.Errorf("it takes longer than %v", leaveWithin)
	}
	if err != nil {
		r.report.note("What was uploaded is still there, with the tag %s: %v", r.main().api.tag, err)
	}
}

// leaveWithin is how long a run may take to tidy up.
const leaveWithin = 2 * time.Minute
