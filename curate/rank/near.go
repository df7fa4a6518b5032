package rank

import (
	"slices"
	"strings"

	"wiredesk/store"
	"wiredesk/store/hash"
	"wiredesk/store/plain"
)

const (
	lent     = 0.35 // of the way that a link moves towards its neighbour's score
	crowd    = 5    // a word on more links than this is no sign of one news
	minNear  = 4    // letters of such a word
	everyday = 8    // nor is one that more lessons have
	shelves  = 1 << 16
)

// shelf holds what is known of a word, or of the few that share its hash: on how many links it stands,
// and on which two of them that score highest.
type shelf struct{ count, first, other int32 }

// holder is a link on a shelf.
type holder struct {
	id    int64
	score float64
	title string
	words []string
}

// neighbours returns for each link of a batch what the best link that shares a rare word with it lends
// it: the project that an arm64 announcement names is news on its own page too, which names no
// architecture. A link lends only where it scores above nothing, and never to one that scores more.
func (s Scorer) neighbours(batch []Seen, scores []float64, around []store.Brief) []part {
	out := make([]part, len(batch))
	all := make([]holder, 0, len(batch)+len(around))
	inBatch := make(map[int64]bool, len(batch))
	best := 0.0
	for i, c := range batch {
		inBatch[c.ID] = true
		all = append(all, holder{c.ID, scores[i], c.Title, rareWords(c.Canonical, c.Title)})
		best = max(best, scores[i])
	}
	for _, b := range around {
		if !inBatch[b.ID] {
			all = append(all, holder{b.ID, b.Score, b.Title, rareWords(b.Canonical, b.Title)})
			best = max(best, b.Score)
		}
	}
	if best <= 0 {
		return out
	}
	table := make([]shelf, shelves)
	on := func(word string) *shelf { return &table[uint64(hash.Of([]byte(word)))%shelves] }
	for i, h := range all {
		for _, w := range h.words {
			at := on(w)
			at.count++
			switch {
			case at.count == 1:
				at.first = int32(i)
			case h.score > all[at.first].score:
				at.first, at.other = int32(i), at.first
			case at.count == 2 || h.score > all[at.other].score:
				at.other = int32(i)
			}
		}
	}
	for i := range batch {
		gain := 0.1 // less is not worth a word
		for _, w := range all[i].words {
			at := on(w)
			if at.count < 2 || at.count > crowd || s.Model.everyday(w) {
				continue
			}
			from := all[at.first]
			if int(at.first) == i {
				from = all[at.other]
			}
			g := lent * (from.score - scores[i]) * float64(crowd+2-at.count) / crowd
			if from.score > 0 && g > gain {
				gain = g
				out[i] = because(g, "“%s” as in “%s”", w, plain.Cut(from.title, 40))
			}
		}
	}
	return out
}

// everyday reports that a word is no news by itself: many lessons have it.
func (m *Model) everyday(word string) bool {
	if m == nil {
		return false
	}
	t := m.signs[feature{ofWord, word}]
	return t.yes+t.no > everyday
}

// rareWords are the words of a link that could tell one news from another, each once: those of its
// title and path, less the name of its site.
func rareWords(canonical, title string) []string {
	host, path, _ := strings.Cut(strings.ToLower(strings.TrimPrefix(canonical, "https://")), "/")
	site := wordsOf(host)
	words := append(wordsOf(strings.ToLower(title)), wordsOf(path)...)
	kept := words[:0]
	for _, w := range words {
		if len(w) >= minNear && says(w) && strings.Trim(w, "0123456789") != "" && !slices.Contains(site, w) && !slices.Contains(kept, w) {
			kept = append(kept, w)
		}
	}
	return kept
}
