package listing

import (
	"cmp"
	"strings"
	"unicode"

	"wiredesk/harvest/pattern"
	"wiredesk/store/plain"
)

var (
	// pointer are link texts that name nothing.
	pointer = pattern.New(`(?i)^\W*(?:(?:click |see |over |right )?here|(?:this |the |direct |external )?(?:link|url|post|article|page|source|story|thread|tweet|video|blog post|announcement|details|website|site)|` +
		`(?:read|learn|see|find out|know|show|view|watch|hear|discover)(?: the)? ?(?:more|full (?:story|article|post)|article|post|story|on|now|it)?(?: (?:here|about it|on \S+))?|` +
		`more(?: (?:info|information|details|here))?|continue(?: reading)?|full (?:story|article|post)|this|that|these|it|via|via link|src|via \S+|info|web|permalink|check it out|check this out|visit(?: site)?|open|go|download|\d{1,3})\W*$`)
	// onward are those that stand below the text that they continue.
	onward = pattern.New(`(?i)\b(?:more|continue|full|read|learn|visit|view|watch)\b`)
	// starter is what is left of a line such as "submitted by /u/someone to r/arm [link]".
	starter = pattern.New(`(?i)^(?:submitted|posted|shared|sent) (?:by|via)\b|^article url$|\b(?:via|by|from|at)$`)
)

func names(s string) bool {
	return strings.ContainsFunc(s, unicode.IsLetter)
}

// title is what to call a link, and how much that is worth: 0 nothing, 1 found around it,
// 2 one word of a sentence, 3 its own text, 4 a heading or bold.
func (c *collector) title(i, k int, text string) (string, int) {
	b := c.blocks[i]
	a := &b.anchors[k]
	own := cmp.Or(a.inner, text)
	usable := names(own) && !pointer().MatchString(own) && !address().MatchString(own) && !bareAddress(own, a.href)
	if usable {
		worth := 3
		if b.level > 0 || a.inner != "" || boldOnly(b, k) {
			worth = 4
		} else if !strings.Contains(own, " ") {
			worth = 2
		}
		return plain.Cut(own, maxTitle), worth
	}
	if text == "" && names(a.alt) && !address().MatchString(a.alt) {
		return plain.Cut(a.alt, maxTitle), 1
	}
	if t := b.text(func(p piece) bool { return p.bold && p.anchor != k }); names(t) && !pointer().MatchString(t) {
		return plain.Cut(strings.TrimRight(t, " :-–—"), maxTitle), 1
	}
	before := b.before(k)
	if onward().MatchString(text) || !names(before) {
		for j := i - 1; j >= 0 && j >= i-3; j-- {
			if p := c.blocks[j]; p.level > 0 {
				return plain.Cut(p.text(nil), maxTitle), 1
			} else if len(p.anchors) > 0 {
				break
			}
		}
	}
	if !names(before) && address().MatchString(cmp.Or(text, a.href)) && i > 0 { // a post: its words, then the address alone
		before = c.blocks[i-1].text(nil)
		if len(before) > 120 {
			before = before[lastSentence(before):]
		}
	}
	if at := lastSentence(before); at > 0 {
		before = before[at:]
	}
	before = strings.TrimSpace(strings.Trim(before, " :-–—|(),[]{}•·*→>«»"))
	if starter().MatchString(before) || len(strings.Fields(before)) < 2 {
		return "", 0
	}
	return plain.Cut(before, 120), 1
}

// bareAddress reports that a link's text is its address, whole or shortened.
func bareAddress(text, href string) bool {
	if strings.Contains(text, " ") || !strings.Contains(text, ".") {
		return false
	}
	t := strings.ToLower(strings.TrimRight(text, "….›/"))
	_, rest, _ := strings.Cut(strings.ToLower(href), "://")
	return strings.Contains(t, "/") || strings.HasPrefix(strings.TrimPrefix(rest, "www."), strings.TrimPrefix(t, "www."))
}

func boldOnly(b *block, k int) bool {
	bold := false
	for _, p := range b.pieces {
		if p.anchor == k && strings.TrimSpace(p.text) != "" {
			if !p.bold {
				return false
			}
			bold = true
		}
	}
	return bold
}

// excerpt is what is said of a link.
func (c *collector) excerpt(i, k int, title string) string {
	b := c.blocks[i]
	full := b.text(nil)
	if said := len(full) - len(b.of(k)); said < 12 || b.level > 0 {
		if below := c.below(i); below != "" {
			return plain.Cut(below, maxExcerpt)
		}
		if address().MatchString(full) && i > 0 {
			return plain.Cut(c.blocks[i-1].text(nil), maxExcerpt)
		}
		if full == title {
			return ""
		}
		return plain.Cut(full, maxExcerpt)
	}
	if len(full) <= shortBlock {
		return full
	}
	at := min(len(b.before(k)), len(full))
	start := lastSentence(full[:at])
	end := len(full)
	if n := sentenceEnd(full[min(at+len(b.of(k)), len(full)):]); n >= 0 {
		end = min(at+len(b.of(k)), len(full)) + n
	}
	// What follows a title in a sentence of its own is said of it.
	if end-start-len(b.of(k)) < 20 {
		if n := sentenceEnd(full[end:]); n >= 0 {
			end += n
		} else {
			end = len(full)
		}
	}
	return plain.Cut(plain.Line(full[start:end]), maxExcerpt)
}

// below is the paragraph that follows block i, unless that is an item of its own.
func (c *collector) below(i int) string {
	for j := i + 1; j < len(c.blocks) && j <= i+2; j++ {
		n := c.blocks[j]
		if n.level > 0 {
			return ""
		}
		full := n.text(nil)
		if len(full) < 30 { // a date, a name
			if len(n.anchors) > 0 {
				return ""
			}
			continue
		}
		if len(n.anchors) > 0 && n.before(0) == "" && len(n.of(0))*2 > len(full) {
			return ""
		}
		return full
	}
	return ""
}

var sentenceStop = pattern.New(`[.!?…]["'”’)\]]*\s+(?:["“‘'(\[]*[\p{Lu}\d])`)

// lastSentence is where the last sentence of s begins.
func lastSentence(s string) int {
	all := sentenceStop().FindAllStringIndex(s, -1)
	if len(all) == 0 {
		return 0
	}
	last := all[len(all)-1]
	return last[0] + strings.IndexFunc(s[last[0]:last[1]], unicode.IsSpace) + 1
}

// sentenceEnd is where the first sentence of s ends, or -1.
func sentenceEnd(s string) int {
	at := sentenceStop().FindStringIndex(s)
	if at == nil {
		return -1
	}
	return at[0] + strings.IndexFunc(s[at[0]:at[1]], unicode.IsSpace)
}
