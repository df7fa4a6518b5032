package page

import (
	"slices"
	"strings"

	"golang.org/x/net/html/atom"

	"wiredesk/harvest/pattern"
)

var (
	emptyLine = pattern.New(`\n[ \t\r]*\n\s*`)

	dash   = pattern.New(`^(?:[—–―~-]|--)+\s*`)
	teaser = pattern.New(`(?i)^(?:related(?: (?:articles|content|coverage|links|news|posts|reading|stories|topics))?|recommended(?: (?:for you|reading|stories))?|` +
		`more (?:from|on|in|stories|news)\b.{0,40}|most (?:popular|read|viewed|shared)|up next\b.{0,60}|read (?:more|next|also)|see also|keep reading|` +
		`you (?:may|might)(?: also)? (?:like|enjoy|be interested in)|(?:sponsored|promoted)(?: (?:links|content|stories))?(?: by)?|advertis(?:ement|ing)|` +
		`(?:share|tweet|print|email)(?: (?:this|on)\b.{0,30})?|trending(?: now)?|popular (?:posts|stories)|latest (?:news|posts|stories)|continue reading.{0,60})[:›»>→.]*$`)
	// dated begins a line that is there for a date or a name.
	dated = pattern.New(`^(?i:(?:last |first )?(?:updated|posted|published|modified)\b|\d+ min(?:ute)?s?\b)|^[Bb]y \p{Lu}`)
	// credit is a line about a picture that nothing marks as its caption.
	credit = pattern.New(`(?i)^\(?(?:image|photo|picture|credit|source|photograph|video)s?(?: (?:credit|source|courtesy|by))?s?\s*[:©]|` +
		`^(?:©|image \d+ of \d+$|getty images|view photos?|caption$|close$|advertisement$|advert$)`)
)

var headings = map[atom.Atom]bool{atom.H1: true, atom.H2: true, atom.H3: true, atom.H4: true, atom.H5: true, atom.H6: true}

// The sizes that tell one thing from another, in bytes.
const (
	proseSize  = 80  // a paragraph of at least this is prose
	postLine   = 40  // a line of a post that is shorter and no sentence says who wrote it, and when
	lineSize   = 100 // what is longer is no teaser and no date
	creditSize = 400
	twiceSize  = 40 // what is shorter may be there twice
)

func (b block) isProse() bool { return len(b.text) >= proseSize && b.linked*2 < len(b.text) }

// isWay reports that a block is nothing but a way to somewhere else.
func (b block) isWay() bool { return b.linked*10 > len(b.text)*7 }

// inItself reports a block of a kind that means something without being prose.
func (b block) inItself() bool {
	return b.kind == atom.Li || b.kind == atom.Td || b.kind == atom.Pre || headings[b.kind] || b.group != 0
}

// finish drops what is no text, joins the blocks, notes where each stands, and gives each quote
// the source that stands behind it. The title of the page is no part of its text.
func (w *walker) finish(title string) content {
	c := content{title: title, links: w.links, shape: w.shape}
	first := slices.IndexFunc(w.blocks, block.isProse)
	last := len(w.blocks) - 1
	for last >= 0 && !w.blocks[last].isProse() {
		last--
	}
	teased := false // under a heading such as "Related"
	seen := map[string]bool{}
	var left section
	names := map[string]bool{}
	for _, name := range w.writers {
		names[name] = true
	}
	for i, b := range w.blocks {
		if (b.kind == atom.H1 || b.kind == atom.H2) && squash(b.text) == squash(title) {
			continue
		}
		if w.shape != thread {
			if left = left.next(b, w.shape, i*2 > len(w.blocks)); left != 0 {
				continue
			}
		}
		switch {
		case w.shape == thread:
			if b.frame(title, names) {
				continue
			}
			if !b.inItself() && !isSentence(b.text) && (len(b.text) < postLine || b.isWay() && len(b.text) < proseSize) {
				continue
			}
		case w.shape == article && first >= 0:
			if b.around(i < first, i > last) || len(b.text) >= twiceSize && seen[b.text] {
				continue
			}
			seen[b.text] = true
		}
		if w.shape == article && len(b.text) < lineSize && b.group == 0 && teaser().MatchString(b.text) {
			teased = true
			continue
		}
		if teased = teased && b.linked*10 > len(b.text)*6; !teased {
			c.blocks = append(c.blocks, b)
		}
	}
	c.join()
	return c
}

