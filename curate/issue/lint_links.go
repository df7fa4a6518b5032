package issue

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"wiredesk/store"
	"wiredesk/store/link"
)

// references finds reference links that nothing defines, so that readers see the brackets, and
// labels that are defined twice with two addresses.
func (l *linter) references() {
	for _, u := range l.d.Undefined {
		if at := u.Span.Start; at > 0 && (l.d.src[at-1] == '"' || l.d.src[at-1] == '\'') {
			continue // the title of a page: "[PATCH] arm64: …"
		}
		l.find(u.Span.Start, Error, fmt.Sprintf("[%s] is defined nowhere: readers see the brackets", u.Label))
	}
	for _, def := range l.d.Definitions {
		if def.Redefined {
			l.find(def.Span.Start, Warning, fmt.Sprintf("[%s] is defined twice; the first definition counts", def.Label))
		}
	}
}

// duplicates finds a page that is listed twice. One that the prose of a story names and its list
// repeats is no finding.
func (l *linter) duplicates() {
	type place struct {
		part *Part
		link DocLink
	}
	seen := map[string][]place{}
	l.each(func(p *Part, at DocLink) {
		id := link.Identity(at.URL)
		for _, first := range seen[id] {
			if first.part == p && (first.link.Item == 0 || at.Item == 0) || first.link.Item == 0 && at.Item == 0 {
				continue
			}
			l.find(at.Span.Start, Warning, fmt.Sprintf("this link stands in line %d already: %s", first.link.Line, at.URL))
			break
		}
		seen[id] = append(seen[id], place{p, at})
	})
}

// covered finds links that stood in an issue before: the same page as a warning, unless it is a
// front page or that of a project; another page of a known project as a note.
func (l *linter) covered() {
	told := map[*Part]map[string]bool{}
	l.each(func(p *Part, link DocLink) {
		for _, c := range l.facts.Covered[link.URL] {
			if c.Week == "" {
				continue
			}
			if c.Kind == store.FollowUp {
				key := c.Week + c.Heading
				if told[p][key] {
					return
				}
				if told[p] == nil {
					told[p] = map[string]bool{}
				}
				told[p][key] = true
				l.find(link.Span.Start, Note, fmt.Sprintf("a follow-up: %q told of this project in %s", c.Heading, c.Week))
				return
			}
			severity := Warning
			if background(link.URL) {
				severity = Note
			}
			l.find(link.Span.Start, severity, fmt.Sprintf("a repeat: this page stood in %s, under %q", c.Week, c.Heading))
			return
		}
	})
}

// background reports that a page is one to which stories lead again and again: the front page of a
// site or of a project.
func background(raw string) bool {
	u, err := url.Parse(raw)
	if err != nil {
		return false
	}
	path := strings.Trim(u.Path, "/")
	if path == "" {
		return true
	}
	id := link.Identity(raw)
	_, bare, _ := strings.Cut(id, "://")
	return bare != "" && strings.EqualFold(strings.TrimSuffix(bare, "/"), link.Project(id))
}

// bareLinks finds links without a label in the lists of an issue in the labelled layout.
func (l *linter) bareLinks() {
	layout := l.facts.Layout
	if layout == "" {
		layout = l.d.Layout()
	}
	if layout != "labelled" {
		return
	}
	l.each(func(p *Part, link DocLink) {
		if link.Item > 0 && link.Label == "" {
			l.find(link.Span.Start, Warning, fmt.Sprintf("this link has no label; write [Title, Site](%s)", link.URL))
		}
	})
}

// everywhere calls f for every link of the file whose URL stands in it, once for each place.
func (l *linter) everywhere(f func(link DocLink)) {
	seen := map[int]bool{}
	for i := range l.d.Parts {
		for _, link := range l.d.Parts[i].Links {
			if !link.URLSpan.Empty() && !seen[link.URLSpan.Start] {
				seen[link.URLSpan.Start] = true
				f(link)
			}
		}
	}
	for _, def := range l.d.Definitions {
		if s := def.urlSpan(l.d.src); !s.Empty() && !seen[s.Start] {
			seen[s.Start] = true
			f(DocLink{URL: def.URL, Span: def.Span, URLSpan: s, Line: def.Line})
		}
	}
}

