package issue

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Edit puts a text in place of a span of a document; an empty span inserts. Line endings of the
// text become those of the file.
type Edit struct {
	Span Span
	Text string
}

// Apply returns the document with all edits made, which refer to it as it is. All bytes outside
// their spans are the same. Edits that overlap are an error; insertions at one place stand in the
// order in which they are given.
func (d *Document) Apply(edits ...Edit) (*Document, error) {
	edits = slices.Clone(edits)
	slices.SortStableFunc(edits, func(a, b Edit) int { return cmp.Compare(a.Span.Start, b.Span.Start) })
	var out []byte
	at := 0
	for _, e := range edits {
		if e.Span.Start > e.Span.End || e.Span.End > len(d.src) {
			return nil, fmt.Errorf("edit of bytes %d to %d of a file of %d bytes", e.Span.Start, e.Span.End, len(d.src))
		}
		if e.Span.Start < at {
			return nil, fmt.Errorf("line %d: two edits of the same text", d.Line(e.Span.Start))
		}
		out = append(out, d.src[at:e.Span.Start]...)
		text := strings.ReplaceAll(e.Text, "\r\n", "\n")
		if nl := d.newline(); nl != "\n" {
			text = strings.ReplaceAll(text, "\n", nl)
		}
		out = append(out, text...)
		at = e.Span.End
	}
	return Parse(append(out, d.src[at:]...)), nil
}

// Rename gives a part another heading, markdown on one line. A part that has none gets one of the
// level of stories.
func (d *Document) Rename(part int, heading string) Edit {
	p := d.Parts[part]
	heading = strings.Join(strings.Fields(heading), " ")
	switch {
	case p.Level == 0 && p.HeadingSpan.Empty():
		at := p.Blocks[0].Text.Start
		return Edit{Span{at, at}, "### " + heading + "\n\n"}
	case p.HeadingSpan.Empty():
		return Edit{p.HeadingSpan, " " + heading}
	}
	return Edit{p.HeadingSpan, heading}
}

// AppendLink adds an item, markdown without its marker, to the link list of a part, behind the
// last one and with its marker. A part without a list gets one at its end.
func (d *Document) AppendLink(part int, item string) Edit {
	p := d.Parts[part]
	if p.List.Block < 0 || len(p.List.Items) == 0 {
		end := p.Blocks[len(p.Blocks)-1].Text.End
		if kind := p.Blocks[len(p.Blocks)-1].Kind; kind == BlankBlock || kind == FrontMatterBlock {
			return Edit{Span{end, end}, d.atLineStart(end) + d.bullet() + " " + item + "\n"}
		}
		return Edit{Span{end, end}, d.atLineStart(end) + "\n" + d.bullet() + " " + item + "\n" + d.parted(end)}
	}
	last := p.List.Items[len(p.List.Items)-1]
	end := last.Text.End
	for end < last.Span.End && d.src[end] != '\n' {
		end++
	}
	if end < last.Span.End {
		end++
	}
	return Edit{Span{end, end}, d.atLineStart(end) + d.lead(last) + item + "\n"}
}

// lead is what stands before the text of an item: indentation, marker and blanks.
func (d *Document) lead(it Item) string {
	lead := d.Text(Span{it.Span.Start, it.Text.Start})
	if strings.TrimSpace(lead) == "" || strings.ContainsAny(lead, "\r\n") || lead == strings.TrimRight(lead, " \t") {
		return d.bullet() + " "
	}
	return lead
}

// bullet is the marker of the lists of the file.
func (d *Document) bullet() string {
	for _, p := range d.Parts {
		if p.List.Marker != "" {
			return p.List.Marker
		}
	}
	return "*"
}

// atLineStart is the line ending that is missing where a file does not end in one.
func (d *Document) atLineStart(offset int) string {
	if offset > 0 && d.src[offset-1] != '\n' {
		return "\n"
	}
	return ""
}

// parted is the blank line that is missing before what follows an offset.
func (d *Document) parted(offset int) string {
	rest := d.src[offset:]
	if len(rest) == 0 || len(lessBlankLines(rest)) == 0 {
		return ""
	}
	for _, c := range rest {
		if c == '\n' {
			return ""
		}
		if c != ' ' && c != '\t' && c != '\r' {
			break
		}
	}
	return "\n"
}

