package page

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"wiredesk/store/link"
	"wiredesk/store/plain"
)

// block is one paragraph of the main text.
type block struct {
	text   string
	start  int       // byte offset in the main text
	linked int       // bytes of it that are links
	kind   atom.Atom // p, blockquote, cite, a heading, li, pre …
	group  int       // the blockquote that it is in; 0: none
	cite   string    // for a blockquote: whom it names itself
}

// content is the main text of a page.
type content struct {
	text   string
	blocks []block
	links  []string
}

// lead is the first real paragraph.
func (c content) lead() string {
	for _, b := range c.blocks {
		if (b.kind == atom.P || b.kind == atom.Div || b.kind == atom.Td) && len(b.text) > 80 && b.linked*2 < len(b.text) {
			return b.text
		}
	}
	return ""
}

// walker writes the blocks of the main text, in order.
type walker struct {
	base   string
	out    map[*html.Node]bool // left out
	line   strings.Builder     // the paragraph so far
	linked int                 // bytes of it that are links
	broken bool                // its line was just broken
	inLink bool
	group  int // the blockquote that it is in
	groups int // how many there were
	blocks []block
	links  []string
	seen   map[string]bool
	size   int
}

func (w *walker) node(n *html.Node, kind atom.Atom, depth int) {
	for c := n.FirstChild; c != nil && depth < 600 && w.size < maxText; c = c.NextSibling {
		switch {
		case c.Type == html.TextNode:
			w.text(c.Data, kind)
		case c.Type != html.ElementNode || skipped[c.DataAtom] || w.out[c]:
		case c.DataAtom == atom.Br:
			if w.broken { // two in a row end a paragraph
				w.flush(kind)
			}
			w.line.WriteByte(' ')
			w.broken = true
		case c.DataAtom == atom.A:
			w.link(c)
			was := w.inLink
			w.inLink = true
			w.node(c, kind, depth+1)
			w.inLink = was
		case c.DataAtom == atom.Blockquote:
			w.flush(kind)
			was := w.group
			w.groups++
			w.group = w.groups
			w.node(c, atom.Blockquote, depth+1)
			w.flush(atom.Blockquote)
			w.group = was
		case w.isSource(c):
			w.flush(kind)
			w.node(c, atom.Cite, depth+1)
			w.flush(atom.Cite)
		case blocks[c.DataAtom]:
			w.flush(kind)
			inner := c.DataAtom
			if kind == atom.Blockquote && (inner == atom.Div || inner == atom.P) || kind == atom.Cite {
				inner = kind
			}
			w.node(c, inner, depth+1)
			w.flush(inner)
		default:
			w.node(c, kind, depth+1)
		}
	}
}

// isSource reports that an element is the source line of a quote: the caption of its figure, or a
// footer or cite that stands behind its words. A cite within a sentence is the title of a work.
func (w *walker) isSource(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Figcaption:
		return len(w.blocks) > 0 && w.blocks[len(w.blocks)-1].group != 0
	case atom.Footer:
		return w.group != 0
	case atom.Cite:
		if w.group == 0 {
			return false
		}
		for next, near := n.NextSibling, 4; next != nil && near > 0; next, near = next.NextSibling, near-1 {
			if next.Type == html.TextNode && strings.TrimSpace(next.Data) != "" {
				return false
			}
		}
		before := strings.TrimRightFunc(w.line.String(), unicode.IsSpace)
		r, _ := utf8.DecodeLastRuneInString(before)
		return before == "" || w.broken || strings.ContainsRune(".!?…”\"’»—–―-", r)
	}
	return false
}

func (w *walker) text(s string, kind atom.Atom) {
	if t := strings.TrimSpace(s); t != "" {
		if w.broken && w.group != 0 && dash.MatchString(t) {
			w.flush(kind)
		}
		if w.inLink {
			w.linked += len(t)
		}
		w.broken = false
	}
	w.line.WriteString(s)
}

