package rank

import (
	"fmt"
	"strings"
	"testing"

	"wiredesk/store"
)

// fromOne are links of one origin that say as much as each other, and one of another that says less.
func fromOne(n int) []Seen {
	var out []Seen
	for i := range n {
		out = append(out, Seen{Candidate: store.Candidate{ID: int64(i + 1), Canonical: fmt.Sprintf("https://code.example/loud/engine/pull/%d", 50_000+i), Matched: []store.Match{{Term: "Kubernetes", Where: "title", Weight: 0.35}}, Weight: 1}})
	}
	return append(out, Seen{Candidate: store.Candidate{ID: 1000, Canonical: "https://code.example/quiet/engine/pull/7", Matched: []store.Match{{Term: "server", Where: "title", Weight: 0.2}}, Weight: 1}})
}

func TestManyOfOneOriginDoNotPushOthersOff(t *testing.T) {
	batch := fromOne(40)
	scored := Scorer{Now: now}.Score(batch, []store.Brief{})
	for i := range 3 {
		if scored[i].Score != 0.35 {
			t.Errorf("number %d of its origin: %+v", i+1, scored[i])
		}
	}
	for i := 3; i < 40; i++ {
		last := scored[i].Why[0]
		if scored[i].Score >= scored[40].Score || scored[i].Score >= scored[i-1].Score || last.Term != fmt.Sprintf("%d better from code.example/loud", i) {
			t.Errorf("number %d of its origin: %+v, the other %+v", i+1, scored[i], scored[40])
		}
	}
	if scored[40].Score != 0.2 {
		t.Errorf("the only one of its origin: %+v", scored[40])
	}
}

// A link that comes later finds its place among those that were scored before.
func TestAFloodIsOneThoughItComesInDrops(t *testing.T) {
	batch := fromOne(12)
	at := Scorer{Now: now}
	whole := at.Score(batch, []store.Brief{})
	around := []store.Brief{}
	for i, c := range batch {
		one := at.Score([]Seen{c}, around)[0]
		if one.Score != whole[i].Score {
			t.Errorf("number %d by itself: %g, with the others %g", i+1, one.Score, whole[i].Score)
		}
		around = append(around, store.Brief{ID: c.ID, Canonical: c.Canonical, State: store.Queued, Score: one.Score})
	}
	for i := range around {
		around[i].State = []store.State{store.Rejected, store.Accepted}[i%2]
	}
	late := fromOne(1)[0]
	late.ID = 2000
	if s := at.Score([]Seen{late}, around)[0]; s.Score != 0.35 {
		t.Errorf("after the others were decided on: %+v", s)
	}
}

func TestWhatHasNoOriginAndWhatTheEditorAddedStand(t *testing.T) {
	batch := fromOne(12)
	batch[11].Sources = []store.SourceName{{ID: 1, Name: "captured", Kind: captured}}
	for i := range 6 {
		batch[i].Canonical = fmt.Sprintf("https://films.example/watch?v=%d", i)
	}
	for i, s := range (Scorer{Now: now}).Score(batch, []store.Brief{}) {
		pushed := strings.Contains(fmt.Sprint(s.Why), "better from")
		if want := 8 <= i && i <= 10; pushed != want {
			t.Errorf("%s: %+v", batch[i].Canonical, s)
		}
	}
}

// lessonsOf are links that the editor took, and as many that he did not.
func lessonsOf(good, bad string) []Lesson {
	var out []Lesson
	for i := range 30 {
		n := string(rune('a' + i%26))
		out = append(out,
			Lesson{Canonical: "https://one" + n + ".example/" + good + "/" + n, Title: good + " " + n, Taken: true, Weight: 1, Text: i + 1},
			Lesson{Canonical: "https://two" + n + ".example/" + bad + "/" + n, Title: bad + " " + n, Weight: 1})
	}
	return out
}

func TestAnUnknownWordIsReadByTheKnownOneInIt(t *testing.T) {
	m := Learn(lessonsOf("linaro", "wedding"), make([]string, 30))
	if m == nil {
		t.Fatal("nothing was learned")
	}
	score := func(word string) Scored {
		return Scorer{Model: m, Now: now}.Score([]Seen{{Candidate: store.Candidate{ID: 1, Canonical: "https://films.example/user/" + word, Title: "films " + word, Weight: 1}}}, nil)[0]
	}
	plain := score("zzyzx").Score
	for _, word := range []string{"linaroorg", "meetlinaro", "linaro64"} {
		if s := score(word); s.Score < plain+0.5 || !strings.Contains(fmt.Sprint(s.Why), "“linaro” in title") {
			t.Errorf("%s: %+v, a word without it: %g", word, s, plain)
		}
	}
	if s := score("weddings"); s.Score > plain-0.5 {
		t.Errorf("weddings: %+v, a word without it: %g", s, plain)
	}
	if s := score("lin"); strings.Contains(fmt.Sprint(s.Why), "linaro") {
		t.Errorf("lin: %+v", s)
	}
}
