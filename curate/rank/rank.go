// Package rank gives a candidate its score and the reasons for it, in words that the editor uses.
// It decides; it reads and writes nothing.
package rank

import (
	"fmt"
	"math"
	"sort"
	"time"

	"wiredesk/store"
)

// Score weighs a candidate: what of the topic it holds, on how many wires it was seen, how fresh
// it is, and the weight of the source that brought it. The reasons come largest first; their
// weights add up to the score.
func Score(c store.Candidate, wires int, now time.Time) (float64, []store.Reason) {
	why := terms(c)
	if wires > 1 {
		why = append(why, store.Reason{Term: fmt.Sprintf("seen on %d wires", wires), Weight: math.Min(math.Log2(float64(wires)), 3)})
	}
	if !c.Published.IsZero() {
		switch age := now.Sub(c.Published); {
		case age < 0:
		case age <= 3*24*time.Hour:
			why = append(why, store.Reason{Term: "new this week", Weight: 0.5})
		case age > 60*24*time.Hour:
			why = append(why, store.Reason{Term: "over two months old", Weight: -0.5})
		}
	}
	sum := 0.0
	for _, r := range why {
		sum += r.Weight
	}
	if c.Weight != 1 && c.Weight > 0 {
		why = append(why, store.Reason{Term: fmt.Sprintf("source weighs %g", c.Weight), Weight: sum * (c.Weight - 1)})
		sum *= c.Weight
	}
	for i := range why {
		why[i].Weight = round(why[i].Weight)
	}
	sort.SliceStable(why, func(i, j int) bool { return math.Abs(why[i].Weight) > math.Abs(why[j].Weight) })
	return round(sum), why
}

// terms are the topic terms of a candidate, each once, where it counts most. What stands on the
// page adds little to what the title says already.
func terms(c store.Candidate) []store.Reason {
	best := map[string]store.Match{}
	var order []string
	for _, m := range c.Matched {
		old, seen := best[m.Term]
		if !seen {
			order = append(order, m.Term)
		}
		if !seen || m.Weight > old.Weight {
			best[m.Term] = m
		}
	}
	sort.SliceStable(order, func(i, j int) bool { return best[order[i]].Weight > best[order[j]].Weight })
	var why []store.Reason
	for i, t := range order {
		// Ten names of chips are not ten times the news: each further term counts half.
		w := best[t].Weight * math.Pow(0.5, float64(max(i-1, 0)))
		if w < 0.05 {
			break
		}
		why = append(why, store.Reason{Term: t + " " + place(best[t].Where), Weight: w})
	}
	return why
}

func place(where string) string {
	switch where {
	case "link":
		return "in the link"
	case "text":
		return "in the text"
	case "page":
		return "on the page"
	}
	return "in " + where
}

func round(f float64) float64 { return math.Round(f*1000) / 1000 }