func (w *walker) link(a *html.Node) {
	for _, attr := range a.Attr {
		if attr.Key != "href" || len(w.links) >= maxLinks || strings.HasPrefix(attr.Val, "#") {
			continue
		}
		if clean, err := link.Clean(attr.Val, w.base); err == nil && !w.seen[clean] {
			w.seen[clean] = true
			w.links = append(w.links, clean)
		}
	}
}

// flush ends the paragraph.
func (w *walker) flush(kind atom.Atom) {
	if w.line.Len() == 0 {
		return
	}
	parts := []string{w.line.String()}
	if kind == atom.Pre { // which keeps its lines: an empty one ends a paragraph there
		parts = emptyLine.Split(parts[0], -1)
	}
	for _, part := range parts {
		w.add(block{text: plain.Line(part), linked: w.linked, kind: kind, group: w.group})
	}
	w.line.Reset()
	w.linked, w.broken = 0, false
}

// add takes a paragraph. One without a letter or digit, such as "* * *", is none.
func (w *walker) add(b block) {
	if !strings.ContainsFunc(b.text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
		return
	}
	if room := maxText - w.size; len(b.text) > room {
		b.text = strings.TrimSpace(strings.ToValidUTF8(b.text[:max(room, 0)], ""))
	}
	if b.text != "" {
		w.size += len(b.text) + len("\n\n")
		w.blocks = append(w.blocks, b)
	}
}

var (
	emptyLine = regexp.MustCompile(`\n[ \t\r]*\n\s*`)

	dash   = regexp.MustCompile(`^(?:[—–―~-]|--)+\s*`)
	teaser = regexp.MustCompile(`(?i)^(?:related(?: (?:articles|content|coverage|links|news|posts|reading|stories|topics))?|recommended(?: (?:for you|reading|stories))?|` +
		`more (?:from|on|in|stories|news)\b.{0,40}|most (?:popular|read|viewed|shared)|up next\b.{0,60}|read (?:more|next|also)|see also|keep reading|` +
		`you (?:may|might)(?: also)? (?:like|enjoy|be interested in)|(?:sponsored|promoted)(?: (?:links|content|stories))?(?: by)?|advertis(?:ement|ing)|` +
		`(?:share|tweet|print|email)(?: (?:this|on)\b.{0,30})?|trending(?: now)?|popular (?:posts|stories)|latest (?:news|posts|stories)|continue reading.{0,60})[:›»>→.]*$`)
)

var headings = map[atom.Atom]bool{atom.H1: true, atom.H2: true, atom.H3: true, atom.H4: true, atom.H5: true, atom.H6: true}

// finish joins the blocks, notes where each stands, and gives each quote the source that stands
// behind it. The title of the page is no part of its text.
func (w *walker) finish(title string) content {
	c := content{links: w.links}
	prose := slices.IndexFunc(w.blocks, func(b block) bool { return len(b.text) >= 80 && b.linked*2 < len(b.text) })
	teased := false // under a heading such as "Related"
	for i, b := range w.blocks {
		if i < prose && b.linked*10 > len(b.text)*7 && !headings[b.kind] {
			continue // a way to somewhere else
		}
		if (b.kind == atom.H1 || b.kind == atom.H2) && squash(b.text) == squash(title) {
			continue
		}
		if len(b.text) < 100 && b.group == 0 && teaser.MatchString(b.text) {
			teased = true
			continue
		}
		if teased = teased && b.linked*10 > len(b.text)*6; !teased {
			c.blocks = append(c.blocks, b)
		}
	}
	var text strings.Builder
	for i := range c.blocks {
		b := &c.blocks[i]
		if i > 0 {
			text.WriteString("\n\n")
			last := c.blocks[i-1]
			if b.kind == atom.Cite || last.group != 0 && len(b.text) < 120 && dash.MatchString(b.text) {
				b.kind = atom.Cite
				for j := i - 1; j >= 0 && last.group != 0 && c.blocks[j].group == last.group && c.blocks[j].cite == ""; j-- {
					c.blocks[j].cite = b.text
				}
			}
		}
		b.start = text.Len()
		text.WriteString(b.text)
	}
	c.text = text.String()
	return c
}
