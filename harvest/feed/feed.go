// Package feed reads feeds: RSS 0.9 to 2.0, RDF, Atom and JSON Feed. Bytes in, items out; it has
// no network.
//
// A feed is first cut into its entries by a small scanner that does not trust it to be
// well-formed (Slice). Entries whose bytes are known need no more; the others are handed to
// gofeed, which parses them, with the head of the feed (Document.Parse). So a broken entry costs
// only itself, and a feed that breaks off keeps the entries before the break. What gofeed leaves
// to its users is done here: absolute links, plain titles, zones, permalinks.
package feed

import (
	"cmp"
	"fmt"
	"html"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/mmcdole/gofeed"
	"github.com/mmcdole/gofeed/atom"
	ext "github.com/mmcdole/gofeed/extensions"
	"github.com/mmcdole/gofeed/rss"

	"wiredesk/harvest/page"
	"wiredesk/store/link"
	"wiredesk/store/plain"
)

const maxWarnings = 20 // of one feed

// Meta is what is known of a feed beside its bytes.
type Meta struct {
	URL  string         // where it came from: the base of relative links
	Zone *time.Location // of dates that name none; nil: UTC
}

// Feed is what a feed says of itself.
type Feed struct {
	ID, Title, Link, Description string
	Author, Language             string
	authorMail                   string
	Type, Version                string // rss 2.0, atom 1.0, json 1.1
	Updated                      time.Time
	Tags                         []string
}

// Item is one entry. Text that a person reads is clean; Summary and Content are still HTML, and
// only SummaryText and ContentText make text of them.
type Item struct {
	Entry              int    // its place in Document.Entries
	ID                 string // as stated; empty: none
	URL                string // absolute, cleaned; empty: none
	Title              string
	Author, AuthorMail string
	Published, Updated time.Time // zero: unknown
	Summary, Content   string    // HTML
	Tags               []string
	Links              []string // cleaned, URL first
	Enclosures         []Enclosure
	InReplyTo          string // thr:in-reply-to (RFC 4685), or ""
}

// Enclosure is a file that an entry carries.
type Enclosure struct{ URL, Type, Length string }

// SummaryText is the summary, or else the beginning of the content, as clean paragraphs.
func (it *Item) SummaryText() string {
	if it.Summary != "" {
		return page.Text(it.Summary)
	}
	return page.Text(it.Content[:min(len(it.Content), 4096)])
}

// ContentText is the content as clean paragraphs.
func (it *Item) ContentText() string { return page.Text(it.Content) }

// Parse parses the wanted entries, all of them where want is nil. A broken entry is mended or left
// out, with a warning; the error means that nothing could be read.
func (d *Document) Parse(want []int, m Meta) (Feed, []Item, []string, error) {
	if want == nil {
		for i := range d.Entries {
			want = append(want, i)
		}
	}
	var warnings []string
	more := 0
	say := func(format string, a ...any) {
		if len(warnings) < maxWarnings {
			warnings = append(warnings, fmt.Sprintf(format, a...))
		} else {
			more++
		}
	}
	if d.unclosed > 0 {
		say("%d entries are never closed and were left out", d.unclosed)
	}
	for _, i := range want {
		if d.Entries[i].untidy {
			say("entry %d is not well-formed and was mended", i+1)
		}
	}
	f, err := d.gofeed(want, whole)
	var entries []parsed
	if err == nil && len(f.Items) == len(want) {
		entries = pair(f, want)
	} else {
		if f, err = d.self(say); err != nil {
			return Feed{}, nil, nil, fmt.Errorf("cannot be parsed: %s", plain.Cut(plain.Line(err.Error()), 200))
		}
		entries = d.rescue(want, say)
	}
	if more > 0 {
		warnings = append(warnings, fmt.Sprintf("and %d more warnings", more))
	}
	r := reader{Document: d, zone: m.Zone, base: m.URL}
	out := r.feed(f)
	items := make([]Item, 0, len(entries))
	for i := range entries {
		items = append(items, r.item(&entries[i]))
	}
	return out, items, warnings, nil
}

// reader turns what gofeed read into what we keep.
type reader struct {
	*Document
	zone             *time.Location
	base             string // of relative links
	author, authorAt string // of entries that name none
}

