package pool

import (
	"testing"
	"time"

	"lightwell/transform/pool/wire"
)

func queued(l lane) *job { return newJob(l, wire.Task{}, nil, time.Minute, time.Minute) }

// seated has as many keepers wait as asked, and tells what each got.
func seated(t *testing.T, q *queue, ends ...lane) []chan *job {
	t.Helper()
	got := make([]chan *job, len(ends))
	for i, end := range ends {
		got[i] = make(chan *job, 1)
		go func() {
			j, _ := q.takeFor(&taker{end: end}, nil)
			got[i] <- j
		}()
		until(t, "the keeper waits", func() bool {
			q.mu.Lock()
			defer q.mu.Unlock()
			return len(q.idle) == i+1
		})
	}
	return got
}

func TestAJobGoesToTheKeeperWithTheFewestLanes(t *testing.T) {
	q := newQueue(0)
	got := seated(t, q, lanes, intake)
	rendition, upload := queued(serving), queued(intake)
	for _, j := range []*job{rendition, upload} {
		if handed, err := q.add(j); !handed || err != nil {
			t.Fatalf("add = %v, %v", handed, err)
		}
	}
	if j := <-got[1]; j != rendition {
		t.Error("the keeper of renditions got something else")
	}
	if j := <-got[0]; j != upload {
		t.Error("the keeper of all lanes did not get the upload")
	}
	if handed, err := q.add(queued(serving)); handed || err == nil {
		t.Errorf("add with nobody waiting = %v, %v", handed, err)
	}
}

// A child may exit in the moment in which a job is handed to its keeper.
func TestAJobHandedOverTooLateIsTheNextForAnother(t *testing.T) {
	q := newQueue(10)
	exited := make(chan struct{})
	_, seat, _ := q.sit(&taker{end: lanes}, exited)
	late, waits := queued(serving), queued(serving)
	if handed, err := q.add(late); !handed || err != nil {
		t.Fatalf("add = %v, %v", handed, err)
	}
	if _, err := q.add(waits); err != nil {
		t.Fatal(err)
	}
	close(exited)
	if j := q.rise(seat, nil, exited); j != nil {
		t.Error("the keeper took a job for a child that has exited")
	}
	select {
	case <-late.taken:
		t.Error("the job counts as taken")
	default:
	}
	for _, want := range []*job{late, waits} {
		if j, ended := q.takeFor(&taker{end: lanes}, nil); j != want || ended {
			t.Errorf("takeFor = %v, %v", j, ended)
		}
	}
	if j, ended := q.takeFor(&taker{end: lanes}, exited); j != nil || !ended {
		t.Errorf("takeFor with an exited child = %v, %v", j, ended)
	}
}

func TestClosingRefusesWhatWaitsAndLetsKeepersGo(t *testing.T) {
	q := newQueue(10)
	got := seated(t, q, intake)
	waits := queued(background)
	if _, err := q.add(waits); err != nil {
		t.Fatal(err)
	}
	q.close()
	q.close()
	if j := <-got[0]; j != nil {
		t.Error("a keeper got a job from a closed queue")
	}
	if <-waits.done; waits.err == nil {
		t.Error("what waited was not refused")
	}
	if _, err := q.add(queued(serving)); err == nil {
		t.Error("a closed queue took a job")
	}
}
