package page

import (
	"math"
	"regexp"
	"sort"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html/atom"

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
func quotes(c content, interest func(string) float64) []store.Quote {
	var all []scored
	who := &speakers{content: c}
	seen := map[string]bool{}
	for i, b := range c.blocks {
		if len(b.text) > 4000 || seen[b.text] {
			continue
		}
		words := len(strings.Fields(b.text))
		if words < 8 || words > 160 || b.linked*10 > len(b.text)*8 {
			continue
		}
		seen[b.text] = true
		q := store.Quote{Text: b.text, Start: b.start}
		weight := interest(b.text)
		score := math.Min(weight, 4) + nearFifty(words) - 0.04*float64(min(i, 25))
		leads := strings.HasSuffix(b.text, ":")
		switch {
		case b.kind == atom.Blockquote && strings.IndexByte(b.text, ']') == len(b.text)-1: // a caption: some pages indent so
			continue
		case b.kind == atom.Blockquote && !leads:
			q.Kind, q.Speaker = Blockquote, who.ofBlockquote(i)
			score += 1.5
		case b.kind == atom.Pre && !mostlyLetters(b.text), leads:
			continue
		case b.kind != atom.P && b.kind != atom.Div && b.kind != atom.Td && b.kind != atom.Dd && b.kind != atom.Pre:
			continue
		default:
			if share, longest := quoted(b.text); share >= 0.3 && longest >= 20 {
				q.Speaker = who.attributed(b.text)
			}
			switch {
			case q.Speaker != "":
				q.Kind = Speech
				score += 1.5
			case weight > 0 && words >= 15 && sentence.MatchString(b.text):
				q.Kind = Key
			default:
				continue
			}
		}
		all = append(all, scored{q, score})
	}
	return best(all)
}

// sentence tells prose from the caption of a picture.
var sentence = regexp.MustCompile(`[.!?…。！？]["'”’»)\]]*(?:\[\d+\])*$`)

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

// nearFifty is 1 for a paragraph of about 50 words, the length that editors quote, less for
// shorter and longer ones.
func nearFifty(words int) float64 {
	return math.Exp(-math.Pow(math.Log(float64(words)/50), 2) / 0.8)
}

// OfText is the page of something that was never a web page, such as a mail: its text, with
// those of its paragraphs as quotes that one person, the author, wrote.
func OfText(url, title, author string, published time.Time, text string, paragraphs []string, interest func(string) float64) Page {
	p := Page{URL: url, Title: title, Author: author, Published: published, Text: text}
	first, _, _ := strings.Cut(text, "\n\n")
	p.Excerpt = plain.Cut(first, maxExcerpt)
	var all []scored
	from := 0
	for i, para := range paragraphs {
		at := strings.Index(text[from:], para)
		if at < 0 || para == "" {
			continue
		}
		q := store.Quote{Kind: Key, Text: para, Speaker: author, Start: from + at}
		all = append(all, scored{q, math.Min(interest(para), 4) + nearFifty(len(strings.Fields(para))) - 0.04*float64(i)})
		from += at + len(para)
	}
	p.Quotes = best(all)
	return p
}
