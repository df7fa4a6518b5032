package page

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"wiredesk/store/link"
	"wiredesk/store/plain"
)

// block is one paragraph of the main text.
type block struct {
	text   string
	start  int       // byte offset in the main text
	linked int       // bytes of it that are links
	kind   atom.Atom // p, blockquote, cite, a heading, li, pre …
	group  int       // the blockquote that it is in; 0: none
	cite   string    // for a blockquote: whom it names itself
	writer string    // in a thread: whose post it is in
}

// content is the main text of a page.
type content struct {
	title  string // of the page
	text   string
	blocks []block
	links  []string
	shape  shape
	root   *html.Node
}

// lead is the first real paragraph: a whole sentence, or a long one that is cut.
func (c content) lead() string {
	for _, b := range c.blocks {
		if (b.kind == atom.P || b.kind == atom.Div || b.kind == atom.Td) && b.linked*2 < len(b.text) &&
			(len(b.text) > 80 || len(b.text) > 20 && isSentence(b.text)) {
			return b.text
		}
	}
	return ""
}

// walker writes the blocks of the main text, in order.
type walker struct {
	base   string
	out    map[*html.Node]bool // left out
	shape  shape
	line   strings.Builder // the paragraph so far
	linked int             // bytes of it that are links
	broken bool            // its line was just broken
	inLink bool
	writer string // of the post that it is in
	group  int    // the blockquote that it is in
	groups int    // how many there were
	blocks []block
	links  []string
	seen   map[string]bool
	size   int

	writers map[*html.Node]string // of elements that hold posts by one person
}

func (w *walker) node(n *html.Node, kind atom.Atom, depth int) {
	if name, ok := w.writers[n]; ok && name != w.writer {
		was := w.writer
		w.writer = name
		defer func() { w.writer = was }()
	}
	for c := n.FirstChild; c != nil && depth < 600 && w.size < maxText; c = c.NextSibling {
		switch {
		case c.Type == html.TextNode:
			w.text(c.Data, kind)
		case c.Type != html.ElementNode || skipped[c.DataAtom] || w.out[c]:
		case c.DataAtom == atom.Br:
			if w.broken { // two in a row end a paragraph
				w.flush(kind)
			}
			w.line.WriteByte(' ')
			w.broken = true
		case c.DataAtom == atom.A:
			w.link(c)
			was := w.inLink
			w.inLink = true
			w.node(c, kind, depth+1)
			w.inLink = was
		case c.DataAtom == atom.Blockquote:
			w.flush(kind)
			was := w.group
			w.groups++
			w.group = w.groups
			w.node(c, atom.Blockquote, depth+1)
			w.flush(atom.Blockquote)
			w.group = was
		case w.shape == article && w.isCaption(c):
		case w.isSource(c):
			w.flush(kind)
			w.node(c, atom.Cite, depth+1)
			w.flush(atom.Cite)
		case blocks[c.DataAtom]:
			w.flush(kind)
			inner := c.DataAtom
			if kind == atom.Blockquote && (inner == atom.Div || inner == atom.P) || kind == atom.Cite {
				inner = kind
			}
			w.node(c, inner, depth+1)
			w.flush(inner)
		default:
			w.node(c, kind, depth+1)
		}
	}
}

// isSource reports that an element is the source line of a quote: the caption of its figure, or a
// footer or cite that stands behind its words. A cite within a sentence is the title of a work.
func (w *walker) isSource(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Figcaption:
		return len(w.blocks) > 0 && w.blocks[len(w.blocks)-1].group != 0
	case atom.Footer:
		return w.group != 0
	case atom.Cite:
		if w.group == 0 {
			return false
		}
		for next, near := n.NextSibling, 4; next != nil && near > 0; next, near = next.NextSibling, near-1 {
			if next.Type == html.TextNode && strings.TrimSpace(next.Data) != "" {
				return false
			}
		}
		before := strings.TrimRightFunc(w.line.String(), unicode.IsSpace)
		r, _ := utf8.DecodeLastRuneInString(before)
		return before == "" || w.broken || strings.ContainsRune(".!?…”\"’»—–―-", r)
	}
	return false
}

