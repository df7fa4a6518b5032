package publish

import (
	"fmt"
	"html/template"

	"github.com/gorilla/feeds"

	"wiredesk/store"
	"wiredesk/store/link"
	"wiredesk/store/plain"
)

// How much the feeds hold: what a reader who was away for a few months missed.
const (
	feedIssues = 20
	feedLinks  = 200
)

// IssuesFeed is the Atom feed (RFC 4287) of issues, whole, the newest first. They are given oldest
// first.
func IssuesFeed(all []Issue) ([]byte, error) {
	if len(all) == 0 {
		return nil, nil
	}
	n := all[len(all)-1].Newsletter
	f := n.feed("issues.atom", n.Title)
	for at := len(all) - 1; at >= 0 && len(f.Items) < feedIssues; at-- {
		i := all[at]
		heading := i.Heading()
		content, err := body(i.File, heading)
		if err != nil {
			return nil, err
		}
		f.Add(&feeds.Item{Title: heading, Id: i.id("issue " + i.Week), Link: &feeds.Link{Href: i.PageURL(), Rel: "alternate"}, Updated: i.Out, Created: i.Out, Content: content})
	}
	return n.atom(f)
}

// LinksFeed is the Atom feed of the links of the stories of back issues, the newest issue first, in
// their order there. The issues are given oldest first.
func (n Newsletter) LinksFeed(all []store.BackIssue) ([]byte, error) {
	f := n.feed("links.atom", n.Title+": links")
	for at := len(all) - 1; at >= 0; at-- {
		b := all[at]
		for _, p := range b.Stories() {
			for _, l := range p.Links {
				clean, err := link.Clean(l.URL, "")
				if err != nil || len(f.Items) >= feedLinks {
					continue
				}
				title := plain.Line(l.Label)
				if title == "" {
					title = clean
				}
				f.Add(&feeds.Item{Title: title, Id: n.id("link " + b.Week + " " + link.Canonical(clean)), Link: &feeds.Link{Href: clean, Rel: "alternate"}, Updated: b.Published, Created: b.Published,
					Content: "<p>" + template.HTMLEscapeString(plain.Line(p.Heading)) + ", " + b.Week + "</p>"})
			}
		}
	}
	return n.atom(f)
}

func (n Newsletter) feed(file, title string) *feeds.Feed {
	f := &feeds.Feed{Title: title, Link: &feeds.Link{Href: n.at(file), Rel: "self"}}
	name := n.Editor
	if name == "" {
		name = n.Title
	}
	f.Author = &feeds.Author{Name: name}
	return f
}

func (n Newsletter) atom(f *feeds.Feed) ([]byte, error) {
	if len(f.Items) > 0 {
		f.Updated = f.Items[0].Updated
	}
	out, err := f.ToAtom()
	if err != nil {
		return nil, fmt.Errorf("write the feed: %w", err)
	}
	return []byte(out + "\n"), nil
}
