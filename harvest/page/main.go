package page

import (
	"regexp"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"wiredesk/store/link"
	"wiredesk/store/plain"
)

// block is one paragraph of the main text.
type block struct {
	text  string
	start int       // byte offset in the main text
	kind  atom.Atom // p, blockquote, a heading, li, pre …
	cite  string    // for a blockquote: whom it names itself
	lead  bool      // its text ends in ":", and a blockquote follows
}

// content is the main text of a page.
type content struct {
	text   string
	blocks []block
	links  []string
}

// lead is the first real paragraph.
func (c content) lead() string {
	for _, b := range c.blocks {
		if (b.kind == atom.P || b.kind == atom.Div) && len(b.text) > 80 {
			return b.text
		}
	}
	return ""
}

// furniture are names of elements that stand around a text.
var furniture = regexp.MustCompile(`(?i)\b(?:nav|navbar|menu|sidebar|side-bar|footer|comments?|respond|share|sharing|social|related|recommended|promo|sponsor|advert|ads?|cookies?|consent|newsletter|signup|subscribe|breadcrumbs?|pagination|pager|toolbar|masthead|skip-link|author-bio|tags|tagcloud|widget|popup|modal|banner|toc|byline|meta|post-meta|entry-meta)\b`)

// mainText finds the element that holds the text of the page, and reads it.
//
// The element is the one whose own paragraphs weigh most, a paragraph weighing by its length
// less its links, as in arc90's readability; an <article> or <main> around it is taken whole.
func mainText(doc *goquery.Document, base string) content {
	weight := map[*html.Node]float64{}
	doc.Find("p, pre, blockquote, li, td, dd").Each(func(_ int, s *goquery.Selection) {
		n := s.Nodes[0]
		if inFurniture(n) {
			return
		}
		text, linked := textLen(n, 0)
		if text < 25 {
			return
		}
		w := float64(text-2*linked) / 100
		if n.DataAtom == atom.Li || n.DataAtom == atom.Td {
			w /= 2
		}
		for up, share := n.Parent, 1.0; up != nil && share > 0.2; up, share = up.Parent, share/2 {
			weight[up] += w * share
		}
	})
	var root *html.Node
	for n, w := range weight {
		if root == nil || w > weight[root] || w == weight[root] && within(n, root) {
			root = n
		}
	}
	if root == nil {
		if body := doc.Find("body"); body.Length() > 0 {
			root = body.Nodes[0]
		} else {
			return content{}
		}
	}
	for up := root; up != nil; up = up.Parent {
		if up.DataAtom == atom.Article || up.DataAtom == atom.Main {
			root = up
			break
		}
	}
	w := walker{base: base, seen: map[string]bool{}}
	w.node(root, atom.Div, nil, 0)
	w.flush(atom.Div)
	return w.finish()
}

// within reports that n lies inside of root.
func within(n, root *html.Node) bool {
	for ; n != nil; n = n.Parent {
		if n == root {
			return true
		}
	}
	return false
}

// inFurniture reports that a node lies in something that stands around the text.
func inFurniture(n *html.Node) bool {
	for ; n != nil; n = n.Parent {
		if isFurniture(n) {
			return true
		}
	}
	return false
}

func isFurniture(n *html.Node) bool {
	if n.Type != html.ElementNode {
		return false
	}
	switch n.DataAtom {
	case atom.Nav, atom.Aside, atom.Footer, atom.Form, atom.Dialog:
		return n.DataAtom != atom.Footer || n.Parent == nil || n.Parent.DataAtom != atom.Blockquote
	case atom.Html, atom.Body, atom.Main, atom.Article:
		return false
	}
	for _, a := range n.Attr {
		switch a.Key {
		case "class", "id":
			if furniture.MatchString(a.Val) {
				return true
			}
		case "role":
			if a.Val == "navigation" || a.Val == "complementary" || a.Val == "contentinfo" || a.Val == "banner" || a.Val == "search" {
				return true
			}
		case "hidden":
			return true
		case "aria-hidden":
			return a.Val == "true"
		}
	}
	return false
}

