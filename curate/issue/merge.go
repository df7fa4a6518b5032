package issue

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"wiredesk/store"
	"wiredesk/store/link"
)

// Versions are the texts of an issue that a merge brings together.
type Versions struct {
	Base   string // the issue as it was laid out for the last draft; empty: there was none
	Last   string // what the file held when that run ended: Base, merged with what the editor had written
	Mine   string // what the file holds now
	Theirs string // the issue as it is laid out now
}

// Merged is what came of a merge.
type Merged struct {
	Text    string
	Added   []string // headings of the stories that are new in the file
	Kept    []string // headings of the stories that stand as the editor left them
	Flagged []string // what was left out or could not be placed, each a sentence
	Beside  bool     // the file cannot be merged into: nothing was done
}

// Merge brings what is new in an issue into the file that the editor works in. It goes by story: one
// that he did not touch is replaced, one that he touched stays byte for byte and gains new links at
// the end of its list, one that he deleted stays deleted, one that he wrote or moved stays where he
// put it, and a new one goes where its rank puts it between neighbours that he did not move. The
// contents list follows the headings, less the items that he reworded. No line that he wrote is
// lost, and a merge in which nothing is new changes no byte. Line endings are those of his file.
func Merge(v Versions) Merged {
	if v.Last == "" {
		v.Last = v.Base
	}
	blank := strings.TrimSpace(v.Mine) == ""
	if blank && v.Base != "" || plainly([]byte(v.Mine)) { // emptied, or no text at all
		return Merged{Text: v.Mine, Beside: v.Mine != v.Last || v.Theirs != v.Base}
	}
	m := merging(v)
	switch {
	case blank, v.Base != "" && unix(v.Mine) == unix(v.Base): // he did nothing
		for _, t := range m.theirs.Stories() {
			if _, known := m.came[t]; !known {
				m.added = append(m.added, m.theirs.title(t))
			}
		}
		return Merged{Text: m.mine.ended(v.Theirs), Added: m.added}
	case v.Theirs == v.Base && v.Mine == v.Last, v.Mine == v.Theirs: // nothing is new
		return Merged{Text: v.Mine, Kept: m.touched()}
	}
	return m.merged(v)
}

// merged merges part by part, then the contents list.
func (m *merge) merged(v Versions) Merged {
	m.stories()
	if v.Base != "" {
		m.frame()
	}
	doc, err := m.mine.Apply(m.edits()...)
	if err != nil { // edits that meet: better nothing than a file in disorder
		return Merged{Text: v.Mine, Beside: true}
	}
	if len(m.base.Stories())+len(m.theirs.Stories()) == 0 && len(m.flagged) > 0 && m.links() { // a layout in which no story can be told
		return Merged{Text: v.Mine, Beside: true}
	}
	if m.sameContents(doc) {
		doc = syncContents(doc, Parse([]byte(v.Last)), m.theirs, m.added)
	}
	return Merged{Text: string(doc.Bytes()), Added: m.added, Kept: m.touched(), Flagged: m.flagged}
}

// merge is a merge under way. All its edits are of the editor's file as it is.
type merge struct {
	base, mine, theirs *Document
	was                pairs         // stories of base in theirs
	file               pairs         // stories of base in mine
	came               map[int]int   // stories of theirs to those of base
	held               map[int][]int // stories of mine to those of base that stand in them

	replaced map[int]string   // parts of mine to what stands in their place; "": nothing
	gained   map[int][]string // parts of mine to the items that their lists gain
	inserts  []insertion
	place    map[int]int // stories of theirs to the part of mine before which what follows them stands
	spans    []Edit      // within parts

	added, flagged []string
}

// insertion is markdown that is put before a part.
type insertion struct {
	before, rank int
	text         string
}

func merging(v Versions) *merge {
	m := &merge{
		base: Parse([]byte(v.Base)), mine: Parse([]byte(v.Mine)), theirs: Parse([]byte(v.Theirs)),
		came: map[int]int{}, held: map[int][]int{}, replaced: map[int]string{}, gained: map[int][]string{}, place: map[int]int{},
	}
	m.was, m.file = pair(m.base, m.theirs), pair(m.base, m.mine)
	for b, t := range m.was.to {
		m.came[t] = b
	}
	for _, b := range m.base.Stories() {
		if at := m.file.find(b); at >= 0 {
			m.held[at] = append(m.held[at], b)
		}
	}
	return m
}

