package issue

import (
	"bytes"
	"strings"

	"github.com/yuin/goldmark/ast"

	"wiredesk/store"
)

// leadingBold is the strong emphasis with which a paragraph begins, if it does.
func leadingBold(n ast.Node) *ast.Emphasis {
	if e, ok := n.FirstChild().(*ast.Emphasis); ok && e.Level == 2 {
		return e
	}
	return nil
}

// splitBold cuts the parts of an issue whose stories begin in bold: what stood under one heading
// becomes a section, and a story begins at each paragraph in bold and at each behind a link list.
// A heading with a single story that does not begin in bold is the heading of that story. Without
// any headings, stories begin behind the introduction or the contents list.
func (d *Document) splitBold(o outline) {
	var out []Part
	for _, p := range d.Parts {
		switch {
		case p.Kind == store.StoryPart && len(p.Blocks) > 1:
			stories := d.boldStories(p.Blocks[1:], len(out))
			if len(stories) == 1 && leadingBold(p.Blocks[1].node) == nil {
				p.Section = -1
				out = append(out, p)
				continue
			}
			p.Kind, p.Section, p.Blocks = store.SectionPart, -1, p.Blocks[:1]
			out = append(append(out, p), stories...)
		case o.story == 0 && (p.Kind == store.IntroPart || p.Kind == store.ContentsPart):
			from := d.firstBoldStory(p)
			if from > 0 {
				before := p
				before.Blocks = p.Blocks[:from:from]
				out = append(out, before)
			}
			if from < len(p.Blocks) {
				out = append(out, d.boldStories(p.Blocks[from:], -1)...)
			}
		default:
			out = append(out, p)
		}
	}
	d.Parts = out
}

// firstBoldStory is the block of a part with which the first of its stories begins: a paragraph
// that begins in bold and has a link list before the next of them. len(Blocks): there is none.
func (d *Document) firstBoldStory(p Part) int {
	from := len(p.Blocks)
	for i := p.first(); i < len(p.Blocks); i++ {
		switch b := p.Blocks[i]; {
		case b.Kind == ParagraphBlock && leadingBold(b.node) != nil:
			from = i
		case b.Kind == ListBlock && from < len(p.Blocks) && hasLink(b.node):
			return from
		}
	}
	return len(p.Blocks)
}

// boldStories cuts blocks into stories that begin in bold.
func (d *Document) boldStories(blocks []Block, section int) []Part {
	var stories []Part
	for i, b := range blocks {
		var strong *ast.Emphasis
		if b.Kind == ParagraphBlock {
			strong = leadingBold(b.node)
		}
		if i == 0 || strong != nil || b.Kind == ParagraphBlock && blocks[i-1].Kind == ListBlock {
			s := Part{Kind: store.StoryPart, Section: section, List: List{Block: -1}}
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
	return stories
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
