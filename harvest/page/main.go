package page

import (
	"strings"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// mainText finds the element that holds the text of the page, and reads it.
//
// In an article the element is the one whose own paragraphs weigh most, a paragraph weighing by
// its length less its links, as in arc90's readability; an <article> or <main> closely around it is
// taken whole. The posts of a thread and the pieces of a list weigh little each: there it is the
// smallest element that holds nearly all.
func mainText(doc *goquery.Document, base, title string, f *facts, said shape) content {
	o := survey(doc.Nodes[0], said == thread)
	root := o.best()
	if o.body == nil {
		return content{shape: said}
	}
	if said == article {
		said = list
		if root != nil {
			if root = o.whole(root); o.holds(root, f.article) {
				said = article
			}
		}
	}
	if said != article {
		root = o.tight(said)
	}
	w := walker{base: base, out: o.out, shape: said, seen: map[string]bool{}}
	if said == thread {
		w.writers = writers(root)
	}
	w.node(root, atom.Div, 0)
	w.flush(atom.Div)
	c := w.finish(title)
	c.root = root
	return c
}

// outline is where the text of a page lies. It is in bytes.
type outline struct {
	out    map[*html.Node]bool  // stands around the text
	doubt  map[*html.Node]place // has a name as if it did
	counts map[*html.Node]*count
	order  []*html.Node // those with a weight, as they were met
	body   *html.Node
	thread bool
	total  int // plain of the whole page
	prose  int // strong of the whole page
}

// count is what is in an element and all below it.
type count struct {
	plain  int // bytes of paragraphs outside of links
	strong int // the same, of paragraphs that are surely prose
	all    int // of all text, links too
	weight float64
}

// of is the count of an element, to read or to change.
func (o *outline) of(n *html.Node) *count {
	c := o.counts[n]
	if c == nil {
		c = &count{}
		o.counts[n] = c
	}
	return c
}

// survey makes the outline of a page. A name, such as "widget", puts an element out of the text,
// unless it holds most of it. Names that together leave less than a third, and no article, are
// passed over, but for those of what other people wrote.
func survey(root *html.Node, thread bool) *outline {
	const enough = 1000 // bytes of one element: an article
	o := &outline{out: map[*html.Node]bool{}, doubt: map[*html.Node]place{}, thread: thread}
	o.count(root)
	var named []*html.Node
	for n, p := range o.doubt {
		held, all := o.of(n).strong, o.prose
		if all == 0 {
			held, all = o.of(n).plain, o.total
		}
		if p == apart || p == aside && held*10 < all*6 || held*2 < all {
			o.out[n] = true
			if p != apart {
				named = append(named, n)
			}
		}
	}
	if len(o.out) == 0 {
		return o
	}
	whole := o.total
	o.count(root)
	left := o.total
	switch best := o.best(); {
	case best == nil:
		clear(o.out)
		o.count(root)
	case left*3 < whole && o.of(best).plain < enough:
		for _, n := range named {
			delete(o.out, n)
		}
		if o.count(root); left*3 >= o.total { // it was the other people who wrote more
			for _, n := range named {
				o.out[n] = true
			}
			o.count(root)
		}
	}
	return o
}

// count counts the page anew.
func (o *outline) count(root *html.Node) {
	o.counts, o.order = map[*html.Node]*count{}, nil
	_, _, o.total, o.prose = o.read(root, false)
}

// read counts one element: the bytes of its own paragraph, those of them in links, and the bytes
// of the paragraphs at and below it.
func (o *outline) read(n *html.Node, linked bool) (own, links, plain, strong int) {
	whole := 0 // bytes of all text
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.TextNode {
			size := len(strings.TrimSpace(c.Data))
			whole += size
			own += size
			if linked {
				links += size
			}
		}
		if c.Type != html.ElementNode || skipped[c.DataAtom] || o.out[c] {
			continue
		}
		if c.DataAtom == atom.Body {
			o.body = c
		}
		if p := around(c, o.thread); p == never {
			o.out[c] = true
			continue
		} else if p != within {
			o.doubt[c] = p
		}
		cOwn, cLinks, cPlain, cStrong := o.read(c, linked || c.DataAtom == atom.A)
		plain, strong = plain+cPlain, strong+cStrong
		if in := o.counts[c]; in != nil {
			whole += in.all
		}
		if !blocks[c.DataAtom] {
			own, links = own+cOwn, links+cLinks
		}
	}
	if blocks[n.DataAtom] && own >= 25 {
		o.weigh(n, own, links)
		plain += own - links
		if own >= 80 && links*3 < own {
			strong += own - links
		}
	}
	if whole > 0 && n.Type == html.ElementNode {
		c := o.of(n)
		c.plain, c.strong, c.all = plain, strong, whole
	}
	return own, links, plain, strong
}

