package harvest

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"wiredesk/store"
	"wiredesk/store/hash"
)

// Topic is the topic section of feeds.yaml: what the newsletter is about.
type Topic struct {
	Name   string        `mapstructure:"name"`
	Window time.Duration `mapstructure:"window"` // older items stay out; 0: no limit
	Terms  []Term        `mapstructure:"terms"`  // nil: the built-in list for arm64
	Not    []string      `mapstructure:"not"`    // phrases in which a term does not count; nil: the built-in list
}

// Term is a word or phrase of the topic. Whole words match; a term with capitals matches only
// with these capitals, except in links and in texts without any. A weight below 0.5 queues nothing by
// itself.
type Term struct {
	Term   string  `mapstructure:"term"`
	Weight float64 `mapstructure:"weight"`
}

// Matcher finds the terms of a topic in texts. It is made once and may be used by many
// goroutines.
type Matcher struct {
	begins map[string]*beginning // by the first word, in lower case
	pairs  [256][32]bool         // first byte and the end of the second one of these words: a glance at most words is enough
	rule   int64
}

// beginning is what begins with one word.
type beginning struct{ terms, not []phrase }

// phrase is a term cut into words.
type phrase struct {
	Term
	words []string
	exact bool // capitals count
}

// NewMatcher prepares a topic. A weight of 0 is taken as 1.
func NewMatcher(t Topic) *Matcher {
	if t.Terms == nil {
		t.Terms = arm64Terms
	}
	if t.Not == nil {
		t.Not = arm64Not
	}
	m := &Matcher{begins: map[string]*beginning{}}
	for _, term := range t.Terms {
		if term.Weight == 0 {
			term.Weight = 1
		}
		if p := newPhrase(term); p.words != nil {
			b := m.begin(p)
			b.terms = append(b.terms, p)
		}
	}
	for _, s := range t.Not {
		if p := newPhrase(Term{Term: s}); p.words != nil {
			b := m.begin(p)
			b.not = append(b.not, p)
		}
	}
	m.rule = hash.Of([]byte(fmt.Sprint(t.Terms, t.Not, t.Window)))
	return m
}

func newPhrase(t Term) phrase {
	p := phrase{Term: t, exact: t.Term != strings.ToLower(t.Term)}
	for w := next(t.Term, 0); w.to > 0; w = next(t.Term, w.to) {
		p.words = append(p.words, t.Term[w.from:w.to])
	}
	return p
}

// begin returns what begins as a phrase does.
func (m *Matcher) begin(p phrase) *beginning {
	key := strings.ToLower(p.words[0])
	if m.begins[key] == nil {
		m.begins[key] = &beginning{}
		for _, word := range []string{key, strings.ToUpper(key), p.words[0]} {
			one, two := pair(word)
			for _, c := range []byte{one, one ^ 0x20} {
				m.pairs[c][two] = true
			}
		}
	}
	return m.begins[key]
}

// pair is the first byte of a word, and what letters in either case have in common of the second.
func pair(word string) (byte, byte) {
	if len(word) == 1 {
		return word[0], 0
	}
	return word[0], word[1] & 31
}

// word is a run of letters and digits.
type word struct{ from, to int }

// next returns the first word of s from a byte on; the zero word where there is none.
func next(s string, at int) word {
	w := word{from: -1}
	for i := at; i < len(s); {
		r, size := rune(s[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(s[i:])
		}
		in := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' ||
			r >= 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r))
		if in && w.from < 0 {
			w.from = i
		} else if !in && w.from >= 0 {
			w.to = i
			return w
		}
		i += size
	}
	if w.from < 0 {
		return word{}
	}
	w.to = len(s)
	return w
}

// maxMatched is how many bytes of one text are searched: a term that first stands later is no
// sign of the topic.
const maxMatched = 64 << 10

