package issue

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// A press is asked for issues that grow, shrink and are written in; each must be as if it was the first.
func TestAPressRendersAsRenderDoes(t *testing.T) {
	dice := rand.New(rand.NewPCG(3, 9))
	var press Press
	p := plan()
	for round := range 60 {
		switch n := len(p.Stories); {
		case n < 3 || dice.IntN(3) == 0:
			p.Stories = append(p.Stories, Story{ID: int64(round), Headline: fmt.Sprintf("*Board* %d", round), Links: []Link{{URL: fmt.Sprintf("https://example.org/a_%d", round), Title: "A board"}}})
		case dice.IntN(3) == 0:
			p.Stories = p.Stories[1:]
		default:
			s := &p.Stories[dice.IntN(n)]
			s.Note, s.Own = fmt.Sprintf("It was measured %d times, and each time it was a little faster than before.", round), dice.IntN(2) == 0
			s.Quotes = []Quote{{Text: fmt.Sprintf("It is %d times as fast.", round), Speaker: "Ann Other"}}
		}
		p.Wrap = 40 + round/20
		for _, name := range Layouts {
			got, err := press.Render(p, layout(t, name))
			if want := render(t, p, name); err != nil || got != want {
				t.Fatalf("round %d, %s: %v\n%s\nwant\n%s", round, name, err, got, want)
			}
			if far, want := press.Progress(got), Parse([]byte(got)).Progress(); far != want {
				t.Fatalf("round %d, %s: %+v, want %+v", round, name, far, want)
			}
		}
	}
}

// BenchmarkPress lays out an issue of fifty stories in which one changed, and all of it for comparison.
func BenchmarkPress(b *testing.B) {
	p := plan()
	for i := range 50 {
		p.Stories = append(p.Stories, Story{ID: int64(i), Headline: fmt.Sprintf("Board %d is here", i), Links: []Link{{URL: fmt.Sprintf("https://example.org/a_%d", i), Title: "A board"}}})
	}
	l := layout(b, "classic")
	var press Press
	for name, render := range map[string]func(Plan, Layout) (string, error){"one": press.Render, "all": Render} {
		b.Run(name, func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				p.Stories[i%50].Note = fmt.Sprint("Words of round ", i)
				if _, err := render(p, l); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
