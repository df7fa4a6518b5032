package rank

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"wiredesk/store"
)

const (
	stand = 3    // best links of one origin that stand as they are
	flood = 2.0  // what the next one loses, and with every doubling of their number again
	alike = 0.01 // scores that differ by less are equal: those that are stored are rounded
	depth = 64   // better ones that are counted; a place that far down is no place
)

// floods returns what each link of a batch loses to better ones of its origin that wait in the queue.
// The editor takes one or two of the forty pull requests of a project in a week, whatever their words are
// worth; the others should not push the only link of another project off the page. An origin of which he
// takes most loses less, and what he added himself stands as it is.
func (s Scorer) floods(batch []Seen, scores []float64, around []store.Brief) []part {
	out := make([]part, len(batch))
	inBatch := make(map[int64]bool, len(batch))
	order := make([]int, len(batch))
	for i, c := range batch {
		inBatch[c.ID], order[i] = true, i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(scores[b], scores[a]) })
	lists := map[string][]float64{} // by origin: the best scores, less what they lost, best first
	for _, b := range around {
		if o := originOf(b.Canonical); o != "" && b.State == store.Queued && !inBatch[b.ID] {
			lists[o] = append(lists[o], b.Score)
		}
	}
	for _, list := range lists {
		slices.SortFunc(list, func(a, b float64) int { return cmp.Compare(b, a) })
	}
	for _, i := range order {
		o := originOf(batch[i].Canonical)
		if o == "" {
			continue
		}
		list, better, down, refused := lists[o], 0, 0.0, s.Model.refused(o)
		if slices.ContainsFunc(batch[i].Sources, func(s store.SourceName) bool { return s.Kind == captured }) {
			refused = 0
		}
		for ; better < min(len(list), depth) && list[better] > scores[i]-down-alike; down = lost(better) * refused {
			better++
		}
		if down > 0 {
			out[i] = because(-down, "%d better from %s", better, o)
		}
		list = slices.Insert(list, better, scores[i]-down)
		lists[o] = list[:min(len(list), depth)]
	}
	return out
}

// lost is what a link loses by so many better ones of its origin.
func lost(better int) float64 {
	if better < stand {
		return 0
	}
	return flood * math.Log2(float64(better-stand+2))
}

// refused is the share of the links of an origin that the editor did not take, near 1 while little is known.
func (m *Model) refused(origin string) float64 {
	if m == nil {
		return 1
	}
	t := m.signs[feature{ofPath, origin}]
	if !strings.Contains(origin, "/") {
		t = m.signs[feature{ofSite, origin}]
	}
	return 1 - t.yes/(t.yes+t.no+soft)
}

// originOf names who speaks on a page: the host with the first part of the path, which is an owner on a
// site of many and a section elsewhere. It is empty where only a query tells pages apart, as for films:
// their addresses do not say whose they are.
func originOf(canonical string) string {
	if strings.Contains(canonical, "?") {
		return ""
	}
	host, path, _ := strings.Cut(strings.TrimPrefix(strings.ToLower(canonical), "https://"), "/")
	host = strings.TrimPrefix(host, "www.")
	if first, _, _ := strings.Cut(path, "/"); first != "" {
		return host + "/" + first
	}
	return host
}
