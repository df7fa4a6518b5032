package issue

import (
	"regexp"
	"strings"
	"unicode"

	"github.com/yuin/goldmark/ast"
)

// quoteText is the text of a quoted block: paragraphs parted by a blank line.
func (d *Document) quoteText(n ast.Node) string {
	var out []string
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if t := plainText(c, d.src); t != "" {
			out = append(out, t)
		}
	}
	return strings.Join(out, "\n\n")
}

var sentenceEnd = regexp.MustCompile(`[.!?][")’”]?\s+`)

// leadInOf is the last sentence of a paragraph, if it ends in a colon or announces words:
// "Jim Perrin writes:". Empty: it does not lead in.
func leadInOf(paragraph string) string {
	last := paragraph
	for _, m := range sentenceEnd.FindAllStringIndex(paragraph, -1) {
		// Not behind an initial or a title: "Paul E. McKenney", "Dr. Ishikawa".
		word := paragraph[strings.LastIndexByte(paragraph[:m[0]], ' ')+1 : m[0]]
		if len([]rune(word)) > 1 && word != "Dr" && word != "Mr" && word != "Ms" && word != "Mrs" && word != "Prof" && word != "St" && m[1] < len(paragraph) {
			last = paragraph[m[1]:]
		}
	}
	if strings.HasSuffix(last, ":") {
		return last
	}
	return ""
}

// verbs announce somebody's words.
var verbs = regexp.MustCompile(`\s(?:also\s|then\s)?(?:writes|wrote|says|said|notes|noted|reports|reported|explains|explained|adds|added|comments|commented|tells|told|asks|asked|describes|described|announces|announced|states|stated|continues|continued|observes|observed|tweets|tweeted|replies|replied|has this|had this|put it|puts it|suggests|suggested|summarizes|quotes)\b`)

var from = regexp.MustCompile(`^(?:(?i:and|again|also)\s)?From\s+|^(?i:according to|in the words of|quoting)\s+`)

// speakerOf is whom a lead-in names: "Jim Perrin" of "Jim Perrin writes:", with what it says of
// him ("Ann Lee, maintainer"). Empty: nobody, or only "he".
func speakerOf(leadIn string) string {
	s := strings.TrimSpace(strings.TrimSuffix(leadIn, ":"))
	if s == "" {
		return ""
	}
	if m := from.FindString(s); m != "" {
		s = strings.TrimSuffix(strings.TrimPrefix(s, m), " again")
	} else if i := strings.LastIndex(s, " quoting "); i >= 0 {
		s = s[i+len(" quoting "):]
	} else if m := verbs.FindStringIndex(" " + s); m != nil {
		name, rest := strings.TrimSpace((" " + s)[:m[0]]), (" " + s)[m[1]:]
		if !strings.Contains(name, " ") && strings.HasPrefix(rest, " ") && !strings.HasPrefix(rest, " that") && strings.Contains(" notes reports quotes states ", (" " + s)[m[0]:m[1]]+" ") {
			return "" // "Release notes for this one:"
		}
		s = name
	} else if len(strings.Fields(s)) > 8 {
		return ""
	}
	s = strings.Trim(s, " ,-–—(")
	words := strings.Fields(s)
	if len(words) == 0 || len(words) > 14 {
		return ""
	}
	first := []rune(words[0])
	if !unicode.IsUpper(first[0]) && first[0] != '@' || notNames[words[0]] {
		return ""
	}
	return s
}

// notNames begin a lead-in that names nobody.
var notNames = map[string]bool{}

func init() {
	for _, w := range strings.Fields("He She They It We I You This That These Those The A An In On At As And But So Here There Some His Her Their Its Our More For Of With What Also Among") {
		notNames[w] = true
	}
}
