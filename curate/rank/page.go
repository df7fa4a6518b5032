package rank

import (
	"cmp"
	"math"
	"slices"
)

// Learnt is one thing that was learned: what it adds to a score by itself, and how many links with it
// the editor took, of those that he chose on.
type Learnt struct {
	Name   string
	Weight float64
	Record
}

// Terms returns what was learned of words and topic terms, the weightiest first.
func (m *Model) Terms() []Learnt {
	all := map[string]Learnt{}
	for f, s := range m.signs {
		if f.kind != ofWord && f.kind != ofTerm {
			continue
		}
		l := all[f.name]
		l.Name = f.name
		l.Weight += s.weight
		if f.kind == ofWord || l.Seen == 0 {
			l.Record = Record{s.took, s.seen}
		}
		if f.kind == ofWord {
			seen := combined(nil, nil, []float64{s.ratio}, nil)
			l.Weight += m.records[2]*seen[2] + m.records[3]*seen[3]
		}
		all[f.name] = l
	}
	return weightiest(all)
}

// Sites returns what was learned of hosts, and of hosts with the first part of a path, the weightiest
// first.
func (m *Model) Sites() []Learnt {
	all := map[string]Learnt{}
	for f, s := range m.signs {
		at := 0
		switch f.kind {
		case ofSite:
		case ofPath:
			at = 1
		default:
			continue
		}
		all[f.name] = Learnt{f.name, s.weight + m.records[at]*s.ratio, Record{s.took, s.seen}}
	}
	return weightiest(all)
}

func weightiest(all map[string]Learnt) []Learnt {
	out := make([]Learnt, 0, len(all))
	for _, l := range all {
		if l.Weight = round(l.Weight); l.Seen > 0 && l.Weight != 0 {
			out = append(out, l)
		}
	}
	slices.SortFunc(out, func(a, b Learnt) int {
		return cmp.Or(cmp.Compare(math.Abs(b.Weight), math.Abs(a.Weight)), cmp.Compare(a.Name, b.Name))
	})
	return out
}

// Source returns what a source's record adds to the score of what it shows; ok is false where nothing
// is known.
func (s Scorer) Source(id int64) (weight float64, ok bool) {
	total := s.total()
	r := s.Sources[id]
	if total.Took == 0 || r.Seen == 0 {
		return 0, false
	}
	share := float64(total.Took) / float64(total.Seen)
	return math.Log((float64(r.Took) + doubt*share) / (float64(r.Seen) + doubt) / share), true
}

// doubt is how many decisions a source's record must outweigh.
const doubt = 5

func (s Scorer) total() Record {
	var all Record
	for _, r := range s.Sources {
		all.Took, all.Seen = all.Took+r.Took, all.Seen+r.Seen
	}
	return all
}
