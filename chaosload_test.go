package main_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"text/tabwriter"
	"time"

	"golang.org/x/sync/errgroup"
)

// load is what clients ask of a fleet, all the time.
type load struct {
	t *testing.T
	b *balancer
	// cached are renditions that every origin has, known are images that they know, and strangers are
	// images that none has seen.
	cached    map[string]answer
	paths     []string
	known     []string
	strangers []string

	mu     sync.Mutex // guards the fields below
	phases []string
	asked  []outcomeOf
	lines  []string // of the table
}

// outcomeOf is what became of one request.
type outcomeOf struct {
	phase  int
	kind   string
	status int // 0 for none
	wrong  string
	took   time.Duration
}

// The kinds of requests, and how often each comes.
const (
	hitEvery      = 5 * time.Millisecond
	missEvery     = 200 * time.Millisecond
	strangerEvery = 250 * time.Millisecond
	// tooLong is when a request hangs: the longest that one may take is to wait for a render process
	// and to be rendered.
	tooLong = 20 * time.Second
)

func newLoad(t *testing.T, m *machines, b *balancer) *load {
	t.Helper()
	l := &load{t: t, b: b, cached: map[string]answer{}, known: m.push.uploadCopies(testdata(t, "photo.jpg"), 40)}
	for i, id := range l.known {
		path := fmt.Sprintf("/image/%s?w=%d", id, 100+10*i)
		for _, p := range m.origins {
			l.cached[path] = p.get(path)
			if why := wrong(l.cached[path], 100+10*i); why != "" {
				t.Fatal(why)
			}
		}
		l.paths = append(l.paths, path)
	}
	l.strangers = m.push.uploadCopies(testdata(t, "photo.webp"), 400*setting(t, "LIGHTWELL_CHAOS_TIMES", 1))
	return l
}

// uploadCopies wants n images stored that differ in what follows the picture, two at a time, and returns their ids.
func (p *process) uploadCopies(picture []byte, n int) []string {
	p.t.Helper()
	ids := make([]string, n)
	var all errgroup.Group
	all.SetLimit(2)
	for i := range ids {
		all.Go(func() (err error) {
			ids[i], err = p.stored(fmt.Append(bytes.Clone(picture), i))
			return err
		})
	}
	if err := all.Wait(); err != nil {
		p.t.Fatal(err)
	}
	return ids
}

// run asks until ctx is done, and then waits for the answers.
func (l *load) run(ctx context.Context) {
	var all sync.WaitGroup
	defer all.Wait()
	every := func(pause time.Duration, ask func(n int)) {
		all.Go(func() {
			tick := time.Tick(pause)
			for n := 0; ; n++ {
				select {
				case <-ctx.Done():
					return
				case <-tick:
					all.Go(func() { ask(n) })
				}
			}
		})
	}
	every(hitEvery, func(n int) {
		path := l.paths[n%len(l.paths)]
		l.ask("cached", path, func(a answer) string {
			if want := l.cached[path]; !bytes.Equal(a.body, want.body) || a.header.Get("ETag") != want.header.Get("ETag") {
				return "not what is cached"
			}
			return ""
		})
	})
	every(missEvery, func(n int) {
		width := 500 + n%1000
		l.ask("to be rendered", fmt.Sprintf("/image/%s?w=%d&q=%d", l.known[n%len(l.known)], width, 40+n/1000), func(a answer) string { return wrong(a, width) })
	})
	every(strangerEvery, func(n int) {
		l.ask("not known yet", fmt.Sprintf("/image/%s?w=64&fm=jpg", l.strangers[n%len(l.strangers)]), func(a answer) string { return wrong(a, 64) })
	})
}

