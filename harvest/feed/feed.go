// Package feed reads feeds: RSS 0.9 to 2.0, RDF, Atom, JSON Feed and CDF. Bytes in, items out; it
// has no network.
//
// A feed is first cut into its entries by a small scanner that does not trust it to be
// well-formed (Slice). Entries whose bytes are known need no more. Of the others the texts (title,
// summary, content) are taken out and read here, by the type that they state; what is left, with
// the head of the feed, is handed to gofeed (Document.Parse). So a broken entry costs only itself,
// a feed that breaks off keeps the entries before the break, and gofeed never sees the markup
// that makes most of a feed. What it leaves to its users is done here: absolute links, plain
// titles, zones, permalinks.
package feed

import (
	"bytes"
	"fmt"
	"slices"
	"time"

	"wiredesk/harvest/page"
	"wiredesk/store/plain"
)

const maxWarnings = 20 // of one feed

// Meta is what is known of a feed beside its bytes.
type Meta struct {
	URL  string         // where it came from: the base of relative links
	Zone *time.Location // of dates that name none; nil: UTC
	Bare bool           // only the entries are wanted: Parse may return an empty Feed
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
	Title              string // where none is stated, the first words of the text
	Untitled           bool   // no title is stated
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
	p := d.lift(want, m)
	as := whole
	if m.Bare && (d.root == "rss" || d.root == "rdf") { // whose entries inherit nothing
		as = framed
	}
	f, err := p.gofeed(want, as)
	var entries []parsed
	if err == nil && len(f.Items) == len(want) {
		entries = p.pair(f, want)
	} else {
		if f, err = p.self(say); err != nil {
			return Feed{}, nil, nil, fmt.Errorf("cannot be parsed: %s", plain.Cut(plain.Line(err.Error()), 200))
		}
		entries = p.rescue(want, say)
	}
	if more > 0 {
		warnings = append(warnings, fmt.Sprintf("and %d more warnings", more))
	}
	r := reader{run: p, zone: m.Zone, base: m.URL}
	out := r.feed(f)
	items := make([]Item, 0, len(entries))
	for i := range entries {
		items = append(items, r.item(&entries[i]))
	}
	return out, items, warnings, nil
}

// run is one parse of a document.
type run struct {
	*Document
	front, back lifted         // head and tail
	around      []byte         // the start tags around the entries
	entry       map[int]lifted // those wanted
	isAtom      bool
	expanded    int // bytes that entities added
}

// lift takes the texts out of what is wanted of a document.
func (d *Document) lift(want []int, m Meta) *run {
	p := &run{Document: d, entry: make(map[int]lifted, len(want)), isAtom: d.root == "feed"}
	if d.json != nil {
		return p
	}
	l := lifter{atom: p.isAtom, names: headNames, url: m.URL, based: bytes.Contains(d.head, []byte("xml:base"))}
	if p.isAtom {
		l.names = textNames
	}
	p.around = l.lift([]byte(d.frame[0])).thin
	l.open = nil
	p.front = l.lift(p.expand(d.head))
	around, inHead, names := slices.Clip(l.open), l.based, l.names
	l.names, l.floor = textNames, len(around)
	for _, i := range want {
		raw := p.expand(d.Entries[i].Raw)
		l.open, l.based = around, inHead || bytes.Contains(raw, []byte("xml:base"))
		e := l.lift(raw)
		e.thin = d.rename(e.thin)
		p.entry[i] = e
	}
	l.open, l.based, l.names, l.floor = around, inHead, names, 0
	p.back = l.lift(p.expand(d.tail))
	return p
}