// In returns the terms that stand in a text, each once with its whole weight. In a link, and in a text
// without capitals, nothing can be told by them: there every term stands in any case.
func (m *Matcher) In(text, where string) []store.Match {
	if len(text) > maxMatched {
		text = text[:maxMatched]
	}
	cased := where != "link" && strings.ContainsFunc(text, unicode.IsUpper)
	var out []store.Match
	covered, done := 0, 0 // bytes up to which "not" phrases reach, and terms that were found
	for w := next(text, 0); w.to > 0; w = next(text, w.to) {
		// Case is more than a bit beyond ASCII, and a few letters change their length with it.
		if one, two := pair(text[w.from:w.to]); !m.pairs[one][two] && one < utf8.RuneSelf && (w.to == w.from+1 || text[w.from+1] < utf8.RuneSelf) {
			continue
		}
		b := m.begins[strings.ToLower(text[w.from:w.to])]
		if b == nil {
			continue
		}
		if _, to := longest(b.not, text, w, cased); to > covered {
			covered = to
		}
		if w.from < covered || w.from < done {
			continue
		}
		found, to := longest(b.terms, text, w, cased)
		if to == 0 {
			continue
		}
		done = to
		if !slices.ContainsFunc(out, func(h store.Match) bool { return h.Term == found.Term.Term }) {
			out = append(out, store.Match{Term: found.Term.Term, Where: where, Weight: found.Weight})
		}
	}
	return out
}

// longest returns the one with the most words of the phrases that stand in a text from a word on,
// and where it ends; 0: none of them does.
func longest(in []phrase, text string, first word, cased bool) (found *phrase, to int) {
	for i := range in {
		p := &in[i]
		if found != nil && len(p.words) <= len(found.words) {
			continue
		}
		if end := p.stands(text, first, cased); end > 0 {
			found, to = p, end
		}
	}
	return found, to
}

// stands returns where the phrase ends that stands in a text from a word on, or 0.
func (p *phrase) stands(text string, w word, cased bool) int {
	for i, want := range p.words {
		if i > 0 {
			last := w.to
			if w = next(text, last); w.to == 0 || w.from-last > 3 { // "Cortex-A72", "arms race"; not over a full stop and more
				return 0
			}
		}
		if have := text[w.from:w.to]; have != want && (p.exact && cased || !strings.EqualFold(have, want)) {
			return 0
		}
	}
	return w.to
}

// shares are the parts of a term's weight by where it stands.
var shares = map[string]float64{"title": 1, "link": 0.6, "text": 0.5, "page": 0.3}

// enough is the weight from which on a term brings an item into the queue. What weighs less is near
// the topic: it raises the score of what is there.
const enough = 0.5

// Judge returns what matches in an item, each term once where it counts most. Terms that are only near
// the topic count in title and link.
func (m *Matcher) Judge(title, link, text string) []store.Match {
	var out []store.Match
	seen := map[string]bool{}
	for _, part := range []struct{ where, text string }{{"title", title}, {"link", link}, {"text", text}} {
		for _, hit := range m.In(part.text, part.where) {
			if !seen[hit.Term] && (hit.Weight >= enough || part.where != "text") {
				seen[hit.Term] = true
				hit.Weight *= shares[part.where]
				out = append(out, hit)
			}
		}
	}
	return out
}

// Topical reports that a term which is enough by itself is among what Judge returned.
func Topical(hits []store.Match) bool {
	return slices.ContainsFunc(hits, func(h store.Match) bool { return h.Weight >= enough*shares[h.Where] })
}

// Page returns what matches in the main text of a page, less what is only near the topic.
func (m *Matcher) Page(text string) []store.Match {
	out := slices.DeleteFunc(m.In(text, "page"), func(h store.Match) bool { return h.Weight < enough })
	for i := range out {
		out[i].Weight *= shares["page"]
	}
	return out
}

// Interest weighs a paragraph for the topic.
func (m *Matcher) Interest(text string) float64 {
	sum := 0.0
	for _, hit := range m.In(text, "") {
		if hit.Weight >= enough {
			sum += hit.Weight
		}
	}
	return sum
}
