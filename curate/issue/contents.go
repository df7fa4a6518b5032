package issue

import (
	"strings"

	"github.com/yuin/goldmark/ast"

	"wiredesk/store"
)

// splitContents finds the contents list of an issue whose list has no heading of its own: running
// text that begins "In this issue:", a list or a paragraph under such a line, or a bare list that
// names the stories.
func (d *Document) splitContents(o outline) {
	if d.Contents() >= 0 {
		return
	}
	for i, p := range d.Parts {
		if p.Kind != store.IntroPart {
			continue
		}
		from, to := d.contentsIn(p, o)
		if from < 0 {
			continue
		}
		if from < p.first() { // the heading stays with the introduction
			continue
		}
		var out []Part
		out = append(out, d.Parts[:i]...)
		if from > 0 {
			before := p
			before.Blocks = p.Blocks[:from:from]
			out = append(out, before)
		}
		out = append(out, Part{Kind: store.ContentsPart, Section: -1, List: List{Block: -1}, Blocks: p.Blocks[from:to:to]})
		if to < len(p.Blocks) {
			out = append(out, Part{Kind: store.IntroPart, Section: -1, List: List{Block: -1}, Blocks: p.Blocks[to:]})
		}
		shift := len(out) - 1 - i
		for _, q := range d.Parts[i+1:] {
			if q.Section >= 0 {
				q.Section += shift
			}
			out = append(out, q)
		}
		d.Parts = out
		return
	}
}

// contentsIn returns which blocks of an introduction are its contents list; -1: none.
func (d *Document) contentsIn(p Part, o outline) (from, to int) {
	for i, b := range p.Blocks {
		switch b.Kind {
		case ParagraphBlock:
			if b.node == nil {
				continue
			}
			lead, rest, ok := strings.Cut(plainText(b.node, d.src), ":")
			if !ok || named(lead) != store.ContentsPart {
				continue
			}
			if strings.TrimSpace(rest) == "" && i+1 < len(p.Blocks) && (p.Blocks[i+1].Kind == ParagraphBlock || p.Blocks[i+1].Kind == ListBlock) {
				return i, i + 2
			}
			return i, i + 1
		case ListBlock:
			if namesStories(b.node, d.src, o.named) {
				return i, i + 1
			}
		}
	}
	return -1, 0
}

// namesStories reports that at least half of the items of a list, and two, are headings of stories.
func namesStories(list ast.Node, src []byte, headings map[string]bool) bool {
	items, known := 0, 0
	for n := list.FirstChild(); n != nil; n = n.NextSibling() {
		items++
		if headings[loose(plainText(n, src))] {
			known++
		}
	}
	return known >= 2 && 2*known >= items
}

// loose is a heading for comparing: letters and digits, no credit.
func loose(heading string) string {
	if m := creditAtEnd.FindStringIndex(heading); m != nil {
		heading = heading[:m[0]]
	}
	return strings.Join(strings.FieldsFunc(strings.ToLower(heading), func(r rune) bool { return strings.ContainsRune(" \t\"'`“”‘’.,:;!?()[]*_-–—", r) }), " ")
}

// readContents fills in the items of a contents list, whichever of its forms it has.
func (d *Document) readContents(p *Part) {
	for i, b := range p.Blocks {
		if b.Kind == ListBlock && i >= p.first() {
			p.List = d.list(i, b)
			return
		}
	}
	var last *Block
	for i := p.first(); i < len(p.Blocks); i++ {
		if b := &p.Blocks[i]; b.Kind == ParagraphBlock && b.node != nil {
			last = b
		}
	}
	if last == nil {
		return
	}
	text := d.Text(last.Text)
	at := last.Text.Start
	if lead, rest, ok := strings.Cut(text, ":"); ok && named(lead) == store.ContentsPart {
		at += len(text) - len(rest)
		text = rest
	} else if p.Level > 0 && !strings.Contains(text, ";") { // a paragraph under the heading is prose, unless it lists
		return
	}
	if strings.TrimSpace(text) == "" {
		return
	}
	p.List.Items = d.runOn(text, at)
}

// runOn cuts running text into items: at semicolons, else at commas that end a line, else at
// commas.
func (d *Document) runOn(text string, at int) []Item {
	cut := func(i int) bool { return text[i] == ',' }
	switch {
	case strings.Contains(text, ";"):
		cut = func(i int) bool { return text[i] == ';' }
	case strings.Contains(strings.ReplaceAll(text, "\r", ""), ",\n"), strings.Contains(strings.ReplaceAll(text, " \n", "\n"), ",\n"):
		cut = func(i int) bool {
			return text[i] == ',' && strings.HasPrefix(strings.TrimLeft(text[i+1:], " \t\r"), "\n")
		}
	}
	var out []Item
	start := 0
	add := func(end int) {
		s := text[start:end]
		from := start + len(s) - len(strings.TrimLeft(s, " \t\r\n"))
		if rest, ok := strings.CutPrefix(text[from:end], "and"); ok && rest != strings.TrimLeft(rest, " \r\n") {
			from = end - len(strings.TrimLeft(rest, " \r\n"))
		}
		to := from + len(strings.TrimRight(text[from:end], " \t\r\n."))
		if rest, ok := strings.CutSuffix(text[from:to], "; and"); ok {
			to = from + len(rest)
		}
		words := strings.Join(strings.Fields(strings.NewReplacer("*", "", "_", "", "`", "").Replace(text[from:to])), " ")
		if words != "" && words != "and more" && words != "more" {
			span := Span{at + from, at + to}
			out = append(out, Item{Span: span, Text: span, Plain: words, Line: d.Line(span.Start)})
		}
		start = end + 1
	}
	for i := range text {
		if cut(i) {
			add(i)
		}
	}
	if start < len(text) {
		add(len(text))
	}
	return out
}
