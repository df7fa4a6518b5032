package harvest

import (
	"fmt"
	"strings"
	"time"
	"unicode"

	"wiredesk/harvest/feed"
	"wiredesk/store"
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
	terms map[string][]phrase // by the first word, in lower case
	not   map[string][]phrase
	rule  int64
}

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
	m := &Matcher{terms: map[string][]phrase{}, not: map[string][]phrase{}}
	for _, term := range t.Terms {
		if term.Weight == 0 {
			term.Weight = 1
		}
		addPhrase(m.terms, term)
	}
	for _, s := range t.Not {
		addPhrase(m.not, Term{Term: s})
	}
	m.rule = feed.Hash([]byte(fmt.Sprint(t.Terms, t.Not, t.Window)))
	return m
}

func addPhrase(to map[string][]phrase, t Term) {
	p := phrase{Term: t, exact: t.Term != strings.ToLower(t.Term)}
	for _, w := range words(t.Term) {
		p.words = append(p.words, t.Term[w.from:w.to])
	}
	if len(p.words) > 0 {
		key := strings.ToLower(p.words[0])
		to[key] = append(to[key], p)
	}
}

// word is a run of letters and digits.
type word struct{ from, to int }

func words(s string) []word {
	var out []word
	from := -1
	for i, r := range s {
		in := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' ||
			r >= 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r))
		if in && from < 0 {
			from = i
		} else if !in && from >= 0 {
			out = append(out, word{from, i})
			from = -1
		}
	}
	if from >= 0 {
		out = append(out, word{from, len(s)})
	}
	return out
}

// maxMatched is how many bytes of one text are searched: a term that first stands later is no
// sign of the topic.
const maxMatched = 64 << 10

// In returns the terms that stand in a text, each once with its whole weight.
func (m *Matcher) In(text, where string) []store.Match {
	if len(text) > maxMatched {
		text = text[:maxMatched]
	}
	all := words(text)
	var covered []bool // by "not" phrases; nil while there is none
	for i := range all {
		if n := longest(m.not, text, all[i:], nil); n > 0 {
			if covered == nil {
				covered = make([]bool, len(all))
			}
			for j := range n {
				covered[i+j] = true
			}
		}
	}
	var out []store.Match
	seen := map[string]bool{}
	for i := 0; i < len(all); i++ {
		if covered != nil && covered[i] {
			continue
		}
		var found phrase
		n := longest(m.terms, text, all[i:], &found)
		if n == 0 {
			continue
		}
		if !seen[found.Term.Term] {
			seen[found.Term.Term] = true
			out = append(out, store.Match{Term: found.Term.Term, Where: where, Weight: found.Weight})
		}
		i += n - 1
	}
	return out
}

// longest returns the number of words of the longest phrase that begins at the first word.
func longest(in map[string][]phrase, text string, at []word, found *phrase) int {
	first := text[at[0].from:at[0].to]
	best := 0
	for _, p := range in[strings.ToLower(first)] {
		if len(p.words) <= best || len(p.words) > len(at) || !p.stands(text, at) {
			continue
		}
		best = len(p.words)
		if found != nil {
			*found = p
		}
	}
	return best
}

func (p *phrase) stands(text string, at []word) bool {
	for i, w := range p.words {
		have := text[at[i].from:at[i].to]
		if have != w && (p.exact || !strings.EqualFold(have, w)) {
			return false
		}
		if i > 0 && at[i].from-at[i-1].to > 3 { // "Cortex-A72", "arms race"; not over a full stop and more
			return false
		}
	}
	return true
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