func (r *reader) feed(f *gofeed.Feed) Feed {
	out := Feed{
		ID: plain.Line(f.FeedLink), Title: page.Line(f.Title), Description: page.Line(f.Description), Language: plain.Line(f.Language),
		Type: f.FeedType, Version: path.Base(f.FeedVersion), Tags: lines(f.Categories),
	}
	if out.Version == "." {
		out.Version = ""
	}
	switch o := f.OriginalFeed().(type) {
	case *atom.Feed:
		out.ID = cmp.Or(plain.Line(o.ID), out.ID)
		out.Updated = date(f.Updated, f.UpdatedParsed, r.zone)
	case *rss.Feed:
		out.Updated = date(cmp.Or(f.Updated, f.Published), cmp.Or(f.UpdatedParsed, f.PublishedParsed), r.zone)
	} // JSON Feed has no date of its own
	if r.base == "" { // a file: what the feed says of its place must do
		for _, l := range []string{f.Link, f.FeedLink} {
			if clean, err := link.Clean(l, ""); err == nil {
				r.base = clean
				break
			}
		}
	}
	out.Link, _ = link.Clean(f.Link, r.base)
	out.Author, out.authorMail = person(f.Authors, f.DublinCoreExt)
	if f.FeedType != "rss" { // Atom and JSON Feed say that entries inherit it
		r.author, r.authorAt = out.Author, out.authorMail
	}
	return out
}

func (r *reader) item(p *parsed) Item {
	raw := r.Entries[p.entry].Raw
	out := Item{
		Entry: p.entry, ID: strings.TrimSpace(p.GUID), Title: page.Line(p.Title), Summary: p.Description, Content: p.Content, Tags: lines(p.Categories),
		Published: date(p.Published, p.PublishedParsed, r.zone), Updated: date(p.Updated, p.UpdatedParsed, r.zone),
	}
	for _, name := range []string{"date", "datePosted", "published", "updated"} { // in no format, but used
		if out.Published.IsZero() && out.Updated.IsZero() {
			out.Updated = date(p.Custom[name], nil, r.zone)
		}
	}
	if out.Published.IsZero() {
		out.Published = out.Updated
	}
	if out.ID == "" {
		out.ID = about(raw)
	}
	out.Author, out.AuthorMail = r.writer(p)
	out.URL, _ = link.Clean(p.Link, r.base)
	if out.URL == "" && permalink(p) {
		out.URL, _ = link.Clean(out.ID, "")
	}
	out.links(p, r.base)
	for _, e := range p.Enclosures {
		if clean, err := link.Clean(e.URL, r.base); err == nil && len(out.Enclosures) < 32 {
			out.Enclosures = append(out.Enclosures, Enclosure{clean, plain.Line(e.Type), plain.Line(e.Length)})
		}
	}
	out.extensions(p.Extensions)
	if j := p.json; j != nil { // plain text there
		out.Summary = asHTML(j.Summary)
		if j.ContentHTML == "" {
			out.Content = asHTML(j.ContentText)
		}
	}
	if out.Title == "" { // Mastodon and other short posts have none
		out.Title, _, _ = strings.Cut(out.SummaryText(), "\n")
		out.Title = plain.Cut(out.Title, 120)
	}
	out.Title = plain.Cut(out.Title, 500)
	return out
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

// extensions reads what stands in other namespaces: YouTube's text, a reply's parent.
func (it *Item) extensions(all ext.Extensions) {
	if it.Summary == "" && it.Content == "" {
		for _, g := range all["media"]["group"] {
			for _, d := range g.Children["description"] {
				it.Summary = asHTML(d.Value)
			}
		}
	}
	for _, r := range all["thr"]["in-reply-to"] {
		it.InReplyTo = r.Attrs["ref"]
	}
}

var aboutAttr = regexp.MustCompile(`(?i)^<[^>]*?\s(?:rdf:)?about\s*=\s*["']([^"'>]+)["']`)

// about is the rdf:about of an RSS 1.0 item, which gofeed does not hand on.
func about(raw []byte) string {
	if m := aboutAttr.FindSubmatch(raw[:min(len(raw), 2048)]); m != nil {
		return html.UnescapeString(strings.TrimSpace(string(m[1])))
	}
	return ""
}

func lines(all []string) []string {
	var out []string
	for _, s := range all {
		if s = page.Line(s); s != "" && !slices.Contains(out, s) && len(out) < 32 {
			out = append(out, plain.Cut(s, 100))
		}
	}
	return out
}

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
	return plain.Cut(page.Line(name), 120), plain.Line(mail)
}

var (
	mailFirst = regexp.MustCompile(`^<?([^\s<>()@]+@[^\s<>()@]+)>?\s*(?:\((.*)\))?$`)
	nameFirst = regexp.MustCompile(`^(.*?)\s*[<(]\s*(?:mailto:)?([^\s<>()@]+@[^\s<>()@]+)\s*[>)]$`)
)

// split parts "Name <mail>", "mail (Name)", "Name (mail)", a name or a mail address.
func split(s string) (name, mail string) {
	s = strings.TrimSpace(html.UnescapeString(s))
	name = s
	if m := mailFirst.FindStringSubmatch(s); m != nil {
		mail, name = m[1], m[2]
	} else if m := nameFirst.FindStringSubmatch(s); m != nil {
		name, mail = m[1], m[2]
	}
	return plain.Cut(strings.Trim(page.Line(name), `"' `), 120), plain.Cut(plain.Line(mail), 120)
}
