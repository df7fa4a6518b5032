package issue

import (
	"cmp"
	"slices"
	"strings"

	"wiredesk/store"
	"wiredesk/store/link"
)

// pairs says which stories of one file are which of another: by the links that they share, then by
// their headings.
type pairs struct {
	to     map[int]int // parts of the one to parts of the other, one to one
	joined map[int]int // parts of the one whose links stand in a story of the other that to names for another
}

// find returns the story of the other file that holds a story; -1: none does.
func (p pairs) find(part int) int {
	if at, ok := p.to[part]; ok {
		return at
	}
	if at, ok := p.joined[part]; ok {
		return at
	}
	return -1
}

// one is what the same heading counts for; a link that no other story has counts for four.
const one = 1 << 20

// pair compares the stories of two files.
func pair(a, b *Document) pairs {
	as, bs := identities(a), identities(b)
	type match struct {
		a, b  int
		score int
	}
	var all []match
	for i, x := range as.stories {
		for j, y := range bs.stories {
			m := match{a: i, b: j}
			for url := range x.urls {
				if y.urls[url] {
					// A link that many stories have says little about which is which.
					m.score += 4 * one / (as.count[url] * bs.count[url])
				}
			}
			if x.heading != "" && x.heading == y.heading {
				m.score += one
			}
			if m.score > 0 && sameText(a, x.part, b, y.part) {
				m.score += 1000 * one
			}
			if m.score > 0 {
				all = append(all, m)
			}
		}
	}
	slices.SortStableFunc(all, func(x, y match) int {
		return cmp.Or(cmp.Compare(y.score, x.score), cmp.Compare(abs(x.a-x.b), abs(y.a-y.b)))
	})
	out := pairs{to: map[int]int{}, joined: map[int]int{}}
	taken := map[int]bool{}
	for _, m := range all {
		from, to := as.stories[m.a].part, bs.stories[m.b].part
		if _, done := out.to[from]; !done && !taken[to] {
			out.to[from], taken[to] = to, true
		}
	}
	for _, m := range all {
		from, to := as.stories[m.a].part, bs.stories[m.b].part
		if _, done := out.to[from]; !done && m.score >= one {
			if _, done := out.joined[from]; !done {
				out.joined[from] = to
			}
		}
	}
	return out
}

func abs(n int) int { return max(n, -n) }

// identity is what a story is known by.
type identity struct {
	part    int
	urls    map[string]bool
	heading string
}

type identitySet struct {
	stories []identity
	count   map[string]int // in how many stories a link stands
}

func identities(d *Document) identitySet {
	out := identitySet{count: map[string]int{}}
	for _, i := range d.Stories() {
		s := identity{part: i, urls: d.urls(i), heading: loose(d.Parts[i].Plain)}
		for url := range s.urls {
			out.count[url]++
		}
		out.stories = append(out.stories, s)
	}
	return out
}

// urls are the links of a part by their identity.
func (d *Document) urls(part int) map[string]bool {
	out := map[string]bool{}
	for _, l := range d.Parts[part].Links {
		out[link.Identity(l.URL)] = true
	}
	return out
}

// sameText reports that two parts say the same, whatever their line endings and the blank lines
// behind them.
func sameText(a *Document, i int, b *Document, j int) bool {
	return unix(a.partText(i)) == unix(b.partText(j))
}

// partText is the markdown of a part less the blank lines behind it.
func (d *Document) partText(part int) string {
	p := d.Parts[part]
	return d.Text(Span{p.Blocks[0].Text.Start, p.Blocks[len(p.Blocks)-1].Text.End})
}

// title is the heading of a part as plain text, less the credit.
func (d *Document) title(part int) string {
	p := d.Parts[part]
	if at := creditAtEnd.FindStringIndex(p.Plain); at != nil && at[0] > 0 && p.Credit != (store.Credit{}) {
		return strings.TrimSpace(p.Plain[:at[0]])
	}
	return p.Plain
}

// partOf returns the nth part of a kind; -1: there is none.
func (d *Document) partOf(kind store.PartKind, n int) int {
	for i, p := range d.Parts {
		if p.Kind == kind {
			if n == 0 {
				return i
			}
			n--
		}
	}
	return -1
}