// framing are lines that a program writes around a post.
var framing = pattern.New(`(?i)^(?:re: .{0,200}|#\d+(?: \| link)?|click to expand\W*|author|op|moderator|print view|(?:last )?edited .{0,80}|posted .{0,40}|replied .{0,40}|joined\b.{0,40}|` +
	`\d+ (?:answers|replies|posts|views|likes|comments|votes)\b.{0,40}|code: select all|\d{1,4}|reply|quote|share|report|link|follow)$`)

// frame reports that a block of a thread tells of a post and is no part of it: its number, its
// subject again, its writer, its date.
func (b block) frame(title string, writers map[string]bool) bool {
	if b.kind == atom.Pre || len(b.text) > creditSize {
		return false
	}
	return framing().MatchString(b.text) || squash(b.text) == squash(title) || len(b.text) < postLine && !worded(b.text).IsZero()
}

// section is the rank of the heading under which blocks are left out; 0: none is.
type section int

// next is the section that a block stands in: one is left out where its heading says that it is
// about other pages, or holds what stands behind a text. In an article that other pages are named
// within, it ends where the prose goes on.
func (s section) next(b block, said shape, late bool) section {
	rank := section(0)
	switch b.kind {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		rank = section(b.kind.String()[1] - '0')
	}
	switch {
	case rank != 0 && (late || said == article) && len(b.text) < lineSize && (teaser().MatchString(b.text) || others().MatchString(b.text)):
		return rank
	case rank != 0 && said == article && len(b.text) < lineSize && annex().MatchString(b.text):
		return rank + annexed
	case s == 0 || rank != 0 && rank <= s%annexed:
		return 0
	case said == article && s < annexed && b.isProse() && len(b.text) >= 2*proseSize && b.linked*5 < len(b.text):
		return 0
	}
	return s
}

// annexed marks the sections that prose does not end.
const annexed section = 10

var (
	// others are headings of lists of other offers, and of what others say of one.
	others = pattern.New(`(?i)^(?:(?:you|we|people|customers|others|shoppers|users) (?:who |may |might |also |think |viewed |bought |like ).*|(?:similar|related|sponsored) ` +
		`(?:items?|products?|articles?|resources|topics|pages|services|threads|discussions|questions|listings|insights|guides)\b.{0,40}|recently viewed.{0,20}|frequently bought.{0,20}|explore more.{0,20}|people also.{0,30}|` +
		`from (?:our|the) blog|suggested.{0,30}|latest (?:articles|insights|from).{0,30})[:›»>→.]*$`)
	// annex are headings of what stands behind the text of an article.
	annex = pattern.New(`(?i)^(?:references\b.{0,30}|(?:view )?(?:article )?sources|citations|footnotes|bibliography|works cited|about (?:the |our )?(?:author|reviewer|editor|writer|expert|contributor)s?|author bio|meet the author|written by|` +
		`(?:subscribe|sign up|join)\b.{0,60}|get in touch.{0,30}|contact us|share this.{0,30}|leave a (?:reply|comment)|comments?|(?:\d+ )?(?:responses|comments))[:.]*$`)
)

// around reports that a block of an article is there for something other than its text: a link
// elsewhere, a date, a credit, or what stands behind the last paragraph.
func (b block) around(before, behind bool) bool {
	switch {
	case b.isWay() && strings.HasSuffix(b.text, ":"): // leads a quote in
		return false
	case before && b.isWay() && !headings[b.kind], b.isWay() && !b.inItself():
		return true
	case behind && (headings[b.kind] || !b.inItself() && b.kind != atom.Cite && !(len(b.text) >= postLine && b.linked == 0 && isSentence(b.text)) || b.isWay()):
		return true
	case len(b.text) < lineSize && dated().MatchString(b.text):
		return true
	}
	return len(b.text) < creditSize && credit().MatchString(b.text[:min(len(b.text), lineSize)])
}

// join makes the text of the blocks, a blank line between two.
func (c *content) join() {
	var text strings.Builder
	for i := range c.blocks {
		b := &c.blocks[i]
		if i > 0 {
			text.WriteString("\n\n")
			last := c.blocks[i-1]
			if b.kind == atom.Cite || last.group != 0 && len(b.text) < 120 && dash().MatchString(b.text) {
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
}
