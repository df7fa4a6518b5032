package issue

import (
	"regexp"
	"strings"
	"unicode"

	"github.com/yuin/goldmark/ast"

	"wiredesk/store"
	"wiredesk/store/plain"
)

// names are headings that say what a part is. They count in any case, with or without a colon.
var names = map[store.PartKind][]string{
	store.ContentsPart:     {"in this issue", "in the news", "contents", "table of contents"},
	store.EventsPart:       {"events", "upcoming events", "calendar"},
	store.ColophonPart:     {"colophon"},
	store.SubscriptionPart: {"subscription", "subscriptions", "subscription information", "subscribe", "subscription details"},
}

// named is the kind that a heading names by itself; empty: a section or story.
func named(heading string) store.PartKind {
	h := strings.TrimRight(strings.ToLower(plain.Line(heading)), " :.")
	for kind, all := range names {
		for _, n := range all {
			if h == n || kind == store.SubscriptionPart && strings.HasPrefix(h, n+" and ") {
				return kind
			}
		}
	}
	return ""
}

// outline is what the headings of an issue say about how it is written.
type outline struct {
	story int             // level of the headings of stories; 0: none has a heading
	bold  bool            // stories begin in bold, under the headings of sections or without any
	named map[string]bool // headings at that level, loosely
}

func (d *Document) outline() outline {
	count := map[int]int{}
	bold, header := 0, false
	for _, b := range d.Blocks {
		switch {
		case b.Kind == HeadingBlock:
			level := b.node.(*ast.Heading).Level
			if level == 1 && !header {
				header = true
			} else if named(plainText(b.node, d.src)) == "" {
				count[level]++
			}
		case b.Kind == ParagraphBlock && b.node != nil && leadingBold(b.node) != nil:
			bold++
		}
	}
	o := outline{bold: bold > 1, named: map[string]bool{}}
	for _, level := range []int{3, 2, 1, 4, 5, 6} {
		if count[level] > 0 {
			o.story, o.bold = level, bold > 1 && level == 2
			break
		}
	}
	for _, b := range d.Blocks {
		if b.Kind == HeadingBlock && b.node.(*ast.Heading).Level == o.story {
			o.named[loose(plainText(b.node, d.src))] = true
		}
	}
	return o
}

// readParts puts the blocks together to parts.
func (d *Document) readParts() {
	o := d.outline()
	var within int // level of the heading whose part takes in what is deeper
	header, section := false, -1
	seen := map[store.PartKind]bool{}
	begin := func(kind store.PartKind) *Part {
		seen[kind] = true
		d.Parts = append(d.Parts, Part{Kind: kind, Section: -1, List: List{Block: -1}})
		return &d.Parts[len(d.Parts)-1]
	}
	var last *Part
	for i, b := range d.Blocks {
		switch {
		case b.Kind == HeadingBlock:
			level := b.node.(*ast.Heading).Level
			if within > 0 && level > within {
				break
			}
			kind, ok := d.kindOfHeading(i, o, header, seen)
			if !ok && last != nil {
				break
			}
			if level == 1 {
				header = true
			}
			within = 0
			if kind == store.ColophonPart || kind == store.SubscriptionPart || kind == store.EventsPart {
				within = level
			}
			last = begin(kind)
			d.setHeading(last, b)
			switch {
			case kind == store.SectionPart:
				section = len(d.Parts) - 1
			case kind == store.StoryPart && level < o.story:
				section = -1
			}
			if kind == store.StoryPart || kind == store.EventsPart {
				last.Section = section
			}
		case b.Kind == FrontMatterBlock:
			continue
		case last == nil:
			last = begin(store.IntroPart)
		}
		last.Blocks = append(last.Blocks, b)
	}
	if o.bold {
		d.splitBold(o)
	}
	d.splitContents(o)
	for i := range d.Parts {
		p := &d.Parts[i]
		p.Span = Span{p.Blocks[0].Span.Start, p.Blocks[len(p.Blocks)-1].Span.End}
		p.Line = p.Blocks[0].Line
	}
}