// sameContents reports that the contents list of a merged file is the one that the editor's file had,
// or the one of theirs that was put in; another list that looks like one is left alone.
func (m *merge) sameContents(doc *Document) bool {
	at := doc.Contents()
	if at < 0 {
		return false
	}
	if mine := m.mine.Contents(); mine >= 0 {
		text, other := m.replaced[mine]
		return sameText(doc, at, m.mine, mine) && !(other && text == "") // taken out, a copy may stand in a story
	}
	theirs := m.theirs.Contents()
	return theirs >= 0 && sameText(doc, at, m.theirs, theirs)
}

// links reports that theirs has links that the file does not have.
func (m *merge) links() bool {
	known := map[string]bool{}
	for at := range m.mine.Parts {
		maps.Copy(known, m.mine.urls(at))
	}
	for t := range m.theirs.Parts {
		for url := range m.theirs.urls(t) {
			if !known[url] {
				return true
			}
		}
	}
	return false
}

// flag notes what was not done.
func (m *merge) flag(format string, args ...any) {
	m.flagged = append(m.flagged, fmt.Sprintf(format, args...))
}

// untouched reports that a story of mine is one of base, and as it was laid out.
func (m *merge) untouched(at int) bool {
	return len(m.held[at]) == 1 && sameText(m.base, m.held[at][0], m.mine, at)
}

// touched are the headings of the stories that the editor wrote or changed.
func (m *merge) touched() []string {
	var out []string
	for _, at := range m.mine.Stories() {
		if !m.untouched(at) {
			out = append(out, m.mine.title(at))
		}
	}
	return out
}

// stories merges story by story.
func (m *merge) stories() {
	var fresh []int
	for _, t := range m.theirs.Stories() {
		if b, known := m.came[t]; known {
			m.update(t, b)
		} else {
			fresh = append(fresh, t)
		}
	}
	for _, b := range m.base.Stories() {
		if _, stays := m.was.to[b]; !stays {
			m.leave(b)
		}
	}
	insert := map[int]bool{}
	for _, t := range fresh {
		insert[t] = !m.present(t)
	}
	moved := m.moves()
	for _, t := range m.theirs.Stories() {
		b, known := m.came[t]
		at, there := m.file.to[b]
		switch {
		case insert[t]:
			m.insert(t, m.theirs.partText(t))
			m.added = append(m.added, m.theirs.title(t))
		case known && there && moved[b]:
			m.insert(t, m.finished(at))
			m.replaced[at] = ""
			delete(m.gained, at)
		}
	}
	m.emptySections()
}

// update brings what became of a story of base into the file.
func (m *merge) update(t, b int) {
	if sameText(m.base, b, m.theirs, t) {
		return
	}
	at := m.file.find(b)
	heading := m.theirs.title(t)
	switch {
	case at < 0:
		if len(m.newItems(t, b)) > 0 {
			m.flag("%q has new links, but you deleted it, so it stays out", heading)
		}
	case m.untouched(at):
		m.replaced[at] = m.theirs.partText(t)
	default:
		m.gained[at] = append(m.gained[at], m.newItems(t, b)...)
		if unix(m.base.Body(b)) != unix(m.theirs.Body(t)) {
			m.flag("%q has other prose or quotes now; the story stays as you edited it", heading)
		}
		if m.base.Parts[b].Heading != m.theirs.Parts[t].Heading {
			m.flag("the headline %q was left out: the story stays as you edited it", heading)
		}
	}
}

// leave takes a story out of the file that is in the issue no longer.
func (m *merge) leave(b int) {
	at := m.file.find(b)
	switch {
	case at < 0:
	case m.untouched(at):
		m.replaced[at] = ""
		m.flag("%q was taken out: it is not accepted for this issue any more", m.base.title(b))
	default:
		m.flag("%q is not accepted for this issue any more, but stays, because you edited it", m.mine.title(at))
	}
}

// newItems are the items of a story's list with links that neither base nor the file has.
func (m *merge) newItems(t, b int) []string {
	known := map[string]bool{}
	if b >= 0 {
		known = m.base.urls(b)
	}
	for at := range m.mine.Parts {
		if m.untouched(at) {
			continue // it will be what theirs says
		}
		for url := range m.mine.urls(at) {
			known[url] = true
		}
	}
	p := m.theirs.Parts[t]
	var out []string
	for i, it := range p.List.Items {
		for _, l := range p.Links {
			if l.Item == i+1 && !known[link.Identity(l.URL)] {
				out = append(out, m.theirs.Text(it.Text))
				break
			}
		}
	}
	return out
}

