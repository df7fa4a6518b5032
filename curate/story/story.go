// Package story groups candidates that tell the same news. It decides; it reads and writes
// nothing. Only candidates without a story are grouped: what was grouped once, or merged or split
// by the editor, stays so.
//
// Candidates are compared by the words of title and address (words.go), in pairs that an inverted
// index finds (near.go), and tied by average link (average.go).
package story

import (
	"wiredesk/store"
)

// Member is a candidate as grouping sees it.
type Member struct {
	store.Brief
	Fixed bool // its story takes no more: the editor split it off
}

// Link says that the text of one member links to another: their indices.
type Link struct{ From, To int32 }

// HubLinks is from how many links on a page is a list of news, not one: its links tie nothing.
const HubLinks = 12

// Group finds a story for every member that has none, among all members. The result is aligned
// with members: the index of the member whose story it joins, or its own where it begins one, or
// -1 for members that have a story. Candidates belong together that state one canonical page, or of
// which one links to the other; and those whose titles and addresses say that they tell the same news,
// on average over all of a story, so that no chain of half-likes ties a week together. Links of texts
// that have more than HubLinks are left out by the caller, and links between members that have a story
// may be.
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
	g.sameNews()
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
	if a, b = g.find(a), g.find(b); a != b && g.may(a, b) {
		a, b = g.order(a, b)
		g.root[b] = a
	}
}

// may tells whether two roots can be tied.
func (g *grouping) may(a, b int) bool {
	return (g.members[a].StoryID == 0 || g.members[b].StoryID == 0) && !g.members[a].Fixed && !g.members[b].Fixed
}

// order returns two roots, the one that is to be the root of both first.
func (g *grouping) order(a, b int) (int, int) {
	sa, sb := g.members[a].StoryID, g.members[b].StoryID
	if sb != 0 || sa == 0 && b < a {
		return b, a
	}
	return a, b
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
