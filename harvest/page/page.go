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
	"regexp"
	"strings"
	"time"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"

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
	Published time.Time // zero: unknown
	Language  string    // BCP 47, as stated
	Excerpt   string
	Image     string // URL
	Text      string // clean paragraphs, parted by a blank line
	Quotes    []store.Quote
	Links     []string // cleaned URLs in the main text
}

// Parse reads the HTML of a page, in UTF-8, that was fetched from url. interest weighs a
// paragraph for the topic: 0 for none. The error says why there is no page to read.
func Parse(body []byte, url string, interest func(string) float64) (Page, error) {
	if bytes.IndexByte(body, 0) >= 0 {
		body = bytes.ReplaceAll(body, []byte{0}, nil) // else each becomes a visible replacement character
	}
	doc, err := goquery.NewDocumentFromReader(bytes.NewReader(body))
	if err != nil {
		return Page{}, fmt.Errorf("page: cannot be parsed: %s", plain.Line(err.Error()))
	}
	cutNames(doc.Nodes[0])
	if what := barrier(doc); what != "" {
		return Page{URL: url}, errors.New("page: " + what + " stands in front of it")
	}
	base := url
	if href := attr(doc, "base[href]", "href"); href != "" {
		if b, err := link.Clean(href, url); err == nil {
			base = b
		}
	}
	f := structured(doc)
	p := Page{URL: url}
	p.Canonical = canonical(url, base, attr(doc, "link[rel~='canonical']", "href"), f.meta("og:url"))
	p.Language = language(attr(doc, "html", "lang"), attr(doc, "html", "xml:lang"), f.meta("content-language", "og:locale"))
	p.Image = firstLink(base, f.meta("og:image", "og:image:url", "twitter:image", "twitter:image:src"))
	p.Site = site(f, url)
	var tail string
	p.Title, tail = title(doc, f, p.Site, url)
	if p.Site == "" {
		p.Site = tail
	}
	p.Title, p.Site = plain.Cut(p.Title, maxTitle), plain.Cut(p.Site, maxName)
	p.Author = plain.Cut(author(doc, f, url), maxName)
	p.Published = published(doc, f, url)

	main := mainText(doc, base, p.Title)
	p.Text, p.Links = main.text, main.links
	p.Excerpt = plain.Cut(first(Line(f.meta("og:description")), Line(f.meta("description")), Line(f.meta("twitter:description")), main.lead()), maxExcerpt)
	p.Quotes = quotes(main, interest)
	if p.Title == "" && p.Text == "" {
		return p, errors.New("page: there is nothing on it")
	}
	return p, nil
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

// barrier names what asks for a browser, a login or a click instead of the page, if anything does.
func barrier(doc *goquery.Document) string {
	parts := cutTitle(strings.ToLower(headTitle(doc)))
	paragraphs := doc.Find("p").Length()
	switch strings.TrimRight(parts[0], ".!? …") {
	case "just a moment", "attention required", "access denied", "are you a robot", "verifying your browser", "checking your browser",
		"making sure you're not a bot", "ddos-guard", "security check", "one moment, please", "please wait", "robot or human",
		"client challenge", "human verification", "verify you are human", "pardon our interruption", "vercel security checkpoint",
		"access to this page has been denied", "sorry, you have been blocked", "you have been blocked":
		if paragraphs < 12 {
			return "a challenge for browsers"
		}
	case "log in", "login", "sign in", "sign up", "log in or sign up":
		if paragraphs < 12 && doc.Find("input[type='password']").Length() > 0 {
			return "a login"
		}
	case "before you continue", "we value your privacy", "cookie consent", "your privacy choices":
		if paragraphs < 12 {
			return "a consent page"
		}
	}
	if paragraphs < 6 && doc.Find("article").Length() == 0 &&
		doc.Find("script#anubis_challenge, #challenge-form, #cf-challenge-running, script[src*='/cdn-cgi/challenge-platform/']").Length() > 0 {
		return "a challenge for browsers"
	}
	return ""
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
func canonical(page, base string, stated ...string) string {
	for _, s := range stated {
		clean := firstLink(base, s)
		if clean == "" || frontPage(clean) && !frontPage(page) && link.Host(clean) == link.Host(page) {
			continue
		}
		return clean
	}
	return ""
}

func frontPage(raw string) bool {
	u, err := url.Parse(raw)
	return err == nil && strings.Trim(u.Path, "/") == "" && u.RawQuery == "" && u.Fragment == ""
}

var languageTag = regexp.MustCompile(`^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,4}$`)

// language is the first language tag that is one.
func language(stated ...string) string {
	for _, s := range stated {
		if s = strings.ReplaceAll(strings.TrimSpace(s), "_", "-"); len(s) <= 35 && languageTag.MatchString(s) {
			return s
		}
	}
	return ""
}

func attr(doc *goquery.Document, selector, name string) string {
	return doc.FindMatcher(goquery.Single(selector)).AttrOr(name, "")
}
