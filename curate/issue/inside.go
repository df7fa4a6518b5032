package issue

import (
	"bytes"
	"strings"

	"github.com/yuin/goldmark/ast"
	"golang.org/x/net/html"

	"wiredesk/store"
	"wiredesk/store/plain"
)

// readInside fills in what stands in a part: its list, links, quotes, images and raw HTML.
func (d *Document) readInside(p *Part) {
	if p.Kind == store.ContentsPart {
		d.readContents(p)
	} else {
		for i := len(p.Blocks) - 1; i >= p.first(); i-- {
			if p.Blocks[i].Kind == ListBlock && !p.Blocks[i].node.(*ast.List).IsOrdered() && hasLink(p.Blocks[i].node) {
				p.List = d.list(i, p.Blocks[i])
				break
			}
		}
	}
	for i, b := range p.Blocks {
		if b.node == nil {
			continue
		}
		if i == p.List.Block {
			d.readItems(p, b.node)
			continue
		}
		if b.Kind == QuoteBlock {
			q := DocQuote{Text: d.quoteText(b.node), Span: b.Text, Line: b.Line}
			if i > 0 && p.Blocks[i-1].Kind == ParagraphBlock && p.Blocks[i-1].node != nil {
				q.LeadIn = leadInOf(plainText(p.Blocks[i-1].node, d.src))
				q.Speaker = speakerOf(q.LeadIn)
			}
			p.Quotes = append(p.Quotes, q)
		}
		if b.Kind == DefinitionBlock {
			def := b.node.(*ast.LinkReferenceDefinition)
			if known := d.definition(b.Text.Start); known != nil && !known.Used && !known.Redefined {
				p.Links = append(p.Links, DocLink{URL: string(def.Destination), Label: plain.Line(string(def.Label)), Reference: string(def.Label),
					Span: b.Text, URLSpan: known.urlSpan(d.src), Line: b.Line})
			}
			continue
		}
		p.Links = append(p.Links, d.linksIn(p, b.node)...)
	}
}

// hasLink reports that a link stands in a node.
func hasLink(n ast.Node) bool {
	found := false
	ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if a, ok := n.(*ast.AutoLink); ok && a.AutoLinkType == ast.AutoLinkEmail {
			return ast.WalkContinue, nil
		}
		if k := n.Kind(); k == ast.KindLink || k == ast.KindAutoLink {
			found = true
			return ast.WalkStop, nil
		}
		return ast.WalkContinue, nil
	})
	return found
}

// list reads the items of a list block.
func (d *Document) list(block int, b Block) List {
	l := List{Block: block, Marker: string(b.node.(*ast.List).Marker)}
	var starts []int
	for n := b.node.FirstChild(); n != nil; n = n.NextSibling() {
		at := n.Pos()
		if at < 0 {
			continue
		}
		starts = append(starts, bytes.LastIndexByte(d.src[:at], '\n')+1)
		l.Items = append(l.Items, Item{Plain: plainText(n, d.src)})
	}
	for i := range l.Items {
		it := &l.Items[i]
		end := b.Text.End
		if i+1 < len(starts) {
			end = starts[i+1]
		}
		it.Span = Span{starts[i], max(starts[i], end)}
		it.Line = d.Line(it.Span.Start)
		text := d.Text(it.Span)
		from := len(text) - len(strings.TrimLeft(text, " \t"))
		from += strings.IndexAny(text[from:]+" ", " \t\r\n") // the marker
		from += len(text[from:]) - len(strings.TrimLeft(text[from:], " \t"))
		it.Text = Span{it.Span.Start + from, it.Span.Start + from + len(strings.TrimRight(text[from:], " \t\r\n"))}
	}
	return l
}

// readItems reads the links of a list, item by item. What an item says beside its link is the
// link's note.
func (d *Document) readItems(p *Part, list ast.Node) {
	i := 0
	for n := list.FirstChild(); n != nil; n = n.NextSibling() {
		if n.Pos() < 0 {
			continue
		}
		i++
		links := d.linksIn(p, n)
		if len(links) == 0 && i <= len(p.List.Items) && p.Kind != store.ContentsPart {
			continue
		}
		for j := range links {
			l := &links[j]
			l.Item = i
			end := p.List.Items[i-1].Text.End
			if j+1 < len(links) {
				end = links[j+1].Span.Start
			}
			note := ""
			if j == 0 {
				note = d.Text(Span{p.List.Items[i-1].Text.Start, max(p.List.Items[i-1].Text.Start, l.Span.Start)}) + " "
			}
			note = strings.TrimSpace(note + d.Text(Span{l.Span.End, max(l.Span.End, end)}))
			site, behind := strings.CutPrefix(note, ",")
			l.Note = strings.Trim(plain.Line(note), " -–—:,;")
			switch at := strings.LastIndex(l.Label, ", "); {
			case at > 0:
				l.Site = l.Label[at+2:]
			case behind && l.Label != "":
				l.Site = plain.Line(site)
			}
		}
		p.Links = append(p.Links, links...)
	}
}

