package rank

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"wiredesk/store"
)

// many returns lessons as a newsletter of a year has them: a tenth of the links was taken, and these
// have their own words and sites.
func many(n int) []Lesson {
	r := rand.New(rand.NewPCG(1, 2))
	var out []Lesson
	for i := range n {
		taken := i%10 == 0
		var words []string
		for range 7 {
			k := r.IntN(4000)
			if taken {
				k = r.IntN(400)
			}
			words = append(words, fmt.Sprintf("word%x", k*k))
		}
		out = append(out, Lesson{
			Canonical: fmt.Sprintf("https://site%d.example/news/%d/%s", r.IntN(500), i%12, strings.Join(words, "-")), Title: strings.Join(words, " "),
			Taken: taken, Weight: 1,
		})
	}
	return out
}

func BenchmarkLearn10000(b *testing.B) {
	lessons := many(10_000)
	for b.Loop() {
		if Learn(lessons, nil) == nil {
			b.Fatal("nothing was learned")
		}
	}
}

// BenchmarkScore shows what a model costs beside the terms alone, for a harvest of a thousand links.
func BenchmarkScore(b *testing.B) {
	var batch []Seen
	for i, l := range many(1000) {
		batch = append(batch, Seen{Candidate: store.Candidate{ID: int64(i + 1), Canonical: l.Canonical, Title: l.Title, Weight: 1, Matched: []store.Match{{Term: "arm64", Where: "title", Weight: 3}}}})
	}
	for _, c := range []struct {
		name   string
		model  *Model
		around []store.Brief
	}{{"terms", nil, nil}, {"neighbours", nil, []store.Brief{}}, {"model", Learn(many(10_000), nil), []store.Brief{}}} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				Scorer{Model: c.model, Now: time.Unix(0, 0)}.Score(batch, c.around)
			}
		})
	}
}
