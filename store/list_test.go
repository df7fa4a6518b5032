package store_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"wiredesk/store"
	"wiredesk/store/storetest"
)

// fill adds n candidates of two sources, in stories of up to four, with equal scores among them.
func fill(t testing.TB, st *store.Store, n int) {
	t.Helper()
	rnd := rand.New(rand.NewPCG(1, 2))
	var ranks []store.Rank
	for name, from := range map[string]int{"a": 1, "b": n/2 + 1} {
		var items []store.Item
		for i := from; i < from+n/2; i++ {
			e := entry(i)
			e.Section = []string{"", "Boards", "Tools"}[i%3]
			items = append(items, e)
		}
		add(t, st, source(t, st, name), items...)
	}
	for _, c := range queue(t, st, store.Filter{Sort: "old"}) {
		r := store.Rank{ID: c.ID, Score: float64(rnd.IntN(n / 2)), Lead: true}
		if back := rnd.Int64N(4); back > 0 && c.ID > back {
			r.Lead, r.Join = false, c.ID-back
		}
		ranks = append(ranks, r)
	}
	if err := st.SetRanks(t.Context(), ranks); err != nil {
		t.Fatal(err)
	}
}

// TestAListIsTheFilteredQueueByStories compares pages of leads with what the whole queue says.
func TestAListIsTheFilteredQueueByStories(t *testing.T) {
	st := storetest.Open(t)
	fill(t, st, 200)
	rnd := rand.New(rand.NewPCG(3, 4))
	for id := int64(1); id <= 200; id++ {
		if rnd.IntN(2) == 0 {
			setState(t, st, store.States[rnd.IntN(4)], id)
		}
	}
	for name, f := range map[string]store.Filter{
		"all": {}, "source": {Source: "a"}, "search": {Search: "news 1"}, "section": {Section: "Boards"}, "none": {Search: "nothing like it"},
		"week": {Week: "2026-W47", From: storetest.Start.AddDate(0, 0, -2), To: storetest.Start.AddDate(0, 0, 5)},
	} {
		for _, states := range [][]store.State{nil, {store.Queued}, {store.Accepted, store.Held}} {
			var want []string
			seen := map[int64]bool{}
			for _, c := range queue(t, st, f) {
				if len(states) > 0 && !slices.Contains(states, c.State) || c.StoryID != 0 && seen[c.StoryID] {
					continue
				}
				seen[c.StoryID] = true
				want = append(want, fmt.Sprint(c.ID, " s", c.StoryID))
			}
			var got []string
			for after, page := int64(0), f; ; {
				page.Limit = 7
				leads, err := st.Leads(t.Context(), page, states, after)
				if err != nil {
					t.Fatal(err)
				}
				if len(leads) == 0 {
					break
				}
				for _, l := range leads {
					got = append(got, fmt.Sprint(l.Candidate, " s", l.Story))
				}
				after = leads[len(leads)-1].Candidate
			}
			if strings.Join(got, ",") != strings.Join(want, ",") {
				t.Errorf("%s, %v:\n got %v\nwant %v", name, states, got, want)
			}
			if (len(want) == 0) != (name == "none") {
				t.Errorf("%s, %v: %d stories", name, states, len(want))
			}
		}
	}
}

func TestTheVersionChangesWithEveryCommit(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	var desks [2]*store.Store
	for i := range desks {
		st, err := store.Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { st.Close() })
		desks[i] = st
	}
	version := func() int64 {
		t.Helper()
		v, err := desks[0].Version(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	before := version()
	if version() != before {
		t.Error("it changed by itself")
	}
	for i, st := range desks {
		add(t, st, source(t, st, "a"), entry(i+1))
		if now := version(); now == before {
			t.Errorf("desk %d wrote, and the version is the same", i)
		} else {
			before = now
		}
	}
}

func TestUndoOfOnesOwnActs(t *testing.T) {
	st := threeCandidates(t)
	as := func(who string, state store.State, id int64) {
		t.Helper()
		_, err := st.Act(t.Context(), who, string(state), func(a *store.Act) error {
			c, err := a.Candidate(id)
			c.State = state
			return errors.Join(err, a.SetCandidate(c))
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	as("ann", store.Held, 1) // before she sits down
	since, err := st.LastAct(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	as("ann", store.Accepted, 2)
	as("bob", store.Rejected, 1)
	as("ann", store.Accepted, 3)
	if back, err := st.UndoOwn(t.Context(), "ann", since, 1); err != nil || len(back) != 1 || back[0].CandidateID != 3 {
		t.Fatalf("%+v, %v", back, err)
	}
	if back, err := st.UndoOwn(t.Context(), "ann", since, -1); err != nil || len(back) != 1 || back[0].CandidateID != 2 {
		t.Fatalf("%+v, %v", back, err)
	}
	if got := states(t, st); got != "rqq" {
		t.Errorf("states %s", got)
	}
	// What bob changed since stays his, and ann is told.
	as("ann", store.Accepted, 2)
	as("bob", store.Held, 2)
	_, err = st.UndoOwn(t.Context(), "ann", since, 1)
	var conflict *store.Conflict
	if !errors.As(err, &conflict) || !errors.Is(err, store.ErrConflict) {
		t.Fatalf("error %v", err)
	}
	if conflict.Who != "bob" || conflict.Verb != "held" || conflict.Verdict != store.Held || conflict.Candidate != 2 || !conflict.At.Equal(storetest.Start) {
		t.Errorf("%+v", conflict)
	}
	if !strings.Contains(err.Error(), "candidate 2 has changed since: it is held now (held by bob, 2026-11-18 09:00 UTC)") {
		t.Errorf("it says %q", err)
	}
}

// BenchmarkList reads the first page and one far down, of 100,000 candidates, under each filter.
func BenchmarkList(b *testing.B) {
	st := storetest.Open(b)
	fill(b, st, 100_000)
	deep, err := st.Leads(b.Context(), store.Filter{Limit: 20_000}, []store.State{store.Queued}, 0)
	if err != nil {
		b.Fatal(err)
	}
	from := storetest.Start.Add(-time.Hour)
	for _, c := range []struct {
		name   string
		f      store.Filter
		states []store.State
		after  int64
	}{
		{"queued", store.Filter{}, []store.State{store.Queued}, 0}, {"deep", store.Filter{}, []store.State{store.Queued}, deep[len(deep)-1].Candidate},
		{"any", store.Filter{}, nil, 0}, {"accepted", store.Filter{}, []store.State{store.Accepted}, 0},
		{"source", store.Filter{Source: "a"}, []store.State{store.Queued}, 0}, {"section", store.Filter{Section: "Boards"}, []store.State{store.Queued}, 0},
		{"no-section", store.Filter{Section: "None"}, []store.State{store.Queued}, 0}, {"no-source", store.Filter{Source: "c"}, []store.State{store.Queued}, 0},
		{"week", store.Filter{Week: "2026-W47", From: from, To: from.AddDate(0, 0, 7)}, []store.State{store.Queued}, 0},
		{"no-week", store.Filter{Week: "2026-W40", From: from.AddDate(0, 0, -49), To: from.AddDate(0, 0, -42)}, []store.State{store.Queued}, 0},
		{"search", store.Filter{Search: "news 77"}, []store.State{store.Queued}, 0}, {"no-search", store.Filter{Search: "absent"}, []store.State{store.Queued}, 0},
	} {
		b.Run(c.name, func(b *testing.B) {
			c.f.Limit = 100
			for b.Loop() {
				if _, err := st.Leads(b.Context(), c.f, c.states, c.after); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
