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
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/PuerkitoBio/goquery"

	"wiredesk/store"
	"wiredesk/store/link"
	"wiredesk/store/plain"
)

// The limits, and why.
const (
	maxLinks   = 60      // links of the main text: more is a directory, not a story
	maxTitle   = 300     // runes: what a line of a queue can use
	maxExcerpt = 400     // runes
	maxText    = 1 << 18 // bytes of main text: a long book chapter
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
	doc, err := goquery.NewDocumentFromReader(bytes.NewReader(body))
	if err != nil {
		return Page{}, fmt.Errorf("page: cannot be parsed: %s", plain.Line(err.Error()))
	}
	p := Page{URL: url}
	if title := plain.Line(doc.Find("title").First().Text()); challenge(title, doc) {
		return p, errors.New("page: a challenge for browsers stands in front of it")
	}
	base := url
	if href, ok := doc.Find("base[href]").First().Attr("href"); ok {
		if b, err := link.Clean(href, url); err == nil {
			base = b
		}
	}
	facts := structured(doc)
	p.Canonical = firstLink(url, attr(doc, "link[rel~='canonical']", "href"), meta(doc, "og:url"))
	p.Language = plain.Cut(plain.Line(attr(doc, "html", "lang")), 35)
	p.Image = firstLink(base, meta(doc, "og:image", "twitter:image"))
	p.Site = first(meta(doc, "og:site_name"), facts.publisher, meta(doc, "application-name"), KnownSite(url))
	p.Title = plain.Cut(title(doc, facts, p.Site), maxTitle)
	p.Author = plain.Cut(author(doc, facts), 120)
	p.Published = published(doc, facts)

	main := mainText(doc, base)
	p.Text, p.Links = main.text, main.links
	p.Excerpt = plain.Cut(first(meta(doc, "og:description", "description", "twitter:description"), main.lead()), maxExcerpt)
	p.Quotes = quotes(main, interest)
	return p, nil
}

// challenge reports a page that asks for a browser, a login or a click instead of showing itself.
func challenge(title string, doc *goquery.Document) bool {
	switch strings.ToLower(strings.TrimRight(title, ".! …")) {
	case "just a moment", "attention required", "access denied", "are you a robot", "verifying your browser", "checking your browser",
		"making sure you're not a bot", "ddos-guard", "security check", "one moment, please", "please wait":
		return doc.Find("p").Length() < 12
	}
	return doc.Find("script#anubis_challenge, #challenge-form, #cf-challenge-running, script[src*='/cdn-cgi/challenge-platform/']").Length() > 0 &&
		doc.Find("article").Length() == 0 && doc.Find("p").Length() < 6
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
		if clean, err := link.Clean(s, base); err == nil {
			return clean
		}
	}
	return ""
}

func attr(doc *goquery.Document, selector, name string) string {
	return doc.Find(selector).First().AttrOr(name, "")
}

// meta returns the content of the first named meta element that has any, in the order of names.
func meta(doc *goquery.Document, names ...string) string {
	found := map[string]string{}
	doc.Find("meta[content]").Each(func(_ int, s *goquery.Selection) {
		for _, key := range []string{"property", "name", "itemprop"} {
			if n := strings.ToLower(s.AttrOr(key, "")); n != "" && found[n] == "" {
				found[n] = strings.TrimSpace(s.AttrOr("content", ""))
			}
		}
	})
	for _, n := range names {
		if v := found[n]; v != "" {
			return v
		}
	}
	return ""
}

// facts are what a page says of itself in JSON-LD (schema.org).
type facts struct {
	headline, author, publisher string
	published                   time.Time
}

// structured reads the JSON-LD blocks of a page; broken ones are passed over.
func structured(doc *goquery.Document) (f facts) {
	doc.Find(`script[type="application/ld+json"]`).Each(func(_ int, s *goquery.Selection) {
		var v any
		if json.Unmarshal([]byte(s.Text()), &v) == nil {
			f.walk(v, 0)
		}
	})
	return f
}

func (f *facts) walk(v any, depth int) {
	if depth > 8 {
		return
	}
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			f.walk(e, depth+1)
		}
	case map[string]any:
		if articleType(v["@type"]) {
			if f.headline == "" {
				f.headline = str(v["headline"])
			}
			if f.author == "" {
				f.author = names(v["author"])
			}
			if f.publisher == "" {
				f.publisher = names(v["publisher"])
			}
			if f.published.IsZero() {
				f.published = parseDate(str(v["datePublished"]))
			}
		}
		if g, ok := v["@graph"]; ok {
			f.walk(g, depth+1)
		}
		if m, ok := v["mainEntity"]; ok {
			f.walk(m, depth+1)
		}
	}
}

func articleType(v any) bool {
	switch v := v.(type) {
	case string:
		return strings.HasSuffix(v, "Article") || strings.HasSuffix(v, "Posting") || v == "Report"
	case []any:
		for _, e := range v {
			if articleType(e) {
				return true
			}
		}
	}
	return false
}

func str(v any) string {
	s, _ := v.(string)
	return strings.TrimSpace(s)
}

// names returns the name or names of persons or organisations, by commas.
func names(v any) string {
	switch v := v.(type) {
	case string:
		if !strings.Contains(v, "://") {
			return strings.TrimSpace(v)
		}
	case map[string]any:
		return str(v["name"])
	case []any:
		var all []string
		for _, e := range v {
			if n := names(e); n != "" && len(all) < 4 {
				all = append(all, n)
			}
		}
		return strings.Join(all, ", ")
	}
	return ""
}

