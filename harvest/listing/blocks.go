package listing

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"wiredesk/harvest/pattern"
	"wiredesk/store/plain"
)

// maxBlock is how many bytes of one paragraph are kept: each link in it looks at all of them.
const maxBlock = 16 << 10

// maxAnchors is how many links of one paragraph are kept, for the same reason.
const maxAnchors = 400

// skipped elements hold nothing that a person reads.
var skipped = map[atom.Atom]bool{
	atom.Script: true, atom.Style: true, atom.Noscript: true, atom.Template: true, atom.Svg: true, atom.Math: true, atom.Iframe: true,
	atom.Object: true, atom.Embed: true, atom.Head: true, atom.Textarea: true, atom.Select: true, atom.Canvas: true,
}

// blocks are the elements that begin and end a paragraph.
var blocks = map[atom.Atom]bool{
	atom.Address: true, atom.Article: true, atom.Aside: true, atom.Blockquote: true, atom.Body: true, atom.Caption: true, atom.Center: true,
	atom.Dd: true, atom.Details: true, atom.Div: true, atom.Dl: true, atom.Dt: true, atom.Fieldset: true, atom.Figcaption: true,
	atom.Figure: true, atom.Footer: true, atom.Form: true, atom.H1: true, atom.H2: true, atom.H3: true, atom.H4: true, atom.H5: true,
	atom.H6: true, atom.Header: true, atom.Hr: true, atom.Li: true, atom.Main: true, atom.Nav: true, atom.Ol: true, atom.P: true,
	atom.Pre: true, atom.Section: true, atom.Summary: true, atom.Table: true, atom.Tbody: true, atom.Td: true, atom.Th: true,
	atom.Tr: true, atom.Ul: true,
}

// heading is the level of a heading, 0 for other elements.
func heading(a atom.Atom) int {
	switch a {
	case atom.H1:
		return 1
	case atom.H2:
		return 2
	case atom.H3:
		return 3
	case atom.H4:
		return 4
	case atom.H5:
		return 5
	case atom.H6:
		return 6
	}
	return 0
}

// anchor is one link as it stands in the text.
type anchor struct {
	node  *html.Node // nil: a bare URL in the text
	href  string
	alt   string // of an image in it
	inner string // a heading or bold text in a link that holds more than that
}

// piece is a run of text of a block.
type piece struct {
	text   string
	anchor int // index in the block's anchors; -1: none
	bold   bool
}

// block is one paragraph with the links in it.
type block struct {
	level   int // of a heading
	pieces  []piece
	anchors []anchor
	size    int
}

// text joins the pieces that keep says are wanted.
func (b *block) text(keep func(piece) bool) string {
	var s strings.Builder
	for _, p := range b.pieces {
		if keep == nil || keep(p) {
			s.WriteString(p.text)
		}
	}
	return plain.Line(s.String())
}

// of is the text of one link.
func (b *block) of(i int) string { return b.text(func(p piece) bool { return p.anchor == i }) }

// before is the text up to a link.
func (b *block) before(i int) string {
	var s strings.Builder
	for _, p := range b.pieces {
		if p.anchor == i {
			break
		}
		s.WriteString(p.text)
	}
	return plain.Line(s.String())
}

// walker cuts a document into blocks.
type walker struct {
	out    map[*html.Node]bool // left out
	blocks []*block
	now    *block
	broken bool // the line was just broken
}

func (w *walker) flush(level int) {
	if w.now != nil && (len(w.now.anchors) > 0 || strings.TrimSpace(w.now.text(nil)) != "") {
		w.now.level = level
		w.blocks = append(w.blocks, w.now)
	}
	w.now, w.broken = &block{}, false
}

func (w *walker) add(text string, anchor int, bold bool) {
	if w.now.size += len(text); w.now.size <= maxBlock {
		w.now.pieces = append(w.now.pieces, piece{text, anchor, bold})
	}
}

func (w *walker) node(n *html.Node, level, in int, bold bool) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch {
		case c.Type == html.TextNode:
			if strings.TrimSpace(c.Data) != "" {
				w.broken = false
			}
			if in < 0 {
				w.bare(c.Data, bold)
			} else {
				w.add(c.Data, in, bold)
			}
		case c.Type != html.ElementNode || skipped[c.DataAtom] || w.out[c]:
		case c.DataAtom == atom.Br:
			if w.broken && in < 0 { // two in a row end a paragraph
				w.flush(level)
			}
			w.add(" ", in, false)
			w.broken = true
		case c.DataAtom == atom.Img:
			if in >= 0 && w.now.anchors[in].alt == "" {
				w.now.anchors[in].alt = plain.Line(attr(c, "alt"))
			}
		case c.DataAtom == atom.A && attr(c, "href") != "" && in < 0 && len(w.now.anchors) < maxAnchors:
			w.now.anchors = append(w.now.anchors, anchor{node: c, href: attr(c, "href")})
			w.node(c, level, len(w.now.anchors)-1, bold)
		case in >= 0: // a link may hold paragraphs: it stays one
			if inner := w.now.anchors[in].inner; inner == "" && heading(c.DataAtom) > 0 {
				w.now.anchors[in].inner = plain.Cut(plain.Line(strings.ReplaceAll(textOf(c), "\n", " ")), maxTitle)
			}
			if blocks[c.DataAtom] {
				w.add(" ", in, false)
			}
			w.node(c, level, in, bold)
			if blocks[c.DataAtom] {
				w.add(" ", in, false)
			}
		case blocks[c.DataAtom]:
			w.flush(level)
			inner := heading(c.DataAtom)
			w.node(c, inner, in, false)
			w.flush(inner)
		default:
			w.node(c, level, in, bold || c.DataAtom == atom.B || c.DataAtom == atom.Strong)
		}
	}
}

// address is a URL that stands in a text without being a link.
var address = pattern.New(`https?://[^\s<>"'“”‘’«»()\[\]{}|\\^` + "`" + `]+(?:\([^\s()<>]*\)[^\s<>"'()\[\]]*)*`)

// bare adds text, with the URLs in it as links.
func (w *walker) bare(s string, bold bool) {
	for {
		at := address().FindStringIndex(s)
		if at == nil || len(w.now.anchors) >= maxAnchors {
			w.add(s, -1, bold)
			return
		}
		url := strings.TrimRight(s[at[0]:at[1]], ".,;:!?*_~…")
		w.add(s[:at[0]], -1, bold)
		w.now.anchors = append(w.now.anchors, anchor{href: url})
		w.add(url, len(w.now.anchors)-1, bold)
		s = s[at[0]+len(url):]
	}
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}
