package tui

import (
	"maps"
	"slices"

	"wiredesk/curate"
	"wiredesk/store"
)

// pageSize is how many stories are read at once.
const pageSize = 200

// row is a line of the list: a story, or below it one of its candidates.
type row struct {
	story     int // index into the stories read
	candidate int // index into its candidates; -1: the story itself
}

// filter chooses what the list holds.
type filter struct {
	states []store.State // none: any
	store.Filter
}

// list is the part of the queue that was read, and where the editor is in it.
type list struct {
	curate.List
	rows     []row
	cursor   int
	top      int  // the first row on the screen
	lost     bool // marks went away by what others did, and none is left
	onward   bool // the cursor goes on as soon as there is a row below
	unfolded map[curate.Ref]bool
	marked   map[curate.Ref]bool
	pending  map[curate.Ref]bool // what is being decided on
}

func newList() list {
	return list{unfolded: map[curate.Ref]bool{}, marked: map[curate.Ref]bool{}, pending: map[curate.Ref]bool{}}
}

// begin shows another list, from its top.
func (l *list) begin(now curate.List) {
	l.List, l.cursor, l.top, l.onward, l.lost = now, 0, 0, false, false
	l.build()
}

// replace shows the same list as it is now. The cursor stays on its story or link, and that on its
// line of the screen; where it is gone, the cursor is on what came in its place.
func (l *list) replace(now curate.List) {
	at, line := l.cursor, l.cursor-l.top
	was, ok := l.current()
	var ref, parent, lead curate.Ref
	if ok {
		ref, parent = l.ref(was), l.Stories[was.story].Ref()
		if c, has := l.lead(was); has {
			lead.Candidate = c.ID
		}
	}
	onward := l.onward
	l.List = now
	l.build()
	l.move(at)
	inStory := func(r row) bool { // a harvest found the link a story, or it was merged
		return r.candidate < 0 && slices.ContainsFunc(l.Stories[r.story].Candidates, func(c store.Candidate) bool { return c.ID == lead.Candidate })
	}
	is := func(want curate.Ref) func(row) bool { return func(r row) bool { return l.ref(r) == want } }
	for _, find := range []func(row) bool{is(parent), inStory, is(ref)} { // the link is the best find, then where it went
		i := slices.IndexFunc(l.rows, find)
		if ok && i >= 0 {
			l.move(i)
			l.onward = onward
		}
	}
	if l.onward {
		l.next()
	}
	l.top = max(0, l.cursor-line)
	had := len(l.marked)
	for r := range l.marked {
		if !l.holds(r) {
			delete(l.marked, r)
		}
	}
	l.lost = l.lost || had > 0 && len(l.marked) == 0
}

// add shows one more page.
func (l *list) add(more curate.List) {
	l.Stories, l.Next = append(l.Stories, more.Stories...), more.Next
	for id, n := range more.Wires {
		l.Wires[id] = n
	}
	for id, c := range more.Covered {
		l.Covered[id] = c
	}
	l.build()
	if l.onward {
		l.next()
	}
}

// build lays out the rows.
func (l *list) build() {
	l.rows = l.rows[:0]
	for i, s := range l.Stories {
		l.rows = append(l.rows, row{i, -1})
		if l.unfolded[s.Ref()] {
			for j := range s.Candidates {
				l.rows = append(l.rows, row{i, j})
			}
		}
	}
}

func (l *list) current() (row, bool) {
	if l.cursor < 0 || l.cursor >= len(l.rows) {
		return row{}, false
	}
	return l.rows[l.cursor], true
}

func (l *list) move(to int) { l.cursor, l.onward = max(0, min(to, len(l.rows)-1)), false }

// next moves on to the next story, or the next link of this one, that is not being decided on.
func (l *list) next() {
	r, ok := l.current()
	if !ok {
		return
	}
	for i := l.cursor + 1; i < len(l.rows); i++ {
		if n := l.rows[i]; (r.candidate >= 0 || n.candidate < 0) && !l.pending[l.ref(n)] && !l.pending[l.Stories[n.story].Ref()] {
			l.move(i)
			return
		}
	}
	l.onward = true
}

func (l *list) ref(r row) curate.Ref {
	s := l.Stories[r.story]
	if r.candidate >= 0 {
		return curate.Ref{Candidate: s.Candidates[r.candidate].ID}
	}
	return s.Ref()
}

// candidates are those that a row stands for.
func (l *list) candidates(r row) []store.Candidate {
	s := l.Stories[r.story]
	if r.candidate >= 0 {
		return s.Candidates[r.candidate : r.candidate+1]
	}
	return s.Candidates
}

// lead is the candidate that a row shows: a story's best, the rejected ones last.
func (l *list) lead(r row) (store.Candidate, bool) {
	all := l.candidates(r)
	for _, c := range all {
		if c.State != store.Rejected {
			return c, true
		}
	}
	if len(all) > 0 {
		return all[0], true
	}
	return store.Candidate{}, false
}

func (l *list) holds(want curate.Ref) bool {
	for _, s := range l.Stories {
		if s.Ref() == want || want.Candidate != 0 && slices.ContainsFunc(s.Candidates, func(c store.Candidate) bool { return c.ID == want.Candidate }) {
			return true
		}
	}
	return false
}

// chosen are the marked rows, else the one under the cursor: their refs, and the candidates that are
// shown of them. A link whose story is marked too goes with it; what is being decided on is left out.
func (l *list) chosen() (refs []curate.Ref, shown []store.Candidate) {
	take := func(r row) {
		if ref := l.ref(r); !l.pending[ref] && !l.pending[l.Stories[r.story].Ref()] {
			refs, shown = append(refs, ref), append(shown, l.candidates(r)...)
		}
	}
	if len(l.marked) == 0 {
		if r, ok := l.current(); ok {
			take(r)
		}
		return refs, shown
	}
	for i, s := range l.Stories {
		if l.marked[s.Ref()] {
			take(row{i, -1})
			continue
		}
		for j, c := range s.Candidates {
			if l.marked[curate.Ref{Candidate: c.ID}] {
				take(row{i, j})
			}
		}
	}
	return refs, shown
}

// unmark takes all marks away, and returns where they were.
func (l *list) unmark() []curate.Ref {
	was := slices.Collect(maps.Keys(l.marked))
	clear(l.marked)
	l.lost = false
	return was
}

// mark marks again what is still listed.
func (l *list) mark(refs []curate.Ref) {
	for _, r := range refs {
		if l.holds(r) {
			l.marked[r] = true
		}
	}
}

// set shows a verdict that is on disk, until the list is read again.
func (l *list) set(shown []store.Candidate, verdict store.State) {
	ids := map[int64]bool{}
	for _, c := range shown {
		ids[c.ID] = true
	}
	for i, s := range l.Stories {
		for j, c := range s.Candidates {
			if ids[c.ID] {
				l.Stories[i].Candidates[j].State = verdict
				l.Stories[i].State = verdict
			}
		}
	}
}
