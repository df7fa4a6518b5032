package store_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gofrs/flock"

	"wiredesk/store"
	"wiredesk/store/storetest"
)

// setState decides on candidates in one act.
func setState(t testing.TB, st *store.Store, state store.State, ids ...int64) int64 {
	t.Helper()
	act, err := st.Act(t.Context(), "ed", string(state), func(a *store.Act) error {
		for _, id := range ids {
			c, err := a.Candidate(id)
			if err != nil {
				return err
			}
			c.State = state
			if err := a.SetCandidate(c); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return act
}

func states(t testing.TB, st *store.Store) string {
	t.Helper()
	var out []string
	for _, c := range queue(t, st, store.Filter{Sort: "old"}) {
		out = append(out, string(c.State[0]))
	}
	return strings.Join(out, "")
}

func threeCandidates(t testing.TB) *store.Store {
	st := storetest.Open(t)
	add(t, st, source(t, st, "a"), entry(1), entry(2), entry(3))
	return st
}

func TestUndoTakesBackOneActAfterTheOther(t *testing.T) {
	st := threeCandidates(t)
	setState(t, st, store.Accepted, 1, 2)
	setState(t, st, store.Rejected, 2, 3)
	if got := states(t, st); got != "arr" {
		t.Fatalf("states %s", got)
	}
	for _, want := range []string{"aaq", "qqq"} {
		if _, err := st.Undo(t.Context(), "ed", 1); err != nil {
			t.Fatal(err)
		}
		if got := states(t, st); got != want {
			t.Errorf("states %s, want %s", got, want)
		}
	}
	back, err := st.Undo(t.Context(), "ed", 1)
	if err != nil || len(back) != 0 {
		t.Errorf("nothing is left, but %+v, %v", back, err)
	}
	log, err := st.Decisions(t.Context(), 2)
	if err != nil || len(log) != 4 || !log[0].Undone || log[0].Who != "ed" || log[3].Verb != "undo" {
		t.Errorf("the log is not complete: %+v, %v", log, err)
	}
}

func TestUndoOfSeveralActsIsAllOrNothing(t *testing.T) {
	st := threeCandidates(t)
	setState(t, st, store.Held, 1)
	setState(t, st, store.Accepted, 2)
	setState(t, st, store.Rejected, 3)
	if back, err := st.Undo(t.Context(), "ed", 2); err != nil || len(back) != 2 {
		t.Fatalf("%+v, %v", back, err)
	}
	if got := states(t, st); got != "hqq" {
		t.Errorf("states %s", got)
	}
}

func TestUndoLeavesFieldsAloneThatTheActDidNotTouch(t *testing.T) {
	st := threeCandidates(t)
	var story int64
	_, err := st.Act(t.Context(), "ed", "new", func(a *store.Act) (err error) {
		if story, err = a.NewStory(); err != nil {
			return err
		}
		return a.SetStory(store.Story{ID: story, Headline: "Mine", Section: "Boards"})
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := st.AssignWeek(t.Context(), "2026-W48", []int64{story}); err != nil { // drafting, no decision
		t.Fatal(err)
	}
	if _, err := st.Undo(t.Context(), "ed", 1); err != nil {
		t.Fatal(err)
	}
	got, err := st.Story(t.Context(), story)
	if err != nil || got.Headline != "" || got.Section != "" || got.Week != "2026-W48" {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestAnActThatFailsChangesNothing(t *testing.T) {
	st := threeCandidates(t)
	_, err := st.Act(t.Context(), "ed", "accept", func(a *store.Act) error {
		c, err := a.Candidate(1)
		if err != nil {
			return err
		}
		c.State = store.Accepted
		if err := a.SetCandidate(c); err != nil {
			return err
		}
		_, err = a.Candidate(99)
		return err
	})
	if !errors.Is(err, store.ErrNotFound) {
		t.Errorf("error %v", err)
	}
	if got := states(t, st); got != "qqq" {
		t.Errorf("states %s", got)
	}
	if act := setState(t, st, store.Queued, 1); act != 0 {
		t.Errorf("an act that changed nothing is recorded as %d", act)
	}
}

func TestDecisionsOfManyAtOnceAreAllKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	const desks, each = 4, 25
	first, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	var items []store.Item
	for i := range desks * each {
		items = append(items, entry(i+1))
	}
	add(t, first, source(t, first, "a"), items...)
	var wg sync.WaitGroup
	errs := make([]error, desks)
	for d := range desks {
		wg.Go(func() {
			st, err := store.Open(context.Background(), path) // a handle of its own, as another process has
			if err != nil {
				errs[d] = err
				return
			}
			for i := range each {
				_, err := st.Act(context.Background(), fmt.Sprint("desk ", d), "accept", func(a *store.Act) error {
					c, err := a.Candidate(int64(d*each + i + 1))
					c.State = store.Accepted
					return errors.Join(err, a.SetCandidate(c))
				})
				errs[d] = errors.Join(errs[d], err)
			}
			errs[d] = errors.Join(errs[d], st.Close())
		})
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	if got := states(t, first); got != strings.Repeat("a", desks*each) {
		t.Errorf("states %s", got)
	}
}

// TestWritersOfSeveralProcessesQueue: SQLite alone would have the second try again every now and then,
// and give up in the end.
func TestWritersOfSeveralProcessesQueue(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	var desks [2]*store.Store
	for i := range desks {
		st, err := store.Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		defer st.Close()
		desks[i] = st
	}
	add(t, desks[0], source(t, desks[0], "a"), entry(1), entry(2))
	gate := flock.New(path + ".lock")
	defer gate.Close()
	done := make(chan error, 1)
	_, err := desks[0].Act(t.Context(), "ann", "accept", func(a *store.Act) error {
		if got, err := gate.TryLock(); got || err != nil {
			t.Errorf("while somebody writes another may begin: %v, %v", got, err)
		}
		go func() {
			_, err := desks[1].Act(context.Background(), "bob", "reject", func(a *store.Act) error {
				c, err := a.Candidate(1)
				if c.State != store.Accepted {
					err = fmt.Errorf("bob finds it %s", c.State)
				}
				c.State = store.Rejected
				return errors.Join(err, a.SetCandidate(c))
			})
			done <- err
		}()
		c, err := a.Candidate(1)
		c.State = store.Accepted
		return errors.Join(err, a.SetCandidate(c))
	})
	if err := errors.Join(err, <-done); err != nil {
		t.Fatal(err)
	}
	if got, err := gate.TryLock(); !got || err != nil {
		t.Errorf("nobody writes, but the next may not begin: %v, %v", got, err)
	}
}

// TestADecisionWaitsForNoHarvest: polls that are stored together are stored apart for one who waits, and
// whoever writes one transaction after the other lets him in between.
func TestADecisionWaitsForNoHarvest(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	harvest, desk := storetest.At(t, path), storetest.At(t, path)
	src := source(t, harvest, "a")
	add(t, harvest, src, entry(1))
	decide := func(st *store.Store) {
		t.Helper()
		_, err := st.Act(t.Context(), "ann", "accept", func(a *store.Act) error {
			c, err := a.Candidate(1)
			c.Note += "."
			return errors.Join(err, a.SetCandidate(c))
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	polls := make([]store.Poll, 400) // seconds of work
	for i := range polls {
		polls[i].Source = src
		for j := range 100 {
			polls[i].Items = append(polls[i].Items, entry(2+100*i+j))
		}
	}
	for i, st := range []*store.Store{desk, harvest} { // of another process, and of the same
		var begun, ended atomic.Bool
		done := make(chan error, 1)
		harvest.SetClock(func() time.Time { begun.Store(true); return storetest.Start })
		go func() {
			err := harvest.AddPolls(context.Background(), polls[i*200:][:200])
			ended.Store(true)
			done <- err
		}()
		for !begun.Load() {
			runtime.Gosched()
		}
		decide(st)
		if ended.Load() {
			t.Error("the decision came after all polls")
		}
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
	if n, err := harvest.StateCounts(t.Context()); err != nil || n[store.Queued] != 1+400*100 {
		t.Errorf("%v, %v", n, err)
	}
	// Who waits while somebody writes is the next, whoever else would like to be.
	gate, next := flock.New(path+".lock"), flock.New(path+".next")
	defer gate.Close()
	defer next.Close()
	if err := gate.Lock(); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- desk.SetWait(context.Background(), "a.example", storetest.Start) }()
	for {
		free, err := next.TryLock()
		if err != nil {
			t.Fatal(err)
		}
		if !free {
			break
		}
		if err := next.Unlock(); err != nil {
			t.Fatal(err)
		}
		runtime.Gosched()
	}
	if err := errors.Join(gate.Unlock(), <-done); err != nil {
		t.Fatal(err)
	}
}