// title is the page's own, without the name of its site.
func title(doc *goquery.Document, f facts, site string) string {
	whole := Line(first(meta(doc, "og:title"), f.headline, meta(doc, "twitter:title", "dc.title", "citation_title")))
	if whole == "" {
		whole = plain.Line(doc.Find("head title").First().Text())
		if whole == "" {
			return plain.Line(doc.Find("h1").First().Text())
		}
	}
	return trimSite(whole, site, plain.Line(doc.Find("h1").First().Text()))
}

var separators = []string{" | ", " – ", " — ", " - ", " · ", " :: ", " » ", " • "}

// trimSite takes " | Site" off a title: the site's known name, or whatever follows the separator
// when the heading of the page goes without it.
func trimSite(whole, site, heading string) string {
	for _, sep := range separators {
		i := strings.LastIndex(whole, sep)
		if i <= 0 {
			continue
		}
		head, tail := whole[:i], whole[i+len(sep):]
		if site != "" && strings.EqualFold(tail, site) || heading != "" && strings.EqualFold(head, heading) {
			return head
		}
		if site != "" && strings.EqualFold(head, site) {
			return tail
		}
	}
	return whole
}

// author is who the page says wrote it.
func author(doc *goquery.Document, f facts) string {
	if f.author != "" {
		return plain.Line(f.author)
	}
	for _, s := range []string{meta(doc, "author", "article:author", "dc.creator", "citation_author", "parsely-author", "sailthru.author")} {
		if s != "" && !strings.Contains(s, "://") {
			return byline(s)
		}
	}
	for _, selector := range []string{`[itemprop="author"] [itemprop="name"]`, `[itemprop="author"]`, `a[rel~="author"]`, `.byline .author`, `.byline`, `.p-author`, `.author-name`} {
		if s := byline(doc.Find(selector).First().Text()); s != "" && len(strings.Fields(s)) <= 8 {
			return s
		}
	}
	return ""
}

var bylineNoise = regexp.MustCompile(`(?i)^\s*(?:(?:posted|written|published|reported)?\s*by|author|from|von|par)\b\s*:?\s*`)

func byline(s string) string {
	s = bylineNoise.ReplaceAllString(plain.Line(s), "")
	s, _, _ = strings.Cut(s, " | ")
	if i := strings.IndexFunc(s, func(r rune) bool { return r >= '0' && r <= '9' }); i > 0 { // the date that stands behind
		s = strings.TrimRight(s[:i], " ,–—-·|")
		for _, month := range months {
			s = strings.TrimRight(strings.TrimSuffix(s, month), " ,–—-·|")
		}
		s = strings.TrimSuffix(s, " on")
	}
	return s
}

var months = []string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
	"Jan", "Feb", "Mar", "Apr", "Jun", "Jul", "Aug", "Sep", "Sept", "Oct", "Nov", "Dec"}

// published is when the page says it was published.
func published(doc *goquery.Document, f facts) time.Time {
	if !f.published.IsZero() {
		return f.published
	}
	for _, s := range []string{
		meta(doc, "article:published_time", "datepublished", "dc.date.issued", "dc.date", "dcterms.created", "citation_publication_date", "parsely-pub-date", "sailthru.date", "pubdate", "date"),
		attr(doc, `[itemprop="datePublished"]`, "datetime"),
		attr(doc, `time[pubdate]`, "datetime"), attr(doc, `article time[datetime]`, "datetime"), attr(doc, `main time[datetime]`, "datetime"),
		attr(doc, `time.dt-published`, "datetime"),
	} {
		if t := parseDate(s); !t.IsZero() {
			return t
		}
	}
	if times := doc.Find("time[datetime]"); times.Length() == 1 {
		return parseDate(times.AttrOr("datetime", ""))
	}
	return time.Time{}
}

// parseDate reads the forms of ISO 8601 that pages use; a page whose date is in words stays
// without one.
func parseDate(s string) time.Time {
	s = strings.TrimSpace(s)
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05-0700", "2006-01-02T15:04:05", "2006-01-02T15:04-07:00", "2006-01-02T15:04",
		"2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02", "2006/01/02", time.RFC1123Z, time.RFC1123} {
		if t, err := time.Parse(layout, s); err == nil {
			if t.Year() < 1990 || t.Year() > 2100 {
				return time.Time{}
			}
			return t.UTC()
		}
	}
	return time.Time{}
}

// KnownSite names the hosts that most links of a technical newsletter go to and that do not name
// themselves.
func KnownSite(url string) string {
	host := link.Host(url)
	for suffix, name := range map[string]string{
		"github.com": "GitHub", "gitlab.com": "GitLab", "twitter.com": "Twitter", "x.com": "Twitter", "youtube.com": "YouTube", "youtu.be": "YouTube",
		"lwn.net": "LWN", "phoronix.com": "Phoronix", "lore.kernel.org": "lore.kernel.org", "hub.docker.com": "Docker Hub",
		"news.ycombinator.com": "Hacker News", "reddit.com": "Reddit", "wikipedia.org": "Wikipedia", "arxiv.org": "arXiv", "medium.com": "Medium",
	} {
		if host == suffix || strings.HasSuffix(host, "."+suffix) {
			return name
		}
	}
	return ""
}
