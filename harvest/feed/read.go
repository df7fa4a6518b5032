package feed

import (
	"bytes"
	"cmp"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/mmcdole/gofeed"
	"github.com/mmcdole/gofeed/atom"
	"github.com/mmcdole/gofeed/rss"

	"wiredesk/store/link"
	"wiredesk/store/plain"
)

// reader turns what gofeed read, and the texts that were taken out before, into what we keep.
type reader struct {
	*run
	zone             *time.Location
	base             string // of relative links
	author, authorAt string // of entries that name none
}

func (r *reader) feed(f *gofeed.Feed) Feed {
	texts := append(r.front.texts, r.back.texts...)
	out := Feed{
		ID: plain.Line(f.FeedLink), Title: line(f.Title), Description: line(f.Description), Language: language(f.Language),
		Type: f.FeedType, Version: path.Base(f.FeedVersion), Tags: lines(f.Categories),
	}
	if c := last(texts, "title"); c != nil {
		out.Title = c.line(r.isAtom)
	}
	for _, name := range []string{"subtitle", "tagline", "description", "abstract", "info"} {
		if c := last(texts, name); c != nil {
			out.Description = c.line(r.isAtom)
			break
		}
	}
	if out.Version == "." {
		out.Version = ""
	}
	switch o := f.OriginalFeed().(type) {
	case *atom.Feed:
		if o.ID != "" {
			out.ID = plain.Line(r.id(o.ID, r.head))
		}
		out.Updated = date(f.Updated, r.zone)
	case *rss.Feed:
		out.Updated = date(cmp.Or(f.Updated, f.Published), r.zone)
	} // JSON Feed has no date of its own
	for _, name := range []string{"modified", "issued", "created"} {
		if out.Updated.IsZero() {
			out.Updated = date(first(f.Extensions, "dcterms", name), r.zone)
		}
	}
	out.Title = cmp.Or(out.Title, line(first(f.Extensions, "dc", "title")))
	for _, other := range [][2]string{{"dc", "description"}, {"itunes", "subtitle"}} {
		out.Description = cmp.Or(out.Description, line(first(f.Extensions, other[0], other[1])))
	}
	if r.base == "" { // a file: what the feed says of its place must do
		for _, l := range []string{f.Link, f.FeedLink} {
			if clean, err := link.Clean(l, ""); err == nil {
				r.base = clean
				break
			}
		}
	}
	if r.root == "channel" {
		r.channel(f, &out)
	}
	out.Link, _ = link.Clean(f.Link, r.base)
	out.Author, out.authorMail = person(f.Authors, f.DublinCoreExt)
	if c := last(texts, "author"); c != nil && out.Author == "" {
		s, _ := unwrap(c.inner)
		out.Author, out.authorMail = split(s)
	}
	if f.FeedType != "rss" { // Atom and JSON Feed say that entries inherit it
		r.author, r.authorAt = out.Author, out.authorMail
	}
	return out
}

func (r *reader) item(p *parsed) Item {
	raw := r.Entries[p.entry].Raw
	out := Item{
		Entry: p.entry, ID: r.id(p.GUID, raw), Title: line(p.Title), Summary: repair(p.Description), Content: repair(p.Content),
	}
	out.take(p.texts, r.isAtom)
	out.dates(p, r.zone)
	if out.ID == "" {
		out.ID = cmp.Or(about(raw), strings.TrimSpace(p.Custom["id"]))
	}
	out.Author, out.AuthorMail = r.writer(p)
	if r.root == "channel" { // CDF has attributes for these
		t := startTag(raw)
		p.Link = cmp.Or(p.Link, value(t, "href"))
		if out.Published.IsZero() {
			out.Updated = date(value(t, "lastmod"), r.zone)
			out.Published = out.Updated
		}
	}
	out.URL, _ = link.Clean(p.page(), r.base)
	if out.URL == "" && permalink(p) {
		out.URL, _ = link.Clean(out.ID, "")
	}
	out.links(p, r.base)
	for _, e := range p.Enclosures {
		if clean, err := link.Clean(e.URL, r.base); err == nil && len(out.Enclosures) < 32 {
			out.Enclosures = append(out.Enclosures, Enclosure{clean, plain.Line(e.Type), plain.Line(e.Length)})
		}
	}
	out.Tags = tags(p)
	out.extensions(p.Extensions)
	if j := p.json; j != nil { // plain text there
		out.Summary = asHTML(j.Summary)
		if j.ContentHTML == "" {
			out.Content = asHTML(j.ContentText)
		}
	}
	if out.Title == "" { // Mastodon and other short posts have none
		out.Untitled = true
		out.Title, _, _ = strings.Cut(out.SummaryText(), "\n")
		out.Title = plain.Cut(out.Title, 120)
	}
	out.Title = plain.Cut(out.Title, 500)
	return out
}