func (w *walker) text(s string, kind atom.Atom) {
	if t := strings.TrimSpace(s); t != "" {
		if w.broken && w.group != 0 && dash().MatchString(t) {
			w.flush(kind)
		}
		if w.inLink {
			w.linked += len(t)
		}
		w.broken = false
	}
	w.line.WriteString(s)
}

func (w *walker) link(a *html.Node) {
	for _, attr := range a.Attr {
		if attr.Key != "href" || len(w.links) >= maxLinks || strings.HasPrefix(attr.Val, "#") {
			continue
		}
		if clean, err := link.Clean(attr.Val, w.base); err == nil && !w.seen[clean] {
			w.seen[clean] = true
			w.links = append(w.links, clean)
		}
	}
}

// flush ends the paragraph.
func (w *walker) flush(kind atom.Atom) {
	if w.line.Len() == 0 {
		return
	}
	parts := []string{w.line.String()}
	if kind == atom.Pre { // which keeps its lines: an empty one ends a paragraph there
		parts = emptyLine().Split(parts[0], -1)
	}
	for _, part := range parts {
		w.add(block{text: plain.Line(part), linked: w.linked, kind: kind, group: w.group, writer: w.writer})
	}
	w.line.Reset()
	w.linked, w.broken = 0, false
}

// add takes a paragraph. One without a letter or digit, such as "* * *", is none.
func (w *walker) add(b block) {
	if !strings.ContainsFunc(b.text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
		return
	}
	if room := maxText - w.size; len(b.text) > room {
		b.text = strings.TrimSpace(strings.ToValidUTF8(b.text[:max(room, 0)], ""))
	}
	if b.text != "" {
		w.size += len(b.text) + len("\n\n")
		w.blocks = append(w.blocks, b)
	}
}

// isCaption reports that an element is the caption of a picture, or says who took it.
func (w *walker) isCaption(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Figcaption:
		return w.group == 0 && !w.isSource(n)
	case atom.Figure, atom.Table, atom.Caption, atom.Img:
		return false
	}
	for _, a := range n.Attr {
		if a.Key != "class" {
			continue
		}
		for token := range strings.FieldsSeq(a.Val) {
			if strings.HasPrefix(token, "wp-caption") && !strings.HasSuffix(token, "text") {
				continue // holds the picture too
			}
			for _, part := range nameParts().FindAllString(token, 6) {
				if captionNames[strings.ToLower(part)] {
					return true
				}
			}
		}
	}
	return false
}

var captionNames = names(`caption credit credits figcaption photocredit`)

// writers are the elements of a thread that hold what one person wrote, with that person's name:
// all that hold one name that is marked as a writer's. For elements that hold several the name is
// empty.
func writers(root *html.Node) map[*html.Node]string {
	const several = ""
	held := map[*html.Node]string{}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode || !isWriter(n) {
			continue
		}
		name := bare(spaced(goquery.NewDocumentFromNode(n).Selection, " "))
		if !nameable(name) || len(name) > maxName {
			continue
		}
		for up := n; up != nil; up = up.Parent {
			old, ok := held[up]
			switch {
			case !ok:
				held[up] = name
			case old != name:
				held[up] = several
			}
			if up == root {
				break
			}
		}
	}
	return held
}

// isWriter reports that an element is marked as the name of who wrote a post.
func isWriter(n *html.Node) bool {
	for _, a := range n.Attr {
		switch a.Key {
		case "class":
			for token := range strings.FieldsSeq(a.Val) {
				switch token {
				case "author", "username", "bigusername", "hnuser", "poster-name", "PostUser-name":
					return true
				}
			}
		case "itemprop":
			return a.Val == "author"
		}
	}
	return false
}
