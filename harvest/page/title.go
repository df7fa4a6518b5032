package page

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"wiredesk/store/link"
	"wiredesk/store/plain"
)

// headTitle is the title element of a page; that of a drawing is not it.
func headTitle(doc *goquery.Document) string {
	t := plain.Line(doc.FindMatcher(goquery.Single("head title")).Text())
	if t == "" {
		t = plain.Line(doc.FindMatcher(goquery.Single("body > title")).Text())
	}
	return t
}

// title is the page's own, without the name of its site; where the site had none yet, what was
// cut off is returned as that.
func title(doc *goquery.Document, f *facts, site, url string) (whole, tail string) {
	var headings, stated []string
	doc.Find("h1, h2").EachWithBreak(func(i int, s *goquery.Selection) bool {
		if h := strings.TrimRight(spaced(s, " "), " ¶§#"); h != "" {
			headings = append(headings, h)
		}
		return i < 5
	})
	stated = append(stated, Line(f.meta("og:title")), Line(f.headline), Line(f.meta("twitter:title", "dc.title", "citation_title")), headTitle(doc))
	if !frontPage(url) || first(stated...) == "" {
		stated = append(stated, spaced(doc.FindMatcher(goquery.Single("h1")), " "))
	}
	for _, s := range stated {
		if squash(s) == "" {
			continue
		}
		t, cut := trimSite(s, site, url, headings)
		if whole == "" {
			whole, tail = t, cut
		}
		if !isSite(t, site, url) { // the name of the site alone is the title of no article, if there is a better one
			return t, cut
		}
	}
	return whole, tail
}

// separators part a title from the name of its site.
var separators = []string{" | ", " – ", " — ", " - ", " · ", " :: ", " » ", " « ", " • ", " / "}

// cutTitle parts a title at its separators. There is always one part.
func cutTitle(s string) []string {
	parts := []string{s}
	for _, sep := range separators {
		var next []string
		for _, p := range parts {
			next = append(next, strings.Split(p, sep)...)
		}
		parts = next
	}
	return parts
}

var bracketed = regexp.MustCompile(`^(.+?)\s*[\[(]([^\[\]()]{2,40})[\])]$`)

// trimSite takes the name of the site off a title: its known name or that of its host, and
// whatever follows a heading of the page.
func trimSite(whole, site, url string, headings []string) (title, tail string) {
	for _, h := range headings {
		if len(whole) <= len(h) || !strings.EqualFold(whole[:len(h)], h) {
			continue
		}
		if rest := whole[len(h):]; slices.ContainsFunc(separators, func(sep string) bool { return strings.HasPrefix(rest, sep) }) || strings.IndexAny(rest, "_|｜") == 0 {
			parts := strings.FieldsFunc(strings.Join(cutTitle(rest), "|"), func(r rune) bool { return r == '_' || r == '|' || r == '｜' })
			if len(parts) > 0 {
				tail = strings.TrimSpace(parts[len(parts)-1])
			}
			return whole[:len(h)], tail
		}
	}
	for range 3 {
		cut := false
		for _, sep := range separators {
			if i := strings.LastIndex(whole, sep); i > 0 && isSite(whole[i+len(sep):], site, url) {
				whole, cut = whole[:i], true
			}
			// In front stands a topic as often as a site: "Arm – a history", on arm.com.
			if i := strings.Index(whole, sep); i > 0 && site != "" && squash(whole[:i]) == squash(site) {
				whole, cut = whole[i+len(sep):], true
			}
		}
		if m := bracketed.FindStringSubmatch(whole); m != nil && isSite(m[2], site, url) {
			whole, cut = m[1], true
		}
		if !cut {
			break
		}
	}
	return whole, ""
}

// isSite reports that a name is that of the site or of the host of url.
func isSite(name, site, url string) bool {
	n := squash(name)
	if n == "" {
		return false
	}
	if n == squash(site) {
		return true
	}
	host := link.Host(url)
	if n == squash(host) {
		return true
	}
	labels := strings.Split(host, ".")
	for i := range len(labels) - 1 { // not the top-level domain
		if n == squash(labels[i]) && len(n) > 1 {
			return true
		}
	}
	return false
}

