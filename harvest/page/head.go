package page

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"wiredesk/store/plain"
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

// unseen reports an element whose class leaves it to screen readers.
func unseen(n *html.Node) bool {
	for _, a := range n.Attr {
		if a.Key == "class" && (strings.Contains(a.Val, "visually-hidden") || strings.Contains(a.Val, "sr-only") || strings.Contains(a.Val, "screen-reader")) {
			return true
		}
	}
	return false
}

// spaced is the text of an element that holds a line, its parts apart; "" of one that holds more.
func spaced(s *goquery.Selection, between string) string {
	var b strings.Builder
	nodes := 0
	for _, n := range s.Nodes {
		wasPart := false
		for d := range n.Descendants() {
			if nodes++; nodes > 200 || b.Len() > 2000 {
				return ""
			}
			switch {
			case d.Type == html.TextNode && !skipped[d.Parent.DataAtom] && !unseen(d.Parent):
				part := d.Parent.DataAtom == atom.Span || d.Parent.DataAtom == atom.A || d.Parent.DataAtom == atom.Time
				if (part || wasPart) && glued(b.String(), d.Data) {
					b.WriteString(between)
				}
				b.WriteString(d.Data)
				wasPart = part
			case blocks[d.DataAtom] || d.DataAtom == atom.Br:
				b.WriteString(between)
			}
		}
	}
	line := strings.Trim(plain.Line(b.String()), " |")
	if len(line) > maxExcerpt {
		return ""
	}
	return line
}

// glued reports that one word ends where another begins: "Jo Doe" and "Editor", parted by their
// looks alone.
func glued(before, behind string) bool {
	last, _ := utf8.DecodeLastRuneInString(before)
	first, _ := utf8.DecodeRuneInString(behind)
	return (unicode.IsLower(last) || unicode.IsDigit(last)) && unicode.IsUpper(first)
}
