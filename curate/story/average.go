package story

import "container/heap"

// sameNews is from which odds, on average over all pairs of two groups, they tell the same news.
const sameNews = 0.08

// bond is an offer to make one of two groups, by their roots, and how often each had grown then.
type bond struct {
	odds   float64
	a, b   int
	at, bt int
}

type bonds []bond

func (h bonds) Len() int      { return len(h) }
func (h bonds) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h bonds) Less(i, j int) bool {
	a, b := h[i], h[j]
	switch {
	case a.odds != b.odds:
		return a.odds > b.odds
	case a.a != b.a:
		return a.a < b.a
	}
	return a.b < b.b
}
func (h *bonds) Push(x any) { *h = append(*h, x.(bond)) }
func (h *bonds) Pop() any {
	last := len(*h) - 1
	x := (*h)[last]
	*h = (*h)[:last]
	return x
}

// sameNews ties groups by average link (UPGMA), the two that are most alike first, until none are
// alike enough. Members that were never compared have nothing in common.
func (g *grouping) sameNews() {
	n := len(g.members)
	size := make([]int, n)
	for i := range g.members {
		size[g.find(i)]++
	}
	ties := map[int]map[int]float64{} // by two groups: the odds of their pairs, added up
	add := func(a, b int, odds float64) {
		if ties[a] == nil {
			ties[a] = map[int]float64{}
		}
		ties[a][b] += odds
	}
	at := g.inTime()
	near, asked := make([]Member, len(at)), make([]bool, len(at))
	for k, i := range at {
		near[k], asked[k] = g.members[i], g.members[i].StoryID == 0
	}
	read(near).pairs(asked, func(a, b int, odds float64) {
		if a, b = g.find(at[a]), g.find(at[b]); a != b && g.may(a, b) {
			add(a, b, odds)
			add(b, a, odds)
		}
	})
	var offers bonds
	grown := make([]int, n)
	offer := func(a, b int, sum float64) {
		odds := sum / float64(size[a]*size[b])
		if odds >= sameNews && g.may(a, b) {
			a, b = g.order(a, b)
			heap.Push(&offers, bond{odds, a, b, grown[a], grown[b]})
		}
	}
	for a, others := range ties {
		for b, sum := range others {
			if a < b {
				offer(a, b, sum)
			}
		}
	}
	for len(offers) > 0 {
		o := heap.Pop(&offers).(bond)
		a, b := o.a, o.b
		if o.at != grown[a] || o.bt != grown[b] {
			continue // one of them has grown since
		}
		g.root[b] = a
		size[a] += size[b]
		grown[a]++
		grown[b]++
		for k, sum := range ties[b] {
			delete(ties[k], b)
			if k != a {
				add(a, k, sum)
				add(k, a, sum)
			}
		}
		delete(ties, b)
		for k, sum := range ties[a] {
			offer(a, k, sum)
		}
	}
}

// inTime returns the members that may tell the same news as one that has no story: those of its week
// or the next, or of unknown time. Most of what came in weeks is not read again for what came today.
func (g *grouping) inTime() []int {
	week := func(m Member) int64 { return m.Published.Unix() / sameWeek }
	asked, anytime := map[int64]bool{}, false
	for _, m := range g.members {
		if m.StoryID == 0 {
			for d := int64(-1); d <= 1; d++ {
				asked[week(m)+d] = true
			}
			anytime = anytime || m.Published.Unix() <= 0
		}
	}
	var out []int
	for i, m := range g.members {
		if anytime || m.Published.Unix() <= 0 || asked[week(m)] {
			out = append(out, i)
		}
	}
	return out
}
