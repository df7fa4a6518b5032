package issue

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"wiredesk/store"
)

// Words that an editor leaves for himself. Code and URLs do not count.
var (
	mark   = regexp.MustCompile(`\b(?:XXX+|TODO|FIXME|TBD|TKTK|TK)\b|(?i:\blorem ipsum\b)|\((?i:edit|need(?:s)? (?:an? )?(?:url|link|quote|source)s?|insert [\w ]+|link here|add link|url here|todo)\)|\[(?i:edit|link here|url here|insert [\w ]+|need(?:s)? (?:an? )?(?:url|link))\]`)
	hidden = regexp.MustCompile("`[^`\n]*`|(?:https?://|www\\.)[^\\s)>\\]]+|<[^>\n]*>")
	shout  = regexp.MustCompile(`[\p{Lu}\d][\p{Lu}\d'’&/.-]*(?:[ ,]+[\p{Lu}\d][\p{Lu}\d'’&/.-]*)+`)
)

// asks are the plain words that tell a note to oneself in capitals from a row of acronyms.
var asks = wordSet("link links photo picture image story quote video interview previous issue here need needs add more insert edit url source lead check fix from the with on in about and for of to direct screenshot headline title intro")

func wordSet(words string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(words) {
		out[w] = true
	}
	return out
}

// placeholders finds what the editor left for himself: XXX, TODO and their like, "(need URL)", and
// notes in capitals ("PREVIOUS STORY LINK"), as long as they are no row of acronyms and no title of
// a linked page.
func (l *linter) placeholders() {
	for _, b := range l.d.Blocks {
		if b.Kind == CodeBlock || b.Kind == FrontMatterBlock || b.Kind == HTMLBlock || b.Kind == QuoteBlock {
			continue
		}
		text := hidden.ReplaceAllStringFunc(l.d.Text(b.Text), func(s string) string { return strings.Repeat("\x01", len(s)) })
		for _, m := range mark.FindAllStringIndex(text, -1) {
			l.find(b.Text.Start+m[0], Error, fmt.Sprintf("%q is a note to yourself", text[m[0]:m[1]]))
		}
		labels := l.labels(b)
		for _, m := range shout.FindAllStringIndex(text, -1) {
			s := strings.TrimRight(text[m[0]:m[1]], " ,.")
			at := b.Text.Start + m[0]
			if noteInCapitals(s, alone(text, m)) && !within(labels, at) && !mark.MatchString(s) {
				l.find(at, Error, fmt.Sprintf("%q reads like a note to yourself", s))
			}
		}
		for _, m := range bareWord.FindAllStringSubmatchIndex(text, -1) {
			l.find(b.Text.Start+m[2], Error, fmt.Sprintf("%q stands where a link should", text[m[2]:m[3]]))
		}
	}
}

// bareWord is an item of a list that is nothing but the word.
var bareWord = regexp.MustCompile(`(?m)^[ \t]*[*+-][ \t]+((?i:link|url|links|tweet|source)|LINK[ \t]\S+)[ \t]*$`)

// noteInCapitals reports that a run of words in capitals is a note: a line of its own of two words
// and more, or a longer run in a sentence, with a plain word among them.
func noteInCapitals(s string, line bool) bool {
	words := strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == ',' })
	letters, plain := 0, 0
	for _, w := range words {
		if strings.IndexFunc(w, unicode.IsLower) >= 0 {
			return false
		}
		if strings.IndexFunc(w, unicode.IsLetter) >= 0 {
			letters++
		}
		if asks[strings.ToLower(strings.Trim(w, ".'’"))] {
			plain++
		}
	}
	if line {
		return letters >= 2 && plain > 0 || letters >= 4 && !strings.Contains(s, ",")
	}
	return letters >= 3 && plain > 0
}

// alone reports that a match is a whole line, less the mark of a list or heading.
func alone(text string, m []int) bool {
	from := strings.LastIndexByte(text[:m[0]], '\n') + 1
	to := m[1] + strings.IndexByte(text[m[1]:]+"\n", '\n')
	return strings.Trim(text[from:m[0]], " \t*+#>-") == "" && strings.Trim(text[m[1]:to], " \t\r.:,") == ""
}

// labels are where the labels of the links of a block stand.
func (l *linter) labels(b Block) []Span {
	var out []Span
	for _, p := range l.d.Parts {
		for _, link := range p.Links {
			if link.Span.Start >= b.Text.Start && link.Span.End <= b.Text.End {
				out = append(out, link.Span)
			}
		}
	}
	return out
}

func within(spans []Span, at int) bool {
	for _, s := range spans {
		if at >= s.Start && at < s.End {
			return true
		}
	}
	return false
}

// emptyStories finds stories under whose heading nothing stands. A heading over deeper headings is
// none.
func (l *linter) emptyStories() {
	for i, p := range l.d.Parts {
		if p.Kind != store.StoryPart || slices.ContainsFunc(p.Blocks[p.first():], func(b Block) bool { return b.Kind != DefinitionBlock }) {
			continue
		}
		if i+1 < len(l.d.Parts) && l.d.Parts[i+1].Level > p.Level && p.Level > 0 {
			continue
		}
		l.find(p.place(), Error, fmt.Sprintf("nothing stands under the heading %q", p.Plain))
	}
}

// headingLevels finds stories whose heading is of another level than those of most, sections that
// hold no story, and headings that are none because the blank behind the marks is missing.
func (l *linter) headingLevels() {
	for _, b := range l.d.Blocks {
		if b.Kind != ParagraphBlock {
			continue
		}
		if m := glued.FindStringSubmatchIndex(l.d.Text(b.Text)); m != nil {
			at := b.Text.Start + m[2]
			l.find(at, Warning, "this is no heading without a blank behind the marks").fix("puts a blank behind the marks", Edit{Span{b.Text.Start + m[3], b.Text.Start + m[3]}, " "})
		}
	}
	levels := map[int]int{}
	for _, i := range l.d.Stories() {
		levels[l.d.Parts[i].Level]++
	}
	most := 0
	for level, n := range levels {
		if level > 0 && (n > levels[most] || n == levels[most] && level > most) {
			most = level
		}
	}
	for i, p := range l.d.Parts {
		switch {
		case p.Kind == store.StoryPart && p.Level > 0 && p.Level != most && most > 0:
			marks := strings.Repeat("#", most)
			f := l.find(p.place(), Warning, fmt.Sprintf("the heading %q has %d marks, those of the other stories have %d", p.Plain, p.Level, most))
			if start := p.Blocks[0].Text.Start; l.d.src[start] == '#' && p.Level > 0 {
				f.fix("writes "+marks, Edit{Span{start, start + p.Level}, marks})
			}
		case p.Kind == store.SectionPart && len(p.Links) > 0 && (i+1 == len(l.d.Parts) || l.d.Parts[i+1].Kind != store.StoryPart) && most > 0:
			marks := strings.Repeat("#", most)
			f := l.find(p.place(), Warning, fmt.Sprintf("the heading %q is of a section, and a story stands under it", p.Plain))
			if start := p.Blocks[0].Text.Start; l.d.src[start] == '#' {
				f.fix("writes "+marks, Edit{Span{start, start + p.Level}, marks})
			}
		}
	}
}

// glued is a line that was meant as a heading.
var glued = regexp.MustCompile(`^(#{1,6})[\p{L}\d]`)
