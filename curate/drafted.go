package curate

import (
	"cmp"
	"slices"
	"strings"

	"wiredesk/curate/issue"
	"wiredesk/store/link"
)

// drafted is what the last draft of an issue made of its stories. What it said stays, where the
// editor did not decide otherwise: a score that rose since is no reason to turn a draft over in
// which he works.
type drafted struct {
	place   map[string]int    // of a story, by the identity of its links
	heading map[string]string // as plain text, with the credit
}

func draftedAs(text string) drafted {
	out := drafted{map[string]int{}, map[string]string{}}
	doc := issue.Parse([]byte(text))
	for n, i := range doc.Stories() {
		for _, l := range doc.Parts[i].Links {
			clean, err := link.Clean(l.URL, "")
			if err != nil {
				continue
			}
			id := link.Canonical(clean)
			if _, twice := out.place[id]; !twice {
				out.place[id], out.heading[id] = n, doc.Parts[i].Plain
			}
		}
	}
	return out
}

// find is the place of a story in that draft; -1: it is new.
func (d drafted) find(s Story) int {
	for _, c := range s.Candidates {
		if n, ok := d.place[c.Canonical]; ok {
			return n
		}
	}
	return -1
}

// headline is the proposed headline of a story: that of the draft while one of its candidates has
// that title still.
func (d drafted) headline(s Story) string {
	for _, c := range s.Candidates {
		had, ok := d.heading[c.Canonical]
		if !ok {
			continue
		}
		for _, o := range s.Candidates {
			if o.Title != "" && (had == o.Title || strings.HasPrefix(had, o.Title+" (")) {
				return o.Title
			}
		}
	}
	return s.Title
}

// settle puts stories without a place of the editor's into the order of the draft; new ones go by
// score between them.
func (d drafted) settle(stories []Story) []Story {
	slices.SortStableFunc(stories, func(a, b Story) int { return cmp.Or(order(a, b), cmp.Compare(a.ID, b.ID)) })
	var placed, known, fresh []Story
	for _, s := range stories {
		switch {
		case s.Position != nil:
			placed = append(placed, s)
		case d.find(s) >= 0:
			known = append(known, s)
		default:
			fresh = append(fresh, s)
		}
	}
	slices.SortStableFunc(known, func(a, b Story) int { return cmp.Compare(d.find(a), d.find(b)) })
	for _, s := range fresh {
		at := slices.IndexFunc(known, func(k Story) bool { return d.find(k) >= 0 && k.score() < s.score() })
		if at < 0 {
			at = len(known)
		}
		known = slices.Insert(known, at, s)
	}
	return append(placed, known...)
}
