package page

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"wiredesk/harvest/pattern"
)

// What may stand around a text.
type place int

const (
	within place = iota // nothing speaks against it
	maybe               // by its name it is no text, unless it holds half of the page
	aside               // by its name it stands beside the text, unless it holds most: "with-sidebar"
	apart               // by its name it is other people's text, and that may be longer
	never               // it is no text
)

var (
	maybeNames = names(`share social promo sponsor sponsored ad ads newsletter signup subscribe toolbar widget modal banner byline meta sr visually
		teaser author authors disclaimer disclosure copyright instagram`)
	asideNames = names(`sidebar footer nav navigation menu breadcrumb breadcrumbs`)
	apartNames = names(`comment comments replies related recommended recommendations recirculation trending popular signature
		cookie cookies consent gdpr`)
	// In a thread these are the text.
	threadNames = names(`comment comments replies author`)
	widths      = pattern.New(`^(?:sm|md|lg|xl|2xl)[:-]|(?:-|_|:)(?:block|flex|grid|table|sm|md|lg|xl|mobile|desktop)\b`)
	nameParts   = pattern.New(`[A-Za-z][a-z]*`)
)

func names(s string) map[string]bool {
	set := map[string]bool{}
	for _, n := range strings.Fields(s) {
		set[n] = true
	}
	return set
}

// around tells by its name and attributes alone what an element is.
func around(n *html.Node, thread bool) place {
	if n.Type != html.ElementNode {
		return within
	}
	switch n.DataAtom {
	case atom.Nav, atom.Aside, atom.Dialog:
		if !holdsMain(n) {
			return never
		}
	case atom.Footer:
		if n.Parent == nil || n.Parent.DataAtom != atom.Blockquote {
			return never
		}
	case atom.Html, atom.Body, atom.Main, atom.Article:
		return within
	case atom.Header:
		if ofPage(n) {
			return maybe
		}
	case atom.Form: // a whole page may be one
		return maybe
	}
	found, hidden, seen := within, false, false
	for _, a := range n.Attr {
		switch a.Key {
		case "class", "id":
			for token := range strings.FieldsSeq(a.Val) {
				if token == "hidden" || token == "is-hidden" {
					hidden = true
				}
				if widths().MatchString(token) { // hidden on a telephone, or only there
					seen = true
				}
				parts := nameParts().FindAllString(token, 5)
				if len(parts) > 4 { // made of a headline: "sharing-code-with-many-others"
					continue
				}
				for _, w := range parts {
					switch w = strings.ToLower(w); {
					case thread && threadNames[w] && !(w[0] == 'c' && ofAnswer(n)):
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
			case "tabpanel", "region":
				seen = true
			}
		case "hidden":
			hidden = true
		case "aria-hidden":
			hidden = hidden || a.Val == "true"
		case "style":
			hidden = hidden || strings.Contains(strings.ReplaceAll(strings.ToLower(a.Val), " ", ""), "display:none")
		}
	}
	if hidden && !seen && !thread {
		found = max(found, maybe)
	}
	if found != within && ofCode(n) {
		return within
	}
	return found
}

// holdsMain reports that the main part of the page is in an element: somebody forgot to end it.
func holdsMain(n *html.Node) bool {
	for d := range n.Descendants() {
		if d.DataAtom == atom.Main {
			return true
		}
	}
	return false
}

// ofCode reports that an element stands in a piece of code, where a class such as "comment" tells
// what a word is in its language.
func ofCode(n *html.Node) bool {
	for up := n.Parent; up != nil; up = up.Parent {
		if up.DataAtom == atom.Pre || up.DataAtom == atom.Code {
			return true
		}
		if blocks[up.DataAtom] {
			return false
		}
	}
	return false
}

// ofAnswer reports that comments are remarks on one answer among several, not the posts of a
// thread.
func ofAnswer(n *html.Node) bool {
	for up, near := n.Parent, 8; up != nil && near > 0; up, near = up.Parent, near-1 {
		for _, a := range up.Attr {
			if a.Key == "class" {
				for token := range strings.FieldsSeq(a.Val) {
					if token == "answer" || token == "question" {
						return true
					}
				}
			}
		}
	}
	return false
}

// ofPage reports that a header is that of the page, not of a part of it.
func ofPage(header *html.Node) bool {
	for up := header.Parent; up != nil; up = up.Parent {
		switch up.DataAtom {
		case atom.Article, atom.Main, atom.Section:
			return false
		}
	}
	return true
}