// present reports that a new story stands in the file already, because the editor put its links, or
// a story under its heading, there himself; what he has not yet is added to that story.
func (m *merge) present(t int) bool {
	urls, best, most := m.theirs.urls(t), -1, 0
	for _, at := range m.mine.Stories() {
		if m.untouched(at) {
			continue
		}
		// Links that base had there, and theirs has in the same story still, are only mentioned twice.
		other := map[string]bool{}
		for _, b := range m.held[at] {
			if to, ok := m.was.to[b]; ok {
				for url := range m.theirs.urls(to) {
					other[url] = true
				}
			}
		}
		n := 0
		for url := range m.mine.urls(at) {
			if urls[url] && !other[url] {
				n++
			}
		}
		if n == 0 && len(m.held[at]) == 0 && m.mine.Parts[at].Plain != "" && loose(m.mine.Parts[at].Plain) == loose(m.theirs.Parts[t].Plain) {
			n = 1
		}
		if n > most {
			best, most = at, n
		}
	}
	if best < 0 {
		return false
	}
	m.place[t] = best + 1
	m.gained[best] = append(m.gained[best], m.newItems(t, -1)...)
	if m.theirs.Body(t) != "" {
		m.flag("the links of %q stand in your story %q; its prose and quotes were left out", m.theirs.title(t), m.mine.title(best))
	}
	return true
}

// finished is what a part of mine becomes.
func (m *merge) finished(at int) string {
	if text, ok := m.replaced[at]; ok {
		return text
	}
	if len(m.gained[at]) == 0 {
		return m.mine.partText(at)
	}
	d, err := m.mine.Apply(m.gain(at))
	if err != nil || len(d.Parts) != len(m.mine.Parts) {
		return m.mine.partText(at) + "\n" + m.mine.bullet() + " " + strings.Join(m.gained[at], "\n"+m.mine.bullet()+" ")
	}
	return d.partText(at)
}

// gain is the edit by which a part gets its new items.
func (m *merge) gain(at int) Edit {
	lead := m.mine.bullet() + " "
	if items := m.mine.Parts[at].List.Items; len(items) > 0 {
		lead = m.mine.lead(items[len(items)-1])
	}
	return m.mine.AppendLink(at, strings.Join(m.gained[at], "\n"+lead))
}

// edits are all edits of the merge, insertions before what they stand in front of.
func (m *merge) edits() []Edit {
	var out, rest []Edit
	for _, e := range m.spans {
		if e.Span.Empty() {
			out = append(out, e)
		} else {
			rest = append(rest, e)
		}
	}
	for at := range m.mine.Parts {
		if len(m.gained[at]) > 0 {
			out = append(out, m.gain(at))
		}
	}
	slices.SortStableFunc(m.inserts, func(a, b insertion) int { return cmp.Or(a.before-b.before, a.rank-b.rank) })
	for len(m.inserts) > 0 {
		n := 1
		text := m.inserts[0].text
		for n < len(m.inserts) && m.inserts[n].before == m.inserts[0].before {
			text = strings.TrimRight(text, "\r\n") + "\n\n" + m.inserts[n].text
			n++
		}
		out = append(out, m.mine.Insert(m.inserts[0].before, text))
		m.inserts = m.inserts[n:]
	}
	for at := range m.mine.Parts {
		switch text, ok := m.replaced[at]; {
		case ok && text == "":
			out = append(out, m.mine.Remove(at))
		case ok:
			out = append(out, m.mine.Replace(at, text))
		}
	}
	return append(out, rest...)
}

// unix is a text with line feeds alone.
func unix(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") }

// ended is a text with the line endings of a document.
func (d *Document) ended(s string) string {
	return strings.ReplaceAll(unix(s), "\n", d.newline())
}

// ranks are the places of parts in an issue.
var ranks = map[store.PartKind]int{
	store.IntroPart: 0, store.ContentsPart: 1, store.SectionPart: 2, store.StoryPart: 2, store.EventsPart: 3, store.ColophonPart: 4, store.SubscriptionPart: 5,
}

// behind is the place behind all parts of a rank and below it.
func (d *Document) behind(rank int) int {
	out := 0
	for i, p := range d.Parts {
		if ranks[p.Kind] <= rank {
			out = i + 1
		}
	}
	return out
}
