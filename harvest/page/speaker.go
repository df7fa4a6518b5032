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
	word = `\p{Lu}[\p{L}\p{M}'’.-]*`
	name = `(` + word + `(?: (?:` + word + `|(?:d[aeiu]|del|der|den|van|von|la|bin|al)\b)){0,4})`
)

var (
	fullName = regexp.MustCompile(name)
	// Behind a closing quotation mark: said Mara Lindqvist, director of servers at Fenwick.
	// said chief executive Jo Doe.  Or the name comes first.
	saidName = regexp.MustCompile(`^\s*,?\s*(\p{Ll}+) ((?:\p{Ll}[\p{L}’'-]* ){0,5})` + name +
		`(?:, ((?:\b\p{Lu}\. |[^.,;:“”"()]|\.\S)+(?:, (?:at|of|for) [^.,;:“”"()]+)?))?`)
	nameFirst = regexp.MustCompile(`^\s*,?\s*` + name)
	// A line that ends in ":" without a verb: Jim Perrin, writing for The Server Review:
	// According to Jim Perrin, release engineer:
	writing   = regexp.MustCompile(name + `,? (?:writing|reporting|speaking) (?:for|at|in|on|to) ([^:;“”"]+):$`)
	accordsTo = regexp.MustCompile(`\b[Aa]ccording to (?:the )?` + name + `(?:, ([^.;:“”"]+?))?[,:]`)
	source    = regexp.MustCompile(`^` + name + `\s*(?:[,(–—-]|$)`)
	dateTail  = regexp.MustCompile(`[\s,(–—-]*(?:\b(?:` + months + `)\.? \d{1,2},? \d{4}|\b\d{1,2} (?:` + months + `)\.? \d{4}|\b\d{4}-\d\d-\d\d).*$`)
	honorific = regexp.MustCompile(`^(?:Dr|Mr|Mrs|Ms|Prof|Sen|Rep|Gov|Gen|Lt|Col|Sgt|Capt|Rev|St|Jr|Sr)\.?$`)
)

var sayings = names(`said says say writes wrote explains explained adds added notes noted told tells comments commented argues argued asks asked points pointed
	reports reported recalls recalled concludes concluded announced announces continues continued warns warned states stated confirms confirmed replies
	replied claims claimed admits admitted stresses stressed remarked tweeted posted`)

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
	for i, w := range words[:max(len(words)-1, 0)] {
		if strings.HasSuffix(w, ".") && !honorific.MatchString(w) && utf8.RuneCountInString(w) > 2 && !strings.Contains(w[:len(w)-1], ".") {
			words = words[:i+1] // the sentence ended
			break
		}
	}
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
		words[n-1] = strings.TrimRight(words[n-1], "'’.-")
	}
	if len(words) == 1 && (len(words[0]) < 2 || strings.ContainsAny(words[0], "'’")) {
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
// name, or "". Of several, it is the first.
func (s *speakers) attributed(text string) string {
	const near = 240 // bytes on either side of a quotation mark
	open, last := false, 0
	for i, r := range text {
		switch {
		case r == '“', r == '"' && !open:
			open = true
			if who := s.saying(lastSentence(text[max(last, i-near):i]), false); who != "" {
				return who
			}
		case r == '”', r == '"':
			open, last = false, i+utf8.RuneLen(r)
			after := strings.ToValidUTF8(text[last:min(len(text), last+near)], "")
			if m := nameFirst.FindStringSubmatchIndex(after); m != nil {
				if role, ok := says(after[m[3]:], false); ok {
					if who := s.withRole(after[m[2]:m[3]], role); who != "" {
						return who
					}
				}
			} else if m := saidName.FindStringSubmatch(after); m != nil && sayings[m[1]] && !slices.ContainsFunc(strings.Fields(m[2]), noTitle) {
				if who := s.withRole(m[3], first(m[4], strings.TrimPrefix(m[2], "the "))); who != "" {
					return who
				}
			}
		}
	}
	return ""
}

// noTitle tells "said on Friday that Doe" from "said chief executive Doe".
func noTitle(word string) bool {
	return notRoles[word] || starters[word] && word != "the"
}

// saying is the person of a sentence in which a name is followed by a word for saying.
func (s *speakers) saying(sentence string, loose bool) string {
	for _, m := range fullName.FindAllStringIndex(sentence, 8) {
		if role, ok := says(sentence[m[1]:], loose); ok {
			if who := s.withRole(sentence[m[0]:m[1]], role); who != "" {
				return who
			}
		}
	}
	return ""
}

// says reports that what stands behind a name goes on with a word for saying, at once or behind
// a role: "Jo Doe said", "Jo Doe of Fenwick said", "Jo Doe (@jo), head of kernels, has said".
// Loosely, up to three more words may stand in between.
func says(rest string, loose bool) (role string, ok bool) {
	if in, behind, found := strings.Cut(rest, ")"); found && strings.HasPrefix(in, " (") {
		rest = behind
	}
	if verbNext(strings.TrimPrefix(rest, ","), loose) {
		return "", true
	}
	clause := rest
	if i := strings.IndexAny(clause, ";:“”\""); i >= 0 {
		clause = clause[:i]
	}
	if role, found := strings.CutPrefix(clause, ", "); found {
		for i := 0; ; {
			at := strings.Index(role[i:], ", ")
			if at < 0 {
				return "", false
			}
			if i += at; verbNext(role[i+1:], loose) {
				return role[:i], true
			}
			i++
		}
	}
	for _, of := range []string{" of ", " from ", " at "} {
		if org, found := strings.CutPrefix(clause, of); found {
			for i, c := range org {
				if c == ' ' && verbNext(strings.TrimPrefix(org[i:], ","), loose) {
					return strings.TrimSuffix(org[:i], ","), true
				}
			}
		}
	}
	return "", false
}

// verbNext reports that a text begins with a word for saying, or with an adverb and then that.
func verbNext(s string, loose bool) bool {
	skip := 1
	if loose {
		skip = 3
	}
	words := strings.Fields(s[:min(len(s), 80)])
	for i, w := range words[:min(len(words), skip+1)] {
		bare := strings.TrimRight(w, ".,:;")
		if sayings[bare] || loose && bare == "it" && i > 0 && (words[i-1] == "puts" || words[i-1] == "put") {
			return true
		}
		if !loose && !strings.HasSuffix(w, "ly") && w != "has" && w != "had" && w != "later" && w != "also" || !unicode.IsLower([]rune(w)[0]) || bare != w {
			return false
		}
	}
	return false
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
	text = lastSentence(text)
	if m := writing.FindStringSubmatch(text); m != nil {
		return s.withRole(m[1], m[2])
	}
	if who := s.saying(text, true); who != "" {
		return who
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

// lastSentence is the end of a text behind its last full stop, which that of "Dr. Doe" is none.
func lastSentence(text string) string {
	for i := len(text) - 1; i > 0; i-- {
		if text[i] != ' ' || !strings.ContainsRune(".!?;", rune(text[i-1])) {
			continue
		}
		before := text[strings.LastIndexByte(text[:i], ' ')+1 : i]
		if honorific.MatchString(before) || len(before) == 2 && before[1] == '.' {
			continue
		}
		return text[i+1:]
	}
	return text
}
