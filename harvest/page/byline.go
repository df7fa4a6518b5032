package page

import (
	"net/url"
	"strings"
	"unicode"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html/atom"

	"wiredesk/harvest/pattern"
)

// story is what the author and the date of a page are read from.
type story struct {
	doc   *goquery.Document
	facts *facts
	site  string
	url   string
	shape shape
	head  []line // the lines around the title
}

// own reports that bylines and dates on the page are about the page itself: not about the pieces
// of a list, nor about an offer and what its buyers write.
func (s story) own() bool {
	return !frontPage(s.url) && (s.facts.story || !s.sells() &&
		(s.facts.article || s.shape != list || storyPaths().MatchString(s.url) || s.doc.Find("article").Length() == 1))
}

// sells reports that a page offers something: what it says of a date and an author is about the
// template, or about reviews.
func (s story) sells() bool {
	u, err := url.Parse(s.url)
	return s.shape != thread && (s.facts.goods || err == nil && goodsPaths().MatchString(u.Path))
}

// author is who the page says wrote it; the site itself is one only where the page says so to
// programs and names nobody else.
func (s story) author() fact {
	if a := s.named(s.facts.author); a != "" {
		return fact{a, "json-ld"}
	}
	if s.facts.story || !s.sells() {
		for _, name := range []string{"dc.creator", "author", "article:author", "og:article:author", "byl", "citation_author", "parsely-author", "sailthru.author"} {
			if a := s.named(s.facts.meta(name)); a != "" {
				return fact{a, origin(name)}
			}
		}
	}
	if strings.EqualFold(s.facts.meta("twitter:label1"), "written by") {
		if a := s.named(s.facts.meta("twitter:data1")); a != "" {
			return fact{a, "twitter"}
		}
	}
	if s.own() {
		if a := s.byline(); a.value != "" {
			return a
		}
	}
	if a := bare(s.facts.author); nameable(a) {
		return fact{a, "json-ld"}
	}
	stated := s.facts.first("dc.creator")
	if s.facts.article && stated.value == "" {
		stated = s.facts.first("author", "article:author", "og:article:author")
	}
	if a := bare(stated.value); nameable(a) {
		return fact{a, stated.from}
	}
	return fact{}
}

// named is a stated name, if it is that of a person and not of the site.
func (s story) named(a string) string {
	if a = bare(a); !nameable(a) || !personal(a) && (isSite(a, s.site, s.url) || squash(a) == squash(s.facts.publisher)) {
		return ""
	}
	return a
}

// byline is the author that the page shows, by what marks the name, the surest first.
func (s story) byline() fact {
	for _, way := range []struct {
		from  string
		found *goquery.Selection
	}{
		{"byline", s.doc.Find(`.p-description .username`)}, // who began a thread of XenForo
		{"microdata", s.doc.FindMatcher(goquery.Single(`[itemprop="author"]`))},
		{"rel", s.doc.Find(`a[rel~="author"]`)},
		{"byline", s.doc.Find(`[class*="byline" i]`)},
		{"byline", s.doc.Find(`.p-author, .author, .author-name, .authorname, .article-author, .post-author, .entry-author`)},
		// Others only if they say "by".
		{"byline", s.doc.Find(`[class*="author" i], [class*="meta" i], [class*="info" i]`).FilterFunction(func(_ int, e *goquery.Selection) bool {
			return strings.Contains(strings.ToLower(by().FindString(spaced(e, " | "))), "by")
		})},
	} {
		name := ""
		way.found.EachWithBreak(func(i int, e *goquery.Selection) bool {
			name = s.named(nameIn(e))
			return name == "" && i < 8
		})
		if name != "" {
			return fact{name, way.from}
		}
	}
	for _, l := range s.head {
		line := l.text
		if word := by().FindString(line); word != "" && !strings.HasPrefix(strings.ToLower(word), "from") {
			if a := s.named(byline(line)); personal(a) {
				return fact{a, "byline"}
			}
		}
		if m := lateBy().FindStringSubmatch(line); m != nil && !worded(line).IsZero() && personal(m[1]) {
			return fact{m[1], "byline"}
		}
	}
	// A name alone, where a class says that it is the author's.
	name := ""
	s.doc.Find(`[class*="author" i], [itemprop="author"] [itemprop="name"], .bigusername, .username, .poster h4 a`).EachWithBreak(func(i int, e *goquery.Selection) bool {
		if a := s.named(nameIn(e)); personal(a) || a != "" && e.Is(".bigusername, .username, .poster a") {
			name = a
		}
		return name == "" && i < 30
	})
	return fact{name, "byline"}
}