// linksIn returns the links in a node, in order, and notes images and raw HTML in the part.
func (d *Document) linksIn(p *Part, n ast.Node) []DocLink {
	var out []DocLink
	add := func(l DocLink) {
		l.Line = d.Line(l.Span.Start)
		out = append(out, l)
	}
	ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Link:
			l := DocLink{URL: string(n.Destination), Label: plainText(n, d.src), Span: d.linkSpan(n.Pos())}
			if n.Reference != nil {
				l.Reference = string(n.Reference.Value)
			} else {
				l.URLSpan = urlIn(d.src, l.Span)
			}
			add(l)
		case *ast.AutoLink:
			if n.AutoLinkType != ast.AutoLinkURL {
				break
			}
			label := n.Label(d.src)
			if at := bytes.Index(d.src[max(n.Pos(), 0):], label); at >= 0 {
				at += max(n.Pos(), 0)
				l := DocLink{URL: string(n.URL(d.src)), URLSpan: Span{at, at + len(label)}, Span: Span{at, at + len(label)}}
				if at > 0 && d.src[at-1] == '<' && l.Span.End < len(d.src) && d.src[l.Span.End] == '>' {
					l.Span = Span{at - 1, l.Span.End + 1}
				}
				add(l)
			}
		case *ast.Image:
			p.Images = append(p.Images, string(n.Destination))
		case *ast.RawHTML:
			if n.Segments.Len() > 0 {
				at := n.Segments.At(0).Start
				text := d.Text(Span{at, n.Segments.At(n.Segments.Len() - 1).Stop})
				p.HTML = append(p.HTML, Raw{text, d.Line(at)})
				d.tags(p, text, at, add)
			}
		case *ast.HTMLBlock:
			if n.Lines().Len() > 0 {
				at := n.Lines().At(0).Start
				end := n.Lines().At(n.Lines().Len() - 1).Stop
				if n.HasClosure() {
					end = n.ClosureLine.Stop
				}
				text := d.Text(Span{at, max(at, min(end, len(d.src)))})
				p.HTML = append(p.HTML, Raw{strings.TrimRight(text, "\r\n"), d.Line(at)})
				d.tags(p, text, at, add)
			}
		}
		return ast.WalkContinue, nil
	})
	return out
}

// tags reads links and images out of raw HTML that begins at an offset of the file.
func (d *Document) tags(p *Part, text string, at int, add func(DocLink)) {
	z := html.NewTokenizer(strings.NewReader(text))
	link := -1
	var open DocLink
	for {
		switch z.Next() {
		case html.ErrorToken:
			if link >= 0 {
				add(open)
			}
			return
		case html.TextToken:
			if link >= 0 {
				open.Label = plain.Line(open.Label + " " + string(z.Text()))
			}
		case html.EndTagToken:
			if name, _ := z.TagName(); string(name) == "a" && link >= 0 {
				add(open)
				link = -1
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			name, more := z.TagName()
			tag := string(name)
			for more {
				var key, value []byte
				key, value, more = z.TagAttr()
				switch {
				case tag == "a" && string(key) == "href" && len(value) > 0:
					if link >= 0 {
						add(open)
					}
					link = at
					open = DocLink{URL: string(value), Span: Span{at, at + len(text)}}
					if i := strings.Index(text, string(value)); i >= 0 && bytes.HasPrefix(d.src[at+i:], value) {
						open.URLSpan = Span{at + i, at + i + len(value)}
					}
				case tag == "img" && string(key) == "src":
					p.Images = append(p.Images, string(value))
				}
			}
		}
	}
}

// linkSpan is where a link stands that begins at an offset, which the parser took for one.
func (d *Document) linkSpan(start int) Span {
	i := closing(d.src, start, '[', ']')
	if i < len(d.src) && d.src[i] == '(' {
		i = closing(d.src, i, '(', ')')
	} else if i < len(d.src) && d.src[i] == '[' {
		if end := closing(d.src, i, '[', ']'); bytes.Count(d.src[i:end], []byte("[")) == 1 {
			i = end
		}
	}
	return Span{start, i}
}

// closing is the offset behind the bracket that closes the one at an offset. Code, angle brackets and
// quotation marks inside of "(…)" hide brackets.
func closing(src []byte, at int, open, shut byte) int {
	depth := 0
	for i := at; i < len(src); i++ {
		switch c := src[i]; {
		case c == '\\':
			i++
		case c == '`' && open == '[':
			run := 1
			for i+run < len(src) && src[i+run] == '`' {
				run++
			}
			if end := bytes.Index(src[i+run:], bytes.Repeat([]byte("`"), run)); end >= 0 {
				i += run + end + run - 1
			} else {
				i += run - 1
			}
		case c == '<' && open == '(' && i == at+1:
			if end := bytes.IndexByte(src[i:], '>'); end >= 0 {
				i += end
			}
		case (c == '"' || c == '\'') && open == '(' && (src[i-1] == ' ' || src[i-1] == '\n'):
			for j := i + 1; j < len(src); j++ {
				if src[j] == '\\' {
					j++
				} else if src[j] == c {
					i = j
					break
				}
			}
		case c == open:
			depth++
		case c == shut:
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(src)
}

// urlIn is where the URL stands in "[label](url)".
func urlIn(src []byte, link Span) Span {
	at := closing(src, link.Start, '[', ']') + 1
	for at < link.End && (src[at] == ' ' || src[at] == '\t' || src[at] == '\n' || src[at] == '\r') {
		at++
	}
	if at >= link.End {
		return Span{}
	}
	if src[at] == '<' {
		if end := bytes.IndexByte(src[at:link.End], '>'); end >= 0 {
			return Span{at + 1, at + end}
		}
	}
	end := at
	for depth := 0; end < link.End; end++ {
		c := src[end]
		if c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ')' && depth == 0 {
			break
		}
		switch c {
		case '\\':
			end++
		case '(':
			depth++
		case ')':
			depth--
		}
	}
	return Span{at, min(end, link.End)}
}