// Insert puts markdown before a part, with a blank line behind it; len(Parts) is the end of the
// file.
func (d *Document) Insert(before int, markdown string) Edit {
	at := len(d.src)
	if before < len(d.Parts) {
		at = d.Parts[before].Span.Start
	}
	text := d.atLineStart(at) + strings.TrimRight(markdown, "\r\n") + "\n"
	if at == len(d.src) {
		if at > 0 && len(lessBlankLines(d.src)) == len(d.src) {
			text = "\n" + text
		}
	} else {
		text += "\n"
	}
	return Edit{Span{at, at}, text}
}

// Replace puts markdown in place of a part; the blank lines behind it stay.
func (d *Document) Replace(part int, markdown string) Edit {
	p := d.Parts[part]
	end := p.Blocks[len(p.Blocks)-1].Text.End
	text := strings.TrimRight(markdown, "\r\n")
	if end > 0 && d.src[end-1] == '\n' {
		text += "\n"
	}
	return Edit{Span{p.Blocks[0].Text.Start, end}, text}
}

// Remove takes a part out, with the blank lines behind it.
func (d *Document) Remove(part int) Edit { return Edit{d.Parts[part].Span, ""} }

// Move takes a part to before another one, byte for byte; len(Parts) is the end of the file.
func (d *Document) Move(part, before int) []Edit {
	if before == part || before == part+1 {
		return nil
	}
	e := d.Insert(before, d.Text(d.Parts[part].Span))
	if text := d.Text(d.Parts[part].Span); before < len(d.Parts) && len(lessBlankLines([]byte(text))) < len(text) {
		e.Text = text
	}
	return []Edit{d.Remove(part), e}
}

// SetContentsItem rewords an item of the contents list, counted from 0.
func (d *Document) SetContentsItem(item int, text string) Edit {
	return Edit{d.Parts[d.Contents()].List.Items[item].Text, strings.Join(strings.Fields(text), " ")}
}

// InsertContentsItem adds an item to the contents list before another one; the number of items is
// its end. It is written in the list's own way: bullets, or running text with its commas.
func (d *Document) InsertContentsItem(before int, text string) Edit {
	part := d.Contents()
	items := d.Parts[part].List.Items
	text = strings.Join(strings.Fields(text), " ")
	switch {
	case len(items) == 0 && d.Parts[part].Level > 0:
		end := d.Parts[part].Blocks[0].Text.End
		return Edit{Span{end, end}, d.atLineStart(end) + "\n" + d.bullet() + " " + text + "\n" + d.parted(end)}
	case len(items) == 0 || d.Parts[part].List.Block >= 0 && before >= len(items):
		return d.AppendLink(part, text)
	case d.Parts[part].List.Block >= 0:
		at := items[before].Span.Start
		return Edit{Span{at, at}, d.lead(items[before]) + text + "\n"}
	}
	between := ", "
	if len(items) > 1 {
		between = d.Text(Span{items[0].Span.End, items[1].Span.Start})
	}
	if before >= len(items) {
		at := items[len(items)-1].Span.End
		return Edit{Span{at, at}, between + text}
	}
	at := items[before].Span.Start
	return Edit{Span{at, at}, text + between}
}

// RemoveContentsItem takes an item out of the contents list.
func (d *Document) RemoveContentsItem(item int) Edit {
	p := d.Parts[d.Contents()]
	items := p.List.Items
	switch {
	case p.List.Block >= 0:
		it := items[item]
		if blank := lessBlankLines(d.src[it.Span.Start:it.Span.End]); item+1 == len(items) {
			return Edit{Span{it.Span.Start, it.Span.Start + len(blank)}, ""}
		}
		return Edit{it.Span, ""}
	case item+1 < len(items):
		return Edit{Span{items[item].Span.Start, items[item+1].Span.Start}, ""}
	case item > 0:
		return Edit{Span{items[item-1].Span.End, items[item].Span.End}, ""}
	}
	return Edit{items[item].Span, ""}
}

// Layout tells in which layout the links of an issue stand: labelled where most items of link
// lists are "[Title, Site](url)", else classic.
func (d *Document) Layout() string {
	bare, labelled := 0, 0
	for _, i := range d.Stories() {
		for _, l := range d.Parts[i].Links {
			switch {
			case l.Item > 0 && l.Label != "":
				labelled++
			case l.Item > 0:
				bare++
			}
		}
	}
	if labelled > bare {
		return "labelled"
	}
	return "classic"
}
