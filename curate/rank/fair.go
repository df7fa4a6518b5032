package rank

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"wiredesk/store"
)

const (
	// Page is how many candidates the first page of the queue holds.
	Page = 50
	// Quota is how many of them may come from one source alone.
	Quota = 10
)

// Place is a candidate in the order of the queue.
type Place struct {
	Score  float64
	Why    []store.Reason
	Source store.SourceName // the only one that showed it; ID 0: several did
}

const loud = "more than its share from "

// Fair takes the head of the queue, best first, and weighs down what one source has on the first page
// beyond its quota, to just below what the others have there: the wire that posts all day does not
// push the rest off the page. Where the others have too little to fill the page, the loud one has the
// rest of it. It is a reason like others, so score and order agree. It returns the places whose score
// changed, by index; what was weighed down before and need not be any more rises again.
func Fair(queue []Place) map[int]Place {
	base := make([]Place, len(queue))
	order := make([]int, len(queue))
	for i, p := range queue {
		base[i], order[i] = p.without(), i
	}
	// A few fell or rose; the others are in order.
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(base[b].Score, base[a].Score) })
	had := map[int64]int{}
	var within, over []int
	for _, i := range order {
		src := base[i].Source.ID
		if src != 0 {
			had[src]++
		}
		if src != 0 && had[src] > Quota {
			over = append(over, i)
		} else {
			within = append(within, i)
		}
	}
	floors := map[int64]float64{}
	for _, i := range over {
		p := base[i]
		floor, known := floors[p.Source.ID]
		if !known {
			floor = floorFor(p.Source.ID, within, base)
			floors[p.Source.ID] = floor
		}
		if p.Score < floor {
			continue
		}
		// The better of them stay before the others.
		down := round(floor - 0.001 - 0.01*(base[order[0]].Score-p.Score) - p.Score)
		why := append(slices.Clone(p.Why), store.Reason{Term: loud + p.Source.Name, Weight: down})
		base[i] = Place{round(p.Score + down), largestFirst(why), p.Source}
	}
	out := map[int]Place{}
	for i, p := range base {
		if p.Score != queue[i].Score {
			out[i] = p
		}
	}
	return out
}

// floorFor is the score of the last of the others that have a place on the first page by their quotas,
// or more than any score where there is none.
func floorFor(source int64, within []int, base []Place) float64 {
	floor, others := math.Inf(1), 0
	for _, k := range within {
		if base[k].Source.ID != source && base[k].Score > 0 && others < Page-Quota {
			floor = base[k].Score
			others++
		}
	}
	return floor
}

// without is a place as it would be without its weight for fairness.
func (p Place) without() Place {
	for k, r := range p.Why {
		if strings.HasPrefix(r.Term, loud) {
			p.Score = round(p.Score - r.Weight)
			p.Why = append(append([]store.Reason{}, p.Why[:k]...), p.Why[k+1:]...)
			break
		}
	}
	return p
}
