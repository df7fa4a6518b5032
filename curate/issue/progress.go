package issue

import (
	"strings"

	"wiredesk/store"
)

// Progress tells how far an issue is.
type Progress struct {
	Stories   int
	Links     int // of stories and events
	Words     int // of the whole file
	Stubs     int // stories without prose: headings, quotes and links alone
	BareLinks int // links without a label
}

// Progress counts what stands in a document.
func (d *Document) Progress() Progress {
	out := Progress{Words: len(strings.Fields(string(d.src)))}
	for i, p := range d.Parts {
		if p.Kind != store.StoryPart && p.Kind != store.EventsPart {
			continue
		}
		out.Links += len(p.Links)
		for _, l := range p.Links {
			if l.Label == "" {
				out.BareLinks++
			}
		}
		if p.Kind == store.StoryPart {
			out.Stories++
			if !d.hasProse(i) {
				out.Stubs++
			}
		}
	}
	return out
}

// hasProse reports that a part says something beside its heading, quotes with their lead-ins, and
// links.
func (d *Document) hasProse(part int) bool {
	p := d.Parts[part]
	for i := p.first(); i < len(p.Blocks); i++ {
		switch p.Blocks[i].Kind {
		case ParagraphBlock:
			leadIn := i+1 < len(p.Blocks) && p.Blocks[i+1].Kind == QuoteBlock && strings.HasSuffix(strings.TrimSpace(d.Text(p.Blocks[i].Text)), ":")
			if !leadIn {
				return true
			}
		case CodeBlock, HTMLBlock:
			return true
		case ListBlock:
			if i != p.List.Block {
				return true
			}
		}
	}
	return false
}
