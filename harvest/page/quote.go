package page

import (
	"math"
	"regexp"
	"sort"
	"strings"
	"time"

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

const (
	name  = `(\p{Lu}[\p{L}'’.-]+(?:[ -](?:\p{Lu}[\p{L}'’.-]*|de|del|van|von|der|la|bin|al)){1,4})`
	verbs = `(?:said|says|say|writes|wrote|explains|explained|adds|added|notes|noted|told|tells|comments|commented|argues|argued|points out|pointed out|reports|reported|recalls|recalled|concludes|concluded|announced|continues|continued)`
)

var (
	// saidAfter: “…,” said Mara Lindqvist, director of servers at Fenwick.
	saidAfter = regexp.MustCompile(`[”"’][\s,]*` + verbs + `\s+` + name + `(?:,\s+((?:[^.,;“”"]|\.\S)+(?:,\s+(?:at|of|for)\s+[^.,;“”"]+)?))?`)
	// nameSaid: Mara Lindqvist of Fenwick said: “…
	nameSaid = regexp.MustCompile(name + `(?:,?\s+((?:[^.;:“”"]){3,80}?),?)?\s+` + verbs + `[^.“”"]{0,40}[,:]?\s*[“"]`)
	// saidName: “…,” Lindqvist said.
	saidName = regexp.MustCompile(`[”"’][\s,]*` + name + `\s+` + verbs + `\b`)
	// leadIn: Jim Perrin writes:
	leadIn   = regexp.MustCompile(name + `(?:,?\s+([^.;:“”"]{3,80}?),?)?\s+(?:\w+\s+){0,3}?` + verbs + `\b`)
	aQuote   = regexp.MustCompile(`[“"][^“”"]{20,}[”"]`)
	citeRole = regexp.MustCompile(`^` + name + `(?:[,(–—-]|$)`)
)

// quotes proposes what of the main text is worth quoting, best first. The unit is the paragraph,
// as the editor copies it.
func quotes(c content, interest func(string) float64) []store.Quote {
	type scored struct {
		store.Quote
		score float64
	}
	var all []scored
	for i, b := range c.blocks {
		words := len(strings.Fields(b.text))
		if words < 8 || words > 160 {
			continue
		}
		q := store.Quote{Text: b.text, Start: b.start}
		weight := interest(b.text)
		score := math.Min(weight, 4) + nearFifty(words) - 0.04*float64(min(i, 25))
		switch {
		case b.kind == atom.Blockquote:
			q.Kind, q.Speaker = Blockquote, speakerOf(c, i)
			score += 1.5
		case b.kind != atom.P && b.kind != atom.Div && b.kind != atom.Td && b.kind != atom.Dd:
			continue
		case aQuote.MatchString(b.text) && attributed(b.text) != "":
			q.Kind, q.Speaker = Speech, attributed(b.text)
			score += 1.5
		case weight > 0 && words >= 15 && !strings.HasSuffix(b.text, ":"):
			q.Kind = Key
		default:
			continue
		}
		all = append(all, scored{q, score})
	}
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

// attributed is the speaker of the speech in a paragraph, with the role that stands beside the
// name, or "".
func attributed(text string) string {
	if m := saidAfter.FindStringSubmatch(text); m != nil {
		return withRole(m[1], m[2])
	}
	if m := nameSaid.FindStringSubmatch(text); m != nil {
		return withRole(m[1], m[2])
	}
	if m := saidName.FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return ""
}

func withRole(name, role string) string {
	role = strings.TrimSpace(role)
	if role == "" || len(role) > 90 || strings.HasPrefix(role, "who ") || strings.HasPrefix(role, "which ") || strings.HasPrefix(role, "and ") {
		return name
	}
	return name + ", " + strings.TrimPrefix(strings.TrimPrefix(role, "of "), "from ")
}

// speakerOf is who speaks in the blockquote at i: whom it names itself, else whom the line that
// leads it in names.
func speakerOf(c content, i int) string {
	if cite := c.blocks[i].cite; cite != "" {
		if len(cite) <= 120 && citeRole.MatchString(cite) {
			return cite
		}
	}
	for j := i - 1; j >= 0 && j >= i-4; j-- {
		if b := c.blocks[j]; b.kind != atom.Blockquote {
			if !b.lead {
				return ""
			}
			last := b.text[strings.LastIndexAny(b.text[:len(b.text)-1], ".!?")+1:]
			if m := leadIn.FindStringSubmatch(last); m != nil {
				return withRole(m[1], m[2])
			}
			return ""
		}
	}
	return ""
}

// OfText is the page of something that was never a web page, such as a mail: its text, with
// those of its paragraphs as quotes that one person, the author, wrote.
func OfText(url, title, author string, published time.Time, text string, paragraphs []string, interest func(string) float64) Page {
	p := Page{URL: url, Title: title, Author: author, Published: published, Text: text}
	first, _, _ := strings.Cut(text, "\n\n")
	p.Excerpt = plain.Cut(first, maxExcerpt)
	type scored struct {
		store.Quote
		score float64
	}
	var all []scored
	from := 0
	for i, para := range paragraphs {
		at := strings.Index(text[from:], para)
		if at < 0 {
			continue
		}
		q := store.Quote{Kind: Key, Text: para, Speaker: author, Start: from + at}
		all = append(all, scored{q, math.Min(interest(para), 4) + nearFifty(len(strings.Fields(para))) - 0.04*float64(i)})
		from += at + len(para)
	}
	sort.SliceStable(all, func(i, j int) bool { return all[i].score > all[j].score })
	for i, q := range all {
		q.Rank = i + 1
		p.Quotes = append(p.Quotes, q.Quote)
	}
	return p
}
