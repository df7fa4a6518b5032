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
// with these capitals.
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

// In returns the terms that stand in a text, each once with its whole weight.
func (m *Matcher) In(text, where string) []store.Match {
	if len(text) > maxMatched {
		text = text[:maxMatched]
	}
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
		if _, to := longest(b.not, text, w); to > covered {
			covered = to
		}
		if w.from < covered || w.from < done {
			continue
		}
		found, to := longest(b.terms, text, w)
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
func longest(in []phrase, text string, first word) (found *phrase, to int) {
	for i := range in {
		p := &in[i]
		if found != nil && len(p.words) <= len(found.words) {
			continue
		}
		if end := p.stands(text, first); end > 0 {
			found, to = p, end
		}
	}
	return found, to
}

// stands returns where the phrase ends that stands in a text from a word on, or 0.
func (p *phrase) stands(text string, w word) int {
	for i, want := range p.words {
		if i > 0 {
			last := w.to
			if w = next(text, last); w.to == 0 || w.from-last > 3 { // "Cortex-A72", "arms race"; not over a full stop and more
				return 0
			}
		}
		if have := text[w.from:w.to]; have != want && (p.exact || !strings.EqualFold(have, want)) {
			return 0
		}
	}
	return w.to
}

// shares are the parts of a term's weight by where it stands.
var shares = map[string]float64{"title": 1, "link": 0.6, "text": 0.5, "page": 0.3}

// Judge returns what matches in an item, each term once where it counts most.
func (m *Matcher) Judge(title, link, text string) []store.Match {
	var out []store.Match
	seen := map[string]bool{}
	for _, part := range []struct{ where, text string }{{"title", title}, {"link", link}, {"text", text}} {
		for _, hit := range m.In(part.text, part.where) {
			if !seen[hit.Term] {
				seen[hit.Term] = true
				hit.Weight *= shares[part.where]
				out = append(out, hit)
			}
		}
	}
	return out
}

// Page returns what matches in the main text of a page.
func (m *Matcher) Page(text string) []store.Match {
	out := m.In(text, "page")
	for i := range out {
		out[i].Weight *= shares["page"]
	}
	return out
}

// Interest weighs a paragraph for the topic.
func (m *Matcher) Interest(text string) float64 {
	sum := 0.0
	for _, hit := range m.In(text, "") {
		sum += hit.Weight
	}
	return sum
}

// arm64Terms is the topic of the newsletter that wiredesk was made for. The weights follow how
// often a link with the term was published among all links with it.
var arm64Terms = []Term{
	{"arm64", 3}, {"aarch64", 3}, {"arm64v8", 3}, {"arm64/v8", 3}, {"ARMv8", 2.5}, {"Armv8", 2.5}, {"armv8", 2.5}, {"Armv9", 2.5}, {"ARMv9", 2.5}, {"armv9", 2.5},
	{"Arm", 1}, {"ARM", 1}, {"Arm Ltd", 2}, {"Arm Holdings", 2}, {"Windows on Arm", 2}, {"Windows on ARM", 2}, {"armhf", 1}, {"armv7", 1},
	{"Neoverse", 3}, {"Linaro", 3}, {"linaro", 3}, {"Graviton", 3}, {"graviton", 3}, {"Graviton2", 3}, {"Graviton3", 3}, {"Graviton4", 3}, {"Graviton5", 3},
	{"Cavium", 3}, {"ThunderX", 3}, {"ThunderX2", 3}, {"thunderx2", 3}, {"Centriq", 3}, {"Kunpeng", 2}, {"A64FX", 3}, {"Fugaku", 2},
	{"Ampere Computing", 3}, {"Ampere Altra", 3}, {"AmpereOne", 3}, {"Altra", 2}, {"Marvell", 2}, {"Qualcomm", 1}, {"Snapdragon", 1}, {"Snapdragon X", 1.5},
	{"Google Axion", 2.5}, {"Axion", 1.5}, {"Cobalt 100", 2.5}, {"Cobalt 200", 2.5}, {"NVIDIA Grace", 2}, {"Grace Hopper", 1.5}, {"Jetson", 2}, {"jetson", 2},
	{"Apple silicon", 1.5}, {"Apple Silicon", 1.5}, {"Asahi Linux", 2.5}, {"Asahi", 1.5},
	{"Raspberry Pi", 1}, {"raspberrypi", 0.8}, {"Armbian", 2.5}, {"armbian", 2.5}, {"Pine64", 2}, {"PINE64", 2}, {"PinePhone", 2}, {"Pinebook", 2}, {"ODROID", 2},
	{"Rockchip", 1.5}, {"RK3399", 2}, {"RK3588", 2}, {"RK3566", 2}, {"RK3568", 2}, {"Allwinner", 1.5}, {"Amlogic", 1}, {"Radxa", 1.5}, {"SolidRun", 2}, {"HoneyComb", 2}, {"96Boards", 2.5},
	{"SBC", 1}, {"Mali", 0.8}, {"SVE", 1.5}, {"SVE2", 2}, {"SME2", 1.5}, {"big.LITTLE", 1.5}, {"TrustZone", 1.5}, {"Trusted Firmware", 2}, {"SystemReady", 2.5}, {"SBSA", 2},
	{"Cortex-A", 1.5}, {"Cortex-A53", 1.5}, {"Cortex-A55", 1.5}, {"Cortex-A57", 1.5}, {"Cortex-A72", 1.5}, {"Cortex-A73", 1.5}, {"Cortex-A75", 1.5}, {"Cortex-A76", 1.5}, {"Cortex-A78", 1.5}, {"Cortex-X", 1.5},
	{"multi-arch", 1.5}, {"multiarch", 1.5}, {"multi-architecture", 1.5}, {"multi-platform images", 1},
}

// arm64Not are phrases in which one of these words is another word.
var arm64Not = []string{
	"arms race", "small arms", "match arm", "match arms", "robot arm", "robotic arm", "robotic arms", "prosthetic arm", "mechanical arm", "arm wrestling",
	"strong arm", "long arm", "arm in arm", "arm and a leg", "shot in the arm", "upper arm", "arm's length", "tone arm", "swing arm",
	"Swiss Army", "ARM template", "ARM templates", "adjustable rate mortgage",
}