// nameable reports that a name may be one: not a number, not a day, not a word for anybody.
func nameable(s string) bool {
	return strings.ContainsFunc(s, unicode.IsLetter) && !noNames[strings.ToLower(s)]
}

// personal reports that a line is a name and nothing more: two to five words with a capital, but
// for small ones such as "van".
func personal(s string) bool {
	words := strings.Fields(s)
	if len(words) < 2 || len(words) > 5 || len(s) > 60 {
		return false
	}
	for _, w := range words {
		first := []rune(w)[0]
		if !unicode.IsLetter(first) || unicode.IsLower(first) && !small[w] ||
			notInNames[strings.ToLower(strings.Trim(w, ".,"))] || strings.ContainsAny(w, ":!?@/|0123456789") {
			return false
		}
	}
	return true
}

var (
	noNames    = names(`sun mon tue wed thu fri sat admin administrator editor staff author authors guest anonymous unknown by written posted share follow updated`)
	small      = names(`de da di du del der den van von la le bin al and y e`)
	notInNames = names(`about author authors posts post more read view all by the this our your a an in on at for with follow share subscribe articles article
		biography bio profile editor's table contents last updated published reviewed fact checked written edited minutes min related social media
		us contact privacy policy terms sign log next previous home blog news comments comment reply search new discussion starter member joined`)
)

// nameIn is the name in an element that holds a byline, or "".
func nameIn(s *goquery.Selection) string {
	if beside(s) {
		return ""
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

// beside reports that an element stands in the navigation, or among comments or other pages.
func beside(s *goquery.Selection) bool {
	for n := s.Nodes[0]; n != nil; n = n.Parent {
		if n.DataAtom == atom.Nav {
			return true
		}
		for _, a := range n.Attr {
			if (a.Key == "class" || a.Key == "id") && elsewhere().MatchString(a.Val) && n.DataAtom != atom.Body && n.DataAtom != atom.Html {
				return true
			}
		}
	}
	return false
}

// elsewhere are names of what holds the writers of comments and of other pages.
var elsewhere = pattern.New(`(?i)\b(?:comments?|respond|repl(?:y|ies)|related|recommended|popular|trending|sidebar)\b`)

const months = `January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec`

var (
	// by stands before a name.
	by = pattern.New(`(?i)^[\s|]*(?:(?:(?:posted|written|published|reported|contributed|submitted|words|story|text)\s+)?by|authors?|from|von|par|por)(?:\s*[:|]+\s*|\s+|$)`)
	// lateBy stands behind a date: "Tuesday 15 October 2026 by Jo Doe".
	lateBy = pattern.New(`\d{4},? [Bb]y (\p{Lu}[^|•·,]*?)\s*$`)
	// behind begins what stands behind a name: another part, a date, a place.
	behind = pattern.New(`(?i)\s*(?:[|•·–—]|\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|\s-\s|\s(?:in|on|at|for|updated|published|posted|edited)\s|\b(?:` + months + `)\.?\s+\d|\d).*$`)
)

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
	s = by().ReplaceAllString(s, "")
	s = strings.TrimRight(behind().ReplaceAllString(s, ""), " ,|")
	if squash(s) == "" {
		return ""
	}
	return s
}
