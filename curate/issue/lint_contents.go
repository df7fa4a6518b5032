package issue

import (
	"fmt"
	"strings"
	"unicode"

	"wiredesk/store"
)

// contents compares the contents list with the headings, both ways. An item that is worded
// differently than its heading is no finding as long as it can be told which one it means; nor is a
// last story without links, which says thanks or how the newsletter is made.
func (l *linter) contents() {
	at := l.d.Contents()
	if at < 0 {
		return
	}
	list := l.d.Parts[at]
	var titles []int // parts that an item may mean
	stories, last := 0, -1
	for i, p := range l.d.Parts {
		switch p.Kind {
		case store.StoryPart:
			stories++
			last = i
		case store.IntroPart, store.ContentsPart:
			continue
		}
		if p.Plain != "" {
			titles = append(titles, i)
		}
	}
	if len(list.List.Items) == 0 {
		if stories > 0 {
			l.find(list.place(), Error, fmt.Sprintf("the contents list is empty; there are %d stories", stories))
		}
		return
	}
	item := l.match(list.List.Items, titles)
	named := map[int]bool{}
	for i, it := range list.List.Items {
		if item[i] < 0 {
			l.find(it.Text.Start, Warning, fmt.Sprintf("no story is headed like the item %q", it.Plain))
			continue
		}
		named[item[i]] = true
	}
	covered := 0
	for _, i := range titles {
		if l.named(i, named) {
			covered++
		}
	}
	if 2*covered < len(titles) {
		return // a list of highlights
	}
	for _, i := range titles {
		p := l.d.Parts[i]
		if closing := i == last && len(p.Links) == 0; p.Kind == store.StoryPart && !l.named(i, named) && !closing {
			l.find(p.place(), Warning, fmt.Sprintf("the contents list has no item for %q", p.Plain))
		}
	}
}

// named reports that an item means a part, or the section that it stands in.
func (l *linter) named(part int, named map[int]bool) bool {
	p := l.d.Parts[part]
	return named[part] || p.Section >= 0 && named[p.Section]
}

// match finds the part that each item means: first the same words, then the most that are alike,
// then what is left at the same place between two that were found. -1: none.
func (l *linter) match(items []Item, titles []int) []int {
	out := make([]int, len(items))
	taken := map[int]bool{}
	for i, it := range items {
		out[i] = -1
		for _, t := range titles {
			if !taken[t] && loose(it.Plain) == loose(l.d.Parts[t].Plain) {
				out[i], taken[t] = t, true
				break
			}
		}
	}
	for {
		best, bi, bt := 0.0, -1, -1
		for i, it := range items {
			if out[i] >= 0 {
				continue
			}
			for _, t := range titles {
				if s := likeness(it.Plain, l.d.Parts[t].Plain); !taken[t] && s > best {
					best, bi, bt = s, i, t
				}
			}
		}
		if bi < 0 {
			break
		}
		out[bi], taken[bt] = bt, true
	}
	// A story that was renamed altogether still stands at its place.
	for i := range items {
		if out[i] >= 0 {
			continue
		}
		before, after := -1, len(titles)
		for j, t := range titles {
			if i > 0 && out[i-1] == t {
				before = j
			}
			if i+1 < len(items) && out[i+1] == t {
				after = j
			}
		}
		if (i == 0 || before >= 0) && (i+1 == len(items) || after < len(titles)) && after == before+2 && !taken[titles[before+1]] {
			out[i], taken[titles[before+1]] = titles[before+1], true
		}
	}
	return out
}

// likeness is how much two wordings have in common: the share of the words of the shorter one that
// the other has too, or begins the same. 0 below what could be chance.
func likeness(a, b string) float64 {
	x, y := telling(a), telling(b)
	if len(x) > len(y) {
		x, y = y, x
	}
	if len(x) == 0 {
		return 0
	}
	n := 0
	for _, w := range x {
		for _, v := range y {
			if w == v || len(w) >= 5 && len(v) >= 5 && w[:5] == v[:5] {
				n++
				break
			}
		}
	}
	share := float64(n) / float64(len(x))
	if n == 0 || n == 1 && share < 0.3 || share < 0.25 {
		return 0
	}
	return share + float64(n)/100
}

// telling are the words of a wording that tell it from others.
func telling(s string) []string {
	var out []string
	for _, w := range strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '.' && r != '+'
	}) {
		if w = strings.Trim(w, "."); len(w) > 1 && !untelling[w] {
			out = append(out, w)
		}
	}
	return out
}

var untelling = wordSet("a an and are as at be by for from has have in into is it its more new news now of on or our out report reports the this to update updates via was what with your arm arm64 aarch64 week")
