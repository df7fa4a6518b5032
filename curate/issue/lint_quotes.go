package issue

import (
	"fmt"
	"strings"

	"wiredesk/store"
)

// verbatim compares the quotes of a story with the pages behind its links, as they were fetched. A
// quote that stands in one of them is right. One that does not is a finding where all pages are
// known, or where most of its words stand in one: then the message tells where it departs. Wrapping,
// the shape of quotation marks and dashes, "[…]" and "[D]evelopers" make no difference.
func (l *linter) verbatim() {
	for _, i := range l.d.Stories() {
		p := l.d.Parts[i]
		var pages []string
		all := true
		for _, link := range p.Links {
			if text, ok := l.facts.Pages[link.URL]; ok {
				pages = append(pages, text)
			} else {
				all = false
			}
		}
		for _, q := range p.Quotes {
			l.quoted(q, pages, all)
		}
	}
}

// nearly is the share of the words of a quote, taken by fours, from which a page is its source.
const nearly = 0.5

func (l *linter) quoted(q DocQuote, pages []string, all bool) {
	best, source := 0.0, ""
	for _, page := range pages {
		if Verbatim(page, q.Text) {
			return
		}
		if s := shared(page, q.Text); s > best {
			best, source = s, page
		}
	}
	switch {
	case best >= nearly:
		l.find(q.Span.Start, Warning, fmt.Sprintf("this is not quite what the page says: it departs at %q", departs(source, q.Text)))
	case all && len(pages) > 0:
		l.find(q.Span.Start, Warning, "these words stand in no page that the story links to")
	}
}

// Verbatim reports that words stand in a text in this order, but for white space, the shape of
// quotation marks and dashes, what an editor put into square brackets, and what he left out at an
// ellipsis.
func Verbatim(text, words string) bool {
	have := folded(text)
	at := 0
	for _, piece := range pieces(words) {
		i := strings.Index(have[at:], piece)
		if i < 0 {
			return false
		}
		at += i + len(piece)
	}
	return true
}

// pieces are the runs of a quote between what its editor put in or left out.
func pieces(words string) []string {
	var out []string
	var b strings.Builder
	depth := 0
	for _, r := range strings.NewReplacer("…", "\x00", "...", "\x00", ". . .", "\x00").Replace(words) {
		switch {
		case r == '[':
			depth++
		case r == ']' && depth > 0:
			depth--
			b.WriteByte(0)
		case depth == 0:
			b.WriteRune(r)
		}
	}
	for piece := range strings.SplitSeq(b.String(), "\x00") {
		if piece = strings.Trim(folded(piece), " "); piece != "" {
			out = append(out, piece)
		}
	}
	return out
}

// folded is a text on one line, with plain quotation marks and dashes and without the marks that
// markdown may add to a quote.
func folded(s string) string {
	return strings.ToLower(strings.Join(strings.Fields(marks.Replace(s)), " "))
}

var marks = strings.NewReplacer("“", `"`, "”", `"`, "„", `"`, "«", `"`, "»", `"`, "‘", "'", "’", "'", "–", "-", "—", "-", "‐", "-", "‑", "-", "\u00ad", "", "\u200b", "", "`", "", "*", "", "_", "")

// shared is the share of the runs of four words of a quote that stand in a text.
func shared(text, words string) float64 {
	have := " " + folded(text) + " "
	w := strings.Fields(folded(words))
	if len(w) < 4 {
		return 0
	}
	n := 0
	for i := 0; i+4 <= len(w); i++ {
		if strings.Contains(have, " "+strings.Join(w[i:i+4], " ")+" ") {
			n++
		}
	}
	return float64(n) / float64(len(w)-3)
}

// departs are the words at which a quote stops to stand in a text.
func departs(text, words string) string {
	have := folded(text)
	for _, piece := range pieces(words) {
		if strings.Contains(have, piece) {
			continue
		}
		w := strings.Fields(piece)
		from := 0
		for i := range w { // the longest run from each word on that still stands there
			if strings.Contains(have, strings.Join(w[from:i+1], " ")) {
				continue
			}
			if i > from {
				return strings.Join(w[max(0, i-2):min(len(w), i+4)], " ")
			}
			from = i + 1
		}
		return strings.Join(w[:min(len(w), 6)], " ")
	}
	return ""
}

// speakers finds quotes that nobody seems to say: the page names who does and the story does not, or
// nothing at all stands before the quote in its story.
func (l *linter) speakers() {
	spoken := map[string]string{}
	for _, q := range l.facts.Spoken {
		spoken[folded(q.Text)] = q.Speaker
	}
	for _, i := range l.d.Stories() {
		p := l.d.Parts[i]
		said := l.d.Text(p.Span)
		for _, q := range p.Quotes {
			if speaker := spoken[folded(q.Text)]; speaker != "" {
				name, _, _ := strings.Cut(speaker, ",")
				if words := strings.Fields(name); q.Speaker == "" && len(words) > 0 && !strings.Contains(said, words[len(words)-1]) {
					l.find(q.Span.Start, Warning, fmt.Sprintf("who says this is not told; the page names %s", speaker))
				}
				continue
			}
			first := p.first() < len(p.Blocks) && p.Blocks[p.first()].Text == q.Span
			if first && p.Credit == (store.Credit{}) && !attributed(l.d.Text(q.Span)) {
				l.find(q.Span.Start, Note, "nothing tells who says this")
			}
		}
	}
}

// attributed reports that a quote names who says it at its end: "-- Ann Lee".
func attributed(quote string) bool {
	lines := strings.Split(strings.TrimSpace(quote), "\n")
	last := strings.TrimLeft(lines[len(lines)-1], "> \t")
	return strings.HasPrefix(last, "--") || strings.HasPrefix(last, "—") || strings.HasPrefix(last, "–")
}
