package story

import (
	"math"
	"slices"
	"strings"
	"unicode"
)

// What two candidates have in common, as odds weighs it.
const (
	likeness    = iota // cosine of their pieces of words, by rarity
	containment        // the pieces in common among those of the one that has fewer
	rarest             // the rarest word in common
	bothNames          // the rarest word in common that is a name in both
	oneName            // the rarest word in common that is a name in one
	sameOwner
	sameProject
	features
)

// weights were learned by logistic regression from pairs of links that one issue of a newsletter
// published, in one story or in two: what odds adds up is the logarithm of the odds of one story.
var weights = [features]float64{likeness: 4.0, containment: 1.9, rarest: 0.4, bothNames: 1.4, oneName: 1, sameOwner: 0.8, sameProject: 1.2}

const bias = -3.2 // where they have nothing in common

// minShared is from which sum of squared rarities two candidates are compared at all: about one rare
// word.
const minShared = 50

// nearTitles is from which likeness candidates with other numbers tell another news: "Fedora 43 is out"
// and "Fedora 44 is out".
const nearTitles = 0.6

// sameWeek is how far apart in time two candidates may be and tell the same news, in seconds.
const sameWeek = 7 * 24 * 60 * 60

// pieces are the rare pieces of a candidate in order, and the sums of their squared rarities: of all,
// and of those that are not of its site's words alone.
type pieces struct {
	list      []piece
	sum, rest float64
}

// piece is the number of a piece, and whether it is of the site's words alone.
type piece int32

func (p piece) number() int32 { return int32(p >> 1) }
func (p piece) site() bool    { return p&1 != 0 }

// pieces returns the pieces of a candidate.
func (c *corpus) pieces(d doc) pieces {
	var p pieces
	for _, w := range d.words {
		for _, g := range c.grams[w.number()] {
			if c.rarity[g] > 0 {
				x := piece(g) << 1
				if w&ofSite != 0 {
					x |= 1
				}
				p.list = append(p.list, x)
			}
		}
	}
	slices.Sort(p.list)
	p.list = slices.Clip(slices.CompactFunc(p.list, func(a, b piece) bool { return a.number() == b.number() }))
	for _, x := range p.list {
		square := c.square(x)
		p.sum += square
		if !x.site() {
			p.rest += square
		}
	}
	return p
}

func (c *corpus) square(p piece) float64 {
	r := float64(c.rarity[p.number()])
	return r * r
}

// compare tells what two candidates have in common; false: too little to tell the same news.
func (c *corpus) compare(ia, ib int, pa, pb pieces) (x [features]float64, ok bool) {
	a, b := c.docs[ia], c.docs[ib]
	if d := a.at - b.at; a.at > 0 && b.at > 0 && (d >= sameWeek || -d >= sameWeek) {
		return x, false
	}
	shared := 0.0                            // by the pieces, the squares of their rarities
	site := a.host == b.host && a.owner == 0 // the words of their site say nothing
	for i, j := 0, 0; i < len(pa.list) && j < len(pb.list); {
		p, q := pa.list[i], pb.list[j]
		switch {
		case p.number() < q.number():
			i++
		case p.number() > q.number():
			j++
		default:
			if !site || !p.site() && !q.site() {
				shared += c.square(p)
			}
			i, j = i+1, j+1
		}
	}
	if a.owner == b.owner && a.owner != 0 && c.places.in[a.owner] <= common {
		x[sameOwner] = 1
	}
	if a.project == b.project && a.project != 0 && c.places.in[a.project] <= common {
		x[sameProject] = 1
	}
	if shared < minShared && x[sameOwner]+x[sameProject] == 0 {
		return x, false
	}
	sa, sb := pa.sum, pb.sum
	if site {
		sa, sb = pa.rest, pb.rest
	}
	x[likeness] = shared / math.Sqrt(max(1, sa)*max(1, sb))
	if x[likeness] >= nearTitles && !numbersAgree(c.members[ia].Title, c.members[ib].Title) {
		return x, false
	}
	x[containment] = shared / max(60, min(sa, sb))
	for i, j := 0, 0; i < len(a.words) && j < len(b.words); {
		v, w := a.words[i], b.words[j]
		switch {
		case v.number() < w.number():
			i++
		case v.number() > w.number():
			j++
		default:
			if r := c.says(c.words.in[v.number()]) / 7; r > 0 && (!site || v&ofSite == 0 && w&ofSite == 0) {
				x[rarest] = max(x[rarest], r)
				if v&w&isName != 0 {
					x[bothNames] = max(x[bothNames], r)
				} else if (v|w)&isName != 0 {
					x[oneName] = max(x[oneName], r)
				}
			}
			i, j = i+1, j+1
		}
	}
	return x, true
}

// odds is the chance that two candidates with this in common tell the same news, above that of two
// with nothing in common.
func odds(x [features]float64) float64 {
	z := bias
	for i, w := range weights {
		z += w * x[i]
	}
	return 1/(1+math.Exp(-z)) - 1/(1+math.Exp(-bias))
}

// pairs calls f for every two candidates that may tell the same news, with the odds, where the first
// is one of those asked for; both are: once. An inverted index finds them: only candidates that share
// a rare piece of a word, an owner or a project are ever compared.
func (c *corpus) pairs(asked []bool, f func(a, b int, odds float64)) {
	all := make([]pieces, len(c.docs))
	with := make([][]int32, len(c.has)) // by piece: the candidates
	at := make([][]int32, len(c.places.in))
	for i, d := range c.docs {
		all[i] = c.pieces(d)
		for _, p := range all[i].list {
			if c.has[p.number()] > 1 {
				with[p.number()] = append(with[p.number()], int32(i))
			}
		}
		for _, p := range []int32{d.owner, d.project} {
			if p != 0 && c.places.in[p] <= common {
				at[p] = append(at[p], int32(i))
			}
		}
	}
	sum := make([]float64, len(c.docs)) // what each has in common with the one at hand
	var met []int32
	for i, d := range c.docs {
		if !asked[i] {
			continue
		}
		add := func(others []int32, square float64) {
			for _, j := range others {
				if sum[j] == 0 {
					met = append(met, j)
				}
				sum[j] += square
			}
		}
		for _, p := range all[i].list {
			add(with[p.number()], c.square(p))
		}
		add(at[d.owner], minShared)
		add(at[d.project], minShared)
		for _, j := range met {
			if sum[j] > minShared-1 && int(j) != i && (int(j) < i || !asked[j]) {
				if x, ok := c.compare(i, int(j), all[i], all[j]); ok {
					f(i, int(j), odds(x))
				}
			}
			sum[j] = 0
		}
		met = met[:0]
	}
}

// numbersAgree tells whether the numbers and versions in one of two titles all stand in the other.
func numbersAgree(a, b string) bool {
	in, other := numbers(a), numbers(b)
	return subset(in, other) || subset(other, in)
}

func subset(in, other []string) bool {
	return !slices.ContainsFunc(in, func(n string) bool { return !slices.Contains(other, n) })
}

// numbers returns the words of a title that begin with a digit, or with "v" and one: "43", "v1.2".
func numbers(title string) []string {
	var out []string
	for w := range strings.FieldsFuncSeq(strings.ToLower(title), func(r rune) bool {
		return r != '.' && !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}) {
		if w = strings.TrimPrefix(strings.Trim(w, "."), "v"); w != "" && '0' <= w[0] && w[0] <= '9' {
			out = append(out, w)
		}
	}
	return out
}
