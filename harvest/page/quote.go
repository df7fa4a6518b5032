package page

import (
	"sort"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html/atom"

	"wiredesk/harvest/pattern"
	"wiredesk/store"
	"wiredesk/store/plain"
)

// The kinds of a quote.
const (
	Blockquote = "blockquote" // the page itself quotes it
	Speech     = "speech"     // a paragraph of attributed speech
	Key        = "key"        // a paragraph that carries the news for the topic
)

// maxQuotes is how many quotes of a page are proposed.
const maxQuotes = 12

// scored is a quote and how much speaks for it.
type scored struct {
	store.Quote
	score float64
}

// quotes proposes what of the main text is worth quoting, best first. The unit is the paragraph,
// as the editor copies it.
func quotes(c content, title string, interest func(string) float64) []store.Quote {
	var all []scored
	who := &speakers{content: c}
	about := subjectOf(title)
	seen := map[string]bool{}
	for i, b := range c.blocks {
		if len(b.text) > 4000 || seen[b.text] {
			continue
		}
		words := len(strings.Fields(b.text))
		if words < 8 || words > 190 || b.linked*10 > len(b.text)*8 {
			continue
		}
		seen[b.text] = true
		weight := interest(b.text)
		kind, speaker := who.kindOf(i, words, weight)
		if kind == "" {
			continue
		}
		score := about.worth(b.text, words, weight, b.linked, len(all))
		if kind != Key && speaker != "" {
			score += forSpeech
		}
		all = append(all, scored{store.Quote{Kind: kind, Text: b.text, Speaker: speaker, Start: b.start}, score})
	}
	return best(all)
}

// kindOf is the kind of quote that the block at i makes, and who speaks there; "" if it makes
// none. It has so many words, and so much interest.
func (s *speakers) kindOf(i, words int, interest float64) (kind, speaker string) {
	b := s.blocks[i]
	switch b.kind {
	case atom.Blockquote:
		if strings.HasSuffix(b.text, ":") || strings.IndexByte(b.text, ']') == len(b.text)-1 { // a caption: some pages indent so
			return "", ""
		}
		return Blockquote, s.ofBlockquote(i)
	case atom.Pre:
		if !mostlyLetters(b.text) || answered().MatchString(b.text) {
			return "", ""
		}
	case atom.Li:
		if interest == 0 || words < 20 { // else a list of everything
			return "", ""
		}
	case atom.P, atom.Div, atom.Td, atom.Dd:
	default:
		return "", ""
	}
	if strings.HasSuffix(b.text, ":") {
		return "", ""
	}
	if share, longest := quoted(b.text); longest >= 20 && (share >= 0.3 || longest >= 100) {
		if speaker = s.attributed(b.text); speaker != "" {
			return Speech, speaker
		}
	}
	if (interest > 0 || words >= 12) && isSentence(b.text) {
		return Key, b.writer
	}
	return "", ""
}

// isSentence tells prose from the caption of a picture.
func isSentence(text string) bool {
	return sentence().MatchString(text[max(0, len(text)-40):]) || len(text) > 120 && sentences().MatchString(text)
}

var (
	sentence  = pattern.New(`[.!?…。！？]["'”’»)\]]*(?:\[\d+\])*$`)
	sentences = pattern.New(`\p{Ll}[.!?]["”’)]* ["“(]?\p{Lu}?\p{Ll}`) // one ends, and another begins
	// answered is a paragraph of a mail that quotes another in its lines.
	answered = pattern.New(`(?:wrote|writes|schrieb|écrit)\s*: ?>`)
)

// mostlyLetters tells prose from code and columns, in text that keeps its lines; "> " begins what
// another mail said.
func mostlyLetters(text string) bool {
	n := 0
	for _, r := range text {
		if r == ' ' || unicode.IsLetter(r) {
			n++
		}
	}
	return n*100 >= utf8.RuneCountInString(text)*85 && text[0] != '>'
}

// best puts quotes in order and numbers them.
func best(all []scored) []store.Quote {
	sort.SliceStable(all, func(i, j int) bool { return all[i].score > all[j].score })
	var out []store.Quote
	for i, q := range all[:min(len(all), maxQuotes)] {
		q.Rank = i + 1
		out = append(out, q.Quote)
	}
	return out
}

// OfText is the page of something that was never a web page, such as a mail: its text, with
// those of its paragraphs as quotes that one person, the author, wrote.
func OfText(url, title, author string, published time.Time, text string, paragraphs []string, interest func(string) float64) Page {
	p := Page{URL: url, Title: title, Author: author, Published: published, Text: text}
	first, _, _ := strings.Cut(text, "\n\n")
	p.Excerpt = plain.Cut(first, maxExcerpt)
	var all []scored
	about := subjectOf(title)
	from := 0
	for _, para := range paragraphs {
		at := strings.Index(text[from:], para)
		if at < 0 || para == "" {
			continue
		}
		q := store.Quote{Kind: Key, Text: para, Speaker: author, Start: from + at}
		all = append(all, scored{q, about.worth(para, len(strings.Fields(para)), interest(para), 0, len(all))})
		from += at + len(para)
	}
	p.Quotes = best(all)
	return p
}
