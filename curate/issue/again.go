package issue

import (
	"strings"

	"wiredesk/store"
)

// RenderBack lays an issue of the archive out again: everything that it said, as it said it and in
// its order. In its own layout it keeps its front matter and header; in another one it gets those
// of the plan, of which only the title, the week, the number and the date count.
func RenderBack(b store.BackIssue, p Plan, l Layout) (string, error) {
	page, err := p.page(p.lay)
	if err != nil {
		return "", err
	}
	page.Found = l.Name == b.Layout
	page.Sections = []PageSection{{}}
	head := []string{strings.TrimRight(b.FrontMatter, "\r\n")}
	begun := false // what comes first is over
	for _, part := range b.Parts {
		marks, heading := strings.Repeat("#", part.Level), part.Heading
		if part.Level == 0 {
			heading = "" // it stands in the body
		}
		last := &page.Sections[len(page.Sections)-1]
		switch {
		case part.Kind == store.IntroPart && !begun:
			if heading != "" {
				head = append(head, marks+" "+heading)
			}
			page.Intro = joined(page.Intro, part.Body, listed(part.List), part.Tail)
		case part.Kind == store.ContentsPart && page.Contents == nil && len(last.Stories) == 0 && len(page.Sections) == 1:
			page.Contents = &PageContents{Marks: marks, Heading: heading, Lead: part.Body, Items: part.List, Tail: part.Tail}
			begun = true
		case part.Kind == store.SectionPart && part.Body == "" && len(part.List) == 0:
			page.Sections = append(page.Sections, PageSection{Marks: marks, Heading: heading})
			begun = true
		default:
			s := PageStory{Marks: marks, Heading: heading, Note: part.Body, Tail: part.Tail}
			for _, item := range part.List {
				s.Links = append(s.Links, PageLink{Bare: item, Labelled: item})
			}
			last.Stories = append(last.Stories, s)
			begun = true
		}
	}
	page.Head = joined(head...)
	return l.lay(page)
}

// joined is pieces of markdown with blank lines between them.
func joined(pieces ...string) string {
	var out []string
	for _, p := range pieces {
		if p = strings.Trim(p, "\r\n"); p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, "\n\n")
}

// listed is a list with these items.
func listed(items []string) string {
	if len(items) == 0 {
		return ""
	}
	return "* " + strings.Join(items, "\n* ")
}
