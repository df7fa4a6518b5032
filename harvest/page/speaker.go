package page

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html/atom"
)

const (
	titles = `(?:Dr|Mr|Mrs|Ms|Prof|Sen|Rep|Gov|Gen|Lt|Col|Sgt|Capt|Rev|St|Jr|Sr)`
	word   = `(?:` + titles + `\.|(?:\p{Lu}\.)+|\p{Lu}[\p{L}\p{M}'’-]*)`
	name   = `(` + word + `(?: (?:` + word + `|d[eiu]|del|van|von|der|la|bin|al)){0,4})`
	// Behind the name comes the role, up to the end of its clause.
	roleTail = `((?:\b\p{Lu}\. |[^.,;:“”"()]|\.\S)+(?:, (?:at|of|for) [^.,;:“”"()]+)?)`
	// Between the name and the verb: "Jo Doe, head of kernels, said", "Jo Doe of Fenwick said".
	roleIn = `(?:, ([^.;:“”"]{3,80}?),| (?:of|from|at) ([\p{Lu}\d][^.,;:“”"]{1,60}?),?)?`
	adverb = ` (?:\p{Ll}+ly |has |had |later |also |recently )?`
	verbs  = `(?:said|says|say|writes|wrote|explains|explained|adds|added|notes|noted|told|tells|comments|commented|argues|argued|asks|asked|` +
		`points out|pointed out|reports|reported|recalls|recalled|concludes|concluded|announced|announces|continues|continued|warns|warned|` +
		`states|stated|confirms|confirmed|replies|replied|claims|claimed|admits|admitted|stresses|stressed|remarked|tweeted|posted)\b`
)

var (
	// “…,” said Mara Lindqvist, director of servers at Fenwick.  “…,” said chief executive Jo Doe.
	saidAfter = regexp.MustCompile(`[”"]\s*,?\s*` + verbs + ` ((?:\p{Ll}[\p{L}’'-]* ){0,5})` + name + `(?:, ` + roleTail + `)?`)
	// Mara Lindqvist of Fenwick said: “…
	nameSaid = regexp.MustCompile(name + roleIn + adverb + verbs + `[^.“”"]{0,40}?[,:]?\s*[“"]`)
	// “…,” Lindqvist said.  “…,” Mara Lindqvist, director at Fenwick, said.
	saidName = regexp.MustCompile(`[”"]\s*,?\s*` + name + roleIn + adverb + verbs)
	// Jim Perrin, release engineer, writes:  Jim Perrin (@perrin) puts it this way:
	leadIn = regexp.MustCompile(name + `(?: \([^)]{2,40}\))?` + roleIn + `,? (?:\p{Ll}+ ){0,3}?(?:` + verbs + `|puts? it\b)`)
	// Jim Perrin, writing for The Server Review:  According to Jim Perrin, release engineer:
	writing   = regexp.MustCompile(name + `,? (?:writing|reporting|speaking) (?:for|at|in|on|to) ([^:;“”"]{2,60}):$`)
	accordsTo = regexp.MustCompile(`\b[Aa]ccording to (?:the )?` + name + `(?:, ([^.;:“”"]{3,80}?))?[,:]`)
	source    = regexp.MustCompile(`^` + name + `\s*(?:[,(–—-]|$)`)
	fullName  = regexp.MustCompile(name)
	dateTail  = regexp.MustCompile(`[\s,(–—-]*(?:\b(?:` + months + `)\.? \d{1,2},? \d{4}|\b\d{1,2} (?:` + months + `)\.? \d{4}|\b\d{4}-\d\d-\d\d).*$`)
	honorific = regexp.MustCompile(`^` + titles + `\.?$`)
)

// starters are words that begin a sentence with a capital and are no part of a name.
var starters = names(`a according after also although an and as at because before but by even for from he her here his how however i if in it its last later
	like meanwhile my no nor not now on once one or our she since so some still that the their then there these they this those though today we what when
	where while who why with yesterday yet you`)

// notRoles begin a clause behind a name that says no role.
var notRoles = names(`who which whose whom and but adding referring noting speaking citing after before in on when while because according explaining as with to that
	he she they it if so then also then during since though although where`)

// speakers tells who speaks on one page.
type speakers struct {
	content
	full   map[string]string // by the last word: the first full name that ends in it
	common map[string]bool   // words that stand in the text without a capital
}

// read gathers the names of the page, when the first is asked for. Headlines give no names:
// every word of them may have a capital.
func (s *speakers) read() {
	if s.full != nil {
		return
	}
	s.full, s.common = map[string]string{}, map[string]bool{}
	for w := range strings.FieldsFuncSeq(s.text, func(r rune) bool { return !unicode.IsLetter(r) }) {
		if r, _ := utf8.DecodeRuneInString(w); unicode.IsLower(r) {
			s.common[w] = true
		}
	}
	for _, b := range s.blocks {
		if headings[b.kind] {
			continue
		}
		for _, m := range fullName.FindAllString(b.text, -1) {
			words := proper(m)
			for len(words) > 0 && s.common[strings.ToLower(words[0])] {
				words = words[1:]
			}
			if len(words) < 2 || len(words) == 2 && honorific.MatchString(words[0]) {
				continue
			}
			if last := words[len(words)-1]; s.full[last] == "" {
				s.full[last] = strings.Join(words, " ")
			}
		}
	}
}

