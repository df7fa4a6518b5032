package issue

import (
	"sort"
	"strings"

	"wiredesk/store"
)

// moves are the stories of base that theirs puts elsewhere than base, and that the editor left
// where they were.
func (m *merge) moves() map[int]bool {
	var common []int
	for _, b := range m.base.Stories() {
		at, there := m.file.to[b]
		_, stays := m.was.to[b]
		if text, gone := m.replaced[at]; there && stays && (!gone || text != "") {
			common = append(common, b)
		}
	}
	in := func(places map[int]int) map[int]bool {
		seq := make([]int, len(common))
		for i, b := range common {
			seq[i] = places[b]
		}
		kept := map[int]bool{}
		for _, i := range rising(seq) {
			kept[common[i]] = true
		}
		return kept
	}
	theirs, mine := in(m.was.to), in(m.file.to)
	moved := map[int]bool{}
	for _, b := range common {
		t, at := m.was.to[b], m.file.to[b]
		elsewhere := !theirs[b] || m.base.sectionOf(b) != m.theirs.sectionOf(t)
		if elsewhere && mine[b] && m.mine.sectionOf(at) == m.base.sectionOf(b) {
			moved[b] = true
		} else if mine[b] {
			m.place[t] = at + 1
		}
	}
	return moved
}

// rising returns the indices of a longest rising subsequence.
func rising(seq []int) []int {
	var tails []int // indices of the smallest ends of subsequences, by length
	before := make([]int, len(seq))
	for i, v := range seq {
		n := sort.Search(len(tails), func(k int) bool { return seq[tails[k]] >= v })
		before[i] = -1
		if n > 0 {
			before[i] = tails[n-1]
		}
		if n == len(tails) {
			tails = append(tails, i)
		} else {
			tails[n] = i
		}
	}
	out := make([]int, len(tails))
	for i, at := len(tails)-1, -1; i >= 0; i-- {
		if at < 0 {
			at = tails[i]
		}
		out[i] = at
		at = before[at]
	}
	return out
}

// sectionOf is the heading of the section in which a part stands, for comparing; empty: none.
func (d *Document) sectionOf(part int) string {
	if s := d.Parts[part].Section; s >= 0 {
		return loose(d.Parts[s].Plain)
	}
	return ""
}

// section is the section with a heading; -1: there is none.
func (d *Document) section(heading string) int {
	for i, p := range d.Parts {
		if p.Kind == store.SectionPart && loose(p.Plain) == heading {
			return i
		}
	}
	return -1
}

// insert puts a story of theirs into the file: behind the story before it in its section, else
// before the one behind it, else at the head of the section, which is made where it is new.
func (m *merge) insert(t int, text string) {
	stories := m.theirs.Stories()
	i := sort.SearchInts(stories, t)
	section := m.theirs.sectionOf(t)
	at := -1
	for j := i - 1; j >= 0 && at < 0; j-- {
		if before, ok := m.place[stories[j]]; ok && m.theirs.sectionOf(stories[j]) == section {
			at = before
		}
	}
	for j := i + 1; j < len(stories) && at < 0; j++ {
		if before, ok := m.place[stories[j]]; ok && m.theirs.sectionOf(stories[j]) == section {
			at = before - 1
		}
	}
	if s := m.mine.section(section); at < 0 && section != "" && s >= 0 {
		at = s + 1
	}
	if at < 0 {
		at = m.first()
		for j := i - 1; j >= 0 && section != ""; j-- {
			if before, ok := m.place[stories[j]]; ok {
				for at = before; at < len(m.mine.Parts) && m.mine.Parts[at].Kind == store.StoryPart; at++ {
				}
				break
			}
		}
		if section != "" && m.base.section(section) < 0 {
			text = strings.TrimRight(m.theirs.partText(m.theirs.Parts[t].Section), "\r\n") + "\n\n" + text
		}
	}
	m.place[t] = at
	m.inserts = append(m.inserts, insertion{at, ranks[store.StoryPart], text})
}

// first is the place of the first story.
func (m *merge) first() int {
	for i, p := range m.mine.Parts {
		if ranks[p.Kind] >= ranks[store.StoryPart] {
			return i
		}
	}
	return len(m.mine.Parts)
}

// emptySections takes out the headings of sections that theirs does not have any more, and under
// which nothing is left.
func (m *merge) emptySections() {
	for b, p := range m.base.Parts {
		if p.Kind != store.SectionPart || m.theirs.section(loose(p.Plain)) >= 0 {
			continue
		}
		at := m.mine.section(loose(p.Plain))
		if at < 0 || !sameText(m.base, b, m.mine, at) {
			continue
		}
		left := false
		for i, q := range m.mine.Parts {
			if text, ok := m.replaced[i]; q.Section == at && (!ok || text != "") {
				left = true
			}
		}
		if !left {
			m.replaced[at] = ""
		}
	}
}
