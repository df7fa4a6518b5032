// Package listing reads pages, entries and mails as lists of links. Read takes the items that CSS
// selectors find on a page; Links takes what the writer of an entry, a post or a newsletter linked
// to. Bytes in, links out; it has no network.
package listing

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"html"
	"strings"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/andybalholm/cascadia"
	nethtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"wiredesk/harvest/feed"
	"wiredesk/harvest/pattern"
	"wiredesk/store/link"
	"wiredesk/store/plain"
)

// The limits, and why.
const (
	maxItems    = 500     // of a page: more is an archive of years, whose newest come first
	maxMatches  = 2000    // elements that the selector fits: several may show one link, or none
	maxItemText = 4000    // bytes of an item's text: enough to tell the topic
	maxContent  = 8 << 20 // bytes of HTML kept of all items of a page: items may lie within each other
	maxTitle    = 300     // runes: what a line of a queue can use
	maxSkipped  = 20      // warnings of one page
)

// Selectors are the CSS selectors of a source of kind page. Link and Item are needed; Title
// defaults to the link's text, Date to the item's <time>.
type Selectors struct{ Item, Link, Title, Date string }

// compiled are Selectors ready for use; those left out are nil.
type compiled struct{ item, link, title, date goquery.Matcher }

func (s Selectors) compile() (compiled, error) {
	var c compiled
	var all []error
	for _, one := range []struct {
		name, text string
		to         *goquery.Matcher
	}{{"item", s.Item, &c.item}, {"link", s.Link, &c.link}, {"title", s.Title, &c.title}, {"date", s.Date, &c.date}} {
		if one.text == "" {
			continue
		}
		sel, err := cascadia.Compile(one.text)
		if err != nil {
			all = append(all, fmt.Errorf("the selector %s, %q, is not CSS: %s", one.name, plain.Cut(one.text, 100), plain.Line(err.Error())))
			continue
		}
		*one.to = sel
	}
	if s.Item == "" {
		all = append(all, errors.New("a page needs the selector item"))
	}
	return c, errors.Join(all...)
}

// Read returns what the selectors find on a page in UTF-8 that was fetched from base: in document
// order, each URL once, at most 500 of the first 2,000 elements that the item selector fits.
// Item.Content is the item's HTML, for Links; Item.Summary its text as HTML. A date without a zone is
// taken in zone (nil: UTC); one that cannot be read stays zero. No item at all is no error: the caller
// knows whether there were some before. The warnings name items without a usable link; the error says
// why the page or a selector cannot be read.
func Read(body []byte, base string, s Selectors, zone *time.Location) ([]feed.Item, []string, error) {
	sel, err := s.compile()
	if err != nil {
		return nil, nil, err
	}
	root, err := parse(body)
	if err != nil {
		return nil, nil, err
	}
	doc := goquery.NewDocumentFromNode(root)
	base = baseOf(doc, base)
	var out []feed.Item
	var warnings []string
	seen := map[string]bool{}
	skipped, room := 0, maxContent
	i := -1
	for node := range root.Descendants() { // one at a time: to match all siblings of a long list costs their square
		if node.Type != nethtml.ElementNode || !sel.item.Match(node) {
			continue
		}
		if len(out) >= maxItems {
			warnings = append(warnings, fmt.Sprintf("more than %d items; the rest was left out", maxItems))
			break
		}
		if i++; i >= maxMatches {
			warnings = append(warnings, fmt.Sprintf("the item selector fits more than %d elements; the rest was left out", maxMatches))
			break
		}
		n := goquery.NewDocumentFromNode(node).Selection
		a := anchorOf(n, sel.link)
		href, _ := a.Attr("href")
		clean, err := link.Clean(href, base)
		if err != nil || href == "" {
			if skipped++; skipped <= maxSkipped {
				why := "there is no link"
				if err != nil {
					why = err.Error()
				}
				warnings = append(warnings, fmt.Sprintf("item %d was left out: %s", i+1, why))
			}
			continue
		}
		id := link.Canonical(clean)
		if seen[id] {
			continue
		}
		seen[id] = true
		it := feed.Item{Entry: len(out), ID: clean, URL: clean, Links: []string{clean}}
		it.Title = titleOf(n, a, sel.title)
		it.Published = dateOf(n, sel.date, zone)
		text := cutBytes(textOf(n.Nodes[0]), maxItemText)
		it.Summary = "<p>" + strings.ReplaceAll(html.EscapeString(text), "\n\n", "</p>\n<p>") + "</p>"
		if room > 0 {
			if inner, err := goquery.OuterHtml(n); err == nil && len(inner) <= room {
				it.Content = inner
			}
			room -= max(len(it.Content), len(text))
		}
		out = append(out, it)
	}
	if skipped > maxSkipped {
		warnings = append(warnings, fmt.Sprintf("and %d more items without a link", skipped-maxSkipped))
	}
	return out, warnings, nil
}

// parse is html.Parse with a sentence for an error.
func parse(body []byte) (*nethtml.Node, error) {
	if bytes.IndexByte(body, 0) >= 0 {
		body = bytes.ReplaceAll(body, []byte{0}, nil)
	}
	root, err := nethtml.Parse(bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("the page cannot be read: %s", plain.Line(err.Error()))
	}
	return root, nil
}

