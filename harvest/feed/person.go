package feed

import (
	"html"
	"strings"

	"github.com/mmcdole/gofeed"
	ext "github.com/mmcdole/gofeed/extensions"

	"wiredesk/harvest/page"
	"wiredesk/harvest/pattern"
	"wiredesk/store/plain"
)

// writer is who wrote an entry: name and mail address.
func (r *reader) writer(p *parsed) (name, mail string) {
	switch {
	case p.rss != nil && p.rss.Author != "": // gofeed loses some of these
		name, mail = split(p.rss.Author)
	default:
		name, mail = person(p.Authors, p.DublinCoreExt)
	}
	if p.atom != nil && name == "" && mail == "" && p.atom.Source != nil && len(p.atom.Source.Authors) > 0 {
		name, mail = person([]*gofeed.Person{{Name: p.atom.Source.Authors[0].Name, Email: p.atom.Source.Authors[0].Email}}, nil)
	}
	if name == "" && mail == "" && p.atom != nil {
		name, mail = split(first(p.Extensions, "dc", "creator"))
	}
	if name == "" && mail == "" {
		return r.author, r.authorAt
	}
	return name, mail
}

// person is the name and mail address of the first author.
func person(all []*gofeed.Person, dc *ext.DublinCoreExtension) (name, mail string) {
	if len(all) > 0 && all[0] != nil {
		name, mail = all[0].Name, all[0].Email
	}
	if name == "" && dc != nil && len(dc.Creator) > 0 {
		name, mail = dc.Creator[0], ""
	}
	if name == "" || mail == "" {
		return split(name + mail)
	}
	return plain.Cut(page.Line(repair(name)), 120), plain.Line(mail)
}

var (
	personName = pattern.New(`(?is)<(?:\w+:)?name>\s*(.*?)\s*</`)
	personMail = pattern.New(`(?is)<(?:\w+:)?email>\s*(.*?)\s*</`)
	mailFirst  = pattern.New(`^<?([^\s<>()@]+@[^\s<>()@]+)>?\s*(?:\((.*)\))?$`)
	nameFirst  = pattern.New(`^(.*?)\s*[<(]\s*(?:mailto:)?([^\s<>()@]+@[^\s<>()@]+)\s*[>)]$`)
)

// split parts "Name <mail>", "mail (Name)", "Name (mail)", a name or a mail address.
func split(s string) (name, mail string) {
	s = strings.TrimSpace(html.UnescapeString(repair(s)))
	if m := personName().FindStringSubmatch(s); m != nil { // Atom's way, in RSS
		name, mail = m[1], ""
		if m := personMail().FindStringSubmatch(s); m != nil {
			mail = m[1]
		}
		return plain.Cut(page.Line(name), 120), plain.Cut(plain.Line(mail), 120)
	}
	name = s
	if m := mailFirst().FindStringSubmatch(s); m != nil {
		mail, name = m[1], m[2]
	} else if m := nameFirst().FindStringSubmatch(s); m != nil {
		name, mail = m[1], m[2]
	}
	return plain.Cut(strings.Trim(page.Line(name), `"' `), 120), plain.Cut(plain.Line(mail), 120)
}
