package story

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"wiredesk/store"
)

var syllables = strings.Fields("ka lo mi tur ben dar fen gol hex jin kor lum mar nox pel quo ras sil tam vex wol yar zen bri cla dro flu gra ple sta")

// name is the k-th name of an invented world.
func name(k int) string {
	s := ""
	for x := k + 37; x > 0; x /= len(syllables) {
		s += syllables[x%len(syllables)]
	}
	return s
}

// week makes n candidates as a week brings them: sites, projects and names whose frequencies fall as
// those of words do, news told by one to five candidates, and titles around them.
func week(n int) []Member {
	r := rand.New(rand.NewPCG(1, uint64(n)))
	zipf := rand.NewZipf(r, 1.1, 20, uint64(n*2))
	words := func(k int) string {
		var out []string
		for range k {
			out = append(out, name(int(zipf.Uint64())))
		}
		return strings.Join(out, "-")
	}
	start := time.Date(2026, 11, 16, 0, 0, 0, 0, time.UTC)
	members := make([]Member, 0, n)
	for len(members) < n {
		subject, topic := name(1000+r.IntN(8*n)), words(3)
		at := start.Add(time.Duration(r.IntN(14*24)) * time.Hour)
		for range 1 + r.IntN(5) {
			m := Member{Brief: store.Brief{ID: int64(len(members) + 1), Published: at.Add(time.Duration(r.IntN(48)) * time.Hour)}}
			switch r.IntN(3) {
			case 0:
				m.Canonical = fmt.Sprintf("https://github.com/%s/%s/pull/%d", subject, name(int(zipf.Uint64())), r.IntN(9000))
			case 1:
				m.Canonical = fmt.Sprintf("https://%s.example/%s-%s", name(int(zipf.Uint64())), subject, words(4))
			default:
				m.Canonical = fmt.Sprintf("https://blog.%s.example/2026/11/%s-%s", subject, topic, words(2))
			}
			m.Title = strings.ReplaceAll(topic+"-"+words(3), "-", " ")
			if r.IntN(2) == 0 {
				m.Title += " " + subject
			}
			members = append(members, m)
		}
	}
	return members[:n]
}

// allPairs is the reference: every two candidates are compared.
func (c *corpus) allPairs(f func(a, b int, odds float64)) {
	all := make([]pieces, len(c.docs))
	for i, d := range c.docs {
		all[i] = c.pieces(d)
	}
	for i := range c.docs {
		for j := range i {
			if x, ok := c.compare(i, j, all[i], all[j]); ok {
				f(i, j, odds(x))
			}
		}
	}
}

func everyone(n int) []bool {
	out := make([]bool, n)
	for i := range out {
		out[i] = true
	}
	return out
}

func TestTheIndexFindsThePairsThatAllPairsFinds(t *testing.T) {
	c := read(week(700))
	type pair struct{ a, b int }
	want, got := map[pair]float64{}, map[pair]float64{}
	c.allPairs(func(a, b int, odds float64) { want[pair{a, b}] = odds })
	c.pairs(everyone(700), func(a, b int, odds float64) { got[pair{a, b}] = odds })
	if len(want) < 500 {
		t.Fatalf("only %d pairs to find", len(want))
	}
	for p, odds := range want {
		if got[p] != odds {
			t.Errorf("%v: odds %.3f, want %.3f", p, got[p], odds)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d pairs, want %d", len(got), len(want))
	}
}

// BenchmarkGroup groups candidates as weeks bring them. BenchmarkPairs finds the pairs to group by the
// index, and by comparing all with all:
//
//	go test -bench 'Group|Pairs' ./curate/story
func BenchmarkGroup(b *testing.B) {
	for _, n := range []int{1000, 10000, 50000} {
		members := week(n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Group(members, nil)
			}
		})
	}
}

func BenchmarkPairs(b *testing.B) {
	const n = 10000
	c := read(week(n))
	for _, way := range []struct {
		name string
		find func(f func(a, b int, odds float64))
	}{
		{"index", func(f func(a, b int, odds float64)) { c.pairs(everyone(n), f) }},
		{"all", c.allPairs},
	} {
		b.Run(way.name, func(b *testing.B) {
			found := 0
			for b.Loop() {
				found = 0
				way.find(func(int, int, float64) { found++ })
			}
			b.ReportMetric(float64(found), "pairs")
		})
	}
}
