package issue

import (
	"bytes"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"wiredesk/store/link"
	"wiredesk/store/plain"
)

// maxLabel is where a title becomes too long for a label, in runes.
const maxLabel = 120

// Label is what a link is called in a list: "Title, Site", for a post "Person, Twitter", and for a
// page that is not in English "Title, Site (in Chinese)". It is plain text, empty where neither a
// title nor a person is known.
func (l Link) Label() string {
	name, site := plain.Line(l.Title), plain.Line(l.Site)
	if l.Post && l.Author != "" {
		name = plain.Line(l.Author)
	}
	if name == "" {
		return ""
	}
	if site == "" {
		site = strings.TrimPrefix(link.Host(l.URL), "www.")
	}
	label := plain.Cut(name, maxLabel)
	if site != "" && !endsWith(name, site) {
		label += ", " + site
	}
	if in := foreign(l.Language); in != "" {
		label += " (in " + in + ")"
	}
	return label
}

// endsWith reports that a title names its site at its end, as in "About Fedora" on Fedora.
func endsWith(title, site string) bool {
	title, site = strings.ToLower(title), strings.ToLower(site)
	before, found := strings.CutSuffix(title, site)
	return found && (before == "" || strings.HasSuffix(before, " "))
}

// foreign is the English name of a language; empty for English and for what is no language.
func foreign(tag string) string {
	base, confidence := language.Make(tag).Base()
	if confidence == language.No || base.String() == "en" {
		return ""
	}
	return display.English.Languages().Name(language.Make(base.String()))
}

// labelledURL writes a link with its label for a bullet; one without a label stays bare.
func labelledURL(label, url string) string {
	if label == "" {
		return bareURL(url)
	}
	target := linkTarget(url)
	want := href(target)
	for _, escape := range append(escapings, bare) {
		e := escape(label)
		if e != "" && becomes("* ["+e+"]("+target+")", "<ul>\n<li><a href=\""+want+"\">"+shown(e, label)+"</a></li>\n</ul>") {
			return "[" + e + "](" + target + ")"
		}
	}
	return bareURL(url)
}

// shown is what a label must be rendered as: itself, or its words where nothing else is left of it.
func shown(escaped, label string) string {
	if escaped == bare(label) {
		return escapeHTML(escaped)
	}
	return escapeHTML(label)
}

// href is the address that a link with this destination leads to, as HTML.
func href(target string) string {
	return rendered("[x]("+target+")", `<p><a href="`, `">x</a></p>`)
}

// linkTarget writes a URL between the parentheses of a link: as it is where every reader takes it
// for just this address, else in angle brackets.
func linkTarget(url string) string {
	var strict, generous bytes.Buffer
	doc := []byte("[x](" + url + ")")
	if readers[0].Convert(doc, &strict) == nil && readers[1].Convert(doc, &generous) == nil && bytes.Equal(strict.Bytes(), generous.Bytes()) &&
		href(url) == escapeHTML(url) && !strings.ContainsAny(url, "()") {
		return url
	}
	return "<" + strings.NewReplacer("<", "%3C", ">", "%3E", " ", "%20", `\`, "%5C", "&", `\&`, "\n", "").Replace(url) + ">"
}