// proper are the words of a name, without what came before it: the first word of a sentence, or
// "Fenwick’s".
func proper(found string) []string {
	words := strings.Fields(found)
	for len(words) > 0 && starters[strings.ToLower(words[0])] {
		words = words[1:]
	}
	for i := len(words) - 2; i >= 0; i-- {
		if strings.HasSuffix(words[i], "’s") || strings.HasSuffix(words[i], "'s") {
			words = words[i+1:]
			break
		}
	}
	if n := len(words); n > 0 {
		words[n-1] = strings.TrimRight(words[n-1], "'’-")
	}
	if len(words) == 1 && (len(strings.Trim(words[0], ".")) < 2 || strings.ContainsAny(words[0], "'’")) {
		return nil // "I", "Don’t"
	}
	return words
}

// person is the name that was found, in full where the page has given it in full; "" if it is the
// name of nobody.
func (s *speakers) person(found string) string {
	words := proper(found)
	if len(words) == 0 || words[len(words)-1] == "" {
		return ""
	}
	last := words[len(words)-1]
	if len(words) == 1 || len(words) == 2 && honorific.MatchString(words[0]) {
		s.read()
		if full := s.full[last]; full != "" {
			return full
		}
		if len(words) == 1 && s.common[strings.ToLower(last)] {
			return ""
		}
	}
	return strings.Join(words, " ")
}

// withRole puts the role that stands beside a name behind it.
func (s *speakers) withRole(found, role string) string {
	who := s.person(found)
	role = strings.TrimSpace(role)
	begin, _, _ := strings.Cut(role, " ")
	begin = strings.ToLower(strings.TrimRight(begin, ","))
	if who == "" || role == "" || len(role) > 90 || notRoles[begin] || strings.HasSuffix(begin, "ing") || strings.HasSuffix(begin, "ed") {
		return who // "Doe, who …", "Doe, bristling with anger"
	}
	return who + ", " + role
}

// attributed is the speaker of the speech in a paragraph, with the role that stands beside the
// name, or "".
func (s *speakers) attributed(text string) string {
	who, at := "", len(text)
	if m := saidName.FindStringSubmatchIndex(text); m != nil && m[2] < at {
		if w := s.withRole(text[m[2]:m[3]], part(text, m, 2)+part(text, m, 3)); w != "" {
			who, at = w, m[2]
		}
	}
	if m := saidAfter.FindStringSubmatchIndex(text); m != nil && m[4] < at {
		before := strings.Fields(part(text, m, 1))
		role := part(text, m, 3)
		if role == "" {
			role = strings.TrimSpace(strings.TrimPrefix(part(text, m, 1), "the "))
		}
		strange := func(w string) bool { return notRoles[w] || starters[w] && w != "the" }
		if w := s.withRole(part(text, m, 2), role); w != "" && !slices.ContainsFunc(before, strange) {
			who, at = w, m[4]
		}
	}
	if m := nameSaid.FindStringSubmatchIndex(text); m != nil && m[2] < at {
		if w := s.withRole(text[m[2]:m[3]], part(text, m, 2)+part(text, m, 3)); w != "" {
			who = w
		}
	}
	return who
}

// part is group n of a match, or "".
func part(text string, m []int, n int) string {
	if m[2*n] < 0 {
		return ""
	}
	return text[m[2*n]:m[2*n+1]]
}

// quoted is the share of a text that stands in quotation marks, and its longest piece, in bytes.
func quoted(text string) (share float64, longest int) {
	open, total := -1, 0
	end := func(i int) {
		if open >= 0 {
			total += i - open
			longest = max(longest, i-open)
		}
		open = -1
	}
	for i, r := range text {
		switch {
		case r == '“', r == '"' && open < 0:
			end(i)
			open = i + utf8.RuneLen(r)
		case r == '”', r == '"':
			end(i)
		}
	}
	end(len(text)) // the speech goes on in the next paragraph
	return float64(total) / float64(max(len(text), 1)), longest
}

// ofBlockquote is who speaks in the blockquote at i: whom it names itself, else whom the line that
// leads it in names.
func (s *speakers) ofBlockquote(i int) string {
	if cite := dateTail.ReplaceAllString(dash.ReplaceAllString(s.blocks[i].cite, ""), ""); cite != "" {
		if m := source.FindStringSubmatch(cite); len(cite) <= 120 && m != nil && len(proper(m[1])) > 0 {
			return cite
		}
	}
	for j := i - 1; j >= 0 && j >= i-6; j-- {
		if b := s.blocks[j]; b.group != s.blocks[i].group {
			return s.leading(b)
		}
	}
	return ""
}

// leading is whom a line names that leads a quote in, such as "Jim Perrin writes:".
func (s *speakers) leading(b block) string {
	text := strings.TrimRight(b.text, " *†0123456789[]")
	if !strings.HasSuffix(text, ":") || b.group != 0 || b.kind == atom.Cite {
		return ""
	}
	for _, end := range []string{". ", "! ", "? ", "; "} {
		if i := strings.LastIndex(text, end); i >= 0 {
			if before := text[strings.LastIndexByte(text[:i], ' ')+1 : i+1]; honorific.MatchString(before) || utf8.RuneCountInString(before) == 2 {
				continue // "Dr. Doe", "J. Doe"
			}
			text = text[i+len(end):]
		}
	}
	if m := writing.FindStringSubmatch(text); m != nil {
		return s.withRole(m[1], m[2])
	}
	if m := leadIn.FindStringSubmatch(text); m != nil {
		return s.withRole(m[1], m[2]+m[3])
	}
	if m := accordsTo.FindStringSubmatch(text); m != nil {
		return s.withRole(m[1], m[2])
	}
	// A name alone is one if it is a link: "Notes:" is none.
	if m := source.FindStringSubmatch(strings.TrimSuffix(text, ":")); m != nil && b.linked >= len(m[1]) && len(m[1])+1 == len(text) {
		return s.person(m[1])
	}
	return ""
}
