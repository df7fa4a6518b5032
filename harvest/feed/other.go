package feed

import (
	"bytes"
	"cmp"
	"html"
	"slices"
	"strings"

	"github.com/mmcdole/gofeed"
	ext "github.com/mmcdole/gofeed/extensions"

	"wiredesk/harvest/pattern"
)

// extensions reads what stands in other namespaces: YouTube's text, a reply's parent, and what
// says in a podcast's or a picture's words what the entry itself does not say.
func (it *Item) extensions(all ext.Extensions) {
	if it.Summary == "" && it.Content == "" {
		it.Summary = cmp.Or(asHTML(repair(media(all, "description"))), repair(first(all, "dc", "description")), asHTML(first(all, "itunes", "subtitle")))
	}
	if it.Title == "" {
		it.Title = cmp.Or(line(first(all, "dc", "title")), line(media(all, "title")), line(first(all, "itunes", "title")))
	}
	for _, r := range all["thr"]["in-reply-to"] {
		it.InReplyTo = r.Attrs["ref"]
	}
}

// media is the text of an element of Media RSS, which stands in an entry, in its group or in one
// of its contents.
func media(all ext.Extensions, name string) string {
	if s := first(all, "media", name); s != "" {
		return s
	}
	around := slices.Concat(all["media"]["group"], all["media"]["content"])
	for _, g := range all["media"]["group"] {
		around = append(around, g.Children["content"]...)
	}
	for _, e := range around {
		for _, child := range e.Children[name] {
			if child.Value != "" {
				return child.Value
			}
		}
	}
	return ""
}

var aboutAttr = pattern.New(`(?i)^<[^>]*?\s(?:rdf:)?about\s*=\s*["']([^"'>]+)["']`)

// about is the rdf:about of an RSS 1.0 item, which gofeed does not hand on.
func about(raw []byte) string {
	if m := aboutAttr().FindSubmatch(raw[:min(len(raw), 2048)]); m != nil {
		return html.UnescapeString(strings.TrimSpace(string(m[1])))
	}
	return ""
}

// first is the text of the first element of a name in another namespace.
func first(all ext.Extensions, space, name string) string {
	for _, e := range all[space][name] {
		if e.Value != "" {
			return e.Value
		}
	}
	return ""
}

// channel fills in what the Channel Definition Format says of a feed in attributes.
func (r *reader) channel(f *gofeed.Feed, out *Feed) {
	t := startTag(r.head)
	f.Link = cmp.Or(f.Link, value(t, "href"))
	if out.Updated.IsZero() {
		out.Updated = date(value(t, "lastmod"), r.zone)
	}
	if out.Version == "" && (value(t, "href") != "" || bytes.HasPrefix(t, []byte("<CHANNEL"))) {
		out.Type = "cdf"
	}
}

// startTag is the tag that a piece of a feed begins with.
func startTag(raw []byte) []byte {
	if len(raw) > 1 && raw[0] == '<' {
		if t, ok := readTag(raw); ok {
			return raw[:t.to]
		}
	}
	return nil
}