// baseOf is what relative links of a page are relative to.
func baseOf(doc *goquery.Document, base string) string {
	if href, ok := doc.FindMatcher(goquery.Single("base[href]")).Attr("href"); ok {
		if clean, err := link.Clean(href, base); err == nil {
			return clean
		}
	}
	return base
}

// anchorOf is the link of an item: what the selector finds, or a link in or around that, or the
// item itself.
func anchorOf(item *goquery.Selection, sel goquery.Matcher) *goquery.Selection {
	found := item
	if sel != nil {
		if found = item.FindMatcher(sel); found.Length() == 0 && sel.Match(item.Nodes[0]) {
			found = item
		}
	}
	for _, n := range found.EachIter() {
		if href, ok := n.Attr("href"); ok && strings.TrimSpace(href) != "" {
			return n
		}
		if a := n.Find("a[href]").First(); a.Length() > 0 {
			return a
		}
	}
	if around := found.First().Closest("a[href]"); around.Length() > 0 {
		return around
	}
	return found.First()
}

// titleOf is the title that an item shows.
func titleOf(item, a *goquery.Selection, sel goquery.Matcher) string {
	var from []*goquery.Selection
	if sel != nil {
		from = append(from, item.FindMatcher(sel).First())
		if sel.Match(item.Nodes[0]) {
			from = append(from, item)
		}
	}
	for _, s := range append(from, a) {
		if s.Length() == 0 {
			continue
		}
		alt, _ := s.Find("img[alt]").First().Attr("alt")
		text := plain.Line(strings.ReplaceAll(textOf(s.Nodes[0]), "\n", " "))
		if t := cmp.Or(text, plain.Line(s.AttrOr("title", "")), plain.Line(s.AttrOr("aria-label", "")), plain.Line(alt)); t != "" {
			return plain.Cut(t, maxTitle)
		}
	}
	return plain.Cut(plain.Line(textOf(item.Find("h1, h2, h3, h4").Nodes...)), maxTitle)
}

// stated is a day, with or without a time, in a longer text.
var stated = pattern.New(`\d{4}-\d{1,2}-\d{1,2}(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:Z|[+-]\d{2}:?\d{2})?)?|` +
	`\b\d{4}/\d{1,2}/\d{1,2}\b|\b\pL{3,9}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}\b(?:,? (?:at )?\d{1,2}:\d{2}(?: ?[ap]\.?m\b\.?)?(?: [A-Z]{2,4}\b)?)?|` +
	`\b\d{1,2}(?:st|nd|rd|th)?\.?(?: of)? \pL{3,9}\.?,? \d{4}\b(?:,? (?:at )?\d{1,2}:\d{2}(?: ?[ap]\.?m\b\.?)?(?: [A-Z]{2,4}\b)?)?|\b\d{1,2}\.\d{1,2}\.\d{4}\b`)

var ordinal = pattern.New(`(\d)(?:st|nd|rd|th)\b\.?(?: of)?`)

// dateOf is when an item says that it was published; zero: it does not, or not legibly.
func dateOf(item *goquery.Selection, sel goquery.Matcher, zone *time.Location) time.Time {
	if sel == nil {
		sel = anyTime
	}
	found := item.FindMatcher(sel)
	if found.Length() == 0 && sel.Match(item.Nodes[0]) {
		found = item
	}
	for _, n := range found.EachIter() {
		inner := n.FindMatcher(anyTime).First()
		for _, s := range []string{
			n.AttrOr("datetime", ""), inner.AttrOr("datetime", ""), n.AttrOr("content", ""), n.AttrOr("data-date", ""),
			n.AttrOr("data-time", ""), n.AttrOr("title", ""), textOf(n.Nodes[0]),
		} {
			if s = strings.Join(strings.Fields(s), " "); s == "" || len(s) > 2000 {
				continue
			}
			if t := feed.Date(s, zone); !t.IsZero() {
				return t
			}
			if t := feed.Date(ordinal().ReplaceAllString(stated().FindString(s), "$1"), zone); !t.IsZero() {
				return t
			}
		}
	}
	return time.Time{}
}

var anyTime goquery.Matcher = cascadia.MustCompile("time")

// textOf is what a person reads of nodes, in clean paragraphs.
func textOf(nodes ...*nethtml.Node) string {
	var b strings.Builder
	var walk func(n *nethtml.Node)
	walk = func(n *nethtml.Node) {
		switch {
		case b.Len() > 16*maxItemText:
		case n.Type == nethtml.TextNode:
			b.WriteString(newlines.Replace(n.Data))
		case n.Type == nethtml.ElementNode && skipped[n.DataAtom]:
		case n.DataAtom == atom.Br:
			b.WriteByte('\n')
		default:
			if blocks[n.DataAtom] {
				b.WriteString("\n\n")
			}
			for c := n.FirstChild; c != nil; c = c.NextSibling {
				walk(c)
			}
			if blocks[n.DataAtom] {
				b.WriteString("\n\n")
			}
		}
	}
	for _, n := range nodes {
		walk(n)
		b.WriteByte(' ')
	}
	return plain.Text(b.String())
}

var newlines = strings.NewReplacer("\n", " ", "\r", " ", "\u2029", " ")

// cutBytes is s, or the whole runes of its first n bytes.
func cutBytes(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "")
}
