package page

import (
	"regexp"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// mainText finds the element that holds the text of the page, and reads it.
//
// The element is the one whose own paragraphs weigh most, a paragraph weighing by its length
// less its links, as in arc90's readability; an <article> or <main> around it is taken whole.
func mainText(doc *goquery.Document, base, title string) content {
	o := survey(doc.Nodes[0], true)
	if root := o.best(); root == nil || o.plain[root] < 140 {
		// Some pages give their text a class that says it is something else.
		if all := survey(doc.Nodes[0], false); all.best() != nil && (root == nil || all.plain[all.best()] > 2*o.plain[root]) {
			o = all
		}
	}
	root := o.best()
	if root == nil {
		if root = o.body; root == nil {
			return content{}
		}
	}
	w := walker{base: base, out: o.out, seen: map[string]bool{}}
	w.node(o.whole(root), atom.Div, 0)
	w.flush(atom.Div)
	return w.finish(title)
}

// outline is where the text of a page lies. Its counts are bytes of paragraphs outside of links.
type outline struct {
	out    map[*html.Node]bool  // stands around the text
	doubt  map[*html.Node]place // has a name as if it did
	plain  map[*html.Node]int   // in an element and all below it
	strong map[*html.Node]int   // the same, of paragraphs that are surely prose
	weight map[*html.Node]float64
	order  []*html.Node // the keys of weight, as they were met
	body   *html.Node
}

// survey makes the outline of a page. A name, such as "widget", puts an element out of the text,
// unless it holds most of it.
func survey(root *html.Node, names bool) *outline {
	o := &outline{out: map[*html.Node]bool{}, doubt: map[*html.Node]place{}}
	o.clear()
	_, _, total, _ := o.read(root, false)
	for n, p := range o.doubt {
		if held := o.plain[n]; names && (p == apart || p == aside && held*10 < total*9 || held*2 < total) {
			o.out[n] = true
		}
	}
	if len(o.out) > 0 {
		o.clear()
		o.read(root, false)
	}
	return o
}

func (o *outline) clear() {
	o.plain, o.strong, o.weight, o.order = map[*html.Node]int{}, map[*html.Node]int{}, map[*html.Node]float64{}, nil
}

// read counts one element: the bytes of its own paragraph, those of them in links, and the bytes
// of the paragraphs at and below it.
func (o *outline) read(n *html.Node, linked bool) (own, links, plain, strong int) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.TextNode {
			size := len(strings.TrimSpace(c.Data))
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
		if p := around(c); p == never {
			o.out[c] = true
			continue
		} else if p != within {
			o.doubt[c] = p
		}
		cOwn, cLinks, cPlain, cStrong := o.read(c, linked || c.DataAtom == atom.A)
		plain, strong = plain+cPlain, strong+cStrong
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
	if n.FirstChild != nil && n.Type == html.ElementNode && (blocks[n.DataAtom] || plain > 0) {
		o.plain[n], o.strong[n] = plain, strong
	}
	return own, links, plain, strong
}

// weigh credits a paragraph to the elements around it, the nearest most.
func (o *outline) weigh(n *html.Node, own, links int) {
	w := float64(own-2*links) / 100
	up := n
	switch n.DataAtom {
	case atom.Td:
		if own < 200 { // else the table is there for the layout
			w, up = w/2, n.Parent
		}
	case atom.Li:
		w, up = w/2, n.Parent
	case atom.P, atom.Pre, atom.Blockquote, atom.Dd, atom.Dt:
		up = n.Parent
	}
	for share := 1.0; up != nil && share > 0.2; up, share = up.Parent, share/2 {
		if _, ok := o.weight[up]; !ok {
			o.order = append(o.order, up)
		}
		o.weight[up] += w * share
	}
}

// best is the element whose own paragraphs weigh most; of two, the first.
func (o *outline) best() *html.Node {
	var best *html.Node
	for _, n := range o.order {
		if w := o.weight[n]; w > 0 && (best == nil || w > o.weight[best]) {
			best = n
		}
	}
	return best
}

// whole widens an element to the article that it is a part of: one that is marked as such, else
// one that holds notably more prose.
func (o *outline) whole(root *html.Node) *html.Node {
	for up := root; up != nil; up = up.Parent {
		if up.DataAtom == atom.Article || up.DataAtom == atom.Main {
			return up
		}
	}
	steps := 0
	for up := root.Parent; up != nil && up.Type == html.ElementNode && up.DataAtom != atom.Html; up = up.Parent {
		steps++ // what is farther off must weigh more to be a part
		if o.strong[up]*10 > o.strong[root]*(11+steps) {
			root, steps = up, 0
		}
	}
	return root
}

// What may stand around a text.
type place int

const (
	within place = iota // nothing speaks against it
	maybe               // by its name it is no text, unless it holds half of the page
	aside               // by its name it stands beside the text, unless it holds nearly all: "with-sidebar"
	apart               // by its name it is other people's text, and that may be longer
	never               // it is no text
)

var (
	maybeNames = names(`share sharing sharedaddy social promo promoted sponsor sponsored advert advertisement ad ads newsletter signup subscribe pagination
		pager toolbar masthead tags tagcloud widget popup modal banner toc byline meta headerlink hidden noprint paywall skip sr visually teaser teasers
		author authors`)
	asideNames = names(`sidebar footer nav navbar navigation menu breadcrumb breadcrumbs`)
	apartNames = names(`comment comments respond replies disqus related relatedposts recommended recommendations recirculation trending popular
		outbrain taboola cookie cookies consent gdpr`)
	nameParts = regexp.MustCompile(`[A-Za-z][a-z]*`)
)

func names(s string) map[string]bool {
	set := map[string]bool{}
	for _, n := range strings.Fields(s) {
		set[n] = true
	}
	return set
}

// around tells by its name and attributes alone what an element is.
func around(n *html.Node) place {
	if n.Type != html.ElementNode {
		return within
	}
	switch n.DataAtom {
	case atom.Nav, atom.Aside, atom.Dialog:
		return never
	case atom.Footer:
		if n.Parent == nil || n.Parent.DataAtom != atom.Blockquote {
			return never
		}
	case atom.Html, atom.Body, atom.Main, atom.Article:
		return within
	case atom.Form: // a whole page may be one
		return maybe
	}
	found := within
	for _, a := range n.Attr {
		switch a.Key {
		case "class", "id":
			for token := range strings.FieldsSeq(a.Val) {
				parts := nameParts.FindAllString(token, 5)
				if len(parts) > 4 { // made of a headline: "sharing-code-with-many-others"
					continue
				}
				for _, w := range parts {
					switch w = strings.ToLower(w); {
					case apartNames[w]:
						found = apart
					case asideNames[w]:
						found = max(found, aside)
					case maybeNames[w]:
						found = max(found, maybe)
					}
				}
			}
		case "role":
			switch strings.ToLower(a.Val) {
			case "navigation", "complementary", "contentinfo", "banner", "search", "dialog":
				return never
			}
		case "hidden":
			found = max(found, maybe)
		case "aria-hidden":
			if a.Val == "true" {
				found = max(found, maybe)
			}
		case "style":
			if strings.Contains(strings.ReplaceAll(strings.ToLower(a.Val), " ", ""), "display:none") {
				found = max(found, maybe)
			}
		}
	}
	return found
}
