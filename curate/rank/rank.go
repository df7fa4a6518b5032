// Package rank gives a candidate its score and the reasons for it, in words that the editor uses.
// It decides; it reads and writes nothing.
//
//	m := rank.Learn(lessons)        // nil while nothing is known: then the terms of the topic decide
//	s := rank.Scorer{Model: m, Pins: pins, Sources: records, Now: now}
//	scored := s.Score(batch, around) // links of one time lend each other weight
//
// What a score is made of: the topic's terms, what the editor took and did not take before (Model),
// what he pinned or muted (Pin), on how many and which sources the link was seen, how fresh it is,
// and what is around it: better links of the same origin (flood.go) and the same news elsewhere
// (near.go). Fair (fair.go) then keeps one loud source from filling the first page.
package rank

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"
	"time"

	"wiredesk/store"
)

// Seen is a candidate and the sources that showed it.
type Seen struct {
	store.Candidate
	Sources []store.SourceName
}

// Scored is the outcome for one candidate: Score is the sum of the weights of Why, which come largest
// first.
type Scored struct {
	Score float64
	Why   []store.Reason
}

// Scorer scores candidates. Model nil: nothing was learned yet.
type Scorer struct {
	Model   *Model
	Pins    []store.Pin
	Sources map[int64]Record // by source: what became of what it showed
	Now     time.Time
}

// Record says how many of the links the editor took, of those that he decided on.
type Record struct{ Took, Seen int }

// maxReasons is how many reasons are told one by one.
const maxReasons = 12

// Score weighs candidates, in their order. Around are links that were scored before, within these
// weeks: of many from one origin only the best stand as they are, and a rare word that two share makes
// them neighbours. nil: neither is looked for.
func (s Scorer) Score(batch []Seen, around []store.Brief) []Scored {
	why := make([][]part, len(batch))
	scores := make([]float64, len(batch))
	for i, c := range batch {
		why[i] = s.reasons(c)
		scores[i] = sum(why[i])
	}
	if around != nil {
		down := s.floods(batch, scores, around)
		for i, p := range down {
			scores[i] += p.Weight
		}
		for i, p := range s.neighbours(batch, scores, around) {
			if down[i] != (part{}) { // its neighbours are those that it lost to
				p = down[i]
			}
			if p != (part{}) {
				why[i] = append(why[i], p)
			}
		}
	}
	out := make([]Scored, len(batch))
	for i := range batch {
		out[i].Why = told(why[i])
		for _, r := range out[i].Why {
			out[i].Score += r.Weight
		}
		out[i].Score = round(out[i].Score)
	}
	return out
}

// part is a part of a score: what it is of, if that can be learned or pinned, and the reason for it.
type part struct {
	of feature
	store.Reason
}

func because(weight float64, format string, args ...any) part {
	return part{Reason: store.Reason{Term: fmt.Sprintf(format, args...), Weight: weight}}
}

// reasons are the parts of a score that a candidate has by itself.
func (s Scorer) reasons(c Seen) []part {
	why := terms(c.Matched)
	if s.Model != nil || len(s.Pins) > 0 {
		l := lookAt(c.Canonical, c.Title, c.Matched)
		if s.Model != nil {
			why = s.Model.add(why, l, c.Title)
		}
		why = pinned(s.Pins, l, c.Title, why)
	}
	if n := len(c.Sources); n > 1 {
		why = append(why, because(math.Min(math.Log2(float64(n)), 3), "seen on %d wires", n))
	}
	for _, src := range c.Sources {
		if src.Kind == captured {
			why = append(why, because(1, "you added it"))
		}
	}
	why = append(why, s.source(c.Sources)...)
	if !c.Published.IsZero() {
		switch age := s.Now.Sub(c.Published); {
		case age < 0:
		case age <= 3*24*time.Hour:
			why = append(why, because(0.5, "new this week"))
		case age > 60*24*time.Hour:
			why = append(why, because(-0.5, "over two months old"))
		}
	}
	if c.Weight != 1 && c.Weight > 0 {
		why = append(why, because(math.Abs(sum(why))*(c.Weight-1), "source weighs %g", c.Weight))
	}
	return why
}

// captured is the kind of the source under which the editor's own links stand.
const captured = "captured"

// source is the reason for the best record of the sources: how much more often the editor took what
// it showed than what he decided on at all.
func (s Scorer) source(sources []store.SourceName) []part {
	var best []part
	for _, src := range sources {
		w, ok := s.Source(src.ID)
		if ok && src.Kind != captured && (best == nil || w > best[0].Weight) {
			best = []part{because(w, "you took %s from %s", s.Sources[src.ID], src.Name)}
		}
	}
	return best
}

func (r Record) String() string {
	if r.Took == 0 {
		return fmt.Sprintf("none of %d", r.Seen)
	}
	return fmt.Sprintf("%d of %d", r.Took, r.Seen)
}

