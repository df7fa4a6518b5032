// Package page reads one web page: its title, whose site it is, who wrote it and when, its
// canonical link, its main text, and the words of it that are worth quoting. It has no network;
// Parse takes the bytes that fetch brought.
//
// What a page does not say is left empty: an invented date or author is worse than none. What
// comes out is text, never markup, and every quote is a piece of Text, word for word.
//
// Line and Text turn the scraps of HTML that feeds and mails carry into clean text.
package page

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"

	"wiredesk/harvest/pattern"
	"wiredesk/store"
	"wiredesk/store/link"
	"wiredesk/store/plain"
)

// The limits, and why.
const (
	maxLinks   = 60      // links of the main text: more is a directory, not a story
	maxTitle   = 300     // runes: what a line of a queue can use
	maxName    = 120     // runes: of an author or a site
	maxExcerpt = 400     // runes
	maxText    = 1 << 18 // bytes of main text: a long book chapter
	maxNames   = 512     // bytes of a class or an id: selectors read them again and again
)

// Page is what was read. It fills the matching fields of store.Page.
type Page struct {
	URL       string // where it was fetched
	Canonical string // the URL that the page states for itself, cleaned; empty: none
	Title     string
	Site      string // as a person would say it: "Phoronix", "GitHub"
	Author    string
	Published time.Time // in the zone that the page states, for the day; zero: unknown
	Language  string    // BCP 47, as stated
	Excerpt   string
	Image     string // URL
	Text      string // clean paragraphs, parted by a blank line
	Quotes    []store.Quote
	Links     []string // cleaned URLs in the main text

	// Evidence tells for each of "canonical", "title", "site", "author", "published" and "excerpt"
	// that is known where it was taken from: to programs the page says it in "json-ld", "og" (Open
	// Graph), "twitter" (a Twitter card), "dc" (Dublin Core), "meta" (another meta element),
	// "microdata", "rel" or "time" (an element with a datetime), to readers in "title", "heading",
	// "byline" or "text". The rest is from the "url", the "host", a "mail", or the "xmp" or "pdf"
	// metadata of a PDF.
	Evidence map[string]string
}

// fact is something that a page says, and where it says it.
type fact struct{ value, from string }

// note takes a fact into a field of the page.
func (p *Page) note(field string, to *string, f fact, limit int) {
	if *to = plain.Cut(plain.Line(f.value), limit); *to != "" {
		p.Evidence[field] = f.from
	}
}

// Parse reads the HTML of a page, in UTF-8, that was fetched from url; of a PDF it reads the
// title. interest weighs a paragraph for the topic: 0 for none. The error says why there is no
// page to read.
func Parse(body []byte, url string, interest func(string) float64) (Page, error) {
	if bytes.HasPrefix(body, []byte("%PDF-")) {
		return pdf(body, url)
	}
	if bytes.IndexByte(body, 0) >= 0 {
		body = bytes.ReplaceAll(body, []byte{0}, nil) // else each becomes a visible replacement character
	}
	root, err := html.Parse(bytes.NewReader(body))
	if err != nil {
		root, err = html.Parse(bytes.NewReader(flatten(body))) // nested too deep, as a rule
	}
	if err != nil {
		return Page{}, fmt.Errorf("page: cannot be parsed: %s", plain.Line(err.Error()))
	}
	doc := goquery.NewDocumentFromNode(root)
	cutNames(root)
	if what := barrier(doc, url); what != "" {
		return Page{URL: url}, errors.New("page: " + what)
	}
	base := url
	if href := attr(doc, "base[href]", "href"); href != "" {
		if b, err := link.Clean(href, url); err == nil {
			base = b
		}
	}
	reveal(doc)
	f := structured(doc)
	p := Page{URL: url, Evidence: map[string]string{}}
	p.note("canonical", &p.Canonical, canonical(url, base, fact{attr(doc, "link[rel~='canonical']", "href"), "rel"}, f.first("og:url")), maxText)
	p.Language = language(attr(doc, "html", "lang"), attr(doc, "html", "xml:lang"), f.meta("content-language", "og:locale"))
	p.Image = firstLink(base, f.meta("og:image", "og:image:url", "twitter:image", "twitter:image:src"))
	site := site(f, url)
	title, tail := title(doc, f, site.value, url)
	if site.value == "" {
		site = tail
	}
	p.note("site", &p.Site, site, maxName)
	p.note("title", &p.Title, title, maxTitle)

	main := mainText(doc, base, p.Title, f, stated(doc, f, url))
	s := story{doc: doc, facts: f, site: p.Site, url: url, shape: main.shape, head: head(doc, main.root)}
	p.note("author", &p.Author, s.author(), maxName)
	var when string
	if p.Published, when = s.published(); when != "" {
		p.Evidence["published"] = when
	}
	p.special(doc, f, &main)
	p.Text, p.Links = main.text, main.links
	p.note("excerpt", &p.Excerpt, excerpt(f, main), maxExcerpt)
	p.Quotes = quotes(main, p.Title, interest)
	if p.Title == "" && p.Text == "" {
		return p, errors.New("page: there is nothing on it")
	}
	return p, nil
}

