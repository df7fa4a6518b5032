package page

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"wiredesk/harvest/pattern"
)

var honorific = pattern.New(`^(?:Dr|Mr|Mrs|Ms|Prof|Sen|Rep|Gov|Gen|Lt|Col|Sgt|Capt|Rev|St|Jr|Sr)\.?$`)

// titles stand between a firm and the name of somebody who works there.
var titles = names(`analyst architect author chairman chairwoman chief co-founder cofounder contributor developer director economist engineer engineering executive
	founder general head lead leader maintainer manager managing marketing officer partner president product professor research researcher scientist senior spokesman
	spokesperson spokeswoman technology vice`)

// starters are words that begin a sentence with a capital and are no part of a name.
var starters = names(`a according after also although an and as at because before but by even for from he her here his how however i if in it its last later
	like meanwhile my no nor not now on once one or our she since so some still that the their then there these they this those though today we what when
	where while who why with yesterday yet you`)

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
		for _, m := range fullName().FindAllString(b.text, -1) {
			words := proper(m)
			for len(words) > 0 && s.common[strings.ToLower(words[0])] {
				words = words[1:]
			}
			if len(words) < 2 || len(words) == 2 && addressed(words[0]) {
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
		if strings.HasSuffix(w, ".") && !honorific().MatchString(w) && utf8.RuneCountInString(w) > 2 && !strings.Contains(w[:len(w)-1], ".") {
			words = words[:i+1] // the sentence ended
			break
		}
	}
	for len(words) > 0 && starters[strings.ToLower(words[0])] {
		words = words[1:]
	}
	for i := len(words) - 3; i >= 0; i-- { // "Fenwick Chief Executive Jo Doe"
		if office(words[i]) {
			words = words[i+1:]
			break
		}
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

// office tells what a person is or works for from a name: "CEO", "Director", "NASA".
func office(word string) bool {
	return len(word) > 2 && strings.ToUpper(word) == word && !strings.Contains(word, ".") || titles[strings.ToLower(word)]
}

// addressed reports that a word stands before a last name: "Dr.", "President".
func addressed(word string) bool { return honorific().MatchString(word) || office(word) }

// person is the name that was found, in full where the page has given it in full; "" if it is the
// name of nobody.
func (s *speakers) person(found string) string {
	words := proper(found)
	if len(words) == 0 || words[len(words)-1] == "" {
		return ""
	}
	last := words[len(words)-1]
	if len(words) == 1 || len(words) == 2 && addressed(words[0]) {
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
