package issue

import (
	"strings"

	"wiredesk/store"
)

// frame merges what is no story: front matter, header, introduction and the closing parts. Each
// follows theirs while the editor left it as it was.
func (m *merge) frame() {
	m.front()
	b, mine, t := m.base.partOf(store.IntroPart, 0), m.mine.partOf(store.IntroPart, 0), m.theirs.partOf(store.IntroPart, 0)
	m.intro(b, mine, t)
	if m.base.Contents() < 0 && m.mine.Contents() < 0 && m.theirs.Contents() >= 0 {
		m.put(store.ContentsPart, m.theirs.Contents())
	}
	if c := m.mine.Contents(); c >= 0 && m.base.Contents() >= 0 && m.theirs.Contents() < 0 && sameText(m.base, m.base.Contents(), m.mine, c) {
		m.replaced[c] = ""
	}
	for _, kind := range []store.PartKind{store.EventsPart, store.ColophonPart, store.SubscriptionPart} {
		m.closing(kind)
	}
}

// closing merges the list of events, the colophon or the subscription.
func (m *merge) closing(kind store.PartKind) {
	b, mine, t := m.base.partOf(kind, 0), m.mine.partOf(kind, 0), m.theirs.partOf(kind, 0)
	switch {
	case b < 0 && t < 0, b >= 0 && mine < 0, b >= 0 && t >= 0 && sameText(m.base, b, m.theirs, t): // nothing new, or deleted by him
	case b < 0 && mine < 0:
		m.put(kind, t)
	case b >= 0 && t < 0 && sameText(m.base, b, m.mine, mine):
		m.replaced[mine] = ""
	case b >= 0 && t >= 0 && sameText(m.base, b, m.mine, mine):
		m.replaced[mine] = m.theirs.partText(t)
	case t >= 0 && kind == store.EventsPart:
		m.gained[mine] = append(m.gained[mine], m.newItems(t, b)...)
	case t >= 0:
		m.flag("%q has another text now; it stays as you edited it", m.theirs.Parts[t].Plain)
	}
}

// put inserts a part of theirs in its place.
func (m *merge) put(kind store.PartKind, t int) {
	m.inserts = append(m.inserts, insertion{m.mine.behind(ranks[kind]), ranks[kind], m.theirs.partText(t)})
}

// front merges the front matter.
func (m *merge) front() {
	text := func(d *Document) string { return strings.TrimRight(unix(d.Text(d.FrontMatter.Span)), "\n") }
	b, mine, t := text(m.base), text(m.mine), text(m.theirs)
	span := m.mine.FrontMatter.Span
	switch {
	case t == b || t == mine:
	case b != mine:
		m.flag("the front matter changed; it stays as you edited it")
	case mine == "":
		at := len(m.mine.src) - len(strings.TrimPrefix(string(m.mine.src), string(bom)))
		m.spans = append(m.spans, Edit{Span{at, at}, t + "\n\n"})
	case t == "":
		m.spans = append(m.spans, Edit{span, ""})
	default:
		m.spans = append(m.spans, Edit{Span{span.Start, span.Start + len(strings.TrimRight(m.mine.Text(span), "\r\n"))}, t})
	}
}

// piece is a part of an introduction: its header, or all below it.
type piece struct {
	text string
	span Span
}

// pieces cuts an introduction into header and text.
func (d *Document) pieces(part int) (header, text piece) {
	if part < 0 {
		return
	}
	p := d.Parts[part]
	n := p.first()
	if n > 0 {
		header.span = p.Blocks[0].Text
	}
	if n < len(p.Blocks) {
		text.span = Span{p.Blocks[n].Text.Start, p.Blocks[len(p.Blocks)-1].Text.End}
	}
	for _, x := range []*piece{&header, &text} {
		x.text = strings.TrimRight(unix(d.Text(x.span)), "\n")
	}
	return
}

// intro merges header and introduction, each by itself.
func (m *merge) intro(b, mine, t int) {
	bh, bt := m.base.pieces(b)
	mh, mt := m.mine.pieces(mine)
	th, tt := m.theirs.pieces(t)
	if mine < 0 {
		if bh.text == "" && bt.text == "" && t >= 0 {
			m.put(store.IntroPart, t)
		}
		return
	}
	for _, x := range []struct {
		name          string
		base, mine, t piece
	}{{"header", bh, mh, th}, {"introduction", bt, mt, tt}} {
		switch {
		case x.t.text == x.base.text || x.t.text == x.mine.text || x.mine.text == "" && x.base.text != "":
		case x.base.text != x.mine.text:
			m.flag("the %s is another now; it stays as you edited it", x.name)
		case x.mine.text == "" && x.name == "header":
			at := m.mine.Parts[mine].Span.Start
			m.spans = append(m.spans, Edit{Span{at, at}, x.t.text + "\n\n"})
		case x.mine.text == "":
			at := m.mine.Parts[mine].Span.End
			m.spans = append(m.spans, Edit{Span{at, at}, m.mine.atLineStart(at) + x.t.text + "\n\n"})
		case x.t.text == "":
			m.spans = append(m.spans, Edit{m.whole(mine, x.mine.span), ""})
		default:
			m.spans = append(m.spans, Edit{Span{x.mine.span.Start, x.mine.span.Start + len(strings.TrimRight(m.mine.Text(x.mine.span), "\r\n"))}, x.t.text})
		}
	}
}

// whole is a span with the blank lines behind it.
func (m *merge) whole(part int, s Span) Span {
	for _, b := range m.mine.Parts[part].Blocks {
		if b.Text.End == s.End {
			return Span{s.Start, b.Span.End}
		}
	}
	return s
}