// excerpt is what the page says it is about, else its first paragraph.
func excerpt(f *facts, main content) fact {
	if f.about != "" {
		return fact{Line(f.about), "json-ld"}
	}
	for _, name := range []string{"dc.description", "og:description", "description", "twitter:description"} {
		if d := Line(f.meta(name)); d != "" {
			return fact{d, origin(name)}
		}
	}
	return fact{main.lead(), "text"}
}

// cutNames shortens the attributes that selectors read again and again, so that one of a
// megabyte, with many elements below it, costs no more than another.
func cutNames(n *html.Node) {
	for i := range n.Attr {
		if a := &n.Attr[i]; len(a.Val) > maxNames && (a.Key == "class" || a.Key == "id" || a.Key == "rel" || a.Key == "itemprop") {
			a.Val = a.Val[:maxNames]
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		cutNames(c)
	}
}

func first(all ...string) string {
	for _, s := range all {
		if s = plain.Line(s); s != "" {
			return s
		}
	}
	return ""
}

func firstLink(base string, all ...string) string {
	for _, s := range all {
		if s == "" {
			continue
		}
		// No address holds "&amp;": it was escaped twice.
		if clean, err := link.Clean(strings.ReplaceAll(s, "&amp;", "&"), base); err == nil {
			return clean
		}
	}
	return ""
}

// canonical is the first usable of the addresses that a page states for itself. The front page of
// its own site is none for another page: that is a common mistake of templates, and would make
// one candidate of all that the site writes.
func canonical(page, base string, stated ...fact) fact {
	for _, f := range stated {
		clean := firstLink(base, f.value)
		if clean == "" || frontPage(clean) && !rootPath(page) && link.Host(clean) == link.Host(page) {
			continue
		}
		return fact{clean, f.from}
	}
	return fact{}
}

func frontPage(raw string) bool {
	u, err := url.Parse(raw)
	return err == nil && strings.Trim(u.Path, "/") == "" && u.RawQuery == "" && u.Fragment == ""
}

// rootPath reports a front page, perhaps asked for with a query.
func rootPath(raw string) bool {
	u, err := url.Parse(raw)
	return err == nil && strings.Trim(u.Path, "/") == ""
}

var languageTag = pattern.New(`^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,4}$`)

// language is the first language tag that is one.
func language(stated ...string) string {
	for _, s := range stated {
		if s = strings.ReplaceAll(strings.TrimSpace(s), "_", "-"); len(s) <= 35 && languageTag().MatchString(s) {
			return s
		}
	}
	return ""
}

func attr(doc *goquery.Document, selector, name string) string {
	return doc.FindMatcher(goquery.Single(selector)).AttrOr(name, "")
}
