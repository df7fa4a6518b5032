package rank

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"wiredesk/store"
)

var now = time.Date(2026, 11, 18, 9, 0, 0, 0, time.UTC)

func score(t *testing.T, c store.Candidate, wires int) (float64, []store.Reason) {
	t.Helper()
	if c.Weight == 0 {
		c.Weight = 1
	}
	var sources []store.SourceName
	for i := range wires {
		sources = append(sources, store.SourceName{ID: int64(i + 1), Name: fmt.Sprint("wire ", i+1), Kind: "feed"})
	}
	out := Scorer{Now: now}.Score([]Seen{{Candidate: c, Sources: sources}}, nil)
	s, why := out[0].Score, out[0].Why
	sum := 0.0
	for i, r := range why {
		sum += r.Weight
		if i > 0 && math.Abs(r.Weight) > math.Abs(why[i-1].Weight) {
			t.Errorf("reasons are not largest first: %+v", why)
		}
	}
	if math.Abs(sum-s) > 0.01 {
		t.Errorf("the reasons add up to %g, the score is %g: %+v", sum, s, why)
	}
	return s, why
}

func TestReasonsAreInTheEditorsWords(t *testing.T) {
	c := store.Candidate{Matched: []store.Match{{Term: "aarch64", Where: "title", Weight: 3}, {Term: "aarch64", Where: "page", Weight: 0.9}, {Term: "SVE2", Where: "page", Weight: 0.6}}, Published: now.Add(-time.Hour)}
	_, why := score(t, c, 3)
	want := []string{"aarch64 in title", "seen on 3 wires", "SVE2 on the page", "new this week"}
	if len(why) != len(want) {
		t.Errorf("reasons: %+v", why)
	}
	for i, r := range why {
		if i >= len(want) || r.Term != want[i] {
			t.Errorf("reason %d is %q", i, r.Term)
		}
	}
}

func TestWhatCountsMore(t *testing.T) {
	title := store.Candidate{Matched: []store.Match{{Term: "arm64", Where: "title", Weight: 3}}}
	page := store.Candidate{Matched: []store.Match{{Term: "arm64", Where: "page", Weight: 0.9}}}
	none := store.Candidate{}
	old, heavy := title, title
	old.Published = now.AddDate(-1, 0, 0)
	heavy.Weight = 2
	many := store.Candidate{}
	for _, term := range []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"} {
		many.Matched = append(many.Matched, store.Match{Term: term, Where: "page", Weight: 0.5})
	}
	order := []struct {
		name  string
		c     store.Candidate
		wires int
	}{{"a heavy source", heavy, 1}, {"four wires", title, 4}, {"two wires", title, 2}, {"in the title", title, 1}, {"old", old, 1}, {"ten names on the page", many, 1}, {"on the page", page, 1}, {"nothing", none, 1}}
	last := math.Inf(1)
	for _, o := range order {
		if s, _ := score(t, o.c, o.wires); s >= last {
			t.Errorf("%s scores %g, not below %g", o.name, s, last)
		} else {
			last = s
		}
	}
}

func TestTheOrderOfLessonsTeachesNothing(t *testing.T) {
	lessons := many(2000)
	want := Learn(lessons, nil).Encode()
	slices.Reverse(lessons)
	if !bytes.Equal(Learn(lessons, nil).Encode(), want) {
		t.Error("the same lessons in another order give another model")
	}
}
