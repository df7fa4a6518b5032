package page

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html/atom"

	"wiredesk/harvest/pattern"
)

const (
	word     = `\p{Lu}[\p{L}\p{M}'’.-]*`
	name     = `(` + word + `(?: (?:` + word + `|(?:d[aeiu]|del|der|den|van|von|la|bin|al)\b)){0,4})`
	roleNext = `(?:, ((?: \p{Lu}\. |[^.,;:“”"()]|\.\S)+(?:, (?:at|of|for) [^.,;:“”"()]+)?))?` // a role behind a name
)

var (
	fullName = pattern.New(name)
	// Behind a closing quotation mark: said Mara Lindqvist, director of servers at Fenwick.
	// said chief executive Jo Doe. said Fenwick analyst Jo Doe. Or the name comes first.
	saidName  = pattern.New(`^\s*,?\s*(\p{Ll}+) ((?:\p{Ll}[\p{L}’'-]* ){0,5})` + name + roleNext)
	saidFirm  = pattern.New(`^\s*,?\s*(\p{Ll}+) ((?:` + word + ` ){1,3})((?:\p{Ll}[\p{L}-]+ ){1,4})` + name + roleNext)
	nameFirst = pattern.New(`^\s*,?\s*` + name)
	// A line that ends in ":" without a verb: Jim Perrin, writing for The Server Review:
	// According to Jim Perrin, release engineer:
	writing   = pattern.New(name + `,? (?:writing|reporting|speaking) (?:for|at|in|on|to) ([^:;“”"]+):$`)
	accordsTo = pattern.New(`\b[Aa]ccording to (?:the )?` + name + `(?:, ([^.;:“”"]+?))?[,:]`)
	source    = pattern.New(`^` + name + `\s*(?:[,(–—-]|$)`)
	dateTail  = pattern.New(`[\s,(–—-]*(?:\b(?:` + months + `)\.? \d{1,2},? \d{4}|\b\d{1,2} (?:` + months + `)\.? \d{4}|\b\d{4}-\d\d-\d\d).*$`)
)

var sayings = names(`said says say writes wrote explains explained adds added notes noted told tells comments commented argues argued asks asked points pointed
	reports reported recalls recalled concludes concluded announced announces continues continued warns warned states stated confirms confirmed replies
	replied claims claimed admits admitted stresses stressed remarked tweeted posted`)

// notRoles begin a clause behind a name that says no role.
var notRoles = names(`who which whose whom and but adding referring noting speaking citing after before in on when while because according explaining as with to that
	he she they it if so then also then during since though although where`)

// ofAnother are words before a name that belongs to who speaks: "a study in the journal Nature said".
var ofAnother = names(`in of by at for from with to on about via journal magazine newspaper paper study report survey website site blog agency broadcaster`)

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
			if m := nameFirst().FindStringSubmatchIndex(after); m != nil {
				if role, ok := says(after[m[3]:], false); ok {
					if who := s.withRole(after[m[2]:m[3]], role); who != "" {
						return who
					}
				}
			} else if m := said(after); m != nil {
				if who := s.withRole(m[3], first(m[4], strings.TrimPrefix(m[2], "the "))); who != "" {
					return who
				}
			}
		}
	}
	return ""
}

// said finds what follows a closing quotation mark: the word for saying, a title, a name, a role.
func said(after string) []string {
	if m := saidFirm().FindStringSubmatch(after); m != nil && sayings[m[1]] && !slices.ContainsFunc(strings.Fields(m[3]), func(w string) bool { return !titles[w] }) {
		return []string{m[0], m[1], m[2] + m[3], m[4], m[5]}
	}
	if m := saidName().FindStringSubmatch(after); m != nil && sayings[m[1]] && !slices.ContainsFunc(strings.Fields(m[2]), noTitle) {
		return m
	}
	return nil
}

// noTitle tells "said on Friday that Doe" from "said chief executive Doe".
func noTitle(word string) bool {
	return notRoles[word] || starters[word] && word != "the"
}

// saying is the person of a sentence in which a name is followed by a word for saying.
func (s *speakers) saying(sentence string, loose bool) string {
	for _, m := range fullName().FindAllStringIndex(sentence, 8) {
		if before := strings.Fields(sentence[:m[0]]); len(before) > 0 && ofAnother[before[len(before)-1]] {
			continue
		}
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
	if cite := dateTail().ReplaceAllString(dash().ReplaceAllString(s.blocks[i].cite, ""), ""); cite != "" {
		if m := source().FindStringSubmatch(cite); len(cite) <= 120 && m != nil && len(proper(m[1])) > 0 {
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
	if m := writing().FindStringSubmatch(text); m != nil {
		return s.withRole(m[1], m[2])
	}
	if who := s.saying(text, true); who != "" {
		return who
	}
	if m := accordsTo().FindStringSubmatch(text); m != nil {
		return s.withRole(m[1], m[2])
	}
	// A name alone is one if it is a link: "Notes:" is none.
	if m := source().FindStringSubmatch(strings.TrimSuffix(text, ":")); m != nil && b.linked >= len(m[1]) && len(m[1])+1 == len(text) {
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
		if honorific().MatchString(before) || len(before) == 2 && before[1] == '.' {
			continue
		}
		return text[i+1:]
	}
	return text
}
