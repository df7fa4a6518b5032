package page

import (
	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// head are the short lines at the head of the text, from shortly before the first heading to the
// first paragraph: there stand the names and dates.
func head(doc *goquery.Document, root *html.Node) []line {
	const before, after = 12, 40 // lines
	var lines []line
	started := -1
	first := root
	if h1 := doc.FindMatcher(goquery.Single("h1")); h1.Length() > 0 {
		first = h1.Nodes[0]
	}
	var read func(n *html.Node) bool
	read = func(n *html.Node) bool {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if c == first {
				started = len(lines)
			}
			if c.Type != html.ElementNode || skipped[c.DataAtom] || c.DataAtom == atom.Nav || c.DataAtom == atom.Aside || c.DataAtom == atom.Head {
				continue
			}
			if leaf(c) {
				s := spaced(goquery.NewDocumentFromNode(c).Selection, " ")
				if s == "" && c.DataAtom == atom.P || len(s) > 200 { // a paragraph
					if started >= 0 && len(lines) > started {
						return false
					}
					continue
				}
				if s != "" {
					lines = append(lines, line{s, firstTime(c)})
				}
				if started >= 0 && len(lines)-started > after {
					return false
				}
			} else if !read(c) {
				return false
			}
		}
		return true
	}
	for _, n := range doc.FindMatcher(goquery.Single("body")).Nodes {
		read(n)
	}
	if started < 0 {
		return nil
	}
	return lines[max(0, started-before):]
}

// line is one of the lines at the head of a text, with the first time that it states to programs.
type line struct{ text, datetime string }

func firstTime(n *html.Node) string {
	at := goquery.NewDocumentFromNode(n).FilterFunction(func(_ int, s *goquery.Selection) bool { return s.Is("time[datetime]") })
	if at.Length() == 0 {
		at = goquery.NewDocumentFromNode(n).FindMatcher(goquery.Single("time[datetime]"))
	}
	return at.AttrOr("datetime", "")
}

// leaf reports that an element holds text, little of it, and no other block.
func leaf(n *html.Node) bool {
	count := 0
	for d := range n.Descendants() {
		if count++; count > 60 || d.Type == html.ElementNode && blocks[d.DataAtom] {
			return false
		}
	}
	return count > 0
}
