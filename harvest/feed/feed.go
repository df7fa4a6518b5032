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
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/mmcdole/gofeed"
	ext "github.com/mmcdole/gofeed/extensions"

	"wiredesk/harvest/page"
	"wiredesk/store/link"
	"wiredesk/store/plain"
)

// Meta is what is known of a feed beside its bytes.
type Meta struct {
	URL  string         // where it came from: the base of relative links
	Zone *time.Location // of dates that name none; nil: UTC
}

// Feed is what a feed says of itself.
type Feed struct {
	ID, Title, Link, Description string
	Author, Language             string
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

// Parse parses the wanted entries, all of them where want is nil. A broken entry is left out with
// a warning; the error means that nothing could be read.
func (d *Document) Parse(want []int, m Meta) (Feed, []Item, []string, error) {
	if want == nil {
		for i := range d.Entries {
			want = append(want, i)
		}
	}
	var warnings []string
	f, err := d.gofeed(want)
	if err == nil && len(f.Items) == len(want) {
		return d.result(f, want, m, warnings)
	}
	// One of them is broken, or gofeed sees entries where there are none: one by one.
	whole, headErr := d.gofeed(nil)
	if headErr != nil {
		if err == nil {
			err = headErr
		}
		return Feed{}, nil, nil, fmt.Errorf("cannot be parsed: %s", plain.Cut(plain.Line(err.Error()), 200))
	}
	whole.Items = nil
	var good []int
	for _, i := range want {
		one, err := d.gofeed([]int{i})
		if err != nil || len(one.Items) != 1 {
			warnings = append(warnings, fmt.Sprintf("entry %d is broken and was left out", i+1))
			continue
		}
		whole.Items = append(whole.Items, one.Items[0])
		good = append(good, i)
	}
	return d.result(whole, good, m, warnings)
}

func (d *Document) gofeed(want []int) (*gofeed.Feed, error) {
	if d.json != nil {
		b, err := d.jsonFeed(want)
		if err != nil {
			return nil, err
		}
		return gofeed.NewParser().Parse(bytes.NewReader(b))
	}
	return gofeed.NewParser().Parse(bytes.NewReader(asUTF8(d.xml(want))))
}

var encodingAttr = regexp.MustCompile(`^(\s*<\?xml[^>]*?encoding\s*=\s*)(["'])[^"'>]*["']`)

// asUTF8 makes the XML declaration tell the truth about a text that is UTF-8 by now.
func asUTF8(b []byte) []byte {
	return encodingAttr.ReplaceAll(b, []byte("${1}${2}utf-8${2}"))
}

func (d *Document) result(f *gofeed.Feed, want []int, m Meta, warnings []string) (Feed, []Item, []string, error) {
	if m.Zone == nil {
		m.Zone = time.UTC
	}
	out := Feed{
		ID: plain.Line(f.FeedLink), Title: page.Line(f.Title), Description: page.Line(f.Description), Language: plain.Line(f.Language),
		Type: f.FeedType, Version: f.FeedVersion, Updated: date(f.Updated, f.UpdatedParsed, m.Zone), Tags: lines(f.Categories),
	}
	out.Link, _ = link.Clean(f.Link, m.URL)
	out.Author, _ = person(f.Authors, f.DublinCoreExt)
	items := make([]Item, 0, len(want))
	for i, it := range f.Items {
		items = append(items, d.item(it, want[i], m))
	}
	return out, items, warnings, nil
}

func (d *Document) item(it *gofeed.Item, entry int, m Meta) Item {
	raw := d.Entries[entry].Raw
	out := Item{
		Entry: entry, ID: strings.TrimSpace(it.GUID), Title: page.Line(it.Title), Summary: it.Description, Content: it.Content, Tags: lines(it.Categories),
		Published: date(it.Published, it.PublishedParsed, m.Zone), Updated: date(it.Updated, it.UpdatedParsed, m.Zone),
	}
	if out.Published.IsZero() {
		out.Published = out.Updated
	}
	if out.ID == "" {
		out.ID = about(raw)
	}
	out.Author, out.AuthorMail = person(it.Authors, it.DublinCoreExt)
	out.URL, _ = link.Clean(it.Link, m.URL)
	if out.URL == "" && !notPermalink.Match(raw[:min(len(raw), 8192)]) {
		out.URL, _ = link.Clean(out.ID, "")
	}
	if out.URL != "" {
		out.Links = append(out.Links, out.URL)
	}
	for _, l := range it.Links {
		if clean, err := link.Clean(l, m.URL); err == nil && !slices.Contains(out.Links, clean) && len(out.Links) < 32 {
			out.Links = append(out.Links, clean)
		}
	}
	if out.URL == "" && len(out.Links) > 0 {
		out.URL = out.Links[0]
	}
	for _, e := range it.Enclosures {
		if clean, err := link.Clean(e.URL, m.URL); err == nil && len(out.Enclosures) < 32 {
			out.Enclosures = append(out.Enclosures, Enclosure{clean, plain.Line(e.Type), plain.Line(e.Length)})
		}
	}
	out.extensions(it.Extensions)
	if out.Title == "" { // Mastodon and other short posts have none
		out.Title, _, _ = strings.Cut(out.SummaryText(), "\n")
		out.Title = plain.Cut(out.Title, 120)
	}
	out.Title = plain.Cut(out.Title, 500)
	return out
}

// extensions reads what stands in other namespaces: YouTube's text, a reply's parent.
func (it *Item) extensions(all ext.Extensions) {
	if it.Summary == "" && it.Content == "" {
		for _, g := range all["media"]["group"] {
			for _, d := range g.Children["description"] {
				it.Summary = strings.ReplaceAll(d.Value, "<", "&lt;") // plain text there
			}
		}
	}
	for _, r := range all["thr"]["in-reply-to"] {
		it.InReplyTo = r.Attrs["ref"]
	}
}

var (
	notPermalink = regexp.MustCompile(`(?i)ispermalink\s*=\s*["']\s*false`)
	aboutAttr    = regexp.MustCompile(`(?i)^<[^>]*?\s(?:rdf:)?about\s*=\s*["']([^"'>]+)["']`)
)

// about is the rdf:about of an RSS 1.0 item, which gofeed does not hand on.
func about(raw []byte) string {
	if m := aboutAttr.FindSubmatch(raw[:min(len(raw), 2048)]); m != nil {
		return strings.TrimSpace(string(m[1]))
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

var mailInName = regexp.MustCompile(`^(.*?)\s*[<(]?([\w.+-]+@[\w-]+\.[\w.-]+)[>)]?\s*(?:\((.*)\))?$`)

// person is the name and mail address of the first author.
func person(all []*gofeed.Person, dc *ext.DublinCoreExtension) (name, mail string) {
	if len(all) > 0 && all[0] != nil {
		name, mail = page.Line(all[0].Name), plain.Line(all[0].Email)
	}
	if name == "" && dc != nil && len(dc.Creator) > 0 {
		name = page.Line(dc.Creator[0])
	}
	if m := mailInName.FindStringSubmatch(name); m != nil && mail == "" {
		mail, name = m[2], plain.Line(m[1]+" "+m[3])
	}
	return plain.Cut(name, 120), mail
}