// kindOfHeading says what the heading in a block begins; false: nothing, it belongs to the part
// in which it stands. seen are the kinds of the parts before it.
func (d *Document) kindOfHeading(block int, o outline, header bool, seen map[store.PartKind]bool) (store.PartKind, bool) {
	n := d.Blocks[block].node.(*ast.Heading)
	stories, dates, other := false, false, false // under it
	for _, b := range d.Blocks[block+1:] {
		if b.Kind == HeadingBlock {
			l := b.node.(*ast.Heading).Level
			if l <= n.Level {
				break
			}
			stories = stories || l == o.story
			other = true
		} else if !stories {
			dates = dates || b.Kind == ListBlock && d.most(b.node, dated.MatchString)
			other = other || b.Kind != ListBlock
		}
	}
	switch kind := named(plainText(n, d.src)); {
	case n.Level == 1 && !header && o.story != 1:
		return store.IntroPart, true
	case kind == store.EventsPart && (other || !dates):
	case kind == store.ContentsPart && seen[store.ContentsPart]:
	case kind != "":
		return kind, true
	case !seen[store.StoryPart] && !seen[store.ContentsPart] && !o.named[loose(plainText(n, d.src))] && d.listsStories(block, o):
		return store.ContentsPart, true // whatever its heading
	}
	switch {
	case n.Level > o.story:
		return "", false
	case n.Level == o.story:
		return store.StoryPart, true
	case stories || d.bare(block):
		return store.SectionPart, true
	}
	return store.StoryPart, true
}

// dated is a text that begins with a day: "May 3: …", "2018-05-03 …".
var dated = regexp.MustCompile(`(?i)^(?:[a-z]+,? )?(?:(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d|\d{1,2}\.? (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|\d{4}-\d{2}-\d{2}|\d{1,2}/\d{1,2}\b)`)

// most reports that at least half of the items of a list are of a kind.
func (d *Document) most(list ast.Node, are func(string) bool) bool {
	all, some := 0, 0
	for n := list.FirstChild(); n != nil; n = n.NextSibling() {
		all++
		if are(plainText(n, d.src)) {
			some++
		}
	}
	return 2*some >= all
}

// listsStories reports that all that stands under a heading is a list that names stories.
func (d *Document) listsStories(block int, o outline) bool {
	rest := d.Blocks[block+1:]
	return len(rest) > 1 && rest[0].Kind == ListBlock && rest[1].Kind == HeadingBlock && namesStories(rest[0].node, d.src, o.named)
}

// bare reports that nothing stands under a heading before the next one.
func (d *Document) bare(block int) bool {
	return block+1 == len(d.Blocks) || d.Blocks[block+1].Kind == HeadingBlock
}

// setHeading fills in what the heading of a part says.
func (d *Document) setHeading(p *Part, b Block) {
	n := b.node.(*ast.Heading)
	p.Level, p.Plain = n.Level, plainText(n, d.src)
	if lines := n.Lines(); lines.Len() > 0 {
		p.HeadingSpan = Span{lines.At(0).Start, lines.At(lines.Len() - 1).Stop}
		for p.HeadingSpan.End > p.HeadingSpan.Start && strings.IndexByte(" \t\r\n", d.src[p.HeadingSpan.End-1]) >= 0 {
			p.HeadingSpan.End--
		}
		p.Heading = strings.Join(strings.Fields(d.Text(p.HeadingSpan)), " ")
	} else {
		at := b.Text.Start + len(strings.TrimRight(d.Text(b.Text), " \t\r\n"))
		p.HeadingSpan = Span{at, at}
	}
	p.Credit = headingCredit(p.Plain)
}

var (
	creditAtEnd = regexp.MustCompile(`\(([^()]+)\)\s*$`)
	viaInside   = regexp.MustCompile(`(?i)^(?:.*\s)?via\s+`)
)

// headingCredit reads "(Person, Org)", "(Person, @handle)" or "(via Person, Org)" at the end of a
// heading. Other words in brackets are no credit.
func headingCredit(heading string) store.Credit {
	m := creditAtEnd.FindStringSubmatch(heading)
	if m == nil {
		return store.Credit{}
	}
	if at := viaInside.FindString(m[1]); at != "" {
		return ParseCredit(m[1][len(at):], true)
	}
	name, rest, more := strings.Cut(m[1], ",")
	if !personal(name) || more && strings.TrimSpace(rest) == "" {
		return store.Credit{}
	}
	return ParseCredit(m[1], false)
}

// personal reports that a text looks like the name of a person: two to four words, each with a
// capital first, none with a digit.
func personal(name string) bool {
	words := strings.Fields(name)
	if len(words) < 2 || len(words) > 4 {
		return false
	}
	for i, w := range words {
		r := []rune(w)
		if strings.ContainsFunc(w, unicode.IsDigit) || !unicode.IsUpper(r[0]) && (i == 0 || i == len(words)-1) {
			return false
		}
		if len(r) > 1 && strings.ToUpper(w) == w && !strings.Contains(w, ".") {
			return false
		}
	}
	return true
}
