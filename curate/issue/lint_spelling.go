package issue

import (
	"fmt"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/golangci/misspell"
)

// misspelled knows the common misspellings of American English.
var misspelled = sync.OnceValue(misspell.New)

// ordinary are the English words that others misspell: no near-misses of names.
var ordinary = sync.OnceValue(func() map[string]bool {
	out := map[string]bool{}
	for i := 1; i < len(misspell.DictMain); i += 2 {
		out[misspell.DictMain[i]] = true
	}
	return out
})

// spelling finds common misspellings, and names that differ by one letter from a name that the issue
// or its sources have more often. Quotes are others' words, code and URLs are none, and a word that
// stands in the address of a link is a name.
func (l *linter) spelling() {
	right := map[string]bool{}
	for _, w := range l.facts.Words {
		right[strings.ToLower(w)] = true
	}
	count := map[string]int{}
	addresses := l.addresses()
	type word struct {
		text string
		at   int
	}
	var words []word
	for _, b := range l.d.Blocks {
		if b.Kind == CodeBlock || b.Kind == HTMLBlock || b.Kind == FrontMatterBlock || b.Kind == DefinitionBlock {
			continue
		}
		text := hidden.ReplaceAllStringFunc(l.d.Text(b.Text), func(s string) string { return strings.Repeat("\x01", len(s)) })
		_, diffs := misspelled().Replace(text)
		wrong := map[string]string{}
		for _, d := range diffs {
			wrong[d.Original] = d.Corrected
		}
		for at := 0; at < len(text); {
			w, from := nextWord(text, at)
			if w == "" {
				break
			}
			at = from + len(w)
			count[w]++
			if b.Kind == QuoteBlock {
				continue
			}
			if right[strings.ToLower(w)] || w == strings.ToUpper(w) {
				continue
			}
			better := wrong[w]
			if better == "" {
				words = append(words, word{w, b.Text.Start + from})
			} else if !strings.Contains(addresses, strings.ToLower(w)) {
				span := Span{b.Text.Start + from, b.Text.Start + at}
				l.find(span.Start, Warning, fmt.Sprintf("%q is a misspelling of %q", w, better)).fix("writes "+better, Edit{span, better})
			}
		}
	}
	names := l.names(count)
	for _, w := range words {
		if !isName(w.text) || count[w.text] > 1 || l.facts.Names[w.text] > 0 || ordinary()[strings.ToLower(w.text)] {
			continue
		}
		if name := names.near(w.text); name != "" {
			l.find(w.at, Warning, fmt.Sprintf("%q is spelled %q elsewhere", w.text, name))
		}
	}
}

// addresses are those of all links, in lower case.
func (l *linter) addresses() string {
	var b strings.Builder
	l.everywhere(func(d DocLink) { b.WriteString(strings.ToLower(d.URL) + "\n") })
	return b.String()
}

// nextWord is the first run of letters from an offset on.
func nextWord(s string, at int) (word string, from int) {
	from = -1
	for i, r := range s[at:] {
		in := unicode.IsLetter(r) || unicode.IsDigit(r) || r == '\'' && from >= 0 || r == '’' && from >= 0
		if in && from < 0 {
			from = at + i
		}
		if !in && from >= 0 {
			return strings.TrimRight(s[from:at+i], "'’"), from
		}
	}
	if from < 0 {
		return "", 0
	}
	return strings.TrimRight(s[from:], "'’"), from
}

// isName reports that a word can be a name that is worth comparing: long enough, of letters alone,
// with a capital at its head.
func isName(w string) bool {
	if utf8.RuneCountInString(w) < 6 || w == strings.ToUpper(w) {
		return false
	}
	for i, r := range w {
		if !unicode.IsLetter(r) || i == 0 && !unicode.IsUpper(r) {
			return false
		}
	}
	return true
}

// nameIndex finds a name by what is left of it without one of its letters, so that names are never
// compared in pairs (the symmetric deletes of SymSpell, for one letter).
type nameIndex map[string][]string

// names are those that the issue has more than once, or that its sources have often.
func (l *linter) names(count map[string]int) nameIndex {
	x := nameIndex{}
	for w, n := range count {
		if n+l.facts.Names[w] >= 2 && isName(w) {
			x.add(w)
		}
	}
	for w, n := range l.facts.Names {
		if n >= 3 && count[w] == 0 && isName(w) {
			x.add(w)
		}
	}
	return x
}

func (x nameIndex) add(name string) {
	for _, k := range keys(name) {
		x[k] = append(x[k], name)
	}
}

// near is the name from which a word differs by one letter; empty: none. A plural, another ending
// and a name with another first letter are other words.
func (x nameIndex) near(w string) string {
	best := ""
	for _, k := range keys(w) {
		for _, name := range x[k] {
			if name != w && !strings.EqualFold(name, w) && oneOff(w, name) && (best == "" || name < best) {
				best = name
			}
		}
	}
	return best
}

func keys(w string) []string {
	r := []rune(strings.ToLower(w))
	out := []string{string(r)}
	for i := range r {
		out = append(out, string(r[:i])+string(r[i+1:]))
	}
	return out
}

// oneOff reports that two words differ by one slip in their middle: a letter doubled, left out or
// changed, or two letters changed about.
func oneOff(a, b string) bool {
	x, y := []rune(strings.ToLower(a)), []rune(strings.ToLower(b))
	if len(x) > len(y) {
		x, y = y, x
	}
	from := 0
	for from < len(x) && x[from] == y[from] {
		from++
	}
	to := 0
	for to < len(x)-from && x[len(x)-1-to] == y[len(y)-1-to] {
		to++
	}
	if from < 2 || to < 2 { // other names, or other endings of one
		return false
	}
	mx, my := x[from:len(x)-to], y[from:len(y)-to]
	switch {
	case len(mx) == 0 && len(my) == 1, len(mx) == 1 && len(my) == 1:
		return true
	case len(mx) == 2 && len(my) == 2:
		return mx[0] == my[1] && mx[1] == my[0]
	}
	return false
}

// Names counts the words of a text that can be names, for Facts.
func Names(text string) map[string]int {
	out := map[string]int{}
	s := hidden.ReplaceAllString(text, " ")
	for at := 0; at < len(s); {
		w, from := nextWord(s, at)
		if w == "" {
			break
		}
		at = from + len(w)
		if isName(w) {
			out[w]++
		}
	}
	return out
}
