package issue

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"wiredesk/store"
)

// Severity says how bad a finding is.
type Severity string

// The severities. An issue with an error is not fit to be read; a warning is a mistake that readers
// would notice, or may; a note is something that the editor may want to know.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
	Note    Severity = "note"
)

// Finding is something that Lint found in the file of an issue.
type Finding struct {
	Rule     string
	Severity Severity
	Line     int // from 1
	Column   int // in characters, from 1
	Message  string
	Fix      string // what Edits do, as a sentence; empty: there is not one right answer
	Edits    []Edit

	at int // offset in the file
}

// Facts are what Lint knows beside the file. Whatever is left out is not checked.
type Facts struct {
	Week      string    // of the issue, by its file's name
	Published time.Time // the day on which it appears
	Number    int       // that it has in the history; 0: not known
	After     int       // number of the issue before it; 0: not known
	Layout    string    // in which layout it is to be; empty: the one it has

	Covered map[string][]store.Covered // by URL as written: where it was told before
	Pages   map[string]string          // by URL as written: main text of the page as fetched
	Spoken  []Quote                    // what pages say, and who says it there
	Names   map[string]int             // how often a name stands in back issues and in titles of candidates
	Words   []string                   // spellings that are right, whatever others say
	Answers map[string]Answer          // by URL as written: what the network says; nil: not asked
}

// Answer is what came of asking for the page behind a link.
type Answer struct {
	Dead    string // why nobody can read it; empty: it can be read, or that is not known
	Unknown string // why that is not known: the site answers people only, or not now
	HTTPS   bool   // the same page answers under https
}

// check is one of the rules of an issue.
type check struct {
	name string
	run  func(*linter)
}

// rules are all the rules, by their names, in the order of DESIGN: what is checked, and what is not
// a finding, stands with each function.
var rules = []check{
	{"placeholder", (*linter).placeholders},
	{"empty-story", (*linter).emptyStories},
	{"contents-out-of-step", (*linter).contents},
	{"undefined-reference", (*linter).references},
	{"duplicate-link", (*linter).duplicates},
	{"covered-before", (*linter).covered},
	{"quote-not-verbatim", (*linter).verbatim},
	{"speaker-missing", (*linter).speakers},
	{"bare-link", (*linter).bareLinks},
	{"tracking-parameter", (*linter).tracking},
	{"scheme", (*linter).schemes},
	{"dead-link", (*linter).deadLinks},
	{"header-mismatch", (*linter).header},
	{"spelling", (*linter).spelling},
	{"whitespace", (*linter).whitespace},
	{"heading-level", (*linter).headingLevels},
}

// Rules are the names of all rules.
func Rules() []string {
	names := make([]string, len(rules))
	for i, r := range rules {
		names[i] = r.name
	}
	return names
}

// Lint checks the file of an issue by all rules, and returns what it found in the order of the
// lines.
func Lint(d *Document, f Facts) []Finding {
	l := &linter{d: d, facts: f}
	for _, r := range rules {
		l.rule = r.name
		r.run(l)
	}
	slices.SortStableFunc(l.found, func(a, b Finding) int { return cmp.Compare(a.at, b.at) })
	return l.found
}

// Fix makes the edits of all findings that have some. Where two want to change the same text, the
// second waits for the next time; it returns how many were made.
func Fix(d *Document, all []Finding) (*Document, int, error) {
	var edits []Edit
	made := 0
	for _, f := range all {
		if len(f.Edits) == 0 || slices.ContainsFunc(f.Edits, func(e Edit) bool { return slices.ContainsFunc(edits, e.overlaps) }) {
			continue
		}
		edits = append(edits, f.Edits...)
		made++
	}
	fixed, err := d.Apply(edits...)
	return fixed, made, err
}

// overlaps reports that two edits change the same text, or insert at the same place.
func (e Edit) overlaps(o Edit) bool {
	return e.Span.Start < o.Span.End && o.Span.Start < e.Span.End || e.Span.Start == o.Span.Start
}

// linter collects findings.
type linter struct {
	d     *Document
	facts Facts
	rule  string
	found []Finding
}

// find notes a finding at an offset of the file.
func (l *linter) find(at int, s Severity, message string) *Finding {
	line := l.d.Line(at)
	start := l.d.lines[line-1]
	l.found = append(l.found, Finding{Rule: l.rule, Severity: s, Line: line, Column: 1 + utf8.RuneCount(l.d.src[start:max(start, at)]), Message: message, at: at})
	return &l.found[len(l.found)-1]
}

// fix gives a finding its one right answer.
func (f *Finding) fix(what string, edits ...Edit) { f.Fix, f.Edits = what, edits }

// place is where a part is told of: its heading, else its first line.
func (p Part) place() int {
	if !p.HeadingSpan.Empty() {
		return p.HeadingSpan.Start
	}
	return p.Blocks[0].Text.Start
}

// each calls f for every link of the stories and sections, in order.
func (l *linter) each(f func(p *Part, link DocLink)) {
	for i := range l.d.Parts {
		p := &l.d.Parts[i]
		if p.Kind != store.StoryPart && p.Kind != store.SectionPart {
			continue
		}
		for _, link := range p.Links {
			f(p, link)
		}
	}
}

// Newer returns those findings in a file that an older version of it did not have: of the same rule,
// in a line of the same words, wherever it stands.
func Newer(doc *Document, found []Finding, old *Document, before []Finding) []Finding {
	known := map[string]int{}
	for _, f := range before {
		known[old.key(f)]++
	}
	var out []Finding
	for _, f := range found {
		if k := doc.key(f); known[k] > 0 {
			known[k]--
			continue
		}
		out = append(out, f)
	}
	return out
}

func (d *Document) key(f Finding) string {
	from := d.lines[f.Line-1]
	line, _, _ := strings.Cut(string(d.src[from:]), "\n")
	return f.Rule + " " + strings.Join(strings.Fields(line), " ")
}
