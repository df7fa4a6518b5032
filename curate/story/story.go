// Package story groups candidates that tell the same news. It decides; it reads and writes
// nothing. Only candidates without a story are grouped: what was grouped once, or merged or split
// by the editor, stays so.
package story

import (
	"iter"
	"math"
	"slices"
	"strings"
	"unicode"

	"wiredesk/store"
)

// Member is a candidate as grouping sees it.
type Member struct {
	store.Brief
	Fixed bool // its story takes no more: the editor split it off
}

// Link says that the text of one member links to another: their indices.
type Link struct{ From, To int32 }

// The limits, and why.
const (
	nearTitles = 0.6 // share of common words from which two titles tell the same
	minWords   = 4   // words that a title needs for that: "Release notes" says nothing
	common     = 50  // titles in which a word may stand and still point to one of them
)

// HubLinks is from how many links on a page is a list of news, not one: its links tie nothing.
const HubLinks = 12

// Group finds a story for every member that has none, among all members. The result is aligned
// with members: the index of the member whose story it joins, or its own where it begins one, or
// -1 for members that have a story. Candidates belong together that state one canonical page, of
// which one links to the other, or whose titles are nearly the same. Links of texts that have more
// than HubLinks are left out by the caller, and links between members that have a story may be.
func Group(members []Member, links []Link) []int {
	g := &grouping{members: members, root: make([]int, len(members))}
	for i := range members {
		g.root[i] = i
	}
	g.sameStory()
	g.samePage()
	for _, l := range links {
		g.join(int(l.From), int(l.To))
	}
	g.sameTitle()
	out := make([]int, len(members))
	for i, m := range members {
		out[i] = g.find(i)
		if m.StoryID != 0 {
			out[i] = -1
		}
	}
	return out
}

// grouping is a forest of members; the root of a tree is the member that has a story, else the
// first.
type grouping struct {
	members []Member
	root    []int
}

func (g *grouping) find(i int) int {
	for g.root[i] != i {
		g.root[i] = g.root[g.root[i]]
		i = g.root[i]
	}
	return i
}

// join ties two members, unless both have a story already, or one has a story that is closed.
func (g *grouping) join(a, b int) {
	a, b = g.find(a), g.find(b)
	if a == b {
		return
	}
	sa, sb := g.members[a].StoryID, g.members[b].StoryID
	switch {
	case sa != 0 && sb != 0 || g.members[a].Fixed || g.members[b].Fixed:
		return
	case sb != 0 || sa == 0 && b < a:
		a, b = b, a
	}
	g.root[b] = a
}

// sameStory ties the members of a story that exists.
func (g *grouping) sameStory() {
	first := map[int64]int{}
	for i, m := range g.members {
		if m.StoryID == 0 {
			continue
		}
		if j, ok := first[m.StoryID]; ok {
			g.root[i] = j
		} else {
			first[m.StoryID] = i
		}
	}
}

// samePage ties candidates whose pages state one canonical URL.
func (g *grouping) samePage() {
	at := map[string]int{}
	for i, m := range g.members {
		at[m.Canonical] = i
	}
	stated := map[string]int{}
	for i, m := range g.members {
		if m.PageCanonical == "" {
			continue
		}
		if j, ok := at[m.PageCanonical]; ok && j != i {
			g.join(i, j)
		}
		if j, ok := stated[m.PageCanonical]; ok {
			g.join(i, j)
		} else {
			stated[m.PageCanonical] = i
		}
	}
}

// Pages tells which member a link leads to, by canonical URL or by the one that its page states.
func Pages(members []Member) map[string]int32 {
	at := make(map[string]int32, len(members))
	for i, m := range members {
		at[m.Canonical] = int32(i)
	}
	for i, m := range members {
		if _, taken := at[m.PageCanonical]; m.PageCanonical != "" && !taken {
			at[m.PageCanonical] = int32(i)
		}
	}
	return at
}

// sameTitle ties candidates with nearly the same titles, by an inverted index from words to
// titles: only titles that share a rare word are ever compared. Words are numbers here, so that
// tens of thousands of titles take little room.
func (g *grouping) sameTitle() {
	w := words{number: map[string]int32{}}
	titles := make([][]int32, len(g.members))
	var index [][]int32
	for i, m := range g.members {
		titles[i] = w.of(m.Title)
		for len(index) < len(w.digits) {
			index = append(index, nil)
		}
		for _, n := range titles[i] {
			index[n] = append(index[n], int32(i))
		}
	}
	shared := map[int]bool{}
	for i, mine := range titles {
		if len(mine) < minWords || g.members[i].StoryID != 0 {
			continue
		}
		clear(shared)
		for _, n := range mine {
			if len(index[n]) > common {
				continue
			}
			for _, j := range index[n] {
				if int(j) != i && len(titles[j]) >= minWords {
					shared[int(j)] = true
				}
			}
		}
		best, share := -1, 0.0
		for j := range shared {
			s := overlap(mine, titles[j])
			if s >= nearTitles && w.numbersAgree(mine, titles[j]) && (s > share || s == share && j < best) {
				best, share = j, s
			}
		}
		if best >= 0 {
			g.join(i, best)
		}
	}
}

// words numbers the words of titles.
type words struct {
	number map[string]int32
	digits []bool // by number: it begins with a digit
}

// of returns the significant words of a title, each once, in order of their numbers.
func (w *words) of(title string) []int32 {
	out := make([]int32, 0, 16)
	for word := range significant(title) {
		n, ok := w.number[word]
		if !ok {
			n = int32(len(w.digits))
			w.number[strings.Clone(word)] = n
			w.digits = append(w.digits, word[0] >= '0' && word[0] <= '9')
		}
		out = append(out, n)
	}
	slices.Sort(out)
	return slices.Clip(slices.Compact(out))
}

// overlap is the share of common words in the words of both (Jaccard).
func overlap(a, b []int32) float64 {
	n := 0
	for _, word := range a {
		if _, ok := slices.BinarySearch(b, word); ok {
			n++
		}
	}
	return float64(n) / math.Max(1, float64(len(a)+len(b)-n))
}

// numbersAgree keeps "Fedora 43 is out" and "Fedora 44 is out" apart.
func (w *words) numbersAgree(a, b []int32) bool {
	return !w.foreignNumber(a, b) || !w.foreignNumber(b, a)
}

func (w *words) foreignNumber(a, b []int32) bool {
	for _, n := range a {
		if _, ok := slices.BinarySearch(b, n); w.digits[n] && !ok {
			return true
		}
	}
	return false
}

var filler = map[string]bool{
	"a": true, "an": true, "and": true, "are": true, "as": true, "at": true, "by": true, "for": true, "from": true, "has": true, "in": true,
	"is": true, "it": true, "its": true, "new": true, "now": true, "of": true, "on": true, "or": true, "the": true, "this": true, "to": true, "with": true,
}

// significant are the words of a title that say something, in lower case, as often as they stand
// there.
func significant(title string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for w := range strings.FieldsFuncSeq(strings.ToLower(title), func(r rune) bool {
			return r != '.' && r != '+' && (r < '0' || r > '9' && r < 'a' || r > 'z' && r < 0x80 || r >= 0x80 && !unicode.IsLetter(r) && !unicode.IsDigit(r))
		}) {
			if w = strings.Trim(w, "."); w != "" && !filler[w] && !yield(w) {
				return
			}
		}
	}
}