// take fills in the texts, which go before what gofeed found elsewhere. A title that is stated again
// replaces the one before. What RSS calls description, Atom calls summary; where an entry has both,
// the second is the content.
func (it *Item) take(texts []construct, isAtom bool) {
	summary, content, other := "", "", "" // what was the first, where the content is from, and the second
	for i := range texts {
		c := &texts[i]
		switch c.name {
		case "title":
			it.Title = cmp.Or(c.line(isAtom), it.Title)
		case "description", "summary", "abstract":
			switch text := c.html(isAtom); {
			case text == "":
			case summary == "":
				it.Summary, summary = text, c.name
			case summary != c.name:
				other = text
			}
		case "content", "encoded", "body", "fullitem":
			if text := c.html(isAtom); text != "" && (content == "" || c.name == "encoded") {
				it.Content, content = text, c.name
			}
		}
	}
	it.Content = cmp.Or(it.Content, other)
}

// dates fills in when an entry was published and updated, from whatever it states.
func (it *Item) dates(p *parsed, zone *time.Location) {
	it.Published, it.Updated = date(p.Published, zone), date(p.Updated, zone)
	for _, other := range []string{first(p.Extensions, "dcterms", "modified"), first(p.Extensions, "dc", "date"), p.Custom["updated"], p.Custom["modified"]} {
		if it.Updated.IsZero() {
			it.Updated = date(other, zone)
		}
	}
	for _, name := range []string{"issued", "created"} {
		if it.Published.IsZero() {
			it.Published = date(first(p.Extensions, "dcterms", name), zone)
		}
	}
	for _, name := range []string{"date", "datePosted", "published"} { // in no format, but used
		if it.Published.IsZero() && it.Updated.IsZero() {
			it.Updated = date(p.Custom[name], zone)
		}
	}
	if it.Published.IsZero() {
		it.Published = it.Updated
	}
}

// last is the last text of a name that says anything.
func last(texts []construct, name string) *construct {
	for i := len(texts) - 1; i >= 0; i-- {
		if texts[i].name == name && len(bytes.TrimSpace(texts[i].inner)) > 0 {
			return &texts[i]
		}
	}
	return nil
}

// id is an id as the source states it. gofeed resolves those of Atom as if they were links to
// follow, and so rewrites some; only one without a host needs the feed's address to be one.
func (r *reader) id(parsed string, raw []byte) string {
	parsed = strings.TrimSpace(parsed)
	if !r.isAtom || parsed == "" {
		return parsed
	}
	if !bytes.Contains(raw, []byte(parsed)) {
		l := lifter{names: []string{"id"}}
		if c := last(l.lift(raw).texts, "id"); c != nil {
			parsed, _ = unwrap(c.inner)
		}
	}
	if strings.HasPrefix(parsed, "/") {
		if b, err := url.Parse(r.base); err == nil && b.Host != "" {
			if u, err := b.Parse(parsed); err == nil {
				return u.String()
			}
		}
	}
	return parsed
}

// page is the link of an entry: of Atom's alternates the first that is not stated to be a film, say.
func (p *parsed) page() string {
	if p.atom != nil {
		for _, l := range p.atom.Links {
			if l.Rel == "alternate" && (l.Type == "" || strings.Contains(l.Type, "html")) {
				return l.Href
			}
		}
	}
	return p.Link
}

// permalink reports that the id of an entry may serve as its link.
func permalink(p *parsed) bool {
	return p.rss == nil || p.rss.GUID == nil || !strings.EqualFold(strings.TrimSpace(p.rss.GUID.IsPermalink), "false")
}

// links collects the links of an entry, its URL first; one of them is the URL where none was stated.
func (it *Item) links(p *parsed, base string) {
	all := append([]string{it.URL}, p.Links...)
	for _, l := range p.Extensions["atom"]["link"] {
		if rel := l.Attrs["rel"]; rel == "" || rel == "alternate" {
			all = append(all, l.Attrs["href"])
		}
	}
	for _, l := range all {
		if clean, err := link.Clean(l, base); err == nil && l != "" && !slices.Contains(it.Links, clean) && len(it.Links) < 32 {
			it.Links = append(it.Links, clean)
		}
	}
	if it.URL == "" && len(it.Links) > 0 {
		it.URL = it.Links[0]
	}
}

// asHTML is the HTML of a plain text.
func asHTML(s string) string {
	if s == "" {
		return ""
	}
	s = strings.NewReplacer("&", "&amp;", "<", "&lt;", "\r\n", "\n").Replace(s)
	return "<p>" + strings.ReplaceAll(s, "\n\n", "</p>\n<p>") + "</p>"
}

// language is a language tag (BCP 47), of which some feeds write the hyphen as in a locale.
func language(s string) string {
	return strings.ReplaceAll(plain.Line(s), "_", "-")
}
