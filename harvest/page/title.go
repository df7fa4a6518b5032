package page

import (
	"net/url"
	"path"
	"slices"
	"strings"
	"unicode"

	"github.com/PuerkitoBio/goquery"

	"wiredesk/harvest/pattern"
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
// cut off is returned as that. The heading of the page is preferred where it says the same as what
// the page states to programs: those often get another wording.
func title(doc *goquery.Document, f *facts, site, url string) (whole, tail fact) {
	var headings []string
	doc.Find("h1, h2").EachWithBreak(func(i int, s *goquery.Selection) bool {
		if h := heading(s); h != "" {
			headings = append(headings, h)
		}
		return i < 5
	})
	og, card := f.first("og:title"), f.first("twitter:title", "dc.title", "citation_title", "title")
	stated := []fact{{Line(og.value), og.from}, {Line(f.headline), "json-ld"}, {Line(card.value), card.from}, {headTitle(doc), "title"}}
	if h := ownHeading(doc, stated, site, url); h != "" && !isSlogan(h, stated, f, site, url) {
		stated = append([]fact{{h, "heading"}}, stated...)
	}
	for _, s := range stated {
		if squash(s.value) == "" {
			continue
		}
		t, cut := trimSite(s.value, site, url, headings)
		if bar := strings.LastIndex(t, " | "); bar > 0 && s.from != "heading" && len(strings.Fields(t[:bar])) >= 3 {
			t = t[:bar] // a bar stands before a slogan or a section as a rule
		}
		if tail.value == "" {
			tail = fact{cut, "title"}
		}
		// The name of the site alone is the title of no article, if there is a better one.
		if whole.value == "" || isSite(whole.value, site, url) && !isSite(t, site, url) {
			whole = fact{t, s.from}
		}
	}
	if whole.value != "" && !isSite(whole.value, site, url) {
		return whole, tail
	}
	if !frontPage(url) || whole.value == "" {
		if h := heading(doc.FindMatcher(goquery.Single("h1"))); squash(h) != "" {
			whole = fact{h, "heading"}
		}
	}
	return whole, tail
}

// isSlogan reports that the heading of a page says less of it than what it states to programs: it
// is no article, and its address is worded like what is stated, or at least no more like the
// heading, where that is stated twice.
func isSlogan(heading string, stated []fact, f *facts, site, url string) bool {
	if f.article || f.goods {
		return false
	}
	var all []string
	for _, s := range stated {
		if t, _ := trimSite(s.value, site, url, nil); squash(t) != "" {
			all = append(all, t)
		}
	}
	if len(all) == 0 {
		return false
	}
	address := slug(url)
	theirs, ours := likeness(address, titleWords(all[0])), likeness(address, titleWords(heading))
	return theirs > ours || theirs == ours && len(all) > 1 && squash(all[0]) == squash(all[len(all)-1])
}

// heading is the text of a heading without the sign of its anchor.
func heading(s *goquery.Selection) string {
	h := strings.TrimRight(spaced(s, " "), " ¶§#")
	if strings.Contains(h, "&") { // some are escaped twice
		h = Line(h)
	}
	return h
}

// dateFirst is a date that stands before the words of a heading.
var dateFirst = pattern.New(`^(?:(?:` + months + `) \d{1,2},? \d{4}|\d{1,2} (?:` + months + `) \d{4}|\d{4}-\d\d-\d\d)\s*[:–—-]?\s+`)

// sameTitle is the likeness from which a heading and what is stated elsewhere are one title in two
// wordings.
const sameTitle = 0.3

// ownHeading is the first-rank heading that is most like what the page states elsewhere, or "".
func ownHeading(doc *goquery.Document, stated []fact, site, url string) string {
	var known [][]string
	for _, s := range stated {
		if t, _ := trimSite(s.value, site, url, nil); squash(t) != "" {
			known = append(known, titleWords(t))
		}
	}
	if words := slug(url); len(words) > 1 {
		known = append(known, words)
	}
	if len(known) == 0 || frontPage(url) {
		return ""
	}
	others := map[string]bool{}
	doc.Find("h1, h2, h3").EachWithBreak(func(i int, s *goquery.Selection) bool {
		others[squash(heading(s))] = true
		return i < 20
	})
	delete(others, "")
	found, most := "", 0.0
	doc.Find("h1").EachWithBreak(func(i int, s *goquery.Selection) bool {
		h := heading(s)
		words := titleWords(h)
		if len(words) == 0 || len(h) > maxTitle || isSite(h, site, url) || ofSite(h, stated, others) || s.Closest("nav, aside, footer").Length() > 0 {
			return i < 10
		}
		if m := dateFirst().FindString(h); m != "" && len(m) < len(h) {
			h = h[len(m):]
		}
		for _, k := range known {
			if like := likeness(words, k); like > most {
				found, most = h, like
			}
		}
		return i < 10
	})
	if most < sameTitle {
		return ""
	}
	return found
}

// ofSite reports that a heading is the name of the site, or of a book of which the page is a
// chapter: what the page states ends in it, behind something else, or begins with it, and another
// heading says the rest.
func ofSite(heading string, stated []fact, others map[string]bool) bool {
	found := false
	for _, s := range stated {
		if squash(s.value) == squash(heading) {
			return false
		}
		for _, sep := range separators {
			found = found || strings.HasSuffix(s.value, sep+heading)
		}
		if rest, ok := strings.CutPrefix(s.value, heading); ok && others[squash(rest)] {
			found = true
		}
	}
	return found
}

// slug are the words in the last part of an address.
func slug(address string) []string {
	u, err := url.Parse(address)
	if err != nil {
		return nil
	}
	last := path.Base(u.Path)
	return titleWords(strings.TrimSuffix(last, path.Ext(last)))
}

// likeness of two titles is the share of their words that they have in common. One that is a part
// of the other is nearly the same.
func likeness(a, b []string) float64 {
	in := map[string]int{}
	for _, w := range a {
		in[w]++
	}
	both := 0
	for _, w := range b {
		if in[w] > 0 {
			in[w]--
			both++
		}
	}
	whole := 2 * float64(both) / float64(max(len(a)+len(b), 1))
	if len(a) < 2 {
		return whole
	}
	return max(whole, 0.8*float64(both)/float64(len(a)))
}

func titleWords(s string) []string {
	return strings.FieldsFunc(strings.ToLower(s), notInWord)
}

func notInWord(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }

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

var bracketed = pattern.New(`^(.+?)\s*[\[(]([^\[\]()]{2,40})[\])]$`)

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
			if i := strings.LastIndex(whole, sep); i > 0 && (isSite(whole[i+len(sep):], site, url) || namesHost(whole[i+len(sep):], url)) {
				whole, cut = whole[:i], true
			}
			// In front stands a topic as often as a site: "Arm – a history", on arm.com.
			if i := strings.Index(whole, sep); i > 0 && site != "" && squash(whole[:i]) == squash(site) {
				whole, cut = whole[i+len(sep):], true
			}
		}
		if m := bracketed().FindStringSubmatch(whole); m != nil && isSite(m[2], site, url) {
			whole, cut = m[1], true
		}
		if !cut {
			break
		}
	}
	return whole, ""
}