// textLen is the length of the text below a node, and of that part of it that is links.
func textLen(n *html.Node, depth int) (text, linked int) {
	for c := n.FirstChild; c != nil && depth < 200; c = c.NextSibling {
		switch {
		case c.Type == html.TextNode:
			text += len(strings.TrimSpace(c.Data))
		case c.Type == html.ElementNode && !skipped[c.DataAtom]:
			t, l := textLen(c, depth+1)
			if c.DataAtom == atom.A {
				l = t
			}
			text, linked = text+t, linked+l
		}
	}
	return text, linked
}

// walker writes the blocks of the main text, in order.
type walker struct {
	base   string
	line   strings.Builder
	blocks []block
	links  []string
	seen   map[string]bool
	size   int
}

func (w *walker) node(n *html.Node, kind atom.Atom, quote *string, depth int) {
	for c := n.FirstChild; c != nil && depth < 400 && w.size < maxText; c = c.NextSibling {
		switch {
		case c.Type == html.TextNode:
			w.line.WriteString(c.Data)
		case c.Type != html.ElementNode || skipped[c.DataAtom] || isFurniture(c):
		case c.DataAtom == atom.Br:
			w.line.WriteByte(' ')
		case c.DataAtom == atom.A:
			w.link(c)
			w.node(c, kind, quote, depth+1)
		case c.DataAtom == atom.Blockquote:
			w.flush(kind)
			from := len(w.blocks)
			var cite string
			w.node(c, atom.Blockquote, &cite, depth+1)
			w.flush(atom.Blockquote)
			for i := from; i < len(w.blocks); i++ {
				if w.blocks[i].kind == atom.P {
					w.blocks[i].kind = atom.Blockquote
				}
				w.blocks[i].cite = cite
			}
		case quote != nil && (c.DataAtom == atom.Cite || c.DataAtom == atom.Footer) && !precededByText(c):
			if text, _ := textLen(c, 0); text < 200 {
				*quote = dash.ReplaceAllString(plain.Line(goquery.NewDocumentFromNode(c).Text()), "")
				continue
			}
			w.node(c, kind, quote, depth+1)
		case blocks[c.DataAtom]:
			w.flush(kind)
			inner := c.DataAtom
			if kind == atom.Blockquote && inner == atom.Div {
				inner = atom.Blockquote
			}
			w.node(c, inner, quote, depth+1)
			w.flush(inner)
		default:
			w.node(c, kind, quote, depth+1)
		}
	}
}

// precededByText tells the title of a work in running text from the source line of a quote.
func precededByText(cite *html.Node) bool {
	p := cite.PrevSibling
	if cite.DataAtom == atom.Footer || p == nil {
		return false
	}
	if p.Type == html.TextNode {
		t := strings.TrimSpace(p.Data)
		return t != "" && dash.ReplaceAllString(t, "") != ""
	}
	return false
}

var dash = regexp.MustCompile(`^\s*(?:[—–―~-]|--)+\s*`)

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
	text := plain.Line(w.line.String())
	w.line.Reset()
	if text == "" {
		return
	}
	w.size += len(text)
	w.blocks = append(w.blocks, block{text: text, kind: kind})
}

// finish joins the blocks and notes where each stands.
func (w *walker) finish() content {
	var b strings.Builder
	for i := range w.blocks {
		if i > 0 {
			b.WriteString("\n\n")
		}
		w.blocks[i].start = b.Len()
		b.WriteString(w.blocks[i].text)
		w.blocks[i].lead = strings.HasSuffix(w.blocks[i].text, ":") && i+1 < len(w.blocks) && w.blocks[i+1].kind == atom.Blockquote
	}
	return content{text: b.String(), blocks: w.blocks, links: w.links}
}