// tracking finds parameters that say where a reader comes from, and takes them off.
func (l *linter) tracking() {
	l.everywhere(func(d DocLink) {
		clean, noise := link.LessTracking(d.URL)
		if len(noise) == 0 {
			return
		}
		l.find(d.URLSpan.Start, Warning, fmt.Sprintf("%s only tells where the reader comes from", strings.Join(noise, ", "))).
			fix("writes "+clean, Edit{d.URLSpan, clean})
	})
}

// address is what was meant as a URL: a host with a known kind of name, and perhaps a path.
var address = regexp.MustCompile(`^(?:www\.)?[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.(?:com|org|net|io|dev|edu|gov|info|me|co|uk|de|fr|jp|cn|eu|ca|us|tv|sh|to|be|ly|news|blog|tech)(?:/\S*)?$`)

// schemes finds addresses without https://, in links and as items of a list, and where the network
// was asked, http where https answers.
func (l *linter) schemes() {
	l.everywhere(func(d DocLink) {
		switch scheme, _, ok := strings.Cut(d.URL, ":"); {
		case address.MatchString(d.URL):
			l.find(d.URLSpan.Start, Error, fmt.Sprintf("%s is no address without https://", d.URL)).fix("writes https://"+d.URL, Edit{Span{d.URLSpan.Start, d.URLSpan.Start}, "https://"})
		case strings.HasPrefix(d.URL, "//"):
			l.find(d.URLSpan.Start, Error, fmt.Sprintf("%s is no address without https:", d.URL)).fix("writes https:"+d.URL, Edit{Span{d.URLSpan.Start, d.URLSpan.Start}, "https:"})
		case ok && scheme == "http" && l.facts.Answers[d.URL].HTTPS:
			l.find(d.URLSpan.Start, Warning, "the page answers under https too").fix("writes https", Edit{Span{d.URLSpan.Start, d.URLSpan.Start + len("http")}, "https"})
		case ok && broken.MatchString(d.URL):
			l.find(d.URLSpan.Start, Error, fmt.Sprintf("%s is no address", d.URL))
		}
	})
	for _, p := range l.d.Parts {
		for _, b := range p.Blocks {
			if b.Kind != ListBlock || p.Kind == store.ContentsPart {
				continue
			}
			text := l.d.Text(b.Text)
			for _, m := range firstWord.FindAllStringSubmatchIndex(text, -1) {
				if word := text[m[2]:m[3]]; strings.Contains(word, "/") && address.MatchString(word) {
					at := b.Text.Start + m[2]
					l.find(at, Error, fmt.Sprintf("%s is no link without https://", word)).fix("writes https://"+word, Edit{Span{at, at}, "https://"})
				}
			}
		}
	}
}

// firstWord is that of an item of a list.
var firstWord = regexp.MustCompile(`(?m)^[ \t]*[*+-][ \t]+(\S+)`)

// broken are the schemes that slips of the hand make.
var broken = regexp.MustCompile(`^(?:https?:/?[^/]|https?:///|https?:?//https?:|(?:ht|htt|htp|htps|hhttps?|httpss|ttps?)://|https?//)`)

// deadLinks tells what the network says of the links, where it was asked.
func (l *linter) deadLinks() {
	l.everywhere(func(d DocLink) {
		switch a := l.facts.Answers[d.URL]; {
		case a.Dead != "":
			l.find(d.URLSpan.Start, Error, fmt.Sprintf("nobody can read %s: %s", d.URL, a.Dead))
		case a.Unknown != "":
			l.find(d.URLSpan.Start, Note, fmt.Sprintf("whether %s can be read is not known: %s", d.URL, a.Unknown))
		}
	})
}