// squash is what two spellings of one name have in common.
func squash(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// author is who the page says wrote it.
func author(doc *goquery.Document, f *facts, url string) string {
	if a := bare(f.author); a != "" {
		return a
	}
	for _, name := range []string{"author", "article:author", "dc.creator", "citation_author", "parsely-author", "sailthru.author"} {
		if a := bare(f.meta(name)); a != "" {
			return a
		}
	}
	if frontPage(url) { // its bylines are those of the entries
		return ""
	}
	for _, found := range []*goquery.Selection{
		doc.FindMatcher(goquery.Single(`[itemprop="author"]`)), doc.Find(`a[rel~="author"]`), doc.Find(`[class*="byline" i]`),
		doc.Find(`.p-author, .author, .author-name, .authorname, .article-author, .post-author, .entry-author`),
		// Others only if they say "by".
		doc.Find(`[class*="author" i], [class*="meta" i], [class*="info" i]`).FilterFunction(func(_ int, s *goquery.Selection) bool {
			return strings.Contains(strings.ToLower(by.FindString(spaced(s, " | "))), "by")
		}),
	} {
		name := ""
		found.EachWithBreak(func(i int, s *goquery.Selection) bool {
			name = nameIn(s)
			return name == "" && i < 8
		})
		if name != "" {
			return name
		}
	}
	return ""
}

// nameIn is the name in an element that holds a byline, or "".
func nameIn(s *goquery.Selection) string {
	for n := s.Nodes[0]; n != nil; n = n.Parent {
		for _, a := range n.Attr {
			if (a.Key == "class" || a.Key == "id") && elsewhere.MatchString(a.Val) && n.DataAtom != atom.Body && n.DataAtom != atom.Html {
				return ""
			}
		}
		if n.DataAtom == atom.Nav {
			return ""
		}
	}
	if inner := s.FindMatcher(goquery.Single(`[itemprop="name"]`)); inner.Length() > 0 {
		if n := bare(first(inner.AttrOr("content", ""), inner.Text())); n != "" {
			return n
		}
	}
	whole := byline(spaced(s, " | "))
	links := s.Find("a")
	if a := byline(spaced(links.First(), " | ")); a != "" && strings.HasPrefix(whole, a) && (links.Length() == 1 || len(strings.Fields(whole)) > 5) && !strings.HasPrefix(whole[len(a):], " and ") {
		whole = a // the name is linked, the role or topic behind it is not
	}
	small, words := 0, strings.Fields(whole)
	for _, w := range words {
		if unicode.IsLower([]rune(w)[0]) {
			small++
		}
	}
	if n := len(words); n > 8 || n > 1 && small*2 > n || strings.ContainsAny(whole, "@?!:;") {
		return "" // "About the author"
	}
	return whole
}

// spaced is the text of an element that holds a line, its parts apart; "" of one that holds more.
func spaced(s *goquery.Selection, between string) string {
	var b strings.Builder
	nodes := 0
	for _, n := range s.Nodes {
		for d := range n.Descendants() {
			if nodes++; nodes > 200 || b.Len() > 2000 {
				return ""
			}
			switch {
			case d.Type == html.TextNode && !skipped[d.Parent.DataAtom]:
				b.WriteString(d.Data)
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

var (
	// by stands before a name.
	by = regexp.MustCompile(`(?i)^[\s|]*(?:(?:(?:posted|written|published|reported|contributed|submitted|words|story|text)\s+)?by|authors?|from|von|par|por)(?:\s*[:|]+\s*|\s+|$)`)
	// behind begins what stands behind a name: another part, a date, a place.
	behind = regexp.MustCompile(`(?i)\s*(?:[|•·–—]|\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|\s-\s|\s(?:in|on|at|for|updated|published|posted|edited)\s|\b(?:` + months + `)\.?\s+\d|\d).*$`)
)

// elsewhere are names of what holds the writers of comments and of other pages.
var elsewhere = regexp.MustCompile(`(?i)\b(?:comments?|respond|repl(?:y|ies)|related|recommended|popular|trending|sidebar)\b`)

const months = `January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec`

// bare is a name that a page states to programs. An address is no name.
func bare(s string) string {
	s = Line(s)
	if len(s) > 3 && strings.EqualFold(s[:3], "by ") {
		s = s[3:]
	}
	if strings.Contains(s, "://") || squash(s) == "" {
		return ""
	}
	return s
}

// byline is the name in a line such as "Posted by Jo Doe in News on 3 May 2026 | 4 comments".
func byline(s string) string {
	s = by.ReplaceAllString(s, "")
	s = strings.TrimRight(behind.ReplaceAllString(s, ""), " ,|")
	if squash(s) == "" {
		return ""
	}
	return s
}