// weigh credits a paragraph to the elements around it, the nearest most.
func (o *outline) weigh(n *html.Node, own, links int) {
	w := float64(own-2*links) / 100
	up := n
	switch n.DataAtom {
	case atom.P, atom.Pre, atom.Blockquote, atom.Li, atom.Dd, atom.Dt:
		up = n.Parent
	}
	for share := 1.0; up != nil && share > 0.2; up, share = up.Parent, share/2 {
		c := o.of(up)
		if c.weight == 0 {
			o.order = append(o.order, up)
		}
		c.weight += w * share
	}
}

// best is the element whose own paragraphs weigh most; of two, the first.
func (o *outline) best() *html.Node {
	var best *html.Node
	for _, n := range o.order {
		if w := o.of(n).weight; w > 0 && (best == nil || w > o.of(best).weight) {
			best = n
		}
	}
	return best
}

// whole widens an element to the article that it is a part of: to one that holds notably more
// prose, then to what is marked as an article and holds little besides.
func (o *outline) whole(root *html.Node) *html.Node {
	steps := 0
	for up := root.Parent; up != nil && up.Type == html.ElementNode && up.DataAtom != atom.Html; up = up.Parent {
		steps++ // what is farther off must weigh more to be a part
		if o.of(up).strong*10 > o.of(root).strong*(11+steps) {
			root, steps = up, 0
		}
	}
	for up := root; up != nil && o.of(up).strong*10 <= o.of(root).strong*13; up = up.Parent {
		if up.DataAtom == atom.Article || up.DataAtom == atom.Main {
			return up
		}
	}
	return root
}

// holds reports that an element holds the prose of the page as an article does: enough of it, most
// of what the page has, and not among many short pieces. A page that calls itself an article is
// trusted further.
func (o *outline) holds(root *html.Node, stated bool) bool {
	strong, share, density := 1000, 60, 60 // bytes, percent of the page, percent of the element
	if stated {
		strong, share, density = 300, 50, 50
	}
	own := o.of(root).strong
	short := own*2 > o.of(o.body).all // a short text, and little else
	return (own >= strong || short) && own*100 > o.prose*share && own*100 > o.of(root).all*density
}

// tight is the smallest element that holds nearly all of the text: of a list also that in links,
// and within what the page calls its main part.
func (o *outline) tight(said shape) *html.Node {
	root := o.body
	size := func(n *html.Node) int { return o.of(n).plain }
	if said == list {
		size = func(n *html.Node) int { return o.of(n).all }
		var main *html.Node
		for d := range root.Descendants() {
			if isMain(d) && !o.out[d] && (main == nil || size(d) > size(main)) {
				main = d
			}
		}
		if main != nil && size(main)*10 > size(root)*3 {
			root = main
		}
	}
	for {
		var next *html.Node
		for c := root.FirstChild; c != nil; c = c.NextSibling {
			if c.Type == html.ElementNode && !o.out[c] && size(c)*10 > size(root)*9 {
				next = c
			}
		}
		if next == nil {
			return root
		}
		root = next
	}
}

func isMain(n *html.Node) bool {
	if n.DataAtom == atom.Main {
		return true
	}
	for _, a := range n.Attr {
		switch {
		case a.Key == "role" && a.Val == "main":
			return true
		case a.Key == "id":
			switch strings.ToLower(a.Val) {
			case "main", "content", "maincontent", "main-content":
				return true
			}
		}
	}
	return false
}