// terms are the topic terms of a candidate, each once, where it counts most. What stands on the
// page adds little to what the title says already.
func terms(matched []store.Match) []part {
	best := map[string]store.Match{}
	var order []string
	for _, m := range matched {
		old, seen := best[m.Term]
		if !seen {
			order = append(order, m.Term)
		}
		if !seen || m.Weight > old.Weight {
			best[m.Term] = m
		}
	}
	sort.SliceStable(order, func(i, j int) bool { return best[order[i]].Weight > best[order[j]].Weight })
	var why []part
	for i, t := range order {
		// Ten names of chips are not ten times the news: each further term counts half.
		w := best[t].Weight * math.Pow(0.5, float64(max(i-1, 0)))
		if w < 0.05 {
			break
		}
		p := because(w, "%s %s", t, place(best[t].Where))
		p.of = feature{ofTerm, strings.ToLower(t)}
		why = append(why, p)
	}
	return why
}

func place(where string) string {
	switch where {
	case "link":
		return "in the link"
	case "text":
		return "in the text"
	case "page":
		return "on the page"
	}
	return "in " + where
}

// add adds what the model says of a link, in the editor's words. What it learned of a topic term
// becomes part of the term's weight.
func (m *Model) add(why []part, l look, title string) []part {
	known := make([]feature, len(l.words))
	words := make([]float64, len(l.words))
	best := -1
	for i, f := range l.words {
		known[i] = m.known(f)
		if words[i] = m.signs[known[i]].ratio; words[i] > 0 && (best < 0 || words[i] > words[best]) {
			best = i
		}
	}
	paths := []float64{}
	if l.path.name != "" {
		paths = append(paths, m.signs[l.path].ratio)
	}
	once := map[feature]bool{}
	pieces := 0.0
	var parts []float64
	for _, f := range l.all {
		if f.kind == ofPiece && !once[f] {
			once[f] = true
			s := m.signs[f]
			pieces += s.weight
			parts = append(parts, s.ratio)
		}
	}
	seen := combined([]float64{m.signs[l.site].ratio}, paths, words, parts)
	site, path := m.records[0]*seen[0], m.records[1]*seen[1]
	pieces += m.records[4] * seen[4]
	onTerm := func(name string, w float64) bool {
		for i := range why {
			if why[i].of == (feature{ofTerm, name}) {
				why[i].Weight += w
				return true
			}
		}
		return false
	}
	for _, f := range l.all {
		switch w := m.signs[f].weight; f.kind {
		case ofSite:
			site += w
		case ofPath:
			path += w
		case ofTerm:
			if !onTerm(f.name, w) {
				why = append(why, part{f, store.Reason{Term: f.name, Weight: w}})
			}
		case ofShape:
			why = append(why, part{f, store.Reason{Term: f.name, Weight: w}})
		case ofPlain:
			why = append(why, part{f, store.Reason{Term: fmt.Sprintf("“%s” in the link", f.name), Weight: w}})
		}
	}
	inTitle := wordsOf(strings.ToLower(title))
	for i, f := range known {
		w := m.signs[f].weight + m.records[3]*words[i]/float64(len(words)+2)
		if i == best {
			w += m.records[2] * words[i]
		}
		where := "link"
		if slices.Contains(inTitle, l.words[i].name) {
			where = "title"
		}
		if !onTerm(f.name, w) {
			why = append(why, part{f, store.Reason{Term: fmt.Sprintf("“%s” %s", f.name, place(where)), Weight: w}})
		}
	}
	of := func(f feature, w float64) {
		text := "from " + f.name
		if s := m.signs[f]; s.seen > 0 {
			text = fmt.Sprintf("you took %s from %s", Record{s.took, s.seen}, f.name)
		}
		why = append(why, part{f, store.Reason{Term: text, Weight: w}})
	}
	of(l.site, site)
	if l.path.name != "" {
		of(l.path, path)
	}
	return append(why, because(pieces, "parts of its words"))
}

// told are the reasons as they are shown: largest first, the small ones as one.
func told(why []part) []store.Reason {
	all := make([]store.Reason, len(why))
	for i, p := range why {
		all[i] = p.Reason
	}
	out := make([]store.Reason, 0, min(len(why), maxReasons+1))
	rest := 0.0
	for _, r := range largestFirst(all) {
		if len(out) < maxReasons && math.Abs(r.Weight) >= 0.05 {
			out = append(out, store.Reason{Term: r.Term, Weight: round(r.Weight)})
		} else {
			rest += r.Weight
		}
	}
	if rest = round(rest); rest != 0 {
		out = append(out, store.Reason{Term: "many small signs", Weight: rest})
	}
	return largestFirst(out)
}

func largestFirst(why []store.Reason) []store.Reason {
	slices.SortStableFunc(why, func(a, b store.Reason) int { return cmp.Compare(math.Abs(b.Weight), math.Abs(a.Weight)) })
	return why
}

func sum(why []part) float64 {
	total := 0.0
	for _, p := range why {
		total += p.Weight
	}
	return total
}

func round(f float64) float64 { return math.Round(f*1000) / 1000 }
