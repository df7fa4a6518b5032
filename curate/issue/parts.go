package issue

import (
	"bytes"
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
	story int  // level of the headings of stories; 0: none has a heading
	bold  bool // stories begin in bold under the headings of sections
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
	for _, level := range []int{3, 2, 1, 4, 5, 6} {
		if count[level] > 0 {
			return outline{level, level == 2 && count[3] == 0 && bold > 1}
		}
	}
	return outline{}
}

// leadingBold is the strong emphasis with which a paragraph begins, if it does.
func leadingBold(n ast.Node) *ast.Emphasis {
	if e, ok := n.FirstChild().(*ast.Emphasis); ok && e.Level == 2 {
		return e
	}
	return nil
}

// readParts puts the blocks together to parts.
func (d *Document) readParts() {
	o := d.outline()
	var within int // level of the heading whose part takes in what is deeper
	header, section := false, -1
	begin := func(kind store.PartKind) *Part {
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
			kind, ok := d.kindOfHeading(i, o, header)
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
		d.splitBold()
	}
	d.splitContents()
	for i := range d.Parts {
		p := &d.Parts[i]
		p.Span = Span{p.Blocks[0].Span.Start, p.Blocks[len(p.Blocks)-1].Span.End}
		p.Line = p.Blocks[0].Line
	}
}

// kindOfHeading says what the heading in a block begins; false: nothing, it belongs to the part
// in which it stands.
func (d *Document) kindOfHeading(block int, o outline, header bool) (store.PartKind, bool) {
	n := d.Blocks[block].node.(*ast.Heading)
	stories, list, other := false, false, false // under it
	for _, b := range d.Blocks[block+1:] {
		if b.Kind == HeadingBlock {
			l := b.node.(*ast.Heading).Level
			if l <= n.Level {
				break
			}
			stories = stories || l == o.story
			other = true
		} else if !stories {
			list = list || b.Kind == ListBlock
			other = other || b.Kind != ListBlock
		}
	}
	switch kind := named(plainText(n, d.src)); {
	case n.Level == 1 && !header && o.story != 1:
		return store.IntroPart, true
	case kind == store.EventsPart && (other || !list):
	case kind == store.ContentsPart && d.hasContents(block):
	case kind != "":
		return kind, true
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

// bare reports that nothing stands under a heading before the next one.
func (d *Document) bare(block int) bool {
	return block+1 == len(d.Blocks) || d.Blocks[block+1].Kind == HeadingBlock
}

// hasContents reports that a contents list was read before a block.
func (d *Document) hasContents(block int) bool {
	for _, p := range d.Parts {
		if p.Kind == store.ContentsPart && p.Blocks[0].Span.Start < d.Blocks[block].Span.Start {
			return true
		}
	}
	return false
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

// splitBold cuts the parts of an issue whose stories begin in bold: what stood under one heading
// becomes a section, and a story begins at each paragraph in bold and at each behind a link list.
// A heading with a single story that does not begin in bold is the heading of that story.
func (d *Document) splitBold() {
	var out []Part
	for _, p := range d.Parts {
		if p.Kind != store.StoryPart || len(p.Blocks) < 2 {
			out = append(out, p)
			continue
		}
		var stories []Part
		for i, b := range p.Blocks[1:] {
			var strong *ast.Emphasis
			if b.Kind == ParagraphBlock {
				strong = leadingBold(b.node)
			}
			if i == 0 || strong != nil || b.Kind == ParagraphBlock && p.Blocks[i].Kind == ListBlock {
				s := Part{Kind: store.StoryPart, Section: len(out), List: List{Block: -1}}
				if strong == nil && b.Kind == ParagraphBlock {
					strong = firstBold(b.node)
				}
				if strong != nil {
					s.Plain = plainText(strong, d.src)
					s.HeadingSpan = boldSpan(strong, d.src)
					s.Heading = strings.Join(strings.Fields(d.Text(s.HeadingSpan)), " ")
				}
				stories = append(stories, s)
			}
			s := &stories[len(stories)-1]
			s.Blocks = append(s.Blocks, b)
		}
		if len(stories) == 1 && leadingBold(p.Blocks[1].node) == nil {
			p.Section = -1
			out = append(out, p)
			continue
		}
		p.Kind, p.Section, p.Blocks = store.SectionPart, -1, p.Blocks[:1]
		out = append(append(out, p), stories...)
	}
	d.Parts = out
}

// firstBold is the first strong emphasis of a paragraph.
func firstBold(n ast.Node) *ast.Emphasis {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if e, ok := c.(*ast.Emphasis); ok && e.Level == 2 {
			return e
		}
	}
	return nil
}

// boldSpan is where the words in bold stand, less the marks.
func boldSpan(e *ast.Emphasis, src []byte) Span {
	start := e.Pos() + 2
	end := start
	ast.Walk(e, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if t, ok := n.(*ast.Text); ok && entering {
			end = max(end, t.Segment.Stop)
		}
		return ast.WalkContinue, nil
	})
	if i := bytes.Index(src[end:], src[e.Pos():start]); i >= 0 {
		end += i
	}
	return Span{start, end}
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