// ask makes a request, and takes note of what becomes of it.
func (l *load) ask(kind, path string, wrong func(answer) string) {
	o := outcomeOf{kind: kind}
	l.mu.Lock()
	o.phase = len(l.phases) - 1
	l.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), tooLong)
	defer cancel()
	began := time.Now()
	a, err := try(request(l.t, http.MethodGet, l.b.choose().images+path, nil).WithContext(ctx))
	o.took = time.Since(began)
	switch {
	case err != nil:
		o.wrong = err.Error()
	case a.status == http.StatusOK:
		o.status, o.wrong = a.status, wrong(a)
	default:
		o.status = a.status
		if a.problem().Status != a.status || a.header.Get("Cache-Control") != "no-store" {
			o.wrong = fmt.Sprintf("%d %s", a.status, a.body)
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.asked = append(l.asked, o)
}

// phase begins one, which lasts so long.
func (l *load) phase(name string, lasts time.Duration) {
	l.mu.Lock()
	l.phases = append(l.phases, name)
	l.mu.Unlock()
	time.Sleep(lasts)
}

// report shows what became of all requests, and what should not have.
func (l *load) report() {
	var table strings.Builder
	w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "while\tasked for\trequests\t200\t422\t503\t504\tother\tp50\tp99\tmost")
	for i, phase := range l.phases {
		for _, kind := range []string{"cached", "to be rendered", "not known yet"} {
			l.row(w, i, phase, kind)
		}
	}
	w.Flush()
	l.t.Logf("requests by what happened meanwhile:\n%s", table.String())
	if os.Getenv("LIGHTWELL_UPDATE") != "" {
		page := chaosHead + strings.Join(l.lines, "\n") + "\n"
		if err := os.WriteFile("docs/failures.md", []byte(page), 0o644); err != nil {
			l.t.Error(err)
		}
	}
}

const chaosHead = `# What clients see while things fail

Two origins over one Redis and one S3, on one machine of two cores with everything else that is named here, and clients that ask all the time: 200 times a second for what both origins have in memory, and four or five times each for a rendition that nobody has, and for an image that no origin has seen. All the time a render process is killed every second.
A request that is not answered 200 within 20 s, or answered with a wrong picture, fails the test, but for 503 and 504 in place of what is not cached, and a few 422: an image over which two render processes were killed is not tried again, since nobody can tell that it was not the image. Written by:

    LIGHTWELL_UPDATE=1 go test -run='^TestChaos$' .

| while | asked for | requests | 200 | 422 | 503 | 504 | p50 | p99 | most |
| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
`

func (l *load) row(w *tabwriter.Writer, i int, phase, kind string) {
	count := map[int]int{}
	var took []time.Duration
	for _, o := range l.asked {
		if o.phase != i || o.kind != kind {
			continue
		}
		count[o.status]++
		took = append(took, o.took)
		quiet := phase == "all is well" || phase == "all is well again"
		mayFail := kind != "cached" && !quiet && (o.status == http.StatusServiceUnavailable || o.status == http.StatusGatewayTimeout)
		if kind != "cached" && o.status == http.StatusUnprocessableEntity {
			// Two render processes were killed over the same image: nobody can tell that it was not the image.
			mayFail = true
		}
		if o.wrong != "" || o.status != http.StatusOK && !mayFail {
			l.t.Errorf("while %s: what is %s: %d after %v: %s", phase, kind, o.status, o.took, o.wrong)
		}
	}
	if len(took) == 0 {
		l.t.Errorf("while %s, nothing was asked for that is %s", phase, kind)
		return
	}
	if suspects := count[http.StatusUnprocessableEntity]; suspects > len(took)/10 {
		l.t.Errorf("while %s: %d of %d requests for what is %s are refused, as if the image ended decoders", phase, suspects, len(took), kind)
	}
	slices.Sort(took)
	at := func(share float64) time.Duration {
		return took[int(share*float64(len(took)-1))].Round(100 * time.Microsecond)
	}
	other := len(took) - count[200] - count[422] - count[503] - count[504]
	l.lines = append(l.lines, fmt.Sprintf("| %s | %s | %d | %d | %d | %d | %d | %v | %v | %v |",
		phase, kind, len(took), count[200], count[422], count[503], count[504], at(.5), at(.99), at(1)))
	fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%d\t%d\t%d\t%d\t%v\t%v\t%v\n", phase, kind, len(took), count[200], count[422], count[503], count[504], other, at(.5), at(.99), at(1))
}
