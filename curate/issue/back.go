package issue

import (
	"strings"

	"wiredesk/store"
)

// Back returns what stands in the issue of a week, for the archive. Whose number it has, when it
// appeared and where its file is, the caller knows.
func (d *Document) Back(week string) store.BackIssue {
	b := store.BackIssue{Issue: store.Issue{Week: week}, Layout: d.Layout(), FrontMatter: d.Text(d.FrontMatter.Span)}
	for i, p := range d.Parts {
		part := store.BackPart{
			Kind: p.Kind, Level: p.Level, Heading: p.Heading, Credit: p.Credit, Body: d.Body(i), Tail: d.Tail(i), Images: p.Images, Line: p.Line,
		}
		if p.Section >= 0 {
			part.Section = d.Parts[p.Section].Heading
		}
		if p.List.Block >= 0 {
			for _, it := range p.List.Items {
				part.List = append(part.List, d.Text(it.Text))
			}
		}
		for _, l := range p.Links {
			part.Links = append(part.Links, store.BackLink{Item: l.Item, URL: l.URL, Label: l.Label, Note: l.Note, Line: l.Line})
		}
		for _, q := range p.Quotes {
			part.Quotes = append(part.Quotes, store.BackQuote{Text: strings.ReplaceAll(q.Text, "\n\n", "\n"), Speaker: q.Speaker, LeadIn: q.LeadIn, Line: q.Line})
		}
		for _, raw := range p.HTML {
			part.RawHTML = append(part.RawHTML, raw.Text)
		}
		b.Parts = append(b.Parts, part)
	}
	return b
}
